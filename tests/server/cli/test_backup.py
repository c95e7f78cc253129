"""``kiosk-server backup``, ``restore`` and ``move``, as an admin has them: on a server that runs."""

import json

from running_program import RunningProgram
from running_server import READY_SECONDS, ForeignClient
from server_doubles import FarKiosk, a_record, doubting_nothing

from server import create_app
from server.config import load_settings
from server.parts import parts_of

REVIEW = {"analyse": True, "review": True}


def test_a_server_that_runs_is_backed_up_and_comes_back(tmp_path, pictures):
    photo = pictures.jpeg(pictures.skin(seed=3))
    server = RunningProgram(doubting_nothing(tmp_path / "server"), "server.cli", ["api"])
    try:
        assert server.first_line(READY_SECONDS).startswith("ready ")
        client, record = ForeignClient(server, "foreign"), a_record(photo, consent=REVIEW)
        assert (client.put(record), client.upload(record["id"], photo)) == (201, 201)
        made = server.command("backup", str(tmp_path), "--json")
        assert (made.returncode, made.stderr) == (0, "")
        file = json.loads(made.stdout)["file"]
        for verb in (("restore", file), ("move", "--to", "postgresql://anna:secret@127.0.0.1:9/kiosks")):
            refused = server.command(*verb)
            assert (refused.returncode, refused.stdout) == (2, "")
            assert "stop it first" in refused.stderr
            assert "secret" not in refused.stderr
        back = server.command("restore", file, home=tmp_path / "restored")
        assert back.returncode == 0, back.stderr
    finally:
        server.stop()
    app = create_app(load_settings(tmp_path / "restored"))
    kiosk = FarKiosk(app.test_client(), client.headers["Authorization"].removeprefix("Bearer "), "")
    receipt = kiosk.put(record)
    assert (receipt.status_code, receipt.json["photos"][0]["state"]) == (200, "kept")
    (told,) = kiosk.call("GET", "/v1/updates").json["updates"]
    assert told["kind"] == "restored"
    parts_of(app).database.close()


def test_a_backups_file_is_said(run, tmp_path):
    run("kiosks", "add", "bar")
    status, out, _ = run("backup", tmp_path)
    assert (status, out) == (0, f"{next(tmp_path.glob('*.tar'))}\n")


def test_what_is_left_to_the_admin_is_said(run, tmp_path):
    run("kiosks", "add", "bar")
    (tmp_path / "server" / "server.toml").write_text("photos.url = 's3://clinic'\n")
    status, _, err = run("backup", tmp_path / "a.tar")
    assert status == 0
    assert "the photos are not in it" in err


def test_a_restored_home_says_as_of_when(run, tmp_path):
    run("kiosks", "add", "bar")
    run("backup", tmp_path / "a.tar")
    status, out, err = run("restore", tmp_path / "a.tar", home="restored")
    assert (status, out) == (0, "")
    assert "restored as of" in err
    (kiosk,) = json.loads(run("kiosks", "list", "--json", home="restored")[1])["kiosks"]
    assert kiosk["name"] == "bar"


def test_what_cannot_be_done_is_status_2(run, tmp_path):
    run("kiosks", "add", "bar")
    (tmp_path / "a.tar").write_bytes(b"not one")
    assert run("backup", tmp_path / "a.tar")[0] == 2
    assert run("restore", tmp_path / "a.tar", home="other")[0] == 2
    assert run("move", "--to", "sqlite:///b")[0] == 2


def test_a_moved_home_is_said_without_its_password(run, tmp_path, cluster):
    run("kiosks", "add", "bar")
    with cluster.database("empty", lambda _: None) as url:
        named = url.replace("kiosk@", "kiosk:secret@")
        status, out, err = run("move", "--to", named, "--json")
        assert status == 0, err
        assert json.loads(out)["rows"]["kiosks"] == 1
        assert "secret" not in out + err
        again = run("move", "--to", named)
        assert (again[0], "secret" in again[2]) == (2, False)
