"""Photos from phones: judged by their bytes, kept without metadata, refused with the reason."""

import errno
import io
import struct
import zlib

import pytest

MIB = 1024 * 1024


def png_header(width, height):
    """A PNG that declares many pixels and holds none."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def send(phone, photo):
    """A large upload: the test client's own form would leave a temporary file open."""
    head = b'--edge\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body = head + photo + b"\r\n--edge--\r\n"
    return phone.post("/api/v1/photos", data=body, content_type="multipart/form-data; boundary=edge")


def test_a_photo_becomes_a_captured_case(kiosk, staff, photo):
    response = staff.upload(photo, subject="S-1", age_band="40-59", sex="female", unknown_field="x")
    assert response.status_code == 202
    case = staff.case(response.json["id"])
    assert (case["state"], case["origin"]) == ("captured", "upload")
    assert (case["subject"], case["age_band"], case["sex"]) == ("S-1", "40-59", "female")
    assert (case["photos"][0]["width_pixels"], case["photos"][0]["height_pixels"]) == (128, 96)


def test_a_photo_is_taken_while_no_device_process_runs(staff, photo):
    assert staff.upload(photo).status_code == 202


@pytest.mark.parametrize("name", ["../../etc/passwd", "📷 höhe.exe", "a" * 300, "photo"])
def test_the_files_name_does_not_count(kiosk, staff, photo, name):
    case_id = staff.upload(photo, name=name).json["id"]
    (kept,) = kiosk.store.photos.folder.glob("*/*")
    assert kept.name == f"{case_id}-0.jpg"


def test_the_declared_type_does_not_count(staff, photo, png):
    disguised = staff.upload(png, name="a.jpg", content_type="text/html").json["id"]
    response = staff.get(f"/api/v1/cases/{disguised}/photos/0")
    assert response.content_type == "image/png"
    assert staff.upload(b"<html>", name="a.jpg", content_type="image/jpeg").status_code == 415


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 415, "empty"),
        (b"not a photo at all", 415, "send a JPEG or a PNG"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 64, 415, "HEIC"),
        (png_header(60_000, 60_000), 413, "64 megapixels"),
    ],
)
def test_what_is_no_photo_is_refused_with_the_reason(kiosk, staff, content, status, words):
    response = staff.upload(content)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert words in response.json["detail"]
    assert kiosk.store.cases.count() == 0


def test_a_photo_cut_short_is_refused(kiosk, staff, photo):
    response = staff.upload(photo[: len(photo) // 2])
    assert response.status_code == 422
    assert kiosk.store.cases.count() == 0


def test_a_photo_that_is_too_large_is_refused_and_read_to_its_end(staff, photo):
    assert send(staff, photo + b"\0" * (20 * MIB)).status_code == 413
    far_over = send(staff, photo + b"\0" * (22 * MIB))
    assert far_over.status_code == 413
    assert "20 MiB" in far_over.json["detail"]


def test_a_form_without_a_photo_is_refused(staff, photo):
    assert staff.post("/api/v1/photos").status_code == 400
    response = staff.post("/api/v1/photos", data={"photo": "just words"})
    assert response.status_code == 400
    assert "choose one" in response.json["detail"]


def test_of_the_pages_two_pickers_the_filled_one_counts(staff, photo):
    two = [(io.BytesIO(b""), ""), (io.BytesIO(photo), "gallery.jpg")]
    response = staff.post("/new/photo", data={"photo": two})
    assert response.status_code == 303
    assert staff.post("/new/photo", data={"photo": [(io.BytesIO(b""), "")]}).status_code == 400


@pytest.mark.parametrize("field", ["subject", "lesion", "body_site", "age_band", "sex"])
@pytest.mark.parametrize("value", ["x" * 65, "line\nbreak", "\0"])
def test_a_field_that_does_not_hold_is_named(kiosk, staff, photo, field, value):
    response = staff.upload(photo, **{field: value})
    assert response.status_code == 422
    assert response.json["detail"].startswith(f"{field}: ")
    assert kiosk.store.cases.count() == 0


def test_a_photo_page_may_be_kept_by_its_phone_only(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    first = staff.get(f"/api/v1/cases/{case_id}/photos/0")
    assert "private" in first.headers["Cache-Control"]
    assert first.headers["ETag"] == f'"{staff.case(case_id)["photos"][0]["sha256"]}"'
    again = staff.get(f"/api/v1/cases/{case_id}/photos/0", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert staff.get(f"/api/v1/cases/{case_id}/photos/7").status_code == 404


def test_a_photo_whose_file_is_gone_says_so(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    for file in kiosk.store.photos.folder.glob("*/*"):
        file.unlink()
    response = staff.get(f"/api/v1/cases/{case_id}/photos/0")
    assert response.status_code == 503
    assert "gone from the card" in response.json["detail"]
    assert staff.get(f"/cases/{case_id}").status_code == 200


def test_no_room_to_take_a_photo_in_is_said_as_such(kiosk, staff, photo, monkeypatch):
    def no_room(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kiosk.app.request_class, "_get_file_stream", no_room)
    response = staff.upload(photo)
    assert response.status_code == 503
    assert "no room" in response.json["detail"]
    assert kiosk.store.cases.count() == 0


@pytest.mark.parametrize(("field", "value"), [("age_band", "40-49"), ("sex", "f")])
def test_a_choice_has_to_be_one_of_the_forms(kiosk, staff, photo, field, value):
    response = staff.upload(photo, **{field: value})
    assert response.status_code == 422
    assert response.json["detail"].startswith(f"{field}: ")
    assert kiosk.store.cases.count() == 0
