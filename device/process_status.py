"""Exit statuses that processes of the kiosk tell each other."""

SHUTDOWN_STATUS = 64
"""The button was held for 6 s: whoever started the device process ends too."""
