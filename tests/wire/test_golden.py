"""Bodies as they stand in golden files are understood, whichever side is older. The files are never changed.

``today`` is schema 1 with every field, ``older`` leaves out whatever may be missing, ``newer`` says more than
this program knows.
"""

import json
from pathlib import Path

import pytest

from device.wire.change import Change, ChangeKind
from device.wire.keys import public_from_text
from device.wire.receipt import Receipt, is_signed_by
from device.wire.record import PhotoFacts, Record, Scopes, record_digest
from device.wire.update import Update, Updates

GOLDEN = Path(__file__).with_name("golden")
AGES = ("today", "older", "newer")
BODIES = {"record": Record, "change": Change, "receipt": Receipt, "updates": Updates}
KEY = public_from_text("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
"""Of RFC 8032's first test: its private half is known to everybody."""

DIGESTS = {
    "today": "1f9e53e4800189cde85f1d5c604b2191d4f74407757d91d487ed82ab8f3a4332",
    "older": "c77c800ef1bd31d75b8955c902aa3e1b1423ddd0bbf2b7061a5b71199fc21a36",
    "newer": "cd212701e8032e0cf4d6f41da66e68067bbe801c3a9a31438496c6fe7eff81d1",
}


def golden(age, name):
    return json.loads((GOLDEN / age / f"{name}.json").read_text())


def names_of(model):
    return {field.alias or name for name, field in model.model_fields.items()}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("age", AGES)
def test_it_is_understood(age, name):
    BODIES[name].model_validate_json((GOLDEN / age / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", BODIES)
def test_todays_says_everything_that_there_is_to_say(name):
    assert set(golden("today", name)) == names_of(BODIES[name])


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (PhotoFacts, golden("today", "record")["photos"][0]),
        (Scopes, golden("today", "record")["consent"]),
        (Update, golden("today", "updates")["updates"][0]),
    ],
)
def test_todays_says_everything_within_too(model, said):
    assert set(said) == names_of(model)


@pytest.mark.parametrize("name", BODIES)
def test_an_older_one_says_only_what_is_needed(name):
    needed = {n for n, field in BODIES[name].model_fields.items() if field.is_required()}
    assert set(golden("older", name)) - {"signature"} == needed


@pytest.mark.parametrize("name", BODIES)
def test_a_newer_one_says_more_than_is_known(name):
    assert set(golden("newer", name)) > names_of(BODIES[name])


@pytest.mark.parametrize("age", AGES)
def test_a_record_has_the_digest_that_it_always_had(age):
    assert record_digest(golden(age, "record")) == DIGESTS[age]


@pytest.mark.parametrize("age", AGES)
def test_consent_and_thumbnail_are_no_part_of_the_digest_and_unknown_fields_are(age):
    record = golden(age, "record")
    other = record | {"consent": {"train": True}, "thumbnail": None}
    assert record_digest(other) == DIGESTS[age]
    assert record_digest(record | {"mood": "blue"}) != DIGESTS[age]


@pytest.mark.parametrize("age", AGES)
def test_a_receipt_bears_its_signature_whatever_else_it_says(age):
    receipt = golden(age, "receipt")
    assert is_signed_by(receipt, KEY)
    assert not is_signed_by(receipt | {"about": "change"}, KEY)
    assert not is_signed_by(receipt | {"mood": "blue"}, KEY)


def test_what_an_older_one_leaves_out_is_not_given():
    record = Record.model_validate(golden("older", "record"))
    assert (record.schema_version, record.subject, record.captured_at, record.urgent) == (
        1,
        None,
        None,
        False,
    )
    assert (record.consent.analyse, record.consent.review, record.consent.guardian) == (False, True, False)
    change = Change.model_validate(golden("older", "change"))
    assert (change.kind, change.written_at, change.replaces) == (ChangeKind.NOTE, None, None)
    assert Updates.model_validate(golden("older", "updates")).pause_seconds == 0


def test_an_update_of_an_unknown_kind_is_no_fault():
    told = Updates.model_validate(golden("newer", "updates"))
    assert [update.kind for update in told.updates] == ["weather", "parked"]
