"""Errors in the reader's language: problem+json (RFC 9457) for programs, a plain page for people."""

import logging
import time

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge

from dashboard.door.access import is_machine_path
from dashboard.faults import told
from device import errors as kiosk
from models import errors as photo

_JSON = "application/problem+json"
_SVG = "image/svg+xml"
_DAMAGED_PHOTO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 90">'
    '<rect width="120" height="90" fill="#fde8ea"/>'
    '<g fill="#93101f" font-family="sans-serif" font-size="15" font-weight="700" text-anchor="middle">'
    '<text x="60" y="36">Photo gone</text><text x="60" y="58">or damaged</text></g></svg>'
)
"""Stands where the photo would on pages: browsers show an image whatever its status is."""

_DRAIN_BYTES = 32 * 1024 * 1024
_DRAIN_SECONDS = 30.0
_CHUNK_BYTES = 64 * 1024

_KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (kiosk.Busy, 409, "Busy"),
    (kiosk.PressRefused, 503, "No photo was taken"),
    (kiosk.StoreError, 503, "The store cannot do this"),
    (kiosk.CaseUnknown, 404, "No such case"),
    (kiosk.Superseded, 409, "Changed meanwhile"),
    (kiosk.ChoiceRefused, 409, "Nothing to choose"),
    (kiosk.PhoneRevoked, 401, "Not paired any more"),
    (kiosk.GuardianNeeded, 422, "A guardian is needed"),
    (kiosk.KioskError, 422, "Not possible"),
    (photo.PhotoTooLarge, 413, "The photo is too large"),
    (photo.PhotoCutShort, 422, "The photo is cut short"),
    (photo.PhotoError, 415, "Not a photo for this kiosk"),
)
"""Status and title of each kind of error; the first that fits counts."""

_PLAIN_WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    413: "What was sent is too large: a photo may have 20 MiB at most.",
}

_PAGE_TITLES = {400: "That did not work", 404: "Nothing here", 421: "Not this kiosk's name"}
"""For people; programs get the names that HTTP gives."""

_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error of ``app`` here."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(ParseException, _answer_broken_body)
    app.register_error_handler(Exception, _answer)


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect
    if isinstance(error, RequestEntityTooLarge):
        _drain()
    default = type(error).description
    plain = _PLAIN_WORDS.get(error.code) if error.description == default else None
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    title = error.name if is_machine_path() else _PAGE_TITLES.get(error.code, error.name)
    return _problem(error.code, title, plain or str(error.description), headers)


def _answer_broken_body(_: Exception) -> ResponseReturnValue:
    """The server meets a broken chunk only when a view reads the body, so it is told here."""
    return _answer_http(BadRequest("what was sent is cut up wrongly: send it again"))


def _answer(error: Exception) -> ResponseReturnValue:
    if isinstance(error, kiosk.StoreDamaged) and _wants_picture():
        return _DAMAGED_PHOTO, 503, {"Content-Type": _SVG}
    for kind, status, title in _KINDS:
        if isinstance(error, kind):
            return _problem(status, title, str(error))
    _log.error("%s failed: %s", request.endpoint, told(error))
    return _problem(500, "The kiosk made a mistake", "Try again; if it happens again, tell the staff.")


def _problem(
    status: int, title: str, detail: str, headers: list[tuple[str, str]] | None = None
) -> ResponseReturnValue:
    if not is_machine_path():
        return render_template("problems/show.html", title=title, detail=detail), status, headers or []
    response = jsonify(title=title, detail=detail, status=status)
    response.content_type = _JSON
    return response, status, headers or []


def _wants_picture() -> bool:
    """Whether a page asks for what it shows in an ``img``; programs that take anything get JSON."""
    return request.accept_mimetypes.best_match([_JSON, _SVG]) == _SVG


def _drain() -> None:
    """Read on, so that the client gets to read the answer instead of a broken connection."""
    stream, left, end = request.environ["wsgi.input"], _DRAIN_BYTES, time.monotonic() + _DRAIN_SECONDS
    while left > 0 and time.monotonic() < end:
        try:
            chunk = stream.read(_CHUNK_BYTES)
        except (OSError, ParseException):
            return  # nobody who reads the answer
        if not chunk:
            return
        left -= len(chunk)
