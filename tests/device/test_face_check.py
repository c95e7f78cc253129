"""The device process looks for faces while nobody waits for anything else, and blurs what somebody chose."""

import pytest
from case_fixtures import draft, judgement, take

from device.amendment import Kind
from device.case import Origin
from device.entry import SyncState
from device.errors import StoreFull
from device.face import FaceChoice
from device.face_check import FaceCheck
from models.decode import decode
from models.errors import ModelMissing
from models.face.detector import FaceDetector
from models.face.drawn import drawn_face

__all__ = ["draft", "judgement", "take"]


class Detectors:
    """Loads the real detector, and counts."""

    def __init__(self):
        self.loaded = 0
        self.fault = None

    def load(self):
        if self.fault:
            raise self.fault
        self.loaded += 1
        return FaceDetector.load()


@pytest.fixture
def detectors():
    return Detectors()


@pytest.fixture
def check(store, clock, detectors):
    return FaceCheck(store, detectors.load, clock)


@pytest.fixture
def portrait(pictures):
    return pictures.jpeg(drawn_face(400))


@pytest.fixture
def owe(store, judgement, draft):
    """A case with a photo that may go to the server once it was looked at."""

    def owe(photo):
        case = store.receive_photo(photo, consent=draft(Kind.CONSENT, review=True))
        store.cases.classified(case.id, judgement)
        return store.cases.get(case.id)

    return owe


def do_all(check):
    check.notice()
    while check.go_on():
        pass


def test_skin_has_no_face_and_a_portrait_has_one(store, check, owe, skin_jpeg, portrait):
    skin, face = owe(skin_jpeg), owe(portrait)
    do_all(check)
    assert store.cases.get(skin.id).sync.state is SyncState.WAITING
    assert store.cases.get(skin.id).face.found is False
    assert store.cases.get(face.id).sync.state is SyncState.ASKS


def test_a_case_without_consent_is_looked_at_too(store, check, take):
    case = take(faces=None)
    do_all(check)
    assert store.cases.get(case.id).face.found is False


def test_the_copy_shows_no_face_any_more_and_has_the_photos_size(store, check, owe, portrait):
    case = owe(portrait)
    do_all(check)
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    do_all(check)
    leaving = store.faces.departing(case.id)
    (copy,) = leaving.photos
    assert (copy.width_pixels, copy.height_pixels) == (400, 400)
    assert copy.sha256 != case.photos[0].sha256
    detector = FaceDetector.load()
    for jpeg in (store.photos.read(copy), leaving.thumbnail):
        assert detector.find(decode(jpeg, 400)) == ()
    assert detector.find(decode(store.photos.read(case.photos[0]), 400))


def test_what_followed_a_case_that_was_told_comes_first(store, check, clock, take):
    take(faces=None)
    check.make_way()
    assert not check.go_on()
    assert store.faces.next_task()
    clock.let_pass(1)
    check.go_on()
    assert store.faces.next_task() is None


def test_the_detector_is_loaded_once_for_many_and_forgotten_after_a_while(check, clock, detectors, take):
    for _ in range(3):
        take(faces=None)
    do_all(check)
    assert detectors.loaded == 1
    clock.let_pass(60)
    check.go_on()
    take(faces=None)
    do_all(check)
    assert detectors.loaded == 2


def test_where_nothing_waits_no_detector_is_loaded(check, detectors, take):
    take("asked")
    do_all(check)
    assert detectors.loaded == 0


def test_a_damaged_photo_is_said_and_holds_nothing_up(store, check, owe, skin_jpeg):
    damaged, whole = owe(skin_jpeg), owe(skin_jpeg)
    (store.photos.folder / damaged.photos[0].file).write_bytes(b"gone")
    do_all(check)
    assert store.cases.get(damaged.id).sync.state is SyncState.FAILED
    assert "not what was written" in store.cases.get(damaged.id).sync.reason
    assert store.cases.get(whole.id).face.found is False


def test_without_a_detector_photos_stay_here_and_it_is_tried_again_later(
    store, check, clock, detectors, owe, skin_jpeg, caplog
):
    case = owe(skin_jpeg)
    detectors.fault = ModelMissing("no model file: install the model again")
    check.notice()
    for _ in range(5):
        check.go_on()
    assert caplog.text.count("install the model again") == 1
    assert store.cases.get(case.id).sync.reason.startswith("faces on the photo are looked for")
    detectors.fault = None
    clock.let_pass(61)
    check.go_on()
    assert store.cases.get(case.id).face.found is False


def test_a_case_erased_while_it_is_looked_at_is_no_fault(store, check, detectors, take, monkeypatch):
    case = take(faces=None)
    load = detectors.load

    def erase_meanwhile():
        store.erase(case.id)
        return load()

    monkeypatch.setattr(check, "_load", erase_meanwhile)
    do_all(check)
    assert store.faces.next_task() is None


def test_a_case_erased_while_its_copy_is_made_leaves_no_file(store, check, owe, portrait, monkeypatch):
    case = owe(portrait)
    do_all(check)
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    write = store.photos.write

    def write_and_erase(*given):
        kept = write(*given)
        store.erase(case.id)
        return kept

    monkeypatch.setattr(store.photos, "write", write_and_erase)
    do_all(check)
    assert list(store.photos.files()) == []


def test_on_a_full_card_the_copy_waits_for_room(store, check, owe, portrait, monkeypatch):
    case = owe(portrait)
    do_all(check)
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")

    def full(*_):
        raise StoreFull("the card is full: erase or export cases, then try again")

    with monkeypatch.context() as m:
        m.setattr(store.photos, "write", full)
        with pytest.raises(StoreFull):
            do_all(check)
    do_all(check)
    assert store.faces.departing(case.id)


# In the running process


def test_the_running_process_looks_after_the_event_was_sent(start, kept, poll, final, draft):
    start()
    case = final(kept.cases.ask(Origin.BUTTON, consent=draft(Kind.CONSENT, review=True)).id)
    assert poll(lambda: kept.cases.get(case.id).face.found is False)
    assert [change.state for change in kept.changes.after(0)] == ["asked", "captured", "classified", "sync"]


def test_it_looks_at_what_waited_while_it_was_off_and_makes_the_copy(start, kept, poll, final, portrait):
    case = kept.receive_photo(portrait)
    start()
    poll(lambda: final(case.id).face and kept.cases.get(case.id).face.found)
    kept.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    poll(lambda: kept.faces.copies(case.id))
    assert not kept.cases.get(case.id).face.is_waiting
