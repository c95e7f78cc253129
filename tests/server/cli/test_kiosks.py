"""``kiosk-server kiosks``."""

import json


def test_a_new_kiosk_gets_a_code(run):
    status, out, _ = run("kiosks", "add", "bar", "--json")
    assert (status, json.loads(out).keys()) == (0, {"code"})


def test_a_foreign_client_gets_its_token_at_once(run):
    token = json.loads(run("kiosks", "add", "bar", "--token", "--json")[1])["token"]
    assert len(token) > 40
    (kiosk,) = json.loads(run("kiosks", "list", "--json")[1])["kiosks"]
    assert (kiosk["name"], kiosk["state"], kiosk["seen_at"]) == ("bar", "enrolled", None)


def test_a_name_is_taken_once(run):
    run("kiosks", "add", "bar")
    status, out, err = run("kiosks", "add", "bar")
    assert (status, out) == (2, "")
    assert "choose another name" in err


def test_a_revoked_kiosk_stays_on_the_list(run):
    run("kiosks", "add", "bar")
    assert run("kiosks", "revoke", "bar", "--json")[:2] == (0, '{"revoked": "bar"}\n')
    assert run("kiosks", "revoke", "bar")[0] == 2
    assert "revoked" in run("kiosks", "list")[1]


def test_words_for_people_tell_what_to_do(run):
    assert "kiosk enrol URL" in run("kiosks", "add", "bar")[1]


def test_a_database_that_cannot_be_opened_is_said_without_its_password(run):
    status, _, err = run("--database", "postgresql+nosuch://anna:secret@localhost/x", "kiosks", "list")
    assert status == 2
    assert "secret" not in err
