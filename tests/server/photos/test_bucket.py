"""Photos in a bucket: what it says when the storage cannot, and which buckets it takes."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from server_doubles import a_record, enrolled
from tus_doubles import TusKiosk

from server.errors import ConfigInvalid, Overloaded, StorageFull
from server.parts import parts_of
from server.photos.bucket import BucketPhotos, open_bucket
from server.photos.marking import MARK
from server.photos.opening import open_photos
from server.photos.photo_store import new_name


class Refusing:
    """A client whose every call ends so."""

    def __init__(self, error):
        self.error = error

    def __getattr__(self, _):
        def call(**_):
            raise self.error

        return call


def answer(code, status):
    told = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "PutObject")


def refusing(error):
    return BucketPhotos(Refusing(error), "clinic", "")


@pytest.mark.parametrize(
    ("code", "status"), [("XMinioStorageFull", 507), ("QuotaExceeded", 403), ("Whatever", 507)]
)
def test_no_room_is_told_as_such(code, status):
    with pytest.raises(StorageFull, match="try again later"):
        refusing(answer(code, status)).write(new_name(), b"a photo")


@pytest.mark.parametrize(
    "error",
    [
        answer("SlowDown", 503),
        answer("InternalError", 500),
        answer("AccessDenied", 403),
        answer("NoSuchBucket", 404),
        ReadTimeoutError(endpoint_url="http://storage"),
    ],
    ids=["slow down", "its own fault", "credentials that ended", "a bucket that went", "no answer"],
)
def test_anything_else_is_tried_again_later_and_names_no_photo(error, caplog):
    photos, name = refusing(error), new_name()
    for call in (
        lambda: photos.write(name, b"a photo"),
        lambda: photos.read(name),
        lambda: photos.remove(name),
    ):
        with pytest.raises(Overloaded):
            call()
    assert "storage" in caplog.text
    assert name not in caplog.text


def test_objects_lie_below_the_prefix_alone(storage, bucket):
    name = new_name()
    open_bucket(f"s3://{bucket}/clinic/photos/").write(name, b"a photo")
    open_bucket(f"s3://{bucket}").write(name, b"another")
    assert sorted(storage.names(bucket)) == sorted([f"clinic/photos/{name}", name])


@pytest.mark.parametrize("url", ["s3://", "s3://A_B", "https://storage/bucket", "bucket", "s3://bucket/a b"])
def test_an_address_that_is_none_is_told_at_the_start(url):
    with pytest.raises(ConfigInvalid, match=r"photos\.url"):
        open_bucket(url)


def test_a_bucket_that_is_not_there_is_told_at_the_start(bucket):
    with pytest.raises(ConfigInvalid, match="another cannot be used"):
        open_bucket("s3://another")


def test_a_storage_that_is_not_there_is_told_at_the_start(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(ConfigInvalid, match="cannot be used"):
        open_bucket(f"s3://{bucket}")


def test_a_bucket_that_keeps_what_is_removed_is_refused(storage, bucket):
    kept = {"Status": "Enabled"}
    storage.client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=kept)
    with pytest.raises(ConfigInvalid, match="old versions"):
        open_bucket(f"s3://{bucket}")


def test_without_an_address_photos_lie_in_the_folder(tmp_path):
    name = new_name()
    open_photos(None, tmp_path / "photos").write(name, b"a photo")
    assert (tmp_path / "photos" / name).read_bytes() == b"a photo"


def test_a_server_keeps_its_photos_there_and_drops_them_there(
    start_app, storage, bucket, skin_jpeg, tmp_path
):
    app = start_app(f"photos.url = 's3://{bucket}/kiosk'\n")
    parts = parts_of(app)
    kiosk = enrolled(app, parts, "bar")
    record = a_record(skin_jpeg)
    kiosk.put(record)
    tus = TusKiosk(kiosk)
    assert tus.write(tus.begun(record), 0, skin_jpeg).status_code == 204
    row = parts.cases.get(None, record["id"]).photos[0]
    assert storage.names(bucket) == sorted([f"kiosk/{MARK}", f"kiosk/{row.file}"])
    assert parts.photos.read(row.file) == skin_jpeg
    kiosk.call("DELETE", f"/v1/cases/{record['id']}")
    parts.removals.pay_all()
    assert storage.names(bucket) == [f"kiosk/{MARK}"]
    assert not (tmp_path / "server" / "photos").exists()
