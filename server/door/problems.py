"""Errors as problem+json (RFC 9457); nothing of a case stands in them."""

import logging
import random

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import BadRequest, ClientDisconnected, HTTPException, RequestTimeout

from server import errors

_JSON = "application/problem+json"

_KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (errors.NotAllowed, 401, "Not allowed"),
    (errors.CaseUnknown, 404, "No such case"),
    (errors.CaseErased, 410, "Erased"),
    (errors.CaseConflict, 409, "Known with other contents"),
    (errors.OffsetConflict, 409, "Another request is ahead"),
    (errors.UploadExpired, 410, "Expired"),
    (errors.UploadUnknown, 404, "No such upload"),
    (errors.UploadTooLong, 413, "Too long"),
    (errors.ChecksumMismatch, 460, "Checksum mismatch"),
    (errors.HeaderInvalid, 400, "A header does not hold"),
    (errors.PhotoUnwanted, 409, "This photo is not wanted"),
    (errors.PhotoRefused, 422, "Not the photo announced"),
    (errors.BodyInvalid, 422, "A field does not hold"),
    (errors.Refused, 422, "Not possible"),
    (errors.StorageFull, 507, "No room"),
    (errors.Overloaded, 503, "Too much at once"),
)
"""Status and title of each kind of error; the first that fits counts."""

_log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Answer every error of ``app`` here."""
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(ParseException, _answer_broken_body)
    app.register_error_handler(ClientDisconnected, _answer_broken_off)
    app.register_error_handler(Exception, _answer)


def problem(status: int, title: str, detail: str) -> Response:
    """The answer's body and status."""
    response = jsonify(title=title, detail=detail, status=status)
    response.status_code = status
    response.content_type = _JSON
    return response


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    response = problem(error.code, error.name, str(error.description))
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _answer_broken_body(_: Exception) -> ResponseReturnValue:
    """The server meets a broken chunk only when a view reads the body, so it is told here."""
    return _answer_http(BadRequest("what was sent is cut up wrongly: send it again"))


def _answer_broken_off(_: Exception) -> ResponseReturnValue:
    """A kiosk on a bad line may still read this, and must not take it for a refusal of what it sends."""
    return _answer_http(RequestTimeout("what was sent came too slowly or broke off: send it again"))


def _answer(error: Exception) -> ResponseReturnValue:
    for kind, status, title in _KINDS:
        if isinstance(error, kind):
            return _with_hints(problem(status, title, str(error)), error)
    _log.error("%s failed: %s", request.endpoint, type(error).__name__, exc_info=error)
    return problem(500, "The server made a mistake", "Try again; if it happens again, tell its admin.")


def _with_hints(response: Response, error: Exception) -> Response:
    if isinstance(error, errors.NotAllowed):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, errors.Overloaded):
        # Jitter: those who were sent away together do not come back together.
        wait = error.retry_after_seconds
        response.headers["Retry-After"] = str(wait + random.randint(0, wait))  # noqa: S311 - no secret
    return response
