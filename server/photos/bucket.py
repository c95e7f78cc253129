"""Photos in S3-compatible storage, which several machines share.

Endpoint, region and credentials come from the usual environment variables: AWS_ENDPOINT_URL_S3 (none for
Amazon's own), AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. The storage has to give what was
written to whoever asks next, as Amazon's does, and to keep no old versions: an erased photo would stay.
"""

import base64
import hashlib
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from server.errors import ConfigInvalid, Overloaded, PhotoGone, StorageFull
from server.photos.photo_store import gone, is_name, require_name

_URL = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[\w./-]*))?")
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_ABSENT = ("NoSuchKey", "404")
# What MinIO, Ceph and others say; some say no more than 507.
_FULL = ("XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "InsufficientStorage")
_RETRY_SECONDS = 30

# At most 50 s for a call, for a removal keeps its row locked meanwhile.
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 2},
}
# Checksums in trailers are Amazon's alone; the MD5 that goes with each photo is understood by all.
_PLAIN: dict[str, Any] = {
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
    "max_pool_connections": 32,
}

_log = logging.getLogger(__name__)


class BucketPhotos:
    """A PhotoStore in a bucket, below ``prefix``; safe for threads. Raises Overloaded where it is away."""

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def write(self, name: str, photo: bytes) -> None:
        """Keep the bytes; an object is there whole or not at all. Raises StorageFull or Overloaded."""
        md5 = base64.b64encode(hashlib.md5(photo, usedforsecurity=False).digest()).decode()
        with _understood():
            self._client.put_object(**self._at(require_name(name)), Body=photo, ContentMD5=md5)

    def read(self, name: str) -> bytes:
        """The bytes as they were written. Raises PhotoGone or Overloaded."""
        if not is_name(name):
            raise gone()
        with _understood():
            content: bytes = self._client.get_object(**self._at(name))["Body"].read()
        return content

    def remove(self, name: str) -> None:
        """Remove them for good; absent is no error, nor is a name of another place. Raises Overloaded."""
        if is_name(name):
            with _understood():
                self._client.delete_object(**self._at(name))

    def check(self) -> None:
        """Raises ConfigInvalid where there is no such bucket for us, or where it keeps what is removed."""
        try:
            self._client.head_bucket(Bucket=self._bucket)
            versions = self._client.get_bucket_versioning(Bucket=self._bucket)
        except (BotoCoreError, ClientError) as error:
            raise ConfigInvalid(f"photos.url: the bucket {self._bucket} cannot be used: {error}") from error
        if versions.get("Status") == "Enabled":
            raise ConfigInvalid(f"photos.url: {self._bucket} keeps old versions, name one that does not")

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}


def open_bucket(url: str) -> BucketPhotos:
    """The bucket of ``s3://BUCKET/PREFIX``, once it answered. Raises ConfigInvalid."""
    found = _URL.fullmatch(url)
    if found is None:
        raise ConfigInvalid("photos.url: write it as s3://BUCKET or s3://BUCKET/PREFIX")
    prefix = (found["prefix"] or "").strip("/")
    opened = BucketPhotos(_client(), found["bucket"], f"{prefix}/" if prefix else "")
    opened.check()
    return opened


def _client() -> Any:
    """Other storages than Amazon's rarely have a name in the DNS for each bucket."""
    style = "path" if any(os.environ.get(name) for name in _ENDPOINTS) else "auto"
    config = Config(**_PATIENCE, **_PLAIN, s3={"addressing_style": style})
    try:
        return boto3.client("s3", config=config)
    except (BotoCoreError, ValueError) as error:
        raise ConfigInvalid(f"photos.url: the storage cannot be used: {error}") from error


@contextmanager
def _understood() -> Iterator[None]:
    """Raise what the storage's error means to us."""
    try:
        yield
    except ClientError as error:
        raise _meaning(error) from error
    except BotoCoreError as error:
        _log.warning("the photos' storage does not answer: %s", type(error).__name__)
        raise _away() from error


def _meaning(error: ClientError) -> PhotoGone | StorageFull | Overloaded:
    code = str(error.response.get("Error", {}).get("Code"))
    if code in _ABSENT:
        return gone()
    if code in _FULL or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 507:
        return StorageFull("the photos' storage has no room: nothing was kept, try again later")
    _log.error("the photos' storage refuses %s: %s", error.operation_name, code)
    return _away()


def _away() -> Overloaded:
    return Overloaded("the photos' storage cannot be used now: try again later", _RETRY_SECONDS)
