"""What a kiosk sends is read once: kept as it came, or refused by the field's name."""

import json

import pytest
from server_doubles import a_record

from device.wire.canonical import sha256_of
from device.wire.record import LARGEST_RECORD_BYTES, record_digest
from server.errors import BodyInvalid
from server.store import received
from server.store.received import parse_change, parse_record

CHANGE = {"id": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b", "kind": "consent", "content": {"review": True}}


def body(content):
    return json.dumps(content).encode()


def test_a_record_is_parsed_once_and_comes_with_its_digest_and_all_that_it_said(monkeypatch):
    parsed, really = [], received.from_json
    monkeypatch.setattr(received, "from_json", lambda text: parsed.append(text) or really(text))
    monkeypatch.setattr(received.json, "loads", lambda _: pytest.fail("this is a second time"))
    record = a_record(mood="blue", prediction={"score": 0.1, "number": -0.0, "small": 5e-324})
    found = parse_record(body(record), record["id"])
    assert len(parsed) == 1
    assert (found.content, found.sha256) == (record, record_digest(record))
    assert (found.record.id, found.record.photos[0].size_bytes) == (record["id"], 7)


def test_what_is_kept_shows_no_skin():
    record = a_record(thumbnail="/9j/4AAQ", mood="blue")
    kept = json.loads(parse_record(body(record), record["id"]).without_thumbnail())
    assert kept == record | {"thumbnail": None}


@pytest.mark.parametrize(
    ("sent", "named"),
    [
        (b"", "body"),
        (b"[]", "body: this is no JSON object"),
        (b"NaN", "body: this is no JSON object"),
        (b"\xef\xbb\xbf{}", "body: this is not JSON"),
        ("{}".encode("utf-16"), "body: this is not JSON"),
        (b'{"subject": "\\ud800"}', "body: this is not JSON"),
        (b"[" * 10_000, "body: this is not JSON"),
        (b"{" + b" " * LARGEST_RECORD_BYTES + b"}", "are allowed"),
    ],
)
@pytest.mark.parametrize("parse", [lambda sent: parse_record(sent, "an id"), parse_change])
def test_what_is_no_object_in_json_is_refused(parse, sent, named):
    with pytest.raises(BodyInvalid, match=named):
        parse(sent)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"photos": []}, "photos"),
        ({"photos": "S-ECRET"}, "photos"),
        ({"consent": None}, "consent"),
        ({"consent": {"guardian": True}}, "consent: no scope"),
        ({"captured_at": "S-ECRET"}, "captured_at"),
        ({"subject": "S-ECRET\n"}, "subject"),
        ({"thumbnail": "S-ECRET"}, "thumbnail"),
        ({"mood": float("inf")}, "write alike"),
        ({"mood": 2**53}, "write alike"),
        ({"id": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}, "another case"),
    ],
)
def test_a_field_that_does_not_hold_is_named_and_what_stood_in_it_is_not(fields, named):
    record = a_record()
    with pytest.raises(BodyInvalid, match=named) as refused:
        parse_record(body(record | fields), record["id"])
    assert "ECRET" not in str(refused.value)


def test_a_changes_digest_is_that_of_its_very_bytes():
    sent = b"  " + body(CHANGE)
    found = parse_change(sent)
    assert (found.body, found.sha256) == (sent, sha256_of(sent))
    assert found.change.content == {"review": True}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "weather"}, "kind"),
        ({"content": {"review": "S-ECRET"}}, "review"),
        ({"id": "S-ECRET"}, "id"),
    ],
)
def test_a_change_that_does_not_hold_is_refused_by_name(fields, named):
    with pytest.raises(BodyInvalid, match=named) as refused:
        parse_change(body(CHANGE | fields))
    assert "ECRET" not in str(refused.value)
