"""The capture story ends, whatever happens on the way, in a state that says so."""

import numpy as np
import pytest

from device.capture import Capture
from device.case import CaseDetails, Origin, State
from device.errors import CameraFault, CameraTimeout, CaseUnknown, StoreFull
from device.panel.patterns import Pattern


@pytest.fixture
def shown():
    return []


@pytest.fixture
def said():
    """The words shown with the patterns."""
    return []


@pytest.fixture
def capture(scripted, examiner, store, shown, said):
    def show(pattern, words=""):
        shown.append(pattern)
        said.append(words)

    return Capture(scripted, examiner, store, show)


@pytest.fixture
def asked(store):
    return store.cases.ask(Origin.BUTTON)


def photo_files(store):
    return [path for path in store.photos.folder.rglob("*") if path.is_file()]


def test_a_press_ends_classified_with_its_photo_and_a_prediction(
    capture, store, asked, shown, classifier, pictures
):
    capture.tell(asked)
    case = store.cases.get(asked.id)
    assert case.state is State.CLASSIFIED
    assert case.reason is None
    (photo,) = case.photos
    assert pictures.pixels(store.photos.read(photo)).shape == (240, 320, 3)
    assert case.captured_at is not None
    assert case.prediction["model"]["sha256"] == classifier.model.sha256
    assert case.prediction["sha256"] == case.photos[0].sha256
    assert case.prediction["photo"] == f"/api/v1/cases/{case.id}/photos/0"
    assert sum(candidate["score"] for candidate in case.prediction["candidates"]) == pytest.approx(1)
    assert case.prediction["finding"]["disclaimer"]
    assert shown == [Pattern.TAKING, Pattern.THINKING, Pattern.DONE]


def test_the_states_are_told_in_order_to_whoever_looks_on(capture, store, asked):
    capture.tell(asked)
    assert [change.state for change in store.changes.after(0)] == ["asked", "captured", "classified"]


def test_each_prediction_names_the_model_the_manifest_and_the_thresholds(capture, store, asked, classifier):
    capture.tell(asked)
    with store.database.read() as r:
        row = dict(r.execute("SELECT * FROM predictions").fetchone())
    assert row["model_sha256"] == classifier.model.sha256
    assert row["manifest_sha256"] == classifier.manifest_sha256
    assert "inconclusive_below" in row["thresholds"]


def test_a_phones_own_photo_enters_the_story_one_step_later(capture, store, scripted, shown, skin_jpeg):
    case = store.receive_photo(skin_jpeg, CaseDetails(subject="S-1"))
    capture.tell(case)
    assert store.cases.get(case.id).state is State.CLASSIFIED
    assert scripted.captured == 0
    assert shown == [Pattern.THINKING, Pattern.DONE]


def test_the_camera_and_a_phone_get_the_same_answer_for_the_same_photo(capture, store, asked, skin_jpeg):
    capture.tell(asked)
    upload = store.receive_photo(skin_jpeg)
    capture.tell(upload)
    first, second = (store.cases.get(case.id).prediction["candidates"] for case in (asked, upload))
    assert first == second


@pytest.mark.parametrize(("value", "words"), [(0, "black"), (255, "white"), (128, "focus")])
def test_a_plainly_unusable_photo_is_to_be_retaken_and_shows_no_prediction(
    capture, store, asked, scripted, shown, pictures, value, words
):
    scripted.photo = pictures.jpeg(np.full((480, 640, 3), value, np.uint8))
    capture.tell(asked)
    case = store.cases.get(asked.id)
    assert case.state is State.RETAKE
    assert words in case.reason
    assert case.prediction is None
    assert case.as_json()["prediction"] is None
    assert len(case.photos) == 1
    assert shown[-1] is Pattern.REFUSED


@pytest.mark.parametrize("fault", [CameraTimeout("it did not answer"), CameraFault("it gave nothing")])
def test_a_camera_fault_fails_the_case_with_its_reason(capture, store, asked, scripted, shown, said, fault):
    scripted.fault = fault
    capture.tell(asked)
    case = store.cases.get(asked.id)
    assert (case.state, case.reason, case.photos) == (State.FAILED, str(fault), ())
    assert shown == [Pattern.TAKING, Pattern.REFUSED]
    assert said == ["", str(fault)]


@pytest.mark.parametrize("photo", [b"", b"no photo", b"\xff\xd8\xff\xe0 half a photo"])
def test_a_camera_that_gives_no_photo_fails_the_case_and_keeps_nothing(
    capture, store, asked, scripted, photo
):
    scripted.photo = photo
    capture.tell(asked)
    case = store.cases.get(asked.id)
    assert case.state is State.FAILED
    assert case.reason
    assert photo_files(store) == []


@pytest.mark.parametrize("damage", ["gone", "changed", "cut short"])
def test_a_photo_that_was_damaged_on_the_card_fails_the_case(capture, store, shown, skin_jpeg, damage):
    case = store.receive_photo(skin_jpeg)
    path = store.photos.folder / case.photos[0].file
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"x" * 100 if damage == "changed" else path.read_bytes()[:500])
    capture.tell(case)
    told = store.cases.get(case.id)
    assert told.state is State.FAILED
    assert "take it again" in told.reason
    assert shown[-1] is Pattern.REFUSED


def test_a_photo_whose_middle_does_not_decode_still_ends(capture, store, skin_jpeg):
    middle = len(skin_jpeg) // 2
    case = store.receive_photo(skin_jpeg[:middle] + b"\x00" * 200 + skin_jpeg[middle + 200 :])
    capture.tell(case)
    assert store.cases.get(case.id).state.is_final


# Erased on the way


def test_a_case_erased_while_its_photo_is_taken_just_ends_and_leaves_no_photo(
    capture, store, asked, scripted, shown
):
    scripted.before_capture = lambda: store.erase(asked.id)
    capture.tell(asked)
    with pytest.raises(CaseUnknown):
        store.cases.get(asked.id)
    assert photo_files(store) == []
    assert shown == [Pattern.TAKING, Pattern.READY]


def test_a_case_erased_while_the_model_thinks_just_ends(capture, store, asked, examiner, shown, monkeypatch):
    examine = examiner.examine

    def erase_meanwhile(photo):
        store.erase(asked.id)
        return examine(photo)

    monkeypatch.setattr(examiner, "examine", erase_meanwhile)
    capture.tell(asked)
    assert store.cases.count() == 0
    assert photo_files(store) == []
    assert shown[-1] is Pattern.READY


def test_a_case_erased_while_the_camera_fails_just_ends(capture, store, asked, scripted, shown):
    scripted.before_capture = lambda: store.erase(asked.id)
    scripted.fault = CameraFault("it gave nothing")
    capture.tell(asked)
    assert store.cases.count() == 0
    assert shown[-1] is Pattern.READY


def test_a_case_erased_before_its_turn_just_ends(capture, store, skin_jpeg):
    case = store.receive_photo(skin_jpeg)
    store.erase(case.id)
    capture.tell(case)
    assert store.cases.count() == 0


# A full card


def test_where_the_photo_cannot_be_kept_the_case_stays_and_is_told_again_later(
    capture, store, asked, monkeypatch
):
    def full(_=0):
        raise StoreFull("the card is full")

    with monkeypatch.context() as m:
        m.setattr(store.photos, "require_room", full)
        for _ in range(2):
            with pytest.raises(StoreFull):
                capture.tell(store.cases.next_unfinished())
            assert store.cases.next_unfinished().id == asked.id
    capture.tell(store.cases.next_unfinished())
    assert store.cases.get(asked.id).state is State.CLASSIFIED
    assert len(photo_files(store)) == 1


def test_where_the_end_cannot_be_recorded_the_photo_is_kept_and_judged_later(
    capture, store, asked, scripted, monkeypatch
):
    def full(*_):
        raise StoreFull("the card is full")

    with monkeypatch.context() as m:
        m.setattr(store.cases, "classified", full)
        with pytest.raises(StoreFull):
            capture.tell(asked)
    waiting = store.cases.next_unfinished()
    assert waiting.state is State.CAPTURED
    capture.tell(waiting)
    assert store.cases.get(asked.id).state is State.CLASSIFIED
    assert scripted.captured == 1


def test_a_case_judged_again_has_one_prediction_to_show(capture, store, asked):
    capture.tell(asked)
    store.cases.classify_again(asked.id)
    capture.tell(store.cases.next_unfinished())
    assert store.cases.get(asked.id).state is State.CLASSIFIED
    assert store.cases.next_unfinished() is None
