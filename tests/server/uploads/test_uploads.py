"""A photo goes up, in one piece or many, and becomes the case's."""

import json

import pytest
from server_doubles import a_record
from tus_doubles import metadata

from device.wire.receipt import PhotoState


def test_a_photo_that_came_in_pieces_is_kept_and_nothing_else_is_left(
    tus, kiosk, parts, record, photo, photo_row, files
):
    path = tus.begun(record)
    for start in range(0, len(photo), 50_000):
        answer = tus.write(path, start, photo[start : start + 50_000])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (
            204,
            str(min(start + 50_000, len(photo))),
        )
    assert photo_row().state is PhotoState.KEPT
    assert parts.photos.read(photo_row().file) == photo
    assert files() == [f"photos/{photo_row().file}"]
    assert kiosk.put(record).json["photos"][0]["state"] == "kept"
    assert tus.ask("HEAD", path).status_code == 404


def test_a_photo_can_come_with_the_request_that_begins_its_upload(tus, record, photo, photo_row):
    answer = tus.begin(record, photo, Content_Type="application/offset+octet-stream")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(photo)))
    assert photo_row().state is PhotoState.KEPT


def test_metadata_is_not_stored_and_the_receipt_names_the_bytes_that_came(
    tus, kiosk, parts, pictures, skin_jpeg
):
    talkative = pictures.with_segments(skin_jpeg, pictures.exif(6))
    record = a_record(talkative)
    kiosk.put(record)
    tus.write(tus.begun(record), 0, talkative)
    kept = parts.cases.get(kiosk.id, record["id"]).photos[0]
    stored = parts.photos.read(kept.file)
    assert b"Anna" in talkative
    assert b"Anna" not in stored
    assert kept.sha256 == kiosk.put(record).json["photos"][0]["sha256"] == record["photos"][0]["sha256"]


def test_a_photo_is_of_the_type_that_it_is_and_not_the_one_it_claims(tus, kiosk, parts, pictures):
    png = pictures.png(pictures.skin(96, 64))
    record = a_record(png)
    kiosk.put(record)
    tus.write(tus.begun(record), 0, png)
    assert parts.cases.get(kiosk.id, record["id"]).photos[0].content_type == "image/png"


def test_a_receipt_after_the_photo_is_not_dated_before_it(tus, kiosk, clock, photo):
    record = a_record(photo, consent={"review": True})
    before = kiosk.put(record).json
    clock.pass_(minutes=5)
    tus.write(tus.begun(record), 0, photo)
    after = kiosk.put(record).json
    assert (before["photos"][0]["state"], after["photos"][0]["state"]) == ("wanted", "kept")
    assert after["issued_at"] > before["issued_at"]


def test_what_is_not_the_photo_announced_goes_and_the_photo_stays_wanted(
    tus, record, photo, photo_row, files
):
    path = tus.begun(record)
    answer = tus.write(path, 0, photo[:-1] + bytes([photo[-1] ^ 1]))
    assert (answer.status_code, "SHA-256" in answer.json["detail"]) == (422, True)
    assert tus.ask("HEAD", path).status_code == 404
    assert (photo_row().state, files()) == (PhotoState.WANTED, [])
    assert tus.write(tus.begun(record), 0, photo).status_code == 204


def test_what_is_no_photo_goes_too(tus, kiosk, parts, files):
    record = a_record(b"#!/bin/sh\nexit 0\n" * 100)
    kiosk.put(record)
    answer = tus.write(tus.begun(record), 0, b"#!/bin/sh\nexit 0\n" * 100)
    assert answer.status_code == 422
    assert (parts.cases.get(kiosk.id, record["id"]).photos[0].state, files()) == (PhotoState.WANTED, [])


def test_an_analysis_is_owed_once_the_photo_is_here(tus, parts, record, photo):
    def jobs():
        with parts.database.read() as r:
            return [tuple(row) for row in r.exec_driver_sql("SELECT kind, case_id, state FROM jobs")]

    path = tus.begun(record)
    tus.write(path, 0, photo[:1000])
    assert jobs() == []
    tus.write(path, 1000, photo[1000:])
    assert jobs() == [("opinion", record["id"], "queued")]


@pytest.mark.parametrize(
    ("state", "words"),
    [("kept", "already"), ("held", "looked at"), ("dropped", "not kept"), ("unwanted", "no consent")],
)
def test_a_photo_that_is_not_wanted_is_not_begun_and_the_answer_says_why(tus, parts, record, state, words):
    with parts.database.transaction() as t:
        t.exec_driver_sql(f"UPDATE photos SET state = '{state}'")
    answer = tus.begin(record)
    assert (answer.status_code, words in answer.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("announced", "length", "status"),
    [
        ({"photo": "1"}, None, 422),
        ({"sha256": "0" * 64}, None, 422),
        ({}, 1000, 422),
        ({"case": "0190f3a2-0000-7000-8000-000000000000"}, None, 404),
    ],
    ids=["no photo of this number", "another digest", "another size", "no such case"],
)
def test_a_photo_that_no_record_announced_is_refused(tus, record, announced, length, status):
    facts = record["photos"][0]
    said = {"case": record["id"], "photo": "0", "sha256": facts["sha256"]} | announced
    answer = tus.begin(
        record, Upload_Length=str(length or facts["size_bytes"]), Upload_Metadata=metadata(**said)
    )
    assert answer.status_code == status


def test_a_200_mib_upload_is_refused_before_a_byte_of_it_comes(tus, record, files):
    answer = tus.begin(record, Upload_Length=str(200 * 1024 * 1024))
    assert answer.status_code == 413
    assert files() == []


def test_a_kiosk_has_only_so_many_uploads_open_and_expired_ones_do_not_count(tus, parts, clock, record):
    for _ in range(parts.config.uploads.most_open):
        path = tus.begun(record)
    answer = tus.begin(record)
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    assert tus.ask("DELETE", path).status_code == 204
    assert tus.begin(record).status_code == 201
    assert tus.begin(record).status_code == 503
    clock.pass_(hours=parts.config.uploads.expire_hours)
    assert tus.begin(record).status_code == 201


def test_another_kiosk_neither_sees_nor_touches_an_upload(tus, other_tus, record, photo):
    path = tus.begun(record)
    tus.write(path, 0, photo[:1000])
    asked = [other_tus.ask("HEAD", path), other_tus.write(path, 1000, b"x"), other_tus.ask("DELETE", path)]
    assert [answer.status_code for answer in asked] == [404, 404, 404]
    assert other_tus.begin(record).status_code == 404
    assert tus.offset(path) == 1000


def test_an_upload_ends_when_consent_or_case_does(tus, kiosk, photo, files, parts):
    for end in (
        lambda record: kiosk.consent(record["id"]),
        lambda record: kiosk.call("DELETE", f"/v1/cases/{record['id']}"),
    ):
        record = a_record(photo)
        kiosk.put(record)
        path = tus.begun(record)
        tus.write(path, 0, photo[:1000])
        end(record)
        assert tus.write(path, 1000, photo[1000:]).status_code == 404
        parts.removals.pay_all()
        assert files() == []


def test_of_two_uploads_of_one_photo_the_first_that_is_whole_counts(
    tus, parts, record, photo, files, photo_row
):
    slow, quick = tus.begun(record), tus.begun(record)
    tus.write(slow, 0, photo[:1000])
    tus.write(quick, 0, photo)
    assert tus.write(slow, 1000, photo[1000:]).status_code == 404
    for chore in parts.chores:
        chore()
    assert files() == [f"photos/{photo_row().file}"]


def test_nothing_that_a_client_says_becomes_a_name_or_goes_into_an_error(tus, record, files):
    trick = "../../../etc/passwd"
    for key in ("case", "photo", "sha256"):
        said = {"case": record["id"], "photo": "0", "sha256": "0" * 64} | {key: trick}
        answer = tus.begin(record, Upload_Metadata=metadata(**said))
        assert (answer.status_code, "passwd" in json.dumps(answer.json)) == (400, False)
    assert tus.ask("HEAD", f"/v1/uploads/{trick}").status_code == 404
    assert files() == []


def test_what_a_newer_kiosk_says_besides_is_let_through_and_forgotten(tus, record):
    said = {"case": record["id"], "photo": "0", "sha256": record["photos"][0]["sha256"]}
    answer = tus.begin(record, Upload_Metadata=metadata(**said, filename="Anna's arm.jpg"))
    assert answer.status_code == 201
    told = tus.ask("HEAD", answer.headers["Location"]).headers["Upload-Metadata"]
    assert told == metadata(**said)
