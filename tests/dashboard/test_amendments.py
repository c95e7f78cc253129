"""A clinician writes beside the finding; who wrote what, when, is kept, and nobody's words are lost."""

import re
import threading
import uuid

import pytest

from device.case import Role


@pytest.fixture
def case_id(kiosk, photo):
    return kiosk.has_case(photo, subject="S-1", lesion="L-1")


def put(user, case_id, what, **fields):
    return user.ask("PUT", f"/api/v1/cases/{case_id}/{what}", json=fields)


def note(user, case_id, text, **fields):
    return user.post(f"/api/v1/cases/{case_id}/notes", json={"text": text, **fields})


def written(user, case_id):
    return user.get(f"/api/v1/cases/{case_id}/amendments").json["amendments"]


def hidden(page, name):
    """The value of a form's hidden field."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)
    assert found, f"no field {name}"
    return found[1]


def fields_of(page):
    return {name: hidden(page, name) for name in ("id", "replaces", "written_by")}


def opened(user, path):
    """What a form that was opened sends besides what is typed into it."""
    return fields_of(user.get(path))


def fill(user, case_id, kind, **fields):
    """Open the form and send it with these fields, as a browser without scripts does."""
    path = f"/cases/{case_id}/write/{kind}"
    return user.post(path, data={**opened(user, path), **fields})


def test_a_note_and_a_diagnosis_stand_beside_the_finding(staff, case_id):
    assert fill(staff, case_id, "note", text="Grew since spring.\nItches.").status_code == 303
    assert fill(staff, case_id, "diagnosis", condition="nevus", text="dysplastic?").status_code == 303
    case = staff.case(case_id)
    assert case["notes"][0]["text"] == "Grew since spring.\nItches."
    assert (case["diagnosis"]["condition"], case["diagnosis"]["text"]) == ("nevus", "dysplastic?")
    assert case["prediction"]["finding"]["text"].startswith("Most likely: melanoma")
    page = staff.get(f"/cases/{case_id}").text
    assert "Most likely: melanoma" in page
    assert "Mole" in page.split("Diagnosis:")[1][:60] or "mole" in page.split("Diagnosis:")[1][:60]
    assert "Grew since spring." in page


def test_who_wrote_is_the_phones_name_until_somebody_says_otherwise(kiosk, staff, case_id):
    note(staff, case_id, "first")
    note(staff, case_id, "second", written_by="AB")
    note(staff, case_id, "third")
    other = kiosk.phone()
    note(other, case_id, "fourth")
    assert [a["written_by"] for a in written(staff, case_id)] == ["a phone", "AB", "AB", "a phone"]
    assert hidden(staff.get(f"/cases/{case_id}/write/note"), "written_by") == "AB"


def test_what_was_replaced_is_still_told_with_its_writer(staff, case_id):
    put(staff, case_id, "diagnosis", text="wart", written_by="AB")
    put(staff, case_id, "diagnosis", text="callus", written_by="CD")
    first, second = written(staff, case_id)
    assert (first["text"], second["text"], second["replaces"]) == ("wart", "callus", first["id"])
    page = staff.get(f"/cases/{case_id}/amendments").text
    assert page.index("wart") < page.index("AB,") < page.index("callus") < page.index("CD,")
    assert "wart" not in staff.get(f"/cases/{case_id}").text


def test_an_empty_diagnosis_takes_it_back_and_so_does_an_empty_correction(staff, case_id):
    put(staff, case_id, "diagnosis", text="wart")
    kept = note(staff, case_id, "wrong person").json["notes"][0]["id"]
    put(staff, case_id, "diagnosis")
    note(staff, case_id, "", replaces=kept)
    case = staff.case(case_id)
    assert (case["diagnosis"], case["notes"]) == (None, [])
    assert staff.get(f"/cases/{case_id}/amendments").text.count("taken back") == 2


@pytest.mark.parametrize(
    ("kind", "field", "first", "second"),
    [("diagnosis", "text", "wart", "callus"), ("details", "lesion", "L-2", "L-3")],
)
def test_of_two_phones_that_change_the_same_the_second_is_shown_both(
    kiosk, staff, case_id, kind, field, first, second
):
    other, path = kiosk.phone(), f"/cases/{case_id}/write/{kind}"
    forms = [opened(user, path) for user in (staff, other)]
    assert staff.post(path, data={**forms[0], field: first, "written_by": "AB"}).status_code == 303
    answer = other.post(path, data={**forms[1], field: second})
    assert answer.status_code == 409
    assert first in answer.text.split('id="theirs"')[1][:80]
    assert "AB," in answer.text
    assert second in answer.text.split("<form")[1]
    assert written(staff, case_id)[-1][field] == first
    assert other.post(path, data={**fields_of(answer), field: second}).status_code == 303
    assert [a[field] for a in written(staff, case_id)] == [first, second]


def test_two_phones_that_correct_one_note_lose_nothing(kiosk, staff, case_id):
    kept = note(staff, case_id, "itches").json["notes"][0]["id"]
    assert note(staff, case_id, "itches at night", replaces=kept).status_code == 200
    path = f"/cases/{case_id}/write/note"
    answer = kiosk.phone().post(path, data={"text": "burns", "replaces": kept, "id": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert "itches at night" in answer.text
    assert "burns" in answer.text
    assert note(staff, case_id, "burns", replaces=kept).status_code == 409


def test_two_notes_at_once_are_both_kept(kiosk, staff, case_id):
    users = [kiosk.phone() for _ in range(6)]
    threads = [
        threading.Thread(target=note, args=(user, case_id, f"note {number}"))
        for number, user in enumerate(users)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(n["text"] for n in staff.case(case_id)["notes"]) == [f"note {n}" for n in range(6)]


def test_a_form_sent_twice_is_kept_once(staff, case_id):
    same = str(uuid.uuid4())
    assert note(staff, case_id, "once", id=same).status_code == 200
    assert note(staff, case_id, "once", id=same).status_code == 200
    assert len(staff.case(case_id)["notes"]) == 1
    assert note(staff, case_id, "other words", id=same).status_code == 409


def test_details_move_a_case_under_another_subject_and_back_into_nobodys(kiosk, staff, case_id):
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    moved = put(staff, case_id, "details", subject="S-2", lesion="L-9", body_site="back", sex="female").json
    assert (moved["subject"], moved["lesion"], moved["body_site"], moved["sex"]) == (
        "S-2",
        "L-9",
        "back",
        "female",
    )
    assert subject.get(f"/api/v1/cases/{case_id}").status_code == 404
    assert put(staff, case_id, "details").json["subject"] is None


def test_consent_is_told_with_the_case_and_left_out_means_not_allowed(staff, case_id):
    assert put(staff, case_id, "consent", analyse=True, review=True, train=False).status_code == 200
    assert staff.case(case_id)["consent"] == {"analyse": True, "review": True, "train": False}
    assert put(staff, case_id, "consent", review=True).json["consent"] == {
        "analyse": False,
        "review": True,
        "train": False,
    }
    assert fill(staff, case_id, "consent", train="on").status_code == 303
    assert staff.case(case_id)["consent"] == {"analyse": False, "review": False, "train": True}
    assert "teaching the next model" in staff.get(f"/cases/{case_id}").text


def test_consent_ticked_before_a_photo_is_kept_with_it(staff, photo):
    case_id = staff.upload(photo, consent_analyse="on", consent_train="on").json["id"]
    assert staff.case(case_id)["consent"] == {"analyse": True, "review": False, "train": True}
    assert [a["kind"] for a in written(staff, case_id)] == ["consent"]
    assert written(staff, staff.upload(photo).json["id"]) == []


def test_a_press_keeps_its_consent_too(kiosk, staff):
    kiosk.runs()
    case_id = staff.press(consent_review="on").json["id"]
    assert staff.case(case_id)["consent"]["review"]


@pytest.mark.parametrize(
    ("what", "fields", "named"),
    [
        ("diagnosis", {"condition": "plague"}, "condition"),
        ("diagnosis", {"text": "x" * 401}, "text"),
        ("diagnosis", {"text": 7}, "text"),
        ("diagnosis", {"text": "a\x07b"}, "text"),
        ("details", {"age_band": "old"}, "age_band"),
        ("details", {"subject": "x" * 65}, "subject"),
        ("consent", {"analyse": "perhaps"}, "analyse"),
        ("consent", {"replaces": "first"}, "replaces"),
        ("details", {"id": "mine"}, "id"),
        ("details", {"written_by": ["AB"]}, "written_by"),
    ],
)
def test_what_does_not_hold_is_named_and_nothing_is_kept(staff, case_id, what, fields, named):
    answer = put(staff, case_id, what, **fields)
    assert answer.status_code == 422
    assert answer.json["detail"].startswith(named)
    assert written(staff, case_id) == []


def test_a_note_needs_its_text(staff, case_id):
    assert staff.post(f"/api/v1/cases/{case_id}/notes", json={}).status_code == 422
    assert note(staff, case_id, "x" * 4001).status_code == 422
    assert staff.post(f"/api/v1/cases/{case_id}/notes", json=["text"]).status_code == 422


def test_nothing_can_be_written_about_a_case_that_is_not_there(staff, case_id):
    staff.delete(f"/api/v1/cases/{case_id}")
    assert note(staff, case_id, "too late").status_code == 404
    assert put(staff, case_id, "diagnosis", text="too late").status_code == 404
    assert staff.get(f"/cases/{case_id}/write/note").status_code == 404
    assert staff.get(f"/cases/{case_id}/write/poem").status_code == 404


def test_a_note_that_was_taken_back_cannot_be_corrected_on_its_page(staff, case_id):
    kept = note(staff, case_id, "x").json["notes"][0]["id"]
    assert staff.get(f"/cases/{case_id}/write/note?note={kept}").status_code == 200
    note(staff, case_id, "", replaces=kept)
    assert staff.get(f"/cases/{case_id}/write/note?note={kept}").status_code == 404


def test_a_subject_reads_the_diagnosis_and_no_note_and_writes_nothing(kiosk, staff, case_id):
    note(staff, case_id, "seems anxious")
    put(staff, case_id, "diagnosis", text="wart")
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    pages = [subject.get(f"/cases/{case_id}"), subject.get("/"), subject.get(f"/cases/{case_id}/history")]
    pages += [subject.get(f"/compare?one={case_id}&other={case_id}"), subject.get("/api/v1/cases")]
    assert all("wart" in page.text for page in pages)
    assert not any("anxious" in page.text for page in pages)
    assert subject.case(case_id)["notes"] == []
    assert note(subject, case_id, "mine").status_code == 403
    assert put(subject, case_id, "consent", analyse=True).status_code == 403


def test_a_phone_that_was_revoked_while_it_sent_writes_nothing(kiosk, staff, case_id, monkeypatch):
    """Its request passed the door before; the store looks again when it writes."""
    phone = kiosk.phone()
    held = next(p for p in kiosk.store.phones.all()[::-1])
    write = kiosk.store.amendments.write

    def revoked_first(*given):
        kiosk.store.phones.revoke(held.id)
        return write(*given)

    monkeypatch.setattr(type(kiosk.store.amendments), "write", lambda _, *given: revoked_first(*given))
    assert note(phone, case_id, "too late").status_code == 401
    monkeypatch.undo()
    assert staff.case(case_id)["notes"] == []


def test_what_was_written_reaches_open_pages(staff, case_id):
    reader = staff.follow()
    note(staff, case_id, "told")
    assert reader.next("case")[2]["notes"][0]["text"] == "told"


@pytest.mark.parametrize(
    "text",
    [
        "d\u00a0accord",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f469\u200d seen",
        "soft\u00adhyphen",
    ],
)
def test_what_phones_keyboards_write_is_no_fault(staff, case_id, text):
    assert note(staff, case_id, text).json["notes"][0]["text"] == text.replace("\u00a0", " ")
    assert put(staff, case_id, "details", subject=text).status_code == 200


def test_a_new_note_says_something(staff, case_id):
    assert note(staff, case_id, " \n ").status_code == 422
    assert fill(staff, case_id, "note", text="").status_code == 422
    assert written(staff, case_id) == []


@pytest.mark.parametrize("what", ["details", "consent", "diagnosis"])
def test_a_slip_of_a_programs_pen_changes_nothing(staff, case_id, what):
    path = f"/api/v1/cases/{case_id}/{what}"
    assert put(staff, case_id, what, bodysite="arm").status_code == 422
    assert staff.ask("PUT", path, data='{"subject": "S-1"}', content_type="text/plain").status_code == 415
    assert staff.ask("PUT", path).status_code == 415
    nested = "[" * 100_000 + "]" * 100_000
    assert staff.ask("PUT", path, data=nested, content_type="application/json").status_code == 400
    assert written(staff, case_id) == []
    assert staff.case(case_id)["subject"] == "S-1"


def test_consent_that_comes_with_a_photo_is_told_by_the_phone_not_by_who_wrote_last(staff, case_id, photo):
    note(staff, case_id, "x", written_by="A. B.")
    sent = staff.upload(photo, consent_train="on").json["id"]
    assert [a["written_by"] for a in written(staff, sent)] == ["a phone"]


def test_a_diagnosis_is_said_before_the_finding_and_in_every_list(staff, case_id):
    put(staff, case_id, "diagnosis", condition="melanoma")
    page = staff.get(f"/cases/{case_id}").text
    assert page.index("A clinician wrote a diagnosis: melanoma") < page.index('id="finding-text"')
    for path in ("/cases", f"/cases/{case_id}/history", f"/cases/{case_id}/subject"):
        assert "Diagnosis: melanoma" in staff.get(path).text
