"""The photos of a lesion in order of time, any two side by side, and the subjects."""

import pytest

from device.case import Role


@pytest.fixture
def three(kiosk, photo):
    """Three photos of one lesion, with another lesion's between them."""
    first = kiosk.has_case(photo, subject="S-1", lesion="L-1", body_site="back")
    kiosk.has_case(photo, subject="S-1", lesion="L-2")
    second = kiosk.has_case(photo, subject="S-1", lesion="L-1")
    kiosk.has_case(photo, subject="S-2", lesion="L-1")
    return first, second, kiosk.has_case(photo, subject="S-1", lesion="L-1")


def shown(page, ids):
    """These ids in the order in which the page shows them."""
    found = [(page.text.index(f'data-case="{i}"'), i) for i in ids if f'data-case="{i}"' in page.text]
    return tuple(i for _, i in sorted(found))


def test_the_photos_of_a_lesion_stand_in_order_with_their_findings(staff, three):
    for case_id in three:
        page = staff.get(f"/cases/{case_id}/history")
        assert shown(page, three) == three
        assert page.text.count("Most likely: melanoma") == 3
        listed = staff.get(f"/api/v1/cases/{case_id}/history").json["cases"]
        assert tuple(case["id"] for case in listed) == three


def test_any_two_stand_side_by_side_the_earlier_left(staff, three):
    for one, other in ((three[0], three[2]), (three[2], three[0]), (three[1], three[2])):
        page = staff.get(f"/compare?one={one}&other={other}")
        assert shown(page, three) == tuple(sorted((one, other), key=three.index))
        assert "two-lesions" not in page.text


def test_two_lesions_side_by_side_are_called_so(kiosk, staff, three, photo):
    other = kiosk.has_case(photo, subject="S-9", lesion="L-1")
    assert 'id="two-lesions"' in staff.get(f"/compare?one={three[0]}&other={other}").text


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?one={}", 400), ("?one={}&other=none", 404)])
def test_a_comparison_that_cannot_be_is_refused(staff, three, query, status):
    assert staff.get(f"/compare{query.format(three[0])}").status_code == status


def test_a_case_without_subject_or_lesion_stands_alone_and_says_how_to_place_it(kiosk, staff, photo):
    for details in ({}, {"lesion": "L-1"}, {"subject": "S-1"}):
        case_id = kiosk.has_case(photo, **details)
        kiosk.has_case(photo, **details)
        page = staff.get(f"/cases/{case_id}/history")
        assert "needs a subject and a lesion" in page.text
        assert [c["id"] for c in staff.get(f"/api/v1/cases/{case_id}/history").json["cases"]] == [case_id]


def test_a_button_press_is_put_under_a_subject_afterwards(kiosk, staff, three, photo):
    pressed = kiosk.has_case(photo)
    staff.ask("PUT", f"/api/v1/cases/{pressed}/details", json={"subject": "S-1", "lesion": "L-1"})
    assert shown(staff.get(f"/cases/{three[0]}/history"), (*three, pressed)) == (*three, pressed)


def test_the_next_photo_of_a_lesion_starts_with_what_is_known(staff, three):
    page = staff.get(f"/new?like={three[0]}").text
    assert page.count('value="S-1"') == 2
    assert page.count('value="back"') >= 2
    assert 'name="retake_of"' not in page
    assert staff.get("/new?like=none").status_code == 404


def test_a_subjects_lesions_stand_together_the_last_seen_first(staff, three):
    page = staff.get(f"/cases/{three[0]}/subject").text
    assert page.index(">L-1") < page.index(">L-2")
    assert "3 photos over time" in page


def test_subjects_are_found_by_name_without_a_name_in_any_address(kiosk, staff, three, photo):
    page = staff.get("/subjects")
    assert page.text.index("S-1") < page.text.index("S-2")
    found = staff.post("/subjects/find", data={"subject": " S-2 "})
    assert found.status_code == 303
    assert "S-2" not in found.headers["Location"]
    assert "S-2" in staff.get(found.headers["Location"]).text
    assert staff.post("/subjects/find", data={"subject": "nobody"}).status_code == 404
    for address in (part.split('"')[0] for part in page.text.split('href="')[1:]):
        assert "S-1" not in address


def test_the_list_of_subjects_leads_through_all_of_them(kiosk, staff, photo):
    names = [f"P-{number:02}" for number in range(5)]
    for name in names:
        kiosk.has_case(photo, subject=name, lesion="L")
    seen, after = [], ""
    while after is not None:
        answer = staff.get(f"/api/v1/subjects?limit=2{after}").json
        seen += [subject["subject"] for subject in answer["subjects"]]
        after = answer["next"] and f"&after={answer['next']}"
    assert seen == names
    assert answer["subjects"][0]["lesions"] == 1
    assert staff.get("/api/v1/subjects?limit=0").status_code == 422
    assert staff.get("/api/v1/subjects?after=none").status_code == 404


def test_a_subjects_phone_sees_its_own_history_and_nobody_elses(kiosk, staff, three, photo):
    stranger = kiosk.has_case(photo, subject="S-2", lesion="L-1")
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    assert shown(subject.get(f"/cases/{three[0]}/history"), three) == three
    for path in (
        f"/cases/{stranger}/history",
        f"/cases/{stranger}/subject",
        f"/api/v1/cases/{stranger}/history",
    ):
        assert subject.get(path).status_code == 404
    assert subject.get(f"/compare?one={three[0]}&other={stranger}").status_code == 404
    assert subject.get("/subjects").status_code == 403
    assert subject.get("/api/v1/subjects").status_code == 403


def test_a_phone_of_one_case_sees_only_that_one_in_its_history(kiosk, three):
    phone = kiosk.phone(Role.SUBJECT, case_id=three[1])
    assert shown(phone.get(f"/cases/{three[1]}/history"), three) == (three[1],)
    assert shown(phone.get(f"/cases/{three[1]}/subject"), three) == (three[1],)
