"""Where a photo that is to leave shows a face, staff are asked what is done about it."""

import pytest

from device.case import Role
from device.face import FaceChoice
from device.store import FaceTask

BOX = (0.25, 0.3, 0.2, 0.3)


@pytest.fixture
def leaving(kiosk, staff, photo):
    """A case that may go to the server, with ``faces`` on its photo; None: nobody looked yet."""

    def leaving(faces=(BOX,), **details):
        case_id = kiosk.has_case(photo, **details)
        staff.ask("PUT", f"/api/v1/cases/{case_id}/consent", json={"review": True})
        if faces is not None:
            kiosk.finds(*faces)
        return case_id

    return leaving


def put(phone, case_id, **said):
    return phone.ask("PUT", f"/api/v1/cases/{case_id}/face", json=said)


def test_the_page_asks_with_three_buttons(staff, leaving):
    page = staff.get(f"/cases/{leaving()}").text
    for words in ("face-retake", "Blur the face and send", "Send as it is: the spot is there"):
        assert words in page
    assert "A face was found: somebody must choose before it is sent" in page


def test_without_a_face_nothing_is_asked(staff, leaving):
    page = staff.get(f"/cases/{leaving(())}").text
    assert 'id="face"' not in page
    assert 'data-sync="waiting"' in page


def test_a_case_that_stays_here_is_not_asked_about(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    kiosk.finds(BOX)
    assert 'id="face"' not in staff.get(f"/cases/{case_id}").text


def test_before_somebody_looked_the_page_says_so(kiosk, staff, leaving):
    kiosk.runs()
    page = staff.get(f"/cases/{leaving(None)}").text
    assert "Faces on the photo are looked for before it is sent" in page
    assert "it waits until it does" not in page


def test_where_nobody_runs_who_would_look_that_is_said(staff, leaving):
    page = staff.get(f"/cases/{leaving(None)}").text
    assert "does not run: it waits until it does" in page


@pytest.mark.parametrize("choice", list(FaceChoice))
def test_a_tap_is_kept_with_who_chose_and_the_page_says_so(kiosk, staff, leaving, choice):
    case_id = leaving()
    answer = staff.post(f"/cases/{case_id}/face", data={"choice": choice.value})
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}")
    check = kiosk.store.cases.get(case_id).face
    assert (check.choice, check.chosen_by) == (choice, "a phone")
    page = staff.get(f"/cases/{case_id}").text
    assert f'data-choice="{choice.value}"' in page
    assert "chosen by a phone" in page
    assert 'id="face"' not in page


def test_taken_again_the_new_photo_goes_in_place_of_the_one_with_the_face(kiosk, staff, leaving, photo):
    kiosk.runs()
    case_id = leaving(body_site="back")
    new_id = staff.post(f"/cases/{case_id}/retake").location.rsplit("/", 1)[1]
    page = staff.get(f"/cases/{case_id}").text
    assert ('id="face"' in page, "somebody must choose" in page) == (False, False)
    assert not kiosk.store.cases.get(case_id).consent.any
    kiosk.captures(new_id, photo)
    kiosk.classifies(new_id)
    kiosk.finds()
    new = staff.case(new_id)
    assert (new["retake_of"], new["consent"]["review"], new["sync"]["state"]) == (case_id, True, "waiting")
    assert {entry.case_id for entry in kiosk.store.outbox.all()} == {new_id}


def test_where_no_photo_is_taken_nothing_of_the_choice_is_kept(kiosk, staff, leaving):
    case_id = leaving()
    assert staff.post(f"/cases/{case_id}/retake").status_code == 503
    assert kiosk.store.cases.get(case_id).face.asks
    assert kiosk.store.cases.get(case_id).consent.review


def test_a_photo_that_asks_nothing_keeps_its_consent_when_it_is_taken_again(kiosk, staff, leaving):
    kiosk.runs()
    case_id = leaving(())
    new_id = staff.post(f"/cases/{case_id}/retake").location.rsplit("/", 1)[1]
    assert kiosk.store.cases.get(case_id).consent.review
    assert not kiosk.store.cases.get(new_id).consent.any


def test_a_photo_that_the_server_holds_says_so_in_plain_words(kiosk, staff, leaving):
    case_id = leaving(())
    (entry,) = kiosk.store.outbox.all()
    sha256 = kiosk.store.cases.get(case_id).photos[0].sha256
    receipt = {"photos": [{"sha256": sha256, "state": "held", "until": None}]}
    kiosk.store.outbox.receipted(entry, receipt)
    page = staff.get(f"/cases/{case_id}").text
    assert "At the server, where somebody looks at the photo before anybody else does" in page
    assert "The server keeps the photo" not in page
    assert 'data-sync="sent"' in page


def test_a_program_chooses_and_gets_the_case(staff, leaving):
    case_id = leaving()
    assert staff.case(case_id)["sync"]["state"] == "asks"
    answer = put(staff, case_id, choice="as_is")
    assert answer.status_code == 200
    assert answer.json["face"] == {"found": True, "choice": "as_is", "chosen_by": "a phone"}
    assert answer.json["sync"]["state"] == "waiting"


@pytest.mark.parametrize("said", [{}, {"choice": "keep"}, {"choice": None}, {"choice": "blur", "more": 1}])
def test_what_is_no_choice_is_refused(kiosk, staff, leaving, said):
    case_id = leaving()
    assert put(staff, case_id, **said).status_code == 422
    assert kiosk.store.cases.get(case_id).face.asks


@pytest.mark.parametrize(("faces", "words"), [((), "no face was found"), (None, "still being looked for")])
def test_where_there_is_nothing_to_choose_that_is_said(staff, leaving, faces, words):
    answer = put(staff, leaving(faces), choice="blur")
    assert (answer.status_code, answer.json["title"]) == (409, "Nothing to choose")
    assert words in answer.json["detail"]


def test_a_subjects_own_phone_chooses_nothing(kiosk, leaving):
    case_id = leaving(subject="S-1")
    own = kiosk.phone(Role.SUBJECT, "S-1")
    page = own.get(f"/cases/{case_id}").text
    assert "somebody must choose" in page
    assert 'id="face"' not in page
    assert put(own, case_id, choice="as_is").status_code == 403
    assert own.post(f"/cases/{case_id}/face", data={"choice": "as_is"}).status_code == 403
    assert kiosk.store.cases.get(case_id).face.asks


def test_open_pages_learn_that_a_face_was_found_and_what_was_chosen(kiosk, staff, leaving):
    case_id = leaving(None)
    events = staff.follow()
    kiosk.finds(BOX)
    assert events.next("case")[2]["sync"]["state"] == "asks"
    put(staff, case_id, choice="blur")
    assert events.next("case")[2]["sync"]["reason"] == "the face on the photo is blurred before it is sent"


def test_a_copy_that_could_not_be_made_is_said(kiosk, staff, leaving):
    case_id = leaving()
    put(staff, case_id, choice="blur")
    task = kiosk.store.faces.next_task()
    assert isinstance(task, FaceTask)
    kiosk.store.faces.failed(task, "the photo is damaged: take another one")
    assert "Could not be sent: the photo is damaged" in staff.get(f"/cases/{case_id}").text
