"""A restored server goes on where its backup was made, and no kiosk misses what it is told from then on."""

import gc
import os
import shutil
import subprocess
import time

import pytest
from postgresql_cluster import programs
from server_backings import on_postgresql

from server.errors import ConfigInvalid, Refused


def files_in(home):
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def test_it_goes_on_as_if_nothing_had_been(clinic, backed_up, restored):
    answered, waiting, gone = (clinic.case() for _ in range(3))
    clinic.answer()
    clinic.erase(gone)
    receipts = [clinic.receipt(record) for record in (answered, waiting)]
    later = restored(backed_up().path)
    assert [later.receipt(record) for record in (answered, waiting)] == receipts
    assert later.photo(waiting) == clinic.photo(waiting)
    assert later.kiosk.call("GET", f"/v1/cases/{answered['id']}/opinion").status_code == 200
    assert later.kiosk.put(gone).status_code == 410
    later.answer()
    assert later.heard()[0] == ["opinion", "restored", "opinion"]


def test_a_kiosk_that_heard_more_than_the_backup_knows_misses_nothing(clinic, backed_up, restored):
    for _ in range(4):
        clinic.case()
    clinic.answer()
    path = backed_up().path
    clinic.answer()
    clinic.answer()
    heard, cursor = clinic.heard()
    assert (heard, cursor) == (["opinion"] * 3, 3)
    later = restored(path)
    assert later.heard(cursor)[0] == ["restored"]
    cursor = later.heard(cursor)[1]
    assert later.heard(cursor) == ([], cursor)
    for _ in range(3):
        later.answer()
    assert later.heard(cursor)[0] == ["opinion"] * 3


def test_a_kiosk_that_heard_of_it_can_wait_for_more(clinic, backed_up, restored):
    clinic.case()
    later = restored(backed_up().path)
    _, cursor = later.heard()
    began = time.monotonic()
    told = later.kiosk.call("GET", f"/v1/updates?after={cursor}&wait=1").json
    assert (told["updates"], told["pause_seconds"]) == ([], 0)
    assert time.monotonic() - began >= 1


def told_since(clinic):
    """The moment that the kiosk is told with the newest update."""
    return clinic.kiosk.call("GET", "/v1/updates?after=0").json["updates"][-1]["content"]["backup_made_at"]


def test_it_tells_since_when_something_may_be_missing(clinic, backed_up, restored, clock):
    """A little before the backup: what was under way then had its time already."""
    clinic.case()
    path = backed_up().path
    clock.pass_(hours=3)
    clinic.case()
    assert told_since(restored(path)) == "2026-11-22T11:55:00+00:00"


def test_a_photo_that_the_backup_lacks_is_asked_for_again(clinic, backed_up, restored):
    record, photo = clinic.record()
    clinic.upload(record, photo)
    clinic.parts.photos.remove(clinic.parts.cases.get(clinic.kiosk.id, record["id"]).photos[0].file)
    later = restored(backed_up().path)
    assert later.state(record) == "wanted"
    assert later.parts.queue.claim("a worker") is None
    later.upload(record, photo)
    assert later.state(record) == "kept"
    later.answer()


def test_a_photo_that_the_backup_lacks_is_not_asked_for_when_its_time_is_over(
    clinic, backed_up, restored, clock
):
    record = clinic.case({"analyse": True})
    clinic.parts.photos.remove(clinic.parts.cases.get(clinic.kiosk.id, record["id"]).photos[0].file)
    path = backed_up().path
    clock.pass_(days=8)
    assert restored(path).state(record) == "dropped"


def test_an_upload_that_was_under_way_begins_anew(clinic, backed_up, restored):
    record, photo = clinic.record()
    clinic.upload(record, b"")
    later = restored(backed_up().path)
    assert later.state(record) == "wanted"
    later.upload(record, photo)
    assert later.state(record) == "kept"


def test_a_code_that_may_have_been_used_since_lets_nobody_in(clinic, backed_up, restored):
    code = clinic.parts.kiosks.add("another")
    later = restored(backed_up().path)
    assert later.app.test_client().post("/v1/enrolments", json={"code": code}).status_code == 401


def test_what_lay_in_the_photos_place_goes(clinic, backed_up, put_back, tmp_path):
    case = clinic.case()
    old = tmp_path / "restored" / "photos" / "ab" / ("ab" * 16)
    old.parent.mkdir(parents=True)
    old.write_bytes(b"a photo that no row would name")
    put_back(backed_up().path, tmp_path / "restored")
    kept = clinic.parts.cases.get(clinic.kiosk.id, case["id"]).photos[0].file
    photos = [f"photos/00/{'0' * 32}", f"photos/{kept}"]
    assert files_in(tmp_path / "restored") == sorted(
        [*photos, "receipts.pem", "server.sqlite3", "server.toml"]
    )


def test_photos_go_where_the_configuration_says(clinic, home, backed_up, put_back, tmp_path):
    elsewhere, before = tmp_path / "elsewhere", files_in(home / "photos")
    clinic.parts.database.close()
    (home / "photos").rename(elsewhere)
    (home / "server.toml").write_text(f"photos.folder = '{elsewhere}'\n")
    path = backed_up().path
    shutil.rmtree(elsewhere)
    put_back(path, tmp_path / "restored")
    assert files_in(elsewhere) == before
    assert not (tmp_path / "restored" / "photos").exists()


def test_a_damaged_archive_changes_nothing(clinic, backed_up, put_back, tmp_path):
    path = backed_up().path
    path.write_bytes(path.read_bytes()[:-20_000])
    with pytest.raises(Refused, match="damaged"):
        put_back(path, tmp_path / "restored")
    assert list((tmp_path / "restored").iterdir()) == []


def test_an_old_log_beside_the_database_does_no_harm(clinic, backed_up, put_back, home, tmp_path, open_home):
    case = clinic.case()
    path, target = backed_up().path, tmp_path / "restored"
    clinic.case()
    target.mkdir()
    (target / "server.sqlite3-wal").write_bytes((home / "server.sqlite3-wal").read_bytes())
    put_back(path, target)
    assert "server.sqlite3-wal" not in files_in(target)
    assert open_home(target).state(case) == "kept"


def test_a_home_with_a_kiosk_is_left_alone(clinic, backed_up, put_back, home):
    path = backed_up().path
    clinic.parts.database.close()
    before = files_in(home)
    with pytest.raises(Refused, match="withdrawn-in"):
        put_back(path, home)
    assert files_in(home) == before


def test_a_home_whose_server_runs_is_left_alone(clinic, backed_up, put_back, open_home, tmp_path):
    path, other = backed_up().path, tmp_path / "other"
    open_home(other)
    before = files_in(other)
    with pytest.raises(Refused, match="stop it first"):
        put_back(path, other)
    assert files_in(other) == before


def test_another_users_home_is_left_alone(clinic, backed_up, put_back, tmp_path, monkeypatch):
    path = backed_up().path
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(Refused, match="another user"):
        put_back(path, tmp_path / "restored")


def test_interrupted_it_can_be_done_again(clinic, backed_up, put_back, open_home, tmp_path, monkeypatch):
    case, path, target = clinic.case(), backed_up().path, tmp_path / "restored"

    def power_cut():
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(os, "sync", power_cut)
        with pytest.raises(KeyboardInterrupt):
            put_back(path, target)
    assert "server.sqlite3" not in files_in(target)
    (target / ".restoring").mkdir()
    (target / ".restoring" / "left by a kill").touch()
    put_back(path, target)
    assert open_home(target).state(case) == "kept"


@pytest.mark.parametrize("how", ["erased", "narrowed", "revoked"])
def test_what_was_taken_back_since_stays_so(clinic, backed_up, restored, home, how):
    case, path = clinic.case({"analyse": True, "review": True}), backed_up().path
    if how == "erased":
        clinic.erase(case)
    elif how == "narrowed":
        clinic.kiosk.consent(case["id"])
    else:
        clinic.parts.kiosks.revoke("bar")
    clinic.parts.database.close()
    later = restored(path, home / "server.sqlite3")
    if how == "erased":
        assert later.kiosk.put(case).status_code == 410
    elif how == "narrowed":
        assert later.state(case) == "dropped"
        assert later.parts.queue.claim("a worker") is None
    else:
        assert later.kiosk.put(case).status_code == 401
    assert bool([name for name in files_in(later.parts.home / "photos") if "0000" not in name]) == (
        how == "revoked"
    )


def test_what_was_given_since_is_not_given_by_it(clinic, backed_up, restored, home):
    case, path = clinic.case({"analyse": True}), backed_up().path
    clinic.kiosk.consent(case["id"], analyse=True, train=True)
    newcomer = clinic.case()
    clinic.erase(newcomer)
    later = restored(path, home / "server.sqlite3")
    assert not later.parts.cases.get(later.kiosk.id, case["id"]).consent_train
    assert later.kiosk.put(newcomer).status_code == 410


def dump(url, file):
    subprocess.run([programs() / "pg_dump", "--format=custom", f"--file={file}", url], check=True)


def load(file, url):
    subprocess.run([programs() / "pg_restore", f"--dbname={url}", file], check=True)


@pytest.fixture
def empty(cluster):
    with cluster.database("empty", lambda _: None) as url:
        yield url


@on_postgresql
def test_a_dump_and_the_rest_make_the_server_again(
    clinic, backing, backed_up, put_back, open_home, empty, tmp_path, clock
):
    kept, dropped = clinic.case(), clinic.case({"analyse": True})
    clinic.answer()
    dump(backing.database_url, tmp_path / "rows")
    clinic.answer()  # and drops a photo that the dump names
    clock.pass_(hours=3)
    clinic.case()  # and a photo comes that it does not name
    path = backed_up().path
    _, cursor = clinic.heard()
    load(tmp_path / "rows", empty)
    assert put_back(path, tmp_path / "restored", url=empty).missing == 1
    later = open_home(tmp_path / "restored", empty)
    assert (later.state(kept), later.state(dropped)) == ("kept", "wanted")
    assert len(files_in(tmp_path / "restored" / "photos")) == 2
    assert later.heard(cursor)[0] == ["restored"]
    assert told_since(later) == "2026-11-22T11:55:00+00:00"  # by the dump, not by what was made later


@on_postgresql
def test_without_its_dump_nothing_is_restored(clinic, backed_up, put_back, empty, tmp_path):
    path = backed_up().path
    for url, words in ((empty, "load what pg_dump wrote"), (None, "--database")):
        with pytest.raises(Refused, match=words):
            put_back(path, tmp_path / "restored", url=url)
        assert files_in(tmp_path / "restored") == []


@on_postgresql
def test_a_server_at_work_on_the_database_is_left_alone(clinic, backed_up, put_back, backing, tmp_path):
    path = backed_up().path
    with pytest.raises(Refused, match="on every machine"):
        put_back(path, tmp_path / "restored", url=backing.database_url)


@pytest.fixture
def others(open_home, tmp_path, empty):
    """The URL of a database in which another home has a kiosk."""
    other = open_home(tmp_path / "other", empty)
    other.parts.kiosks.add("another")
    other.parts.database.close()
    return empty


# What is refused while it is built leaves its connection to the end of the process.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@on_postgresql
def test_another_databases_photos_are_refused(clinic, backed_up, put_back, others, tmp_path):
    path = backed_up().path
    with pytest.raises(ConfigInvalid, match="not where the database's photos lie"):
        put_back(path, tmp_path / "restored", url=others)
    gc.collect()


def test_sqlites_backup_does_not_go_into_postgresql(clinic, backed_up, put_back, others, tmp_path):
    path = backed_up().path
    with pytest.raises(Refused, match="then move it"):
        put_back(path, tmp_path / "restored", url=others)
