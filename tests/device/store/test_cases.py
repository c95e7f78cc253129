"""Every verb of a case's life, each one transaction."""

from datetime import timedelta

import pytest

from device.amendment import Draft, Kind
from device.case import NOT_SAID, CaseDetails, Consent, Origin, Scope, State
from device.errors import Busy, CaseUnknown, StoreError
from models.errors import PhotoError

DETAILS = CaseDetails("P-17", "left-arm-1", "arm", "40-49", "female")


def test_a_press_asks_for_a_case_that_waits_for_its_photo(store):
    case = store.cases.ask(Origin.BUTTON)
    assert case.state is State.ASKED
    assert case.origin is Origin.BUTTON
    assert case.details == NOT_SAID
    assert case.photos == ()
    assert case.captured_at is None
    assert store.cases.get(case.id) == case


def test_what_a_person_said_is_kept(store):
    assert store.cases.ask(Origin.PHONE, DETAILS).details == DETAILS


def test_a_case_may_begin_with_the_consent_that_was_asked_for(store, skin_jpeg, draft, clock):
    said = draft("consent", "Nurse Bo", analyse=True, review=True)
    press = store.cases.ask(Origin.PHONE, DETAILS, said)
    upload = store.receive_photo(skin_jpeg, DETAILS, draft("consent", "Nurse Bo", train=True))
    assert press.consent == Consent(analyse=True, review=True)
    assert upload.consent == Consent(train=True)
    kept = press.latest(Kind.CONSENT)
    assert (kept.id, kept.written_by, kept.written_at) == (said.id, "Nurse Bo", clock.wall_at)
    revoked = store.amendments.write(press.id, draft("consent", replaces=said.id))
    assert revoked.consent == Consent()


def test_without_an_answer_nothing_is_allowed_and_nobody_said_so(store, skin_jpeg):
    for case in (store.cases.ask(Origin.PHONE), store.receive_photo(skin_jpeg)):
        assert case.consent == Consent()
        assert case.amendments == ()


def test_a_press_that_is_told_busy_keeps_no_consent(store, draft):
    store.cases.ask(Origin.BUTTON)
    with pytest.raises(Busy):
        store.cases.ask(Origin.PHONE, consent=draft("consent", review=True))
    with store.database.read() as r:
        assert r.execute("SELECT count(*) FROM amendments").fetchone()[0] == 0


@pytest.mark.parametrize("state", ["asked", "captured"])
def test_a_press_while_one_is_worked_on_is_told_busy(store, take, state):
    take(state)
    with pytest.raises(Busy, match="press again in a moment"):
        store.cases.ask(Origin.PHONE)
    assert store.cases.count() == 1


@pytest.mark.parametrize("state", ["classified", "retake", "failed"])
def test_the_next_press_is_accepted_once_the_last_one_is_final(store, take, state):
    take(state)
    assert store.cases.ask(Origin.BUTTON).state is State.ASKED


def test_an_upload_that_is_worked_on_keeps_nobody_from_pressing(store, skin_jpeg):
    store.receive_photo(skin_jpeg)
    assert store.cases.ask(Origin.BUTTON).state is State.ASKED


def test_a_press_keeps_nobody_from_uploading(store, skin_jpeg):
    store.cases.ask(Origin.BUTTON)
    assert store.receive_photo(skin_jpeg, DETAILS).state is State.CAPTURED


def test_an_uploaded_photo_is_a_captured_case(store, skin_jpeg, clock):
    case = store.receive_photo(skin_jpeg, DETAILS)
    assert case.origin is Origin.UPLOAD
    assert case.details == DETAILS
    assert case.captured_at == clock.wall_at
    assert store.photos.read(case.photos[0]) == skin_jpeg


def test_a_photo_that_is_none_makes_no_case(store):
    with pytest.raises(PhotoError):
        store.receive_photo(b"no photo")
    assert store.cases.count() == 0
    assert not [path for path in store.photos.folder.rglob("*") if path.is_file()]


def test_the_cameras_photo_makes_it_captured_at_that_time(store, skin_jpeg, clock):
    asked_at = clock.wall_at
    case = store.cases.ask(Origin.BUTTON)
    clock.let_pass(2.5)
    captured = store.cases.captured(case.id, store.photos.write(case.id, 0, skin_jpeg))
    assert captured.state is State.CAPTURED
    assert captured.captured_at == asked_at + timedelta(seconds=2.5)
    assert captured.time_trusted
    assert len(captured.photos) == 1


def test_a_second_photo_of_the_same_number_is_refused_in_words(store, take):
    case = take("captured")
    with pytest.raises(StoreError, match="has its photo already"):
        store.cases.captured(case.id, case.photos[0])
    assert store.cases.get(case.id) == case


def test_a_prediction_makes_it_classified(store, take, judgement):
    case = take("classified")
    assert case.state is State.CLASSIFIED
    assert case.prediction == judgement.prediction
    assert case.reason is None


def test_a_prediction_names_its_model_manifest_and_thresholds(store, take):
    take("classified")
    with store.database.read() as r:
        row = dict(r.execute("SELECT * FROM predictions").fetchone())
    assert (row["model_name"], row["model_version"], row["model_sha256"]) == ("probe", "1", "ab" * 32)
    assert row["manifest_sha256"] == "cd" * 32
    assert row["thresholds"] == '{"inconclusive_below": 0.3, "look_soon_from": 0.4}'


@pytest.mark.parametrize(
    ("state", "reason"), [("retake", "too dark"), ("failed", "the camera does not answer")]
)
def test_a_retake_and_a_failure_keep_their_reason(take, state, reason):
    case = take(state)
    assert case.state == state
    assert case.reason == reason
    assert case.prediction is None


def test_a_press_that_failed_without_a_photo_was_captured_at_no_time(take):
    assert take("failed").captured_at is None


@pytest.mark.parametrize(
    "finish",
    [
        lambda cases, case_id, judgement: cases.classified(case_id, judgement),
        lambda cases, case_id, judgement: cases.retake(case_id, "too dark"),
        lambda cases, case_id, judgement: cases.failed(case_id, "no camera"),
        lambda cases, case_id, judgement: cases.classify_again(case_id),
        lambda cases, case_id, judgement: cases.erase(case_id),
        lambda cases, case_id, judgement: cases.get(case_id),
    ],
)
def test_no_verb_works_on_an_erased_case(store, take, judgement, finish):
    case = take("captured")
    store.erase(case.id)
    last = store.changes.last()
    with pytest.raises(CaseUnknown, match="erased"):
        finish(store.cases, case.id, judgement)
    assert store.changes.last() == last


def test_a_photo_of_a_case_erased_meanwhile_is_not_recorded(store, skin_jpeg):
    case = store.cases.ask(Origin.BUTTON)
    photo = store.photos.write(case.id, 0, skin_jpeg)
    store.erase(case.id)
    with pytest.raises(CaseUnknown):
        store.cases.captured(case.id, photo)
    assert store.cases.named_photos([photo.file]) == set()


def test_a_photo_is_named_by_its_case_until_that_is_erased(store, take):
    case = take("captured")
    file = case.photos[0].file
    assert store.cases.named_photos(["ab/never-there-0.jpg", file]) == {file}
    store.cases.erase(case.id)
    assert store.cases.named_photos([file]) == set()


def test_a_finished_case_can_be_classified_again(store, take, judgement):
    case = take("retake")
    again = store.cases.classify_again(case.id)
    assert again.state is State.CAPTURED
    assert again.reason is None
    assert store.cases.next_unfinished().id == case.id
    store.cases.classified(case.id, judgement)
    assert store.cases.get(case.id).prediction == judgement.prediction


def test_the_newest_prediction_is_the_one_that_counts(store, take, judgement):
    case = take("classified")
    store.cases.classify_again(case.id)
    assert store.cases.get(case.id).prediction is None
    newer = type(judgement)(judgement.prediction | {"inconclusive": True}, "ef" * 32, {})
    store.cases.classified(case.id, newer)
    assert store.cases.get(case.id).prediction["inconclusive"] is True


@pytest.mark.parametrize("state", ["asked", "captured", "failed"])
def test_what_is_not_finished_or_has_no_photo_cannot_be_classified_again(store, take, state):
    case = take(state)
    with pytest.raises(Busy, match="take a new one"):
        store.cases.classify_again(case.id)


def test_a_phone_cannot_classify_again_what_it_may_not_see(store, take):
    case = take("classified", subject="P-17")
    with pytest.raises(CaseUnknown):
        store.cases.classify_again(case.id, Scope(subject="P-18"))
    assert store.cases.get(case.id).state is State.CLASSIFIED


def test_presses_are_worked_on_first_and_then_the_oldest_upload(store, skin_jpeg):
    uploads = [store.receive_photo(skin_jpeg).id for _ in range(3)]
    press = store.cases.ask(Origin.PHONE).id
    worked_on = []
    while case := store.cases.next_unfinished():
        worked_on.append(case.id)
        store.cases.failed(case.id, "done")
    assert worked_on == [press, *uploads]


def test_where_nothing_is_unfinished_there_is_nothing_next(store, take):
    assert store.cases.next_unfinished() is None
    take("classified")
    assert store.cases.next_unfinished() is None


def test_presses_nobody_waits_for_any_more_fail_with_the_reason(store, clock):
    case = store.cases.ask(Origin.BUTTON)
    clock.let_pass(29)
    store.cases.abandon_old_presses()
    assert store.cases.get(case.id).state is State.ASKED
    clock.let_pass(2)
    store.cases.abandon_old_presses()
    assert store.cases.get(case.id).state is State.FAILED
    assert "press again" in store.cases.get(case.id).reason


def test_a_press_of_an_earlier_boot_fails_and_a_photo_of_one_is_still_worked_on(store, clock, skin_jpeg):
    upload = store.receive_photo(skin_jpeg)
    press = store.cases.ask(Origin.BUTTON)
    clock.reboot()
    store.cases.abandon_old_presses()
    assert store.cases.get(press.id).state is State.FAILED
    assert store.cases.get(upload.id).state is State.CAPTURED


def test_a_retake_names_the_case_that_it_repeats(store, take):
    first = take("retake")
    second = take("classified", retake_of=first.id)
    third = take("classified", retake_of=first.id)
    assert store.cases.retakes_of(first.id) == (second.id, third.id)
    assert store.cases.get(second.id).details.retake_of == first.id


def test_odd_words_are_kept_as_they_are(store):
    odd = "Ünïcode '; DROP TABLE cases; -- \N{PILE OF POO} ../.."
    case = store.cases.ask(Origin.PHONE, CaseDetails(subject=odd, lesion=odd))
    assert store.cases.get(case.id).details.subject == odd
    assert store.cases.newest_first(5, scope=Scope(subject=odd))[0].id == case.id


def test_a_press_counts_only_after_its_countdown(store, clock):
    press = store.cases.ask(Origin.BUTTON)
    assert store.cases.next_unfinished(3.0) is None
    assert store.cases.countdown_left(3.0) == 3.0
    clock.let_pass(2.5)
    assert store.cases.next_unfinished(3.0) is None
    assert store.cases.countdown_left(3.0) == 0.5
    clock.let_pass(0.5)
    assert store.cases.countdown_left(3.0) == 0.0
    assert store.cases.next_unfinished(3.0).id == press.id


def test_without_a_countdown_a_press_counts_at_once(store):
    press = store.cases.ask(Origin.BUTTON)
    assert store.cases.countdown_left(0.0) == 0.0
    assert store.cases.next_unfinished().id == press.id


def test_a_press_of_another_boot_counts_at_once(store, clock):
    press = store.cases.ask(Origin.PHONE)
    clock.reboot()
    assert store.cases.countdown_left(10.0) == 0.0
    assert store.cases.next_unfinished(10.0).id == press.id


def test_a_countdown_holds_no_upload_back_and_then_the_press_comes_first(store, clock, skin_jpeg):
    press = store.cases.ask(Origin.BUTTON)
    upload = store.receive_photo(skin_jpeg)
    assert store.cases.next_unfinished(3.0).id == upload.id
    clock.let_pass(3)
    assert store.cases.next_unfinished(3.0).id == press.id


def test_a_photo_that_was_taken_waits_for_no_countdown(store, take):
    case = take("captured")
    assert store.cases.countdown_left(10.0) == 0.0
    assert store.cases.next_unfinished(10.0).id == case.id


def test_a_jumping_wall_clock_changes_no_countdown(store, clock):
    store.cases.ask(Origin.BUTTON)
    clock.let_pass(1)
    for jump in (timedelta(days=-3000), timedelta(days=6000)):
        clock.set_wall(clock.wall_at + jump, trusted=True)
        assert store.cases.countdown_left(3.0) == 2.0
        assert store.cases.next_unfinished(3.0) is None


def test_the_last_press_is_told_for_its_seconds_from_the_photo_on(store, clock, skin_jpeg):
    assert store.cases.pressed_within(60) is None
    case = store.cases.ask(Origin.BUTTON)
    clock.let_pass(50)
    assert store.cases.pressed_within(60).state is State.ASKED
    store.cases.captured(case.id, store.photos.write(case.id, 0, skin_jpeg))
    clock.let_pass(59.5)
    assert store.cases.pressed_within(60).photos
    clock.let_pass(0.5)
    assert store.cases.pressed_within(60) is None


def test_the_newest_press_is_the_one_told_whoever_made_it(store, take):
    take("classified", Origin.BUTTON)
    newest = take("failed", Origin.PHONE)
    assert store.cases.pressed_within(60) == newest


def test_an_upload_is_no_press_at_the_kiosk(store, take, skin_jpeg):
    store.receive_photo(skin_jpeg)
    assert store.cases.pressed_within(60) is None
    press = take("classified")
    store.receive_photo(skin_jpeg)
    assert store.cases.pressed_within(60) == press


def test_once_the_last_press_is_erased_the_one_before_it_is_not_told_again(store, take):
    take("classified")
    store.erase(take("classified").id)
    assert store.cases.pressed_within(60) is None


def test_a_press_is_told_without_what_clinicians_noted(store, take):
    press = take("classified")
    store.amendments.write(press.id, Draft("n-1", Kind.NOTE, {"text": "anxious"}, "A. B."))
    assert store.cases.pressed_within(60).notes == ()


def test_a_press_of_an_earlier_boot_is_told_no_more(store, take, clock):
    take("classified")
    clock.reboot()
    clock.boot_seconds = 101.0  # as long after this boot as the press was after its own
    assert store.cases.pressed_within(60) is None
