"""The live picture, and what the model thinks of it while it is held over a spot."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from dashboard.door.access import Audience, asker_secret, open_to
from dashboard.parts import parts
from dashboard.stream.streams import Stream
from device.live import LiveReader

_POLL_SECONDS = 0.04
_WATCH_SECONDS = 1.0
_FIRST_PICTURE_SECONDS = 1.5
_PATIENCE_SECONDS = 10.0
_BOUNDARY = "picture"

Found = TypeVar("Found")

blueprint = Blueprint("live", __name__)


@blueprint.get("/live.mjpeg")
@open_to(Audience.SCREEN)
def film() -> ResponseReturnValue:
    """The live picture as multipart JPEG; ends by itself after 10 s without a new one."""
    stream = parts().streams.open(asker_secret())
    response = Response(
        _pictures(stream, parts().live), content_type=f"multipart/x-mixed-replace; boundary={_BOUNDARY}"
    )
    response.call_on_close(stream.close)
    return response


@blueprint.get("/live.jpg")
def still() -> ResponseReturnValue:
    """The live picture once. Raises ServiceUnavailable where there is none."""
    _, jpeg = _soon(parts().live.fresh_picture)
    return Response(jpeg, content_type="image/jpeg")


@blueprint.get("/api/v1/live")
def prediction() -> ResponseReturnValue:
    """The running prediction for the live picture. Raises ServiceUnavailable where there is none."""
    return jsonify(_soon(parts().live.prediction))


def _soon(look: Callable[[], Found | None]) -> Found:
    """Ask for the live picture and wait a moment: the first look wakes the camera."""
    stopping, end = parts().streams.stopping, time.monotonic() + _FIRST_PICTURE_SECONDS
    while True:
        parts().live.watch()
        found = look()
        if found is not None:
            return found
        if time.monotonic() >= end or stopping.wait(_POLL_SECONDS):
            raise ServiceUnavailable("there is no live picture: is the camera ready?", retry_after=1)


def _pictures(stream: Stream, live: LiveReader) -> Iterator[bytes]:
    """Each part ends with the next boundary, for browsers show a part only then."""
    yield f"--{_BOUNDARY}\r\n".encode()
    shown_at, watch_at, patient_until = 0.0, 0.0, time.monotonic() + _PATIENCE_SECONDS
    while not stream.is_over() and time.monotonic() < patient_until:
        if time.monotonic() >= watch_at:
            live.watch()
            watch_at = time.monotonic() + _WATCH_SECONDS
        found = live.fresh_picture()
        if found and found[0] != shown_at:
            shown_at, patient_until = found[0], time.monotonic() + _PATIENCE_SECONDS
            yield _part(found[1])
        else:
            time.sleep(_POLL_SECONDS)


def _part(jpeg: bytes) -> bytes:
    header = f"Content-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return header.encode() + jpeg + f"\r\n--{_BOUNDARY}\r\n".encode()
