"""The API's own description names every route, and each body as the wire format has it; and no other."""

import pytest

from device.wire.change import LARGEST_CHANGE_BYTES, Change, ChangeKind
from device.wire.receipt import About, PhotoReceipt, PhotoState, Receipt
from device.wire.record import (
    LARGEST_PHOTO_BYTES,
    LARGEST_RECORD_BYTES,
    LARGEST_THUMBNAIL_BYTES,
    MOST_PHOTOS,
    PhotoFacts,
    Record,
    Scopes,
)
from device.wire.update import Update, Updates

SENT = (Record, Scopes, PhotoFacts, Change)
"""What kiosks send: older ones may leave out what has a default."""

TOLD = (Receipt, PhotoReceipt, Update, Updates)
"""What the server tells: every field, always."""

ADDED_BY_FLASK = {"HEAD", "OPTIONS"}


@pytest.fixture
def description(app):
    return app.test_client().get("/v1/openapi.json").json


@pytest.fixture
def schemas(description):
    return description["components"]["schemas"]


def routes(app):
    """What answers programs; HEAD and OPTIONS only where they are the server's own."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/v1/", "/health", "/metrics")):
            added = set() if rule.endpoint.startswith("uploads.") else ADDED_BY_FLASK
            for method in rule.methods - added:
                yield method, rule.rule.replace("<uuid:", "{").replace(">", "}")


def test_it_names_every_route_and_no_other(app, description):
    described = {
        (method.upper(), path)
        for path, methods in description["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert described == set(routes(app))


@pytest.mark.parametrize("body", [*SENT, *TOLD])
def test_it_names_every_field_of_a_body(schemas, body):
    described = schemas[body.__name__]
    fields = {field.alias or name: field for name, field in body.model_fields.items()}
    needed = set(fields) if body in TOLD else {name for name, field in fields.items() if field.is_required()}
    assert set(described["properties"]) == set(fields)
    assert set(described.get("required", ())) == needed


def test_its_words_are_those_of_the_wire(schemas):
    assert schemas["Change"]["properties"]["kind"]["enum"] == list(ChangeKind)
    assert schemas["Receipt"]["properties"]["about"]["enum"] == list(About)
    assert schemas["PhotoReceipt"]["properties"]["state"]["enum"] == list(PhotoState)


def test_its_limits_are_those_of_the_wire(description, schemas):
    cases = description["paths"]["/v1/cases/{case_id}"]["put"]["summary"]
    changes = description["paths"]["/v1/cases/{case_id}/changes"]["post"]["summary"]
    thumbnail = schemas["Record"]["properties"]["thumbnail"]["description"]
    for said, limit_bytes in (
        (cases, LARGEST_RECORD_BYTES),
        (changes, LARGEST_CHANGE_BYTES),
        (thumbnail, LARGEST_THUMBNAIL_BYTES),
    ):
        assert f"{limit_bytes // 1024} KiB at most" in said
    assert schemas["PhotoFacts"]["properties"]["size_bytes"]["maximum"] == LARGEST_PHOTO_BYTES
    assert schemas["Record"]["properties"]["photos"]["maxItems"] == MOST_PHOTOS
