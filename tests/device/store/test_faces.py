"""Nothing of a photo leaves before somebody looked for faces and, where there is one, somebody chose."""

import pytest

from device.amendment import Kind
from device.case import Origin, Role, Scope
from device.entry import SyncState
from device.errors import CaseUnknown, ChoiceRefused, FaceUnsettled, PhoneRevoked
from device.face import FaceChoice
from device.store.cases import Judgement

BOX = (0.25, 0.3, 0.2, 0.3)


@pytest.fixture
def owed(take, store, draft):
    """A classified case that may go to the server, on whose photo somebody found ``faces``."""

    def owed(faces=(), **scopes):
        case = take(faces=faces)
        return store.amendments.write(case.id, draft(Kind.CONSENT, **(scopes or {"review": True})))

    return owed


@pytest.fixture
def blur(store, pictures):
    """The device process makes the copy that waits."""

    def blur():
        task = store.faces.next_task()
        photo = pictures.jpeg(pictures.skin(64, 48))
        kept = store.photos.write(task.case_id, task.photo.number, photo, "-blurred")
        store.faces.blurred(task, kept, b"a small blurred one")
        return kept

    return blur


def files(store):
    return {path.name for path in store.photos.folder.rglob("*") if path.is_file()}


def standing(store, case):
    sync = store.cases.get(case.id).sync
    return sync.state, sync.reason


# A look


def test_a_classified_case_waits_for_a_look_and_then_for_none(store, take):
    case = take(faces=None)
    task = store.faces.next_task()
    assert (task.case_id, task.photo, task.boxes) == (case.id, case.photos[0], None)
    assert store.cases.get(case.id).face.found is None
    store.faces.looked(task, ())
    assert store.faces.next_task() is None
    assert store.cases.get(case.id).face.found is False


@pytest.mark.parametrize("state", ["asked", "retake", "failed"])
def test_what_was_not_classified_never_leaves_and_is_not_looked_at(store, take, state):
    assert take(state).face is None
    assert store.faces.next_task() is None


def test_the_oldest_is_looked_at_first(store, take):
    first, second = take(faces=None), take(faces=None)
    store.faces.looked(store.faces.next_task(), ())
    assert store.faces.next_task().case_id == second.id
    assert store.cases.get(first.id).face.found is False


def test_a_case_from_before_there_was_a_check_is_looked_at_once_it_is_owed(store, take, draft):
    case = take()
    with store.database.transaction() as t:
        t.execute("DELETE FROM faces")
    store.amendments.write(case.id, draft(Kind.CONSENT, analyse=True))
    assert store.faces.next_task().case_id == case.id
    assert store.outbox.next() is None


def test_a_photo_that_is_classified_again_is_not_looked_at_again(store, take, judgement):
    case = take(faces=[BOX])
    store.cases.classify_again(case.id)
    store.cases.classified(case.id, judgement)
    assert store.faces.next_task() is None
    assert store.cases.get(case.id).face.asks


def test_before_anybody_looked_nothing_leaves_and_the_case_says_why(store, owed):
    case = owed(faces=None)
    assert store.outbox.next() is None
    assert standing(store, case) == (
        SyncState.WAITING,
        "faces on the photo are looked for before it is sent",
    )
    with pytest.raises(FaceUnsettled):
        store.faces.departing(case.id)
    store.faces.looked(store.faces.next_task(), ())
    assert standing(store, case) == (SyncState.WAITING, None)
    assert store.outbox.next().case_id == case.id


def test_where_no_face_was_found_nobody_is_asked_and_the_photo_itself_leaves(
    store, skin_jpeg, judgement, draft
):
    case = store.cases.ask(Origin.BUTTON, consent=draft(Kind.CONSENT, review=True))
    kept = store.photos.write(case.id, 0, skin_jpeg)
    store.cases.captured(case.id, kept)
    store.cases.classified(case.id, Judgement(**(vars(judgement) | {"thumbnail": b"small"})))
    store.faces.looked(store.faces.next_task(), ())
    leaving = store.faces.departing(case.id)
    assert (leaving.photos, leaving.thumbnail) == ((kept,), b"small")
    with pytest.raises(ChoiceRefused, match="no face"):
        store.faces.choose(case.id, FaceChoice.BLUR, "Ada")


def test_a_look_tells_open_pages_only_where_the_case_is_on_its_way(store, take, owed):
    here, leaving = take(faces=None), owed(faces=None)
    before = store.changes.last()
    for _ in range(2):
        store.faces.looked(store.faces.next_task(), ())
    assert [change.case_id for change in store.changes.after(before)] == [leaving.id] != [here.id]


# A choice


def test_a_face_keeps_the_case_here_until_somebody_chooses(store, owed):
    case = owed(faces=[BOX])
    other = owed()
    assert standing(store, case) == (SyncState.ASKS, None)
    assert store.outbox.next().case_id == other.id
    with pytest.raises(FaceUnsettled):
        store.faces.departing(case.id)


def test_as_it_is_lets_the_photo_itself_go_and_names_who_chose(store, owed):
    case = owed(faces=[BOX])
    chosen = store.faces.choose(case.id, FaceChoice.AS_IS, "Ada")
    assert chosen.face.as_json() == {"found": True, "choice": "as_is", "chosen_by": "Ada"}
    assert standing(store, case) == (SyncState.WAITING, None)
    assert store.faces.departing(case.id).photos == case.photos
    assert store.faces.next_task() is None
    assert store.outbox.next().case_id == case.id


def test_a_blurred_copy_goes_in_place_of_the_photo_which_stays(store, owed, blur, skin_jpeg):
    case = owed(faces=[BOX])
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    assert standing(store, case) == (SyncState.WAITING, "the face on the photo is blurred before it is sent")
    assert store.outbox.next() is None
    assert store.faces.next_task().boxes == (BOX,)
    copy = blur()
    leaving = store.faces.departing(case.id)
    assert (leaving.photos, leaving.thumbnail) == ((copy,), b"a small blurred one")
    assert store.outbox.next().case_id == case.id
    assert store.cases.get(case.id).photos == case.photos
    assert store.photos.read(case.photos[0])


def test_somebody_may_choose_otherwise_until_it_has_left(store, owed, blur):
    case = owed(faces=[BOX])
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    blur()
    store.faces.choose(case.id, FaceChoice.AS_IS, "Ben")
    assert store.faces.departing(case.id).photos == case.photos
    store.outbox.keep_record(case.id, {"photos": [{"sha256": case.photos[0].sha256}]})
    with pytest.raises(ChoiceRefused, match="left the kiosk"):
        store.faces.choose(case.id, FaceChoice.BLUR, "Ada")


def test_a_record_of_another_choice_than_the_last_is_not_kept(store, owed, blur):
    case = owed(faces=[BOX])
    store.faces.choose(case.id, FaceChoice.AS_IS, "Ada")
    record = {"photos": [{"sha256": case.photos[0].sha256}]}
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    with pytest.raises(FaceUnsettled):
        store.outbox.keep_record(case.id, record)
    blur()
    with pytest.raises(FaceUnsettled):
        store.outbox.keep_record(case.id, record)
    assert store.outbox.record(case.id) is None


def test_before_anybody_looked_there_is_nothing_to_choose(store, owed):
    with pytest.raises(ChoiceRefused, match="still being looked for"):
        store.faces.choose(owed(faces=None).id, FaceChoice.AS_IS, "Ada")


def test_only_who_may_see_the_case_may_choose_and_no_revoked_phone(store, owed):
    case = owed(faces=[BOX])
    with pytest.raises(CaseUnknown):
        store.faces.choose(case.id, FaceChoice.AS_IS, "Ada", scope=Scope(subject="P-9"))
    phone = store.phones.add(Role.STAFF, "a phone").phone
    store.phones.revoke(phone.id)
    with pytest.raises(PhoneRevoked):
        store.faces.choose(case.id, FaceChoice.AS_IS, "Ada", phone.id)
    assert store.cases.get(case.id).face.asks


# A photo that goes nowhere


@pytest.mark.parametrize("end", ["retake", "failed"])
def test_nobody_is_asked_about_a_face_once_the_case_ends_without_an_estimate(store, owed, end):
    case = owed(faces=[BOX])
    store.cases.classify_again(case.id)
    getattr(store.cases, end)(case.id, "too dark: add light")
    assert (store.cases.get(case.id).sync, store.outbox.count()) == (None, 0)


def test_once_it_has_an_estimate_after_all_somebody_is_asked_again(store, owed, judgement):
    case = owed(faces=[BOX])
    store.cases.classify_again(case.id)
    store.cases.retake(case.id, "too dark: add light")
    store.cases.classify_again(case.id)
    store.cases.classified(case.id, judgement)
    assert standing(store, case) == (SyncState.ASKS, None)


def test_consent_to_a_photo_that_must_be_taken_again_asks_nobody_anything(store, take, draft):
    case = store.amendments.write(take("retake").id, draft(Kind.CONSENT, review=True))
    assert (case.sync, case.face, store.outbox.count()) == (None, None, 0)


def test_what_has_begun_to_leave_before_is_still_owed(store, owed):
    case = owed()
    store.outbox.keep_record(case.id, {"photos": [{"sha256": case.photos[0].sha256}]})
    store.cases.classify_again(case.id)
    store.cases.retake(case.id, "too dark: add light")
    assert store.outbox.next().case_id == case.id


def test_while_an_estimate_is_made_once_more_the_record_waits_for_it(store, owed, judgement):
    case = owed()
    store.cases.classify_again(case.id)
    assert store.outbox.next() is None
    store.cases.classified(case.id, judgement)
    assert store.outbox.next().case_id == case.id


# What goes wrong


def test_a_photo_that_cannot_be_looked_at_stays_and_says_why_until_it_is_tried_again(store, owed):
    case = owed(faces=None)
    store.faces.failed(store.faces.next_task(), "the photo's file is gone")
    assert standing(store, case) == (SyncState.FAILED, "the photo's file is gone")
    assert (store.faces.next_task(), store.outbox.next()) == (None, None)
    store.outbox.try_again()
    assert store.faces.next_task().case_id == case.id


def test_a_copy_that_cannot_be_made_lets_nothing_go(store, owed):
    case = owed(faces=[BOX])
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    store.faces.failed(store.faces.next_task(), "the photo is damaged")
    assert standing(store, case) == (SyncState.FAILED, "the photo is damaged")
    assert store.outbox.next() is None
    store.outbox.try_again()
    assert store.faces.next_task().boxes == (BOX,)


def test_a_case_erased_meanwhile_takes_no_answer(store, take):
    take(faces=None)
    task = store.faces.next_task()
    store.erase(task.case_id)
    for answer in (lambda: store.faces.looked(task, ()), lambda: store.faces.failed(task, "?")):
        with pytest.raises(CaseUnknown):
            answer()
    assert store.faces.next_task() is None


# The copy's file


def test_erasing_the_case_removes_both_and_every_trace_of_the_choice(store, owed, blur, home):
    case = owed(faces=[BOX])
    store.faces.choose(case.id, FaceChoice.BLUR, "CHOOSER-OF-NOBODY")
    blur()
    assert files(store) == {f"{case.id}-0.jpg", f"{case.id}-0-blurred.jpg"}
    store.erase(case.id)
    assert files(store) == set()
    assert b"CHOOSER-OF-NOBODY" not in b"".join(path.read_bytes() for path in home.glob("kiosk.sqlite3*"))


def test_the_copy_is_no_orphan_and_one_whose_row_was_never_written_is(store, owed, blur, skin_jpeg):
    case = owed(faces=[BOX])
    store.faces.choose(case.id, FaceChoice.BLUR, "Ada")
    copy = blur()
    store.photos.write("0195-never-named", 0, skin_jpeg, "-blurred")
    for _ in range(2):
        store.remove_orphans()
    assert files(store) == {f"{case.id}-0.jpg", f"{case.id}-0-blurred.jpg"}
    assert store.photos.read(copy)
    assert store.faces.copies(case.id) == (copy,)
