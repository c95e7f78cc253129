"""The device process at work in a thread of the test."""

import threading

from device.process import DeviceProcess


class Running:
    """A device process in a thread."""

    def __init__(self, parts):
        self.parts = parts
        self.process = DeviceProcess(parts)
        self.status = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        self.status = self.process.run()

    def stop(self):
        self.process.stop()
        self.thread.join(15)
        assert not self.thread.is_alive()
