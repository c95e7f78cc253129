"""``python -m device.cli`` is ``kiosk``: how the supervisor starts its processes."""

from device.cli import main

main()
