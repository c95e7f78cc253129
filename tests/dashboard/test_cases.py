"""Cases through the API and on the pages."""

from dataclasses import replace

import pytest

from device.case import Role


def test_a_case_has_the_fields_of_the_contract(kiosk, staff, photo):
    case = staff.case(kiosk.has_case(photo, subject="S-1"))
    for field in ("id", "subject", "lesion", "body_site", "age_band", "sex", "photos", "sync", "state"):
        assert field in case
    for field in ("captured_at", "prediction", "opinion", "recommendations", "consent"):
        assert field in case
    assert case["prediction"]["candidates"][0] == {"condition": "melanoma", "score": 0.624}
    assert case["consent"] == {"analyse": False, "review": False, "train": False}


def test_the_list_is_newest_first_and_its_cursor_leads_through_it(kiosk, staff, photo):
    ids = [kiosk.has_case(photo) for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = staff.get(f"/api/v1/cases?limit=2{cursor}").json
        seen += [case["id"] for case in page["cases"]]
        cursor = page["next"] and f"&after={page['next']}"
    assert seen == ids[::-1]


def test_a_full_last_page_has_no_next(kiosk, staff, photo):
    kiosk.has_case(photo)
    kiosk.has_case(photo)
    page = staff.get("/api/v1/cases?limit=2").json
    assert (len(page["cases"]), page["next"]) == (2, None)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "after=x", "after=-1", f"after={1 << 70}"]
)
def test_a_cursor_or_limit_that_does_not_hold_is_named(staff, query):
    response = staff.get(f"/api/v1/cases?{query}")
    assert response.status_code == 422
    assert response.json["detail"].startswith(query.split("=")[0])


def test_an_unknown_case_is_not_found(staff):
    for response in (
        staff.get("/api/v1/cases/none"),
        staff.delete("/api/v1/cases/none"),
        staff.post("/api/v1/cases/none/classify"),
        staff.post("/api/v1/cases/none/retake"),
    ):
        assert response.status_code == 404
        assert response.content_type == "application/problem+json"


def test_erasing_takes_the_photo_with_it(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    assert staff.delete(f"/api/v1/cases/{case_id}").status_code == 204
    assert staff.get(f"/api/v1/cases/{case_id}").status_code == 404
    assert staff.get(f"/api/v1/cases/{case_id}/photos/0").status_code == 404
    assert not [file for file in kiosk.store.photos.folder.rglob("*") if file.is_file()]


def test_a_finished_case_can_be_classified_again(kiosk, staff, photo):
    case_id = kiosk.store.receive_photo(photo).id
    assert staff.post(f"/api/v1/cases/{case_id}/classify").status_code == 409
    kiosk.store.cases.failed(case_id, "The model could not be run.")
    assert staff.post(f"/api/v1/cases/{case_id}/classify").status_code == 202
    assert staff.case(case_id)["state"] == "captured"


class TestPage:
    """What a person reads about one case."""

    def test_says_the_finding_and_how_urgent_it_is_in_words(self, kiosk, staff, photo):
        page = staff.get(f"/cases/{kiosk.has_case(photo)}").text
        assert "Most likely: melanoma (62%)." in page
        assert "Have it looked at soon" in page
        assert "not a diagnosis" in page
        assert "approval of an ethics committee" in page

    def test_ranks_all_candidates_and_shows_low_ones_as_low(self, kiosk, staff, photo, predicted):
        words = predicted({"melanoma": 0.996, "nevus": 0.0031, "acne": 0.0009})
        page = staff.get(f"/cases/{kiosk.has_case(photo, words)}").text
        melanoma, nevus, acne = (page.index(f'data-condition="{c}"') for c in ("melanoma", "nevus", "acne"))
        assert melanoma < nevus < acne
        assert "over 99 %" in page[melanoma:nevus]
        assert "under 1 %" in page[nevus:acne]
        assert "nevus (mole)" in page[nevus:acne]

    def test_gives_advice_links_red_flags_and_the_model(self, kiosk, staff, photo):
        page = staff.get(f"/cases/{kiosk.has_case(photo)}").text
        for words in ("What to do next.", "What it is, in plain words.", "It bleeds", "emergency number"):
            assert words in page
        assert 'href="https://www.nhs.uk/conditions/moles/" rel="noreferrer"' in page
        assert "mobilenet 1.0" in page
        assert "Too dark: add light" in page

    def test_names_what_the_model_cannot_recognise(self, kiosk, staff):
        kiosk.runs()
        page = staff.get("/").text
        unrecognised = page[page.index('id="unrecognised"') :]
        assert "psoriasis" in unrecognised
        assert "<li>melanoma</li>" not in unrecognised

    def test_never_calls_an_inconclusive_case_healthy(self, kiosk, staff, photo, predicted):
        words = predicted(inconclusive=True, urgency="routine")
        page = staff.get(f"/cases/{kiosk.has_case(photo, words)}").text
        assert 'data-announce="Inconclusive. Too close to call."' in page
        assert '<span class="headline">Inconclusive.</span> Too close to call.</h1>' in page
        assert 'data-inconclusive="true"' in page
        assert "healthy" not in page.lower()

    def test_says_why_a_photo_has_to_be_taken_again(self, kiosk, staff, photo):
        case_id = kiosk.store.receive_photo(photo).id
        kiosk.store.cases.retake(case_id, "The photo is black: take off the lens cover.")
        page = staff.get(f"/cases/{case_id}").text
        assert "The photo is black: take off the lens cover." in page
        assert 'id="retake"' in page

    def test_says_why_it_failed_and_offers_another_try(self, kiosk, staff, photo):
        case_id = kiosk.store.receive_photo(photo).id
        kiosk.store.cases.failed(case_id, "The camera did not answer.")
        page = staff.get(f"/cases/{case_id}").text
        assert "The camera did not answer." in page
        for offer in ("classify-again", "retake", "retake-phone"):
            assert f'id="{offer}"' in page
        assert staff.post(f"/cases/{case_id}/classify").status_code == 303

    def test_refreshes_itself_without_scripts_while_it_is_worked_on(self, kiosk, staff, photo):
        case_id = kiosk.store.receive_photo(photo).id
        page = staff.get(f"/cases/{case_id}").text
        assert "Thinking" in page
        assert '<noscript><meta http-equiv="refresh"' in page
        kiosk.classifies(case_id)
        assert "http-equiv" not in staff.get(f"/cases/{case_id}").text

    def test_links_the_earlier_and_the_later_photo(self, kiosk, staff, photo):
        first = kiosk.has_case(photo)
        second = kiosk.has_case(photo, retake_of=first)
        assert f'id="earlier" href="/cases/{first}"' in staff.get(f"/cases/{second}").text
        assert f'id="later" href="/cases/{second}"' in staff.get(f"/cases/{first}").text
        staff.post(f"/cases/{first}/erase")
        assert 'id="earlier"' not in staff.get(f"/cases/{second}").text

    def test_offers_a_reader_nothing_to_change(self, kiosk, photo):
        case_id = kiosk.has_case(photo, subject="S-1")
        page = kiosk.phone(Role.SUBJECT, "S-1").get(f"/cases/{case_id}").text
        assert "<form" not in page
        assert "/phones" not in page

    def test_doubts_a_time_that_was_not_trusted(self, kiosk, staff, photo, monkeypatch):
        case_id = kiosk.has_case(photo)
        case = kiosk.store.cases.get(case_id)
        for trusted in (True, False):
            shown = replace(case, time_trusted=trusted)
            monkeypatch.setattr(kiosk.store.cases, "get", lambda *_, shown=shown: shown)
            page = staff.get(f"/cases/{case_id}").text
            assert ("clock was not set" in page) is not trusted

    def test_shows_what_people_typed_as_text(self, kiosk, staff, photo):
        case_id = kiosk.has_case(photo, subject="<script>alert(1)</script>")
        assert "<script>alert" not in staff.get(f"/cases/{case_id}").text + staff.get("/cases").text


def test_the_newest_page_shows_the_newest_case(kiosk, staff, photo):
    assert "Press the kiosk" in staff.get("/").text
    kiosk.has_case(photo)
    newest = kiosk.has_case(photo)
    assert f'data-case="{newest}"' in staff.get("/").text


def test_the_first_use_says_what_this_is(staff):
    page = staff.get("/").text
    for words in ("proof of concept", "experimental estimate", "not a diagnosis", "ethics committee"):
        assert words in page


def test_the_list_of_cases_has_pages(kiosk, staff, photo):
    ids = [kiosk.has_case(photo) for _ in range(26)]
    first = staff.get("/cases").text
    assert ids[-1] in first
    assert ids[0] not in first
    older = first.split('id="older" href="')[1].split('"')[0]
    assert ids[0] in staff.get(older).text
    assert staff.get("/cases?before=x").status_code == 400


def test_erasing_on_a_page_leads_back_to_the_list(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    response = staff.post(f"/cases/{case_id}/erase")
    assert (response.status_code, response.headers["Location"]) == (303, "/cases")
    assert "No cases yet." in staff.get("/cases").text


def test_a_simulated_kiosk_says_so_on_every_page(kiosk, staff):
    for page in ("/", "/cases", "/new", "/phones", "/status", "/twin", "/pair", "/nothing-here"):
        assert "Simulated hardware: for trying out, not for people" in staff.get(page).text


def test_a_real_kiosk_does_not(real_kiosk):
    assert "Simulated" not in real_kiosk.phone().get("/").text


def test_the_new_page_repeats_a_case_with_what_was_said(kiosk, staff, photo):
    kiosk.runs()
    case_id = kiosk.has_case(photo, subject="S-1", age_band="40-59")
    page = staff.get(f"/new?retake_of={case_id}").text
    assert f'name="retake_of" value="{case_id}"' in page
    assert 'value="S-1"' in page
    assert "<option selected>40-59</option>" in page
    assert staff.get("/new?retake_of=none").status_code == 404


def test_a_photo_whose_file_is_gone_is_said_in_words_on_its_page(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    page = f"/cases/{case_id}"
    assert "photo-fault" not in staff.get(page).text
    (path,) = kiosk.store.photos.folder.rglob(f"{case_id}*")
    path.write_bytes(photo[:100])
    assert "file is not what was written: take it again." in staff.get(page).text
    path.unlink()
    assert "file is gone from the card: take it again." in staff.get(page).text
