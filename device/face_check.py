"""The face check: the device process looks for faces on photos, and makes the copies that leave without them.

::

    classified ─▶ look ─▶ no face: it may leave
                    └▶ a face: somebody chooses ─▶ blur ─▶ the copy may leave
                                              └▶ as it is

Nobody waits for it: it works while no press and no upload does, a photo at a time. The detector is in memory
only while there is something to look at.
"""

import ctypes
import logging
from collections.abc import Callable
from contextlib import suppress

from device.clock import Clock
from device.errors import CaseUnknown, StoreDamaged
from device.store import FaceTask, Store
from models.decode import decode
from models.errors import ModelError, PhotoError
from models.face.blur import blur_faces
from models.face.detector import WANTED_SIDE_PIXELS, FaceDetector
from models.thumbnail import thumbnail

_QUIET_SECONDS = 0.5
"""After a case was told: the next press may come at once, and pages fetch the last one."""

_KEPT_SECONDS = 2.0
"""How long the detector stays loaded; it takes 5 MB, and 15 ms to come back."""

_AFTER_FAULT_SECONDS = 60.0

_THUMBNAIL_SIDE_PIXELS = 256
_log = logging.getLogger(__name__)


class FaceCheck:
    """Does what the store says is to be done about faces, with the detector that ``load`` gives."""

    def __init__(self, store: Store, load: Callable[[], FaceDetector], clock: Clock) -> None:
        self._store = store
        self._load = load
        self._clock = clock
        self._detector: FaceDetector | None = None
        self._used_at = self._not_before = 0.0
        self._is_due = True

    def notice(self) -> None:
        """Something changed in the store: there may be something to do."""
        self._is_due = True

    def make_way(self) -> None:
        """A case was told: what follows it comes first."""
        self._not_before = max(self._not_before, self._clock.seconds() + _QUIET_SECONDS)

    def go_on(self) -> bool:
        """Do one thing that is to be done; whether anything was. Raises StoreError."""
        if not self._is_due or self._clock.seconds() < self._not_before:
            self._forget_detector()
            return False
        task = self._store.faces.next_task()
        self._is_due = task is not None
        if task:
            self._do(task)
        return self._is_due

    def _do(self, task: FaceTask) -> None:
        try:
            photo = self._store.photos.read(task.photo)
            if task.boxes is None:
                self._store.faces.looked(task, self._look(photo))
            else:
                self._blur(task, photo)
        except CaseUnknown:
            return  # erased meanwhile
        except ModelError as error:
            _log.warning("faces cannot be looked for: %s", error)
            self._not_before = self._clock.seconds() + _AFTER_FAULT_SECONDS
        except (PhotoError, StoreDamaged) as error:
            with suppress(CaseUnknown):
                self._store.faces.failed(task, str(error))

    def _look(self, photo: bytes) -> list[tuple[float, float, float, float]]:
        self._detector = self._detector or self._load()
        self._used_at = self._clock.seconds()
        faces = self._detector.find(decode(photo, WANTED_SIDE_PIXELS))
        return [(face.left, face.top, face.width, face.height) for face in faces]

    def _blur(self, task: FaceTask, photo: bytes) -> None:
        """File first, then the row that names it."""
        copy = blur_faces(photo, task.boxes or ())
        kept = self._store.photos.write(task.case_id, task.photo.number, copy, "-blurred")
        try:
            small = thumbnail(decode(copy, _THUMBNAIL_SIDE_PIXELS))
            self._store.faces.blurred(task, kept, small)
        except CaseUnknown:
            self._store.photos.remove(kept.file)
            raise

    def _forget_detector(self) -> None:
        if self._detector and self._clock.seconds() > self._used_at + _KEPT_SECONDS:
            self._detector = None
            _give_memory_back()


def _give_memory_back() -> None:
    """glibc keeps what was freed, 2 MB here, until it is told not to; other C libraries have no such call."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
