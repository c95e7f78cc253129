"""``kiosk-server`` with everything elsewhere: PostgreSQL, Procrastinate and a bucket; a worker besides."""

import os
import subprocess
import sys

import pytest
from running_kiosk import wait_until
from running_server import ForeignClient, running_server
from s3_double import running_storage
from server_backings import PROCRASTINATE, live_backing_on
from server_doubles import NO_DOUBTS, a_record

from models.manifest import SHIPPED
from server.cli import DATABASE_VARIABLE
from server.photos.marking import MARK

BUCKET = "clinic"


@pytest.fixture
def storage(monkeypatch):
    with running_storage() as running:
        running.client.create_bucket(Bucket=BUCKET)
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def toml(cluster, storage, monkeypatch):
    """What stands in each machine's server.toml; the database's URL is in the environment."""
    with live_backing_on(cluster, PROCRASTINATE) as backing:
        monkeypatch.setenv(DATABASE_VARIABLE, backing.database_url)
        yield f"{NO_DOUBTS}{backing.toml}photos.url = 's3://{BUCKET}/photos'\n"


@pytest.fixture
def new_home(tmp_path, toml):
    def make(name):
        home = tmp_path / name
        home.mkdir()
        (home / "server.toml").write_text(toml)
        return home

    return make


def other_worker(home):
    command = [sys.executable, "-m", "server.cli", "--home", str(home), "worker", "--model", str(SHIPPED)]
    return subprocess.Popen([*command, "--threads=1"], stdout=subprocess.PIPE, env=os.environ, text=True)


def test_a_photo_comes_in_here_and_is_answered_there(new_home, storage, pictures):
    photo = pictures.jpeg(pictures.skin(seed=3))
    with running_server(new_home("first"), "--model", str(SHIPPED)) as server:
        second = other_worker(new_home("second"))
        try:
            assert second.stdout.readline().startswith("ready skin-kiosk-mobilenet")
            assert server.health()["workers"] == 2
            client, record = ForeignClient(server, "foreign"), a_record(photo)
            assert (client.put(record), client.upload(record["id"], photo)) == (201, 201)
            assert client.update_about(record["id"])["kind"] == "opinion"
            mark = [f"photos/{MARK}"]
            assert wait_until(lambda: storage.names(BUCKET) == mark, 10, "the photo is still there")
        finally:
            second.terminate()
            assert second.wait(10) == 0
            second.stdout.close()
