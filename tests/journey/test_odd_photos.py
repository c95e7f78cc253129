"""Photos that are none, or of an odd kind, sent to a running kiosk: a clear refusal or a right answer."""

import json
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from running_kiosk import RunningKiosk

from device.camera.folder import SAMPLES

SAMPLE = (SAMPLES / "03.jpg").read_bytes()
PIXELS = cv2.imread(str(SAMPLES / "03.jpg"))


def png(header: bytes, rows: bytes, palette: bytes = b"") -> bytes:
    chunks = [(b"IHDR", header), *([(b"PLTE", palette)] if palette else []), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def bomb() -> bytes:
    return png(struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0), zlib.compress(b"\0" * 4096))


def palette_png() -> bytes:
    """The sample in 64 colours (two bits a channel)."""
    indices = (PIXELS[..., 2] >> 6) * 16 + (PIXELS[..., 1] >> 6) * 4 + (PIXELS[..., 0] >> 6)
    palette = bytes(level * 85 for i in range(64) for level in (i >> 4, i >> 2 & 3, i & 3))
    rows = b"".join(b"\0" + row.tobytes() for row in indices.astype(np.uint8))
    height, width = indices.shape
    return png(struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0), zlib.compress(rows), palette)


def encoded(suffix: str, pixels: np.ndarray) -> bytes:
    return cv2.imencode(suffix, pixels)[1].tobytes()


def rotated_by_exif(pixels: np.ndarray) -> bytes:
    """The sample lying on its side, with EXIF that says so (orientation 6)."""
    jpeg = encoded(".jpg", np.ascontiguousarray(np.rot90(pixels)))
    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + b"\0\0\0\0"
    exif = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:]


REFUSED = {
    "text": (b"this is no photo at all", 415),
    "a GIF": (b"GIF89a\x01\0\x01\0\0\0\0;", 415),
    "nothing": (b"", 415),
    "a JPEG that ends early": (SAMPLE[: len(SAMPLE) // 2], 422),
    "a PNG bomb": (bomb(), 413),
    "21 MiB": (b"\xff\xd8" + b"\0" * (21 * 1024 * 1024), 413),
}
CLASSIFIED = {
    "16-bit PNG": encoded(".png", PIXELS.astype(np.uint16) * 257),
    "palette PNG": palette_png(),
    "grey JPEG": encoded(".jpg", cv2.cvtColor(PIXELS, cv2.COLOR_BGR2GRAY)),
    "transparent PNG": encoded(".png", cv2.cvtColor(PIXELS, cv2.COLOR_BGR2BGRA)),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_judged_is_refused_in_words_and_leaves_nothing(kiosk: RunningKiosk, kind: str) -> None:
    photo, wanted = REFUSED[kind]
    before = kiosk.json("/api/v1/cases?limit=1")
    status, problem = kiosk.upload(photo)
    assert status == wanted
    assert problem["status"] == wanted
    assert len(problem["detail"]) > 20
    assert kiosk.json("/api/v1/cases?limit=1") == before
    assert not list(Path(kiosk.home / "photos").glob("*/*.part"))


@pytest.mark.parametrize("kind", CLASSIFIED)
def test_a_photo_of_an_odd_kind_gets_its_prediction(kiosk: RunningKiosk, kind: str) -> None:
    status, answer = kiosk.upload(CLASSIFIED[kind])
    assert status == 202
    assert kiosk.wait_for(answer["id"])["state"] == "classified"


def test_a_phones_rotated_photo_is_judged_and_shown_upright(kiosk: RunningKiosk) -> None:
    upright = kiosk.wait_for(kiosk.upload(encoded(".jpg", PIXELS))[1]["id"])
    rotated = kiosk.wait_for(kiosk.upload(rotated_by_exif(PIXELS))[1]["id"])
    best = [case["prediction"]["candidates"][0] for case in (upright, rotated)]
    assert best[0]["condition"] == best[1]["condition"]
    assert best[0]["score"] == pytest.approx(best[1]["score"], abs=0.1)
    kept = kiosk.ask("GET", rotated["photos"][0]["url"])[1]
    shown = cv2.imdecode(np.frombuffer(kept, np.uint8), cv2.IMREAD_COLOR)
    assert shown.shape == PIXELS.shape


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "😀.jpg", "con\\aux.jpg", "a" * 300 + ".jpg"])
def test_the_name_of_an_upload_means_nothing(kiosk: RunningKiosk, name: str) -> None:
    status, answer = kiosk.upload(SAMPLE, name)
    assert status == 202
    case = kiosk.wait_for(answer["id"])
    assert case["state"] == "classified"
    assert [p.name for p in (kiosk.home / "photos").glob(f"*/{case['id']}*")] == [f"{case['id']}-0.jpg"]


def test_a_declared_kind_means_nothing_either(kiosk: RunningKiosk) -> None:
    edge = "edge"
    body = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="x.pdf"\r\n'.encode()
    body += b"Content-Type: application/pdf\r\n\r\n" + SAMPLE + f"\r\n--{edge}--\r\n".encode()
    status, answer = kiosk.ask("POST", "/api/v1/photos", body, f"multipart/form-data; boundary={edge}")
    assert status == 202
    assert kiosk.wait_for(json.loads(answer)["id"])["state"] == "classified"


def test_a_phone_may_send_twenty_photos_in_a_burst(kiosk: RunningKiosk) -> None:
    ids = [kiosk.upload(SAMPLE)[1]["id"] for _ in range(20)]
    assert [kiosk.wait_for(case_id)["state"] for case_id in ids] == ["classified"] * 20
