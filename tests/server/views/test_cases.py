"""Cases over the wire."""

import base64
import uuid

import pytest
import sqlalchemy as sa
from server_backings import on_both_databases
from server_doubles import a_record

from device.wire.keys import public_from_text
from device.wire.receipt import is_signed_by
from server.store.tables import cases, photos

pytestmark = on_both_databases


def test_a_record_is_kept_once_and_its_receipt_is_signed(kiosk, parts):
    record = a_record()
    first, again = kiosk.put(record), kiosk.put(record)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert is_signed_by(first.json, public_from_text(parts.receipts.public_key))
    assert first.json["photos"] == [
        {"sha256": record["photos"][0]["sha256"], "state": "wanted", "until": None}
    ]


def test_a_receipt_that_was_changed_bears_no_signature(kiosk, parts):
    receipt = kiosk.put(a_record()).json
    receipt["photos"][0]["state"] = "kept"
    assert not is_signed_by(receipt, public_from_text(parts.receipts.public_key))


def test_the_same_id_with_other_contents_is_refused_and_noted(kiosk, parts):
    record = a_record()
    kiosk.put(record)
    other = kiosk.put(record | {"body_site": "back"})
    assert other.status_code == 409
    assert parts.cases.conflicts() == 1
    assert kiosk.put(record).status_code == 200


@pytest.mark.parametrize("missing", ["id", "photos", "consent"])
def test_a_record_without_what_it_needs_is_refused_by_name(kiosk, missing):
    record = a_record()
    del record[missing]
    answer = kiosk.call("PUT", f"/v1/cases/{record.get('id', uuid.uuid4())}", record)
    assert (answer.status_code, missing in answer.json["detail"]) == (422, True)


def test_without_any_consent_nothing_is_kept(kiosk):
    record = a_record(consent={})
    assert kiosk.put(record).status_code == 422
    assert kiosk.call("GET", f"/v1/cases/{record['id']}/opinion").status_code == 404


def test_an_erased_case_is_gone_and_its_id_is_not_taken_again(kiosk):
    record = a_record()
    kiosk.put(record)
    assert kiosk.call("DELETE", f"/v1/cases/{record['id']}").json["about"] == "erasure"
    assert kiosk.call("DELETE", f"/v1/cases/{record['id']}").status_code == 200
    assert kiosk.put(record).status_code == 410


def test_a_photo_is_not_wanted_once_consent_is_withdrawn_and_wanted_again_with_it(kiosk):
    record = a_record()
    kiosk.put(record)
    states = [
        kiosk.consent(record["id"], **scopes).json["photos"][0]["state"]
        for scopes in ({}, {"review": True}, {"analyse": True, "train": True})
    ]
    assert states == ["unwanted", "wanted", "wanted"]


def test_nothing_answers_without_a_token(app):
    client = app.test_client()
    case = uuid.uuid4()
    for method, path in (
        ("PUT", f"/v1/cases/{case}"),
        ("GET", "/v1/updates"),
        ("DELETE", f"/v1/cases/{case}"),
    ):
        assert client.open(path, method=method).status_code == 401


def test_a_record_sent_again_with_less_consent_narrows_and_with_more_widens_nothing(kiosk, parts):
    record = a_record(consent={"analyse": True, "review": True})
    kiosk.put(record)
    narrowed = kiosk.put(record | {"consent": {"review": True, "train": True}})
    case = parts.cases.get(kiosk.id, record["id"])
    assert narrowed.status_code == 200
    assert (case.consent_analyse, case.consent_review, case.consent_train) == (False, True, False)


@pytest.mark.parametrize(("scope", "stays"), [("analyse", False), ("review", True), ("train", True)])
def test_a_thumbnail_stays_only_where_the_photo_may(kiosk, parts, skin_jpeg, scope, stays):
    small = base64.b64encode(skin_jpeg[: 8 * 1024]).decode()
    record = a_record(consent={scope: True}, thumbnail=small)
    assert kiosk.put(record).status_code == 201
    with parts.database.read() as r:
        kept = str(r.execute(sa.select(cases, photos.c.thumbnail).select_from(cases.join(photos))).all())
    assert (str(skin_jpeg[:30])[2:-1] in kept) is stays
    assert small[:40] not in kept
