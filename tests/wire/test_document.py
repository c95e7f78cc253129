"""``docs/wire-api.md`` agrees with the code: its example is recomputed, its words and limits looked up."""

import base64
import json
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import device
from device.wire.canonical import canonical_bytes, sha256_of
from device.wire.change import LARGEST_CHANGE_BYTES, ChangeKind
from device.wire.keys import public_from_text, public_text
from device.wire.receipt import About, PhotoState, Receipt, is_signed_by
from device.wire.record import (
    LARGEST_PHOTO_BYTES,
    LARGEST_RECORD_BYTES,
    LARGEST_THUMBNAIL_BYTES,
    MOST_PHOTOS,
    Record,
    record_digest,
)
from device.wire.update import UpdateKind
from server.serving import PATIENCE
from server.uploads.body import PIECE_BYTES
from server.views import description

REPOSITORY = Path(device.__file__).parents[1]
TEXT = (REPOSITORY / "docs" / "wire-api.md").read_text()
API = json.loads(Path(description.__file__).with_name("openapi.json").read_text())
RFC_8032_SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)\n```", TEXT, re.DOTALL)


def rows(heading):
    """The first cells of the table below a heading, without back quotes."""
    part = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    return [cell.strip("` ") for cell in re.findall(r"^\|([^|]+)\|", part, re.MULTILINE)][2:]


@pytest.fixture
def record():
    return json.loads(blocks("json")[0])


@pytest.fixture
def receipt():
    return json.loads(blocks("json")[1])


@pytest.fixture
def lines():
    """The bytes that are hashed, and those that are signed."""
    return [block.encode() for block in blocks("text")]


def test_its_records_digest_is_made_of_just_these_bytes(record, receipt, lines):
    Record.model_validate(record)
    lasting = {name: value for name, value in record.items() if name not in ("consent", "thumbnail")}
    assert canonical_bytes(lasting) == lines[0]
    assert f"The {len(lines[0])} bytes" in TEXT
    assert receipt["sha256"] == sha256_of(lines[0]) == record_digest(record)


def test_its_receipts_signature_is_over_just_these_bytes(receipt, lines):
    Receipt.model_validate(receipt)
    key = Ed25519PrivateKey.from_private_bytes(RFC_8032_SEED)
    assert canonical_bytes({n: v for n, v in receipt.items() if n != "signature"}) == lines[1]
    assert f"these {len(lines[1])} bytes" in TEXT
    assert base64.b64decode(receipt["signature"]) == key.sign(lines[1])
    assert f"`{public_text(key)}`" in TEXT
    assert is_signed_by(receipt, public_from_text(public_text(key)))


def test_a_receipt_that_we_sign_has_the_same_bytes(receipt):
    key = Ed25519PrivateKey.from_private_bytes(RFC_8032_SEED)
    bare = Receipt.model_validate(receipt).model_copy(update={"signature": ""})
    assert bare.signed(key).as_json() == receipt


def test_it_names_every_call():
    for path, methods in API["paths"].items():
        named = path.replace("{case_id}", "ID").replace("/{upload_id}", "")
        assert f"{named}`" in TEXT or f"{named}?" in TEXT, named
        assert all(method.upper() in TEXT for method in methods if method != "parameters")


def test_its_status_codes_are_those_of_the_api():
    described = {
        status
        for methods in API["paths"].values()
        for name, call in methods.items()
        if name != "parameters"
        for status in call["responses"]
        if int(status) >= 400
    }
    assert rows("Status codes") == sorted(described)


def test_its_words_are_those_of_the_wire():
    assert rows("Photo states") == list(PhotoState)
    assert rows("Updates") == list(UpdateKind)
    assert all(f"`{word}`" in TEXT for word in (*ChangeKind, *About))


def test_its_limits_are_those_of_the_wire():
    limits = TEXT.split("## Limits\n")[1]
    for limit in (
        f"| a record | {LARGEST_RECORD_BYTES // 1024} KiB |",
        f"| its thumbnail | {LARGEST_THUMBNAIL_BYTES // 1024} KiB before base64 |",
        f"| its photos | {MOST_PHOTOS}, each {LARGEST_PHOTO_BYTES // 1024**2} MiB |",
        f"| a change | {LARGEST_CHANGE_BYTES // 1024} KiB |",
        f"| a request's head, TLS included | {PATIENCE.head_seconds} s |",
        f"| a pause within a request | {PATIENCE.silence_seconds} s |",
    ):
        assert limit in limits
    assert PATIENCE.body_within_seconds(1024 * 1000) == 60 + 1000
    assert f"pieces of {PIECE_BYTES // 1024} KiB" in TEXT
