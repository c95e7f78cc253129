"""The capture story: from a press to a finding on every phone.

::

    press ─▶ capture ─▶ quality ─▶ classify ─▶ record ─▶ show
                           └▶ retake, with the reason

A press is a case in the store that asks for its photo; a phone's own photo enters
the story one step later. Whatever happens, the case ends in a state that says so.
"""

from device.camera import Camera
from device.case import Case, State
from device.errors import CameraError, CaseUnknown, StoreDamaged
from device.panel.patterns import Pattern, Show
from device.store import Judgement, Store
from models.errors import PhotoError
from models.examiner import Examination, Examiner
from models.thumbnail import thumbnail


class Capture:
    """Tells the story of one case after the other, with the parts it is handed."""

    def __init__(self, camera: Camera, examiner: Examiner, store: Store, show: Show) -> None:
        self._camera = camera
        self._examiner = examiner
        self._store = store
        self._show = show

    def tell(self, case: Case) -> None:
        """Bring an unfinished case to its end.

        Raises StoreError where the end cannot be recorded; the case then stays
        unfinished and is told again. A case that is erased on the way just ends.
        """
        try:
            self._bring_to_its_end(case)
        except CaseUnknown:
            self._show(Pattern.READY)

    def _bring_to_its_end(self, case: Case) -> None:
        try:
            if case.state is State.ASKED:
                case = self._take(case)
            photo = self._store.photos.read(case.photos[0])
            self._show(Pattern.THINKING)
            examination = self._examiner.examine(photo)
            self._record(case, examination)
        except (CameraError, PhotoError, StoreDamaged) as error:
            self._fail(case, str(error))

    def _take(self, case: Case) -> Case:
        self._show(Pattern.TAKING)
        kept = self._store.photos.write(case.id, 0, self._camera.capture())
        try:
            return self._store.cases.captured(case.id, kept)
        except CaseUnknown:
            self._store.photos.remove(kept.file)
            raise

    def _record(self, case: Case, examination: Examination) -> None:
        if not examination.quality.ok:
            self._store.cases.retake(case.id, examination.quality.reasons[0])
            self._show(Pattern.REFUSED)
        else:
            self._store.cases.classified(case.id, self._judgement(case, examination))
            self._show(Pattern.DONE)

    def _judgement(self, case: Case, examination: Examination) -> Judgement:
        classifier, photo = self._examiner.classifier, case.as_json()["photos"][0]
        return Judgement(
            {"photo": photo["url"], "sha256": photo["sha256"]} | examination.as_json(),
            classifier.manifest_sha256,
            classifier.manifest.thresholds.model_dump(),
            thumbnail=thumbnail(examination.image),
        )

    def _fail(self, case: Case, reason: str) -> None:
        self._store.cases.failed(case.id, reason)
        self._show(Pattern.REFUSED, reason)
