"""``kiosk-server held``: the list, a look, and what is decided."""

import json
import stat

import pytest
from server_doubles import a_record

from device.wire.receipt import PhotoState
from server.photos.photo_store import new_name
from server.store.tables import photos


@pytest.fixture
def case(parts, kiosk, clock):
    """The id of a case whose photo is held."""
    record, name = a_record(), new_name()
    kiosk.put(record)
    parts.photos.write(name, b"a photo")
    held = {"state": PhotoState.HELD, "reason": "There may be a face on it (score 0.91)."}
    with parts.database.transaction() as t:
        t.execute(photos.update().values(**held, file=name, received_at=clock()))
        parts.settling.settle(t, record["id"])
    return record["id"]


def test_the_list_for_programs(run, case, clock):
    status, out, _ = run("held", "--json")
    (photo,) = json.loads(out)["held"]
    until = photo.pop("until")
    assert (status, until > photo["since"]) == (0, True)
    assert photo == {
        "case": case,
        "photo": 0,
        "reason": "There may be a face on it (score 0.91).",
        "since": clock().isoformat(),
        "kiosk": "bar",
    }


def test_the_list_for_people(run, case):
    out = run("held")[1]
    assert all(word in out for word in (case, "0.91", "bar"))


def test_an_empty_list(run):
    assert run("held", "--json")[:2] == (0, '{"held": []}\n')


def test_the_photo_is_written_for_the_admins_eyes_alone(run, case, tmp_path):
    out = tmp_path / "look.jpg"
    status, _, words = run("held", "show", case, "0", "--out", str(out))
    assert (status, out.read_bytes(), stat.S_IMODE(out.stat().st_mode)) == (0, b"a photo", 0o600)
    assert "remove it once you have looked" in words


def test_a_place_that_cannot_be_written_is_said(run, case, tmp_path):
    (tmp_path / "file").touch()
    status, _, words = run("held", "show", case, "0", "--out", str(tmp_path / "file" / "look.jpg"))
    assert status == 2
    assert "cannot be written" in words


def test_a_release(run, case, parts):
    assert run("held", "release", case, "0", "--json")[:2] == (0, f'{{"released": "{case}", "photo": 0}}\n')
    assert parts.cases.get(None, case).photos[0].state is PhotoState.KEPT
    assert parts.queue.waiting().waiting == 1


def test_a_drop(run, case, parts, kiosk):
    assert run("held", "drop", case.upper(), "0")[0] == 0
    assert parts.cases.get(None, case).photos[0].state is PhotoState.DROPPED
    (update,) = parts.updates.after(kiosk.id, 0)
    assert (update.kind, update.case) == ("parked", case)


@pytest.mark.parametrize("verb", [("release",), ("drop",), ("show", "--out", "look.jpg")])
def test_what_is_not_held_is_said_in_words(run, case, verb, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    word, *options = verb
    for asked, words in (
        (("0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", "0"), "there is no case of this id"),
        ((case, "3"), "photo 3 of this case is not held"),
    ):
        status, out, err = run("held", word, *asked, *options)
        assert (status, out) == (2, "")
        assert words in err
    assert not (tmp_path / "look.jpg").exists()


@pytest.mark.parametrize("asked", [("no-id", "0"), ("0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", "-1")])
def test_what_is_no_case_and_no_number_is_a_wrong_call(run, asked):
    assert run("held", "release", "--", *asked)[0] == 2
