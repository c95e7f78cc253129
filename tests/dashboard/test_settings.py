"""The settings: what staff change while the kiosk runs, who set it, and the way back."""

import re
from datetime import timedelta
from html import unescape

import pytest

from dashboard import create_app
from dashboard.forms.setting_values import check
from device.case import Role
from device.config import ON_PAGES, load_settings
from device.store import open_store
from models.conditions import load_catalogue

FILE = """
[clinic]
name = "Skin Clinic"
red_flags = ["A flag of the file."]
[storage]
retention_days = 365
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "kiosk.toml").write_text(FILE)
    return tmp_path / "home"


@pytest.fixture
def filed(home, request):
    """A kiosk whose file says something."""
    return request.getfixturevalue("kiosk")


def page_of(phone):
    return unescape(phone.get("/settings").text)


def setting(page, name):
    """The part of the page that one setting has to itself."""
    return re.search(rf'<div class="setting" data-setting="{re.escape(name)}">.*?\n</div>', page, re.S)[0]


def shown_form(phone):
    """What a browser would send back of the page as it is shown."""
    page, form = page_of(phone), {}
    for name in ON_PAGES:
        part = setting(page, name)
        if mark := re.search(r'<input type="hidden" name="(shown\.[\w.]+)" value="([^"]*)"', part):
            form[mark[1]] = mark[2]
            if mark[2] or name != "consent.ask_before_photo":
                form[name] = mark[2]
    return form


def save(phone, **changes):
    """Change some fields, dots for double underscores, and save."""
    changed = {name.replace("__", "."): text for name, text in changes.items()}
    return phone.post("/settings", data=shown_form(phone) | changed)


def values(phone):
    return phone.get("/api/v1/settings").json["values"]


def put(phone, **wanted):
    return phone.ask("PUT", "/api/v1/settings", json={n.replace("__", "."): v for n, v in wanted.items()})


# The page


def test_every_setting_is_shown_with_its_origin(filed):
    page = page_of(filed.phone())
    assert "Now: from kiosk.toml" in setting(page, "clinic.name")
    assert 'value="Skin Clinic"' in setting(page, "clinic.name")
    assert "A flag of the file." in setting(page, "clinic.red_flags")
    assert "Now: default" in setting(page, "screen.finding_seconds")
    assert all(setting(page, name) for name in ON_PAGES)


def test_what_is_changed_is_kept_with_who_set_it_and_the_rest_keeps_its_origin(filed):
    phone = filed.phone()
    answer = save(phone, clinic__emergency_contact="Call Anna: 123.", storage__retention_days="30")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings?saved=2")
    assert set(filed.store.settings.all()) == {"clinic.emergency_contact", "storage.retention_days"}
    page = page_of(phone)
    assert "Now: set here by a phone on " in setting(page, "storage.retention_days")
    assert "Back to the value from kiosk.toml" in setting(page, "storage.retention_days")
    assert "Back to the default" in setting(page, "clinic.emergency_contact")
    assert "Now: from kiosk.toml" in setting(page, "clinic.name")


def test_a_phone_without_a_name_is_named_by_its_id(kiosk):
    new = kiosk.store.phones.add(Role.STAFF)
    user = kiosk.browser()
    user.get("/pair/" + new.link)
    save(user, clinic__name="Village clinic")
    assert kiosk.store.settings.all()["clinic.name"].set_by == f"phone {new.phone.id}"


def test_saving_without_a_change_says_so_and_keeps_nothing(filed):
    phone = filed.phone()
    assert save(phone).headers["Location"] == "/settings?saved=0"
    assert filed.store.settings.all() == {}
    assert "Nothing was changed." in phone.get("/settings?saved=0").text


def test_one_may_go_back_to_the_value_of_the_file_or_the_default(filed):
    phone = filed.phone()
    save(phone, clinic__name="Other clinic", panel__countdown_seconds="3")
    for name in ("clinic.name", "panel.countdown_seconds"):
        assert phone.post(f"/settings/{name}/back").status_code == 303
    assert filed.store.settings.all() == {}
    assert 'value="Skin Clinic"' in setting(page_of(phone), "clinic.name")
    assert phone.post("/settings/web.port/back").status_code == 404


def test_emptied_fields_say_none_over_the_file(filed):
    phone = filed.phone()
    save(phone, clinic__red_flags=" \r\n ", storage__retention_days="")
    stored = {name: kept.value for name, kept in filed.store.settings.all().items()}
    assert stored == {"clinic.red_flags": None, "storage.retention_days": None}
    assert load_catalogue().red_flags[0] in page_of(phone)


def test_red_flags_are_one_a_line_and_blanks_are_tidied(kiosk, staff):
    save(staff, clinic__red_flags="  It bleeds:\u00a0see us. \r\n\r\n\tFever.\r\n")
    assert kiosk.store.settings.all()["clinic.red_flags"].value == ["It bleeds: see us.", "Fever."]


def test_the_consent_question_is_switched_on_and_off(kiosk, staff):
    save(staff, consent__ask_before_photo="on")
    assert kiosk.store.settings.all()["consent.ask_before_photo"].value is True
    form = shown_form(staff)
    del form["consent.ask_before_photo"]  # what a browser sends of a box that is not ticked
    staff.post("/settings", data=form)
    assert kiosk.store.settings.all()["consent.ask_before_photo"].value is False


def test_a_form_without_some_fields_leaves_those_as_they_are(kiosk, staff):
    save(staff, consent__ask_before_photo="on")
    staff.post("/settings", data={"clinic.name": "Village clinic"})
    assert kiosk.store.settings.all()["consent.ask_before_photo"].value is True
    assert kiosk.store.settings.all()["clinic.name"].value == "Village clinic"


def test_two_phones_that_save_at_once_do_not_undo_each_other(kiosk, staff):
    opened_before = shown_form(staff)
    save(kiosk.phone(), storage__retention_days="60")
    staff.post("/settings", data=opened_before | {"clinic.name": "Village clinic"})
    stored = {name: kept.value for name, kept in kiosk.store.settings.all().items()}
    assert stored == {"storage.retention_days": 60, "clinic.name": "Village clinic"}


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("clinic__name", "  ", "Write something here."),
        ("clinic__name", "x" * 201, "Write 200 characters at most."),
        ("clinic__name", "bell \a", "It holds characters that cannot be shown."),
        ("clinic__name", "left \u202e right", "It holds characters that cannot be shown."),
        ("clinic__language", "de", "Choose 'en'."),
        ("clinic__emergency_contact", "0" * 201, "Write 200 characters at most."),
        ("clinic__red_flags", "Fever.\n" + "x" * 201, "Line 2: Write 200 characters at most."),
        ("clinic__red_flags", "Fever.\n" * 21, "Give 20 lines at most."),
        ("panel__countdown_seconds", "11", "Give 10 or less."),
        ("panel__countdown_seconds", "-1", "Give 0 or more."),
        ("panel__countdown_seconds", "", "Give a whole number."),
        ("panel__countdown_seconds", "2.5", "Give a whole number."),
        ("screen__finding_seconds", "4", "Give 5 or more."),
        ("storage__retention_days", "0", "Give 1 or more."),
        ("storage__retention_days", "a year", "Give a whole number."),
        ("storage__retention_days", "9" * 5000, "Give a whole number."),
        ("storage__retention_days", "9" * 18, "Give 36500 or less."),
    ],
)
def test_what_does_not_hold_is_said_beside_its_field_and_nothing_is_kept(kiosk, staff, name, typed, said):
    answer = save(staff, **({"consent__ask_before_photo": "on"} | {name: typed}))
    assert answer.status_code == 422
    part = setting(unescape(answer.text), name.replace("__", "."))
    assert f'<p class="wrong">{said}</p>' in part
    assert 'aria-invalid="true"' in part
    assert typed.strip() in part
    assert kiosk.store.settings.all() == {}


def test_what_was_typed_stays_where_another_field_does_not_hold(staff):
    answer = save(staff, clinic__red_flags="It bleeds.\r\nFever.", screen__finding_seconds="soon")
    again = {"clinic.red_flags": "It bleeds.\r\nFever.", "consent.ask_before_photo": ""}
    assert "It bleeds.\nFever.</textarea>" in answer.text.replace("\r\n", "\n")
    assert "Nothing was saved: one field needs another look." in answer.text
    assert staff.post("/settings", data=shown_form(staff) | again).status_code == 303


def test_the_letters_of_scripts_that_join_them_are_kept(kiosk, staff):
    name = "کلینیک می\u200cخواهم"
    save(staff, clinic__name=name)
    assert kiosk.store.settings.all()["clinic.name"].value == name


def test_a_value_given_at_the_start_is_not_to_be_changed(tmp_path, kiosk):
    given = load_settings(tmp_path / "home", None, {"simulate": True, "clinic": {"name": "Fair"}})
    started = type(kiosk).__new__(type(kiosk))
    started.app, started.store, started._phones = create_app(given, kiosk.store), kiosk.store, []
    phone = started.phone()
    part = setting(page_of(phone), "clinic.name")
    assert "Now: given when the kiosk was started, so it cannot be changed here" in part
    assert "<input" not in part
    refused = put(phone, clinic__name="Other")
    assert refused.status_code == 422
    assert "given when the kiosk was started" in refused.json["detail"]
    assert phone.post("/settings", data={"clinic.name": "Other"}).status_code == 422
    assert kiosk.store.settings.all() == {}


def test_other_values_are_listed_with_their_origins(filed):
    page = page_of(filed.phone())
    assert re.search(r'data-value="web.port"><dt>web.port</dt><dd>8080 <span class="small">default', page)
    assert 'data-value="camera.driver"' in page
    assert 'data-value="storage.retention_days"' not in page


def test_how_many_cases_are_overdue_is_said(kiosk, staff, photo, clock):
    assert "No case is overdue now." in page_of(staff)
    old = open_store(kiosk.settings.home, clock=clock)
    old.receive_photo(photo)
    clock.let_pass(timedelta(days=3).total_seconds())
    old.keep_retention(2)
    old.close()
    assert "1 case is overdue now." in page_of(staff)


def test_a_subjects_phone_gets_nothing_of_it(kiosk):
    phone = kiosk.phone(Role.SUBJECT, subject="S-1")
    assert phone.get("/settings").status_code == 403
    assert phone.post("/settings", data={"clinic.name": "Mine"}).status_code == 403
    assert phone.post("/settings/clinic.name/back").status_code == 403
    assert phone.get("/api/v1/settings").status_code == 403
    assert put(phone, clinic__name="Mine").status_code == 403
    assert phone.delete("/api/v1/settings/clinic.name").status_code == 403


def test_what_is_typed_is_shown_as_text(kiosk, staff):
    save(staff, clinic__red_flags="</textarea><script>alert(1)</script>", clinic__name='"><b>')
    page = staff.get("/settings").text
    assert "<script>alert" not in page
    assert "<b>" not in page


# What other pages make of it


def test_the_next_page_says_what_was_set_and_then_again_what_the_file_says(filed, photo):
    phone = filed.phone()
    filed.store.cases.failed(filed.store.receive_photo(photo).id, "The camera did not answer.")
    save(phone, clinic__name="Other clinic", clinic__red_flags="A flag of a page.")
    page = phone.get("/").text
    assert "The kiosk of Other clinic" in page
    assert "A flag of a page." in page
    phone.post("/settings/clinic.red_flags/back")
    assert "A flag of the file." in phone.get("/").text


def test_pages_open_with_what_was_last_known_while_the_store_fails(kiosk, staff, monkeypatch):
    save(staff, clinic__name="Village clinic")
    assert "Village clinic" in staff.get("/").text

    def broken():
        from device.errors import StoreDamaged

        raise StoreDamaged("the database is damaged")

    monkeypatch.setattr(kiosk.store.settings, "all", broken)
    assert "Village clinic" in staff.get("/").text
    assert staff.get("/settings").status_code == 503


def test_a_value_that_this_program_does_not_know_is_left_aside_and_may_be_forgotten(kiosk, staff, caplog):
    kiosk.store.settings.put({"clinic.language": "de", "clinic.name": "Village clinic"}, "a later program")
    page = page_of(staff)
    assert "The kiosk of Village clinic" in page
    assert "Now: default" in setting(page, "clinic.language")
    assert "Back to the default" in setting(page, "clinic.language")
    assert "clinic.language" in caplog.text
    staff.post("/settings/clinic.language/back")
    assert set(kiosk.store.settings.all()) == {"clinic.name"}


@pytest.mark.parametrize("asks", [True, False])
def test_the_new_photo_page_asks_for_consent_where_that_is_set(staff, asks):
    put(staff, consent__ask_before_photo=asks)
    page = staff.get("/new").text
    for scope in ("analyse", "review", "train"):
        boxes = re.findall(rf'<input type="checkbox" name="consent_{scope}" value="true">', page)
        assert len(boxes) == (2 if asks else 0), "once for the kiosk's camera, once for the phone's own"


# The API


def test_the_api_gives_each_value_with_its_origin(filed):
    phone = filed.phone()
    save(phone, clinic__emergency_contact="Call Anna.")
    given = values(phone)
    assert set(given) == set(ON_PAGES)
    assert given["clinic.name"] == {"value": "Skin Clinic", "origin": "file", "set_by": None, "set_at": None}
    assert given["panel.countdown_seconds"]["origin"] == "default"
    contact = given["clinic.emergency_contact"]
    assert (contact["value"], contact["origin"], contact["set_by"]) == ("Call Anna.", "pages", "a phone")
    assert contact["set_at"].endswith("+00:00")


def test_the_api_sets_values_and_answers_with_all(kiosk, staff):
    answer = put(staff, clinic__red_flags=["Fever."], storage__retention_days=30, screen__finding_seconds=60)
    assert answer.status_code == 200
    assert answer.json == {"values": values(staff)}
    assert answer.json["values"]["clinic.red_flags"]["value"] == ["Fever."]
    assert set(kiosk.store.settings.all()) == {"clinic.red_flags", "storage.retention_days"}, (
        "what held already keeps its origin"
    )


def test_the_api_takes_none_where_none_means_something(filed):
    phone = filed.phone()
    assert put(phone, storage__retention_days=None, clinic__red_flags=None).status_code == 200
    assert values(phone)["storage.retention_days"]["value"] is None
    assert values(phone)["storage.retention_days"]["origin"] == "pages"
    assert put(phone, screen__finding_seconds=None).status_code == 422


def test_the_api_lets_the_file_count_again(filed):
    phone = filed.phone()
    put(phone, storage__retention_days=None)
    for _ in range(2):
        assert phone.delete("/api/v1/settings/storage.retention_days").status_code == 204
    assert values(phone)["storage.retention_days"]["value"] == 365
    assert phone.delete("/api/v1/settings/web.port").status_code == 404


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"web.port": 80}, "web.port: It cannot be set here."),
        ({"clinic": {"name": "x"}}, "clinic: It cannot be set here."),
        ({"": 1}, "It cannot be set here."),
        ({"storage.retention_days": True}, "storage.retention_days: Give a whole number."),
        ({"storage.retention_days": "30"}, "storage.retention_days: Give a whole number."),
        ({"storage.retention_days": 30.5}, "storage.retention_days: Give a whole number."),
        ({"storage.retention_days": 10**30}, "storage.retention_days: Give"),
        ({"storage.retention_days": float("nan")}, "storage.retention_days: "),
        ({"consent.ask_before_photo": "yes"}, "consent.ask_before_photo: Say true or false."),
        ({"clinic.red_flags": "Fever."}, "clinic.red_flags: Give a list of lines."),
        ({"clinic.red_flags": [1]}, "clinic.red_flags: Line 1: Write words here."),
        ({"clinic.red_flags": ["Fever.", ""]}, "clinic.red_flags: Line 2: Write something here."),
        ({"clinic.name": "\ud800"}, "clinic.name: It holds characters that cannot be shown."),
        ({"clinic.name": {"a": "\ud800"}}, ": "),
        ([], "send an object"),
        ("clinic.name", "send an object"),
    ],
    ids=repr,
)
def test_the_api_names_what_does_not_hold_and_keeps_nothing(kiosk, staff, body, named):
    answer = staff.ask("PUT", "/api/v1/settings", json=body)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert named in answer.json["detail"]
    assert kiosk.store.settings.all() == {}


def test_one_value_that_does_not_hold_keeps_the_others_out(kiosk, staff):
    answer = put(staff, clinic__name="Village clinic", panel__countdown_seconds=11, screen__finding_seconds=1)
    assert "panel.countdown_seconds: Give 10 or less." in answer.json["detail"]
    assert "screen.finding_seconds: Give 5 or more." in answer.json["detail"]
    assert kiosk.store.settings.all() == {}


@pytest.mark.parametrize(("body", "kind", "status"), [(b"{", "application/json", 400), (b"a=1", "", 415)])
def test_what_is_no_json_is_refused(staff, body, kind, status):
    answer = staff.ask("PUT", "/api/v1/settings", data=body, content_type=kind or "text/plain")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_the_description_names_the_settings_and_their_bounds(staff, kiosk):
    schemas = staff.get("/api/v1/openapi.json").json["components"]["schemas"]
    described = schemas["SettingValues"]["properties"]
    assert set(schemas["SettingName"]["enum"]) == set(described) == set(ON_PAGES)
    assert set(schemas["Setting"]["properties"]) == set(values(staff)["clinic.name"])
    for name, schema in described.items():
        for bound, step in (("minimum", -1), ("maximum", 1)):
            if bound in schema:
                assert check(kiosk.settings, {name: schema[bound]})[1] == {}
                assert check(kiosk.settings, {name: schema[bound] + step})[1]
