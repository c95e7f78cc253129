"""The Pi: button, lights, camera, the capture story, the store and the ``kiosk`` command."""
