"""The verbs over ssh: what they print for people and programs, and the status they end with."""

import io
import json
import os
import socket
import subprocess
import sys

import pytest

from device.case import CaseDetails, Origin, Role, State
from device.clock import SystemClock
from device.lock import hold

CASE_KEYS = {
    *("id", "subject", "lesion", "body_site", "age_band", "sex", "photos", "sync", "state", "captured_at"),
    *("prediction", "opinion", "recommendations", "consent"),
}


@pytest.fixture
def case(kept, skin_jpeg):
    return kept.receive_photo(skin_jpeg, CaseDetails(subject="S-1", body_site="arm"))


@pytest.fixture
def device_says(kept):
    """A device process that runs, with this report."""

    def say(**report):
        kept.processes.beat("device", os.getpid(), {"ready": True, "simulated": True} | report)

    return say


# Calls that are wrong


@pytest.mark.parametrize(
    "call",
    [
        ["fly"],
        ["cases", "paint"],
        ["classify"],
        ["run", "nonsense"],
        ["run", "--port", "0"],
        ["run", "--port", "70000"],
        ["press", "--hold", "-1"],
        ["phones", "add", "--role", "king"],
        ["phones", "add", "--role", "subject"],
        ["cases", "list", "--limit", "0"],
        ["--config"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_told_so(kiosk, call):
    answer = kiosk(*call)
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err


@pytest.mark.parametrize(
    "call",
    [
        ["cases", "show", "nobody"],
        ["cases", "export", "nobody", "x"],
        ["cases", "erase", "nobody", "--yes"],
        ["phones", "revoke", "nobody"],
        ["phones", "add", "--role", "subject", "--case", "nobody"],
    ],
    ids=" ".join,
)
def test_what_does_not_exist_is_a_wrong_call(kiosk, call):
    answer = kiosk(*call)
    assert answer.status == 2
    assert "there is no" in answer.err


@pytest.mark.parametrize("line", ["[web]\nport = 'x'", "[camera]\ndriver = 'webcam'", "[panel", "colour = 1"])
def test_a_configuration_that_does_not_hold_is_a_wrong_call_for_every_verb(kiosk, home, line):
    home.mkdir()
    (home / "kiosk.toml").write_text(line)
    for call in (["config", "check"], ["status"], ["cases", "list"], ["run"], ["doctor"]):
        answer = kiosk(*call)
        assert answer.status == 2
        assert "kiosk.toml" in answer.err


def test_a_home_that_cannot_be_made_is_said_without_a_traceback(kiosk, home):
    home.write_text("a file stands in the way")
    for call in (["status"], ["cases", "list"], ["run", "device", "--simulate"]):
        answer = kiosk(*call)
        assert answer.status in (1, 2)
        assert answer.err.strip()
        assert "Traceback" not in answer.err


def test_help_names_every_verb(kiosk):
    answer = kiosk("--help")
    assert answer.status == 0
    for verb in ("run", "press", "classify", "cases", "status", "doctor", "phones", "config"):
        assert f"  {verb} " in answer.out


def test_the_installed_command_is_this_one(home):
    ended = subprocess.run(
        [sys.executable, "-m", "device.cli", "--home", str(home), "cases", "list", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, json.loads(ended.stdout), ended.stderr) == (0, {"cases": []}, "")
    wrong = subprocess.run([sys.executable, "-m", "device.cli", "fly"], capture_output=True, check=False)
    assert wrong.returncode == 2


# cases


def test_cases_are_listed_newest_first_as_the_api_gives_them(kiosk, kept, skin_jpeg):
    made = [kept.receive_photo(skin_jpeg).id for _ in range(3)]
    listed = kiosk("cases", "list", "--json")
    assert listed.status == 0
    assert [case["id"] for case in listed.json["cases"]] == made[::-1]
    assert all(set(case) >= CASE_KEYS for case in listed.json["cases"])
    assert len(kiosk("cases", "list", "--limit", "2", "--json").json["cases"]) == 2


def test_in_words_a_list_names_each_case_in_full_with_its_state_and_finding(kiosk, kept, case):
    kept.cases.failed(case.id, "the sensor gave nothing")
    asked = kept.cases.ask(Origin.BUTTON)
    answer = kiosk("cases", "list")
    assert case.id in answer.out
    assert "the sensor gave nothing" in answer.out
    assert asked.id in answer.out


def test_one_case_is_shown_whole(kiosk, kept, case):
    assert kiosk("cases", "show", case.id, "--json").json == kept.cases.get(case.id).as_json()
    answer = kiosk("cases", "show", case.id)
    assert json.loads(answer.out)["subject"] == "S-1"


def test_an_exported_case_is_a_folder_with_its_photo_and_its_record(kiosk, kept, case, tmp_path):
    answer = kiosk("cases", "export", case.id, tmp_path / "out")
    assert answer.status == 0
    folder = tmp_path / "out" / case.id
    assert str(folder) in answer.err
    assert json.loads((folder / "case.json").read_text())["id"] == case.id
    (photo,) = folder.glob("*.jpg")
    assert photo.read_bytes() == kept.photos.read(case.photos[0])
    assert kept.cases.get(case.id).state is State.CAPTURED


def test_an_export_holds_the_copy_with_the_blurred_face_too(kiosk, kept, case, tmp_path, skin_jpeg):
    with kept.database.transaction() as t:
        t.execute(
            "INSERT INTO faces (case_id, photo_number, waits_for, boxes) VALUES (?, 0, 'blur', '[]')",
            (case.id,),
        )
    copy = kept.photos.write(case.id, 0, skin_jpeg, "-blurred")
    kept.faces.blurred(kept.faces.next_task(), copy, b"small")
    kiosk("cases", "export", case.id, tmp_path)
    assert {path.name for path in (tmp_path / case.id).glob("*.jpg")} == {
        f"{case.id}-0.jpg",
        f"{case.id}-0-blurred.jpg",
    }


def test_an_export_twice_gives_the_same(kiosk, case, tmp_path):
    assert [kiosk("cases", "export", case.id, tmp_path).status for _ in range(2)] == [0, 0]


def test_an_export_to_where_nothing_can_be_written_says_so(kiosk, case, tmp_path):
    (tmp_path / "file").touch()
    answer = kiosk("cases", "export", case.id, tmp_path / "file" / "below")
    assert answer.status == 1
    assert "choose another folder" in answer.err


def test_a_damaged_photo_is_not_exported_as_if_it_were_whole(kiosk, kept, case, tmp_path):
    (kept.photos.folder / case.photos[0].file).write_bytes(b"other")
    answer = kiosk("cases", "export", case.id, tmp_path)
    assert answer.status == 1
    assert "not what was written" in answer.err


def test_an_erased_case_is_gone_with_its_photo(kiosk, kept, case):
    answer = kiosk("cases", "erase", case.id, "--yes")
    assert (answer.status, answer.out) == (0, "")
    assert kept.cases.count() == 0
    assert not (kept.photos.folder / case.photos[0].file).exists()
    assert kiosk("cases", "erase", case.id, "--yes").status == 2


class Terminal(io.StringIO):
    """Somebody at a keyboard."""

    def isatty(self):
        return True


@pytest.mark.parametrize("said", ["", "n\n", "\n"])
def test_without_a_yes_nothing_is_erased(kiosk, kept, case, monkeypatch, said):
    monkeypatch.setattr(sys, "stdin", Terminal(said))
    assert kiosk("cases", "erase", case.id).status == 1
    assert kept.cases.get(case.id)


def test_a_script_is_not_asked_before_an_erase(kiosk, kept, case, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert kiosk("cases", "erase", case.id).status == 0
    assert kept.cases.count() == 0


# phones


def test_a_phone_added_has_a_token_and_a_link_that_pairs_once(kiosk, kept):
    added = kiosk("phones", "add", "--name", "Anna's", "--json")
    assert added.status == 0
    assert set(added.json) >= {"token", "url"}
    assert kept.phones.by_secret(added.json["token"]).role == "staff"
    address, _, link = added.json["url"].partition("/pair/")
    assert address == "http://127.0.0.1:8080"
    assert kept.phones.redeem(link)
    assert kept.phones.redeem(link) is None


def test_in_words_the_link_comes_with_a_code_to_scan(kiosk):
    answer = kiosk("phones", "add")
    assert "/pair/" in answer.out
    assert "token" in answer.out
    assert answer.out.count("\n") > 15, "the QR code"


@pytest.mark.parametrize("scope", ["subject", "case"])
def test_a_subjects_phone_sees_its_own(kiosk, kept, case, scope):
    option = ["--subject", "S-1"] if scope == "subject" else ["--case", case.id]
    added = kiosk("phones", "add", "--role", "subject", *option, "--json")
    assert kept.phones.by_secret(added.json["token"]).scope.admits(case)


def test_the_link_leads_to_where_the_dashboard_really_listens(kiosk, kept):
    kept.processes.beat("dashboard", os.getpid(), {"host": "192.0.2.7", "port": 9999})
    assert kiosk("phones", "add", "--json").json["url"].startswith("http://192.0.2.7:9999/pair/")


def test_phones_are_listed_without_their_secrets(kiosk):
    token = kiosk("phones", "add", "--name", "desk", "--json").json["token"]
    listed = kiosk("phones", "list", "--json")
    (phone,) = listed.json["phones"]
    assert (phone["name"], phone["role"], phone["paired"], phone["revoked"]) == (
        "desk",
        "staff",
        False,
        False,
    )
    assert token not in listed.out
    assert "not paired yet" in kiosk("phones", "list").out


def test_a_revoked_phone_sees_nothing_more(kiosk, kept):
    added = kiosk("phones", "add", "--json").json
    assert kiosk("phones", "revoke", added["id"]).status == 0
    assert kept.phones.by_secret(added["token"]) is None
    assert "revoked" in kiosk("phones", "list").out


# press


def test_a_press_of_a_kiosk_that_does_not_run_is_refused(kiosk, kept):
    answer = kiosk("press")
    assert answer.status == 1
    assert "kiosk run" in answer.err
    assert kept.cases.count() == 0


def test_a_press_of_a_real_kiosk_is_a_case_as_a_phones_press_is(kiosk, kept, device_says):
    device_says(simulated=False)
    assert kiosk("press").status == 0
    assert kept.cases.next_unfinished().state is State.ASKED
    answer = kiosk("press")
    assert answer.status == 1
    assert "still being worked on" in answer.err


def test_a_real_button_cannot_be_held_from_afar(kiosk, kept, device_says):
    device_says(simulated=False)
    answer = kiosk("press", "--hold", "2")
    assert answer.status == 1
    assert "hold the real one" in answer.err
    assert kept.cases.count() == 0


def test_a_press_in_simulation_is_made_on_the_pin_by_the_device_process(
    kiosk, kept, device_says, monkeypatch
):
    asked = []

    def finger(_):
        waiting = kept.pin_presses.waiting()
        asked.extend(press.hold_seconds for press in waiting)
        for press in waiting:
            kept.pin_presses.done(press.number)

    device_says()
    monkeypatch.setattr("device.cli.press.time.sleep", finger)
    assert kiosk("press").status == 0
    assert kiosk("press", "--hold", "2.5").status == 0
    assert asked == [0, 2.5]


def test_a_press_that_nobody_makes_is_said_to_be_unanswered(kiosk, device_says, monkeypatch):
    device_says()
    monkeypatch.setattr("device.cli.press._PATIENCE_SECONDS", 0.05)
    answer = kiosk("press")
    assert answer.status == 1
    assert "does not answer" in answer.err


# status, doctor, config


def test_the_status_of_a_kiosk_that_does_not_run(kiosk, home):
    answer = kiosk("status", "--json")
    assert answer.status == 0
    assert answer.json["home"] == str(home)
    assert answer.json["processes"] == {n: {"alive": False} for n in ("device", "dashboard", "sync")}
    assert answer.json["model"] is None
    assert answer.json["cases"] == 0
    assert "device: does not run" in kiosk("status").out


def test_the_status_of_one_that_runs(kiosk, case, device_says):
    model = {"name": "m", "version": "1", "engine": "litert"}
    device_says(model=model, camera={"driver": "folder", "ok": True, "words": "ready"})
    status = kiosk("status", "--json").json
    assert status["processes"]["device"]["alive"] is True
    assert (status["model"], status["simulated"], status["cases"]) == (model, True, 1)
    words = kiosk("status").out
    assert "model: m 1 in litert" in words
    assert "simulated" in words


def test_the_doctor_examines_a_kiosk_that_does_not_run(kiosk, home):
    home.mkdir()
    (home / "kiosk.toml").write_text("simulate = true\n[storage]\nreserve_megabytes = 0\n")
    answer = kiosk("doctor", "--json")
    assert answer.status == 1
    checks = {check["name"]: check for check in answer.json["checks"]}
    care = {name for name, check in checks.items() if not check["ok"]}
    assert "device process" in care
    assert care <= {"device process", "clock"}
    assert all(set(check) == {"name", "ok", "words"} for check in checks.values())
    words = kiosk("doctor").out.splitlines()
    assert len(words) == len(checks)
    assert words[0].startswith("CARE  device process: does not run")


def test_the_doctor_without_a_camera_says_what_to_install(kiosk, monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    assert "apt install python3-picamera2" in kiosk("doctor").out


def test_the_doctor_on_a_card_that_is_too_full_says_what_to_do(kiosk, home):
    home.mkdir()
    (home / "kiosk.toml").write_text("simulate = true\n[storage]\nreserve_megabytes = 1000000000\n")
    answer = kiosk("doctor")
    assert answer.status == 1
    assert "CARE  free disk" in answer.out
    assert "erase or export" in answer.out


def test_the_doctor_of_a_kiosk_that_is_well_ends_with_success(kiosk, home, kept, device_says, monkeypatch):
    moment = SystemClock().moment()
    trusted = type(moment)(moment.boot_id, moment.boot_seconds, moment.wall_at, True)
    monkeypatch.setattr(SystemClock, "moment", lambda _: trusted)
    (home / "kiosk.toml").write_text("simulate = true\n[storage]\nreserve_megabytes = 0\n")
    device_says(camera={"driver": "folder", "ok": True, "words": "ready"})
    answer = kiosk("doctor", "--json")
    assert answer.status == 0
    assert answer.json["ok"] is True


def test_each_value_of_the_configuration_names_its_origin(kiosk, home):
    home.mkdir()
    (home / "kiosk.toml").write_text("[web]\nport = 9000\n[clinic]\nname = 'Village clinic'\n")
    shown = kiosk("config", "show", "--json")
    assert shown.status == 0
    values = shown.json["values"]
    assert values["web.port"] == {"value": 9000, "origin": f"file {home / 'kiosk.toml'}"}
    assert values["web.host"] == {"value": "127.0.0.1", "origin": "default"}
    assert values["clinic.name"]["value"] == "Village clinic"
    assert (shown.json["home"], shown.json["config"]) == (str(home), str(home / "kiosk.toml"))
    words = kiosk("config", "show").out
    assert "web.port" in words
    assert f"file {home / 'kiosk.toml'}" in words


def test_a_configuration_that_holds_is_said_to(kiosk, home):
    answer = kiosk("config", "check")
    assert answer.status == 0
    assert "holds" in answer.err


def test_another_configuration_file_may_be_named(kiosk, home, tmp_path):
    (tmp_path / "other.toml").write_text("[web]\nport = 9001\n")
    shown = kiosk("--config", tmp_path / "other.toml", "config", "show", "--json").json
    assert shown["values"]["web.port"]["value"] == 9001


# run


@pytest.fixture
def supervised(monkeypatch):
    """Stands in for the supervisor: what it was made with, and a run that ends at once."""
    made = []

    class Supervisor:
        def __init__(self, settings, link):
            made.append((settings, link))

        def run(self):
            return 0

    monkeypatch.setattr("device.supervisor.Supervisor", Supervisor)
    monkeypatch.setattr("device.network.require_free_port", lambda *_: None)
    monkeypatch.setattr("device.cli.run.signal.signal", lambda *_: None)
    return made


def test_options_of_run_go_over_the_file(kiosk, home, supervised):
    home.mkdir()
    (home / "kiosk.toml").write_text("[web]\nport = 9000\nhost = '0.0.0.0'\n")
    assert kiosk("run", "--simulate", "--port", "9001").status == 0
    ((settings, link),) = supervised
    assert (settings.config.web.host, settings.config.web.port) == ("0.0.0.0", 9001)
    assert settings.config.simulate
    assert link


def test_a_port_that_is_taken_is_said_before_anything_starts(kiosk, kept):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = kiosk("run", "--simulate", "--port", port)
    assert answer.status in (1, 2)
    assert str(port) in answer.err
    assert kept.phones.all() == ()


def test_without_simulation_no_link_is_made(kiosk, supervised):
    kiosk("run")
    assert supervised[0][1] is None


def test_each_simulated_run_has_a_fresh_link_and_ends_the_unused_ones(kiosk, kept, supervised):
    for _ in range(3):
        kiosk("run", "--simulate")
    first, _second, third = (link for _, link in supervised)
    assert kept.phones.redeem(first) is None or kept.phones.by_secret(first) is None
    assert [phone.revoked for phone in kept.phones.all()].count(False) == 1
    assert kept.phones.redeem(third)


def test_a_link_that_a_phone_used_stays_with_that_phone(kiosk, kept, supervised):
    kiosk("run", "--simulate")
    session = kept.phones.redeem(supervised[0][1])
    kiosk("run", "--simulate")
    assert kept.phones.by_secret(session)


def test_run_dashboard_becomes_the_dashboard(kiosk, home, monkeypatch):
    became = []
    monkeypatch.setattr("device.cli.run.os.execv", lambda _, command: became.append(command))
    kiosk("run", "dashboard", "--simulate", "--port", "9002")
    (command,) = became
    assert command[1:3] == ["-m", "dashboard"]
    assert command[-3:] == ["--port", "9002", "--simulate"]
    assert str(home) in command


def test_a_name_that_looks_like_markup_or_control_codes_is_printed_as_text(kiosk, kept):
    kept.phones.add(Role.STAFF, "[/red][bold]x\x1b[2J")
    answer = kiosk("phones", "list")
    assert answer.status == 0
    assert "[/red][bold]x?[2J" in answer.out.replace("\n", "")


def test_naming_a_subject_makes_a_subjects_phone(kiosk, kept):
    assert kiosk("phones", "add", "--subject", "S-1", "--json").status == 0
    assert kept.phones.all()[-1].role is Role.SUBJECT


@pytest.mark.parametrize("options", [("--role", "staff", "--subject", "S-1"), ("--subject", " ")])
def test_a_phone_that_would_see_more_or_less_than_meant_is_not_added(kiosk, kept, options):
    before = len(kept.phones.all())
    assert kiosk("phones", "add", *options).status == 2
    assert len(kept.phones.all()) == before


def test_what_was_done_is_said_as_json_too(kiosk, kept, case, tmp_path):
    exported = kiosk("cases", "export", case.id, str(tmp_path), "--json")
    assert json.loads(exported.out) == {"exported": case.id, "folder": str(tmp_path / case.id)}
    assert json.loads(kiosk("cases", "erase", case.id, "--yes", "--json").out) == {"erased": case.id}
    assert json.loads(kiosk("config", "check", "--json").out)["ok"] is True
    phone = kept.phones.add(Role.STAFF).phone.id
    assert json.loads(kiosk("phones", "revoke", phone, "--json").out) == {"revoked": phone}


def test_a_second_device_process_is_refused_before_it_touches_what_the_first_shows(kiosk, kept, home):
    (home / "run").mkdir()
    (home / "run" / "panel.json").write_text("{}")
    with hold(home, "device"):
        answer = kiosk("run", "device", "--simulate")
    assert answer.status == 2
    assert "stop it first" in answer.err
    assert (home / "run" / "panel.json").exists()
