"""Places for photos: a folder, and a bucket of a storage on loopback."""

import itertools

import pytest
from s3_double import running_storage

from server.photos.bucket import open_bucket
from server.photos.folder import FolderPhotos

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def storage():
    with running_storage() as running:
        yield running


@pytest.fixture
def bucket(storage, monkeypatch):
    """A new bucket's name; this process knows where it is."""
    for name, value in storage.environment.items():
        monkeypatch.setenv(name, value)
    made = f"clinic-{next(_numbers)}"
    storage.client.create_bucket(Bucket=made)
    return made


@pytest.fixture(params=["folder", "bucket"])
def photos(request, tmp_path):
    """Each place goes through the same tests."""
    if request.param == "folder":
        return FolderPhotos(tmp_path / "photos")
    return open_bucket(f"s3://{request.getfixturevalue('bucket')}/kiosk/photos")
