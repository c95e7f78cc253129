"""Uploads over the wire: tus 1.0.0."""

from contextlib import suppress

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, PreconditionFailed, UnsupportedMediaType
from werkzeug.http import http_date

from device.wire.record import LARGEST_PHOTO_BYTES
from server.door.draining import drain
from server.door.tokens import kiosk, open_to_anyone
from server.errors import ServerError, UploadUnknown
from server.parts import parts
from server.uploads import headers
from server.uploads.body import Body
from server.uploads.rows import Upload

PREFIX = "/v1/uploads"

blueprint = Blueprint("uploads", __name__, url_prefix=PREFIX)


@blueprint.before_request
def require_version() -> None:
    """Refuse another protocol before anything is done. Raises PreconditionFailed."""
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != headers.VERSION:
        raise PreconditionFailed(f"this server speaks tus {headers.VERSION}: send Tus-Resumable")


@blueprint.after_app_request
def speak_tus(response: Response) -> Response:
    """What every answer says, those of the door and of unknown addresses too."""
    if not request.path.startswith(PREFIX):
        return response
    response.headers["Tus-Resumable"] = headers.VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = headers.VERSION
    if request.method == "HEAD":
        # No length either: where the method was overridden, the client would wait for that body.
        response.set_data(b"")
        response.headers["Cache-Control"] = "no-store"
    elif _is_refused_body(response):
        drain()
    return response


@blueprint.route("", methods=["OPTIONS"], strict_slashes=False)
@blueprint.route("/<uuid:upload_id>", methods=["OPTIONS"])
@open_to_anyone
def options(upload_id: object = None) -> ResponseReturnValue:
    """What this server can do."""
    del upload_id
    response = Response(status=204)
    response.headers["Tus-Version"] = headers.VERSION
    response.headers["Tus-Extension"] = headers.EXTENSIONS
    response.headers["Tus-Max-Size"] = str(LARGEST_PHOTO_BYTES)
    response.headers["Tus-Checksum-Algorithm"] = headers.ALGORITHMS
    return response


@blueprint.post("", strict_slashes=False, provide_automatic_options=False)
def begin() -> ResponseReturnValue:
    """Begin an upload; with a body, write it at once. If that is refused, there is no upload."""
    length = headers.parse_length(
        request.headers.get("Upload-Length"), request.headers.get("Upload-Defer-Length")
    )
    announced, body = headers.parse_metadata(request.headers.get("Upload-Metadata")), _first_body()
    upload = parts().uploads.begin(kiosk().id, length, announced)
    answer = Response(status=201)
    answer.headers["Location"] = url_for("uploads.look", upload_id=upload.id)
    if body is not None:
        upload = _write_first(upload, body)
        answer.headers["Upload-Offset"] = str(upload.offset)
    return _with_expiry(answer, upload)


@blueprint.route("/<uuid:upload_id>", methods=["HEAD"], provide_automatic_options=False)
def look(upload_id: object) -> ResponseReturnValue:
    """How far it is."""
    upload = parts().uploads.look(kiosk().id, str(upload_id))
    answer = Response(status=200)
    answer.headers["Upload-Offset"] = str(upload.offset)
    answer.headers["Upload-Length"] = str(upload.length)
    answer.headers["Upload-Metadata"] = headers.write_metadata(upload)
    return _with_expiry(answer, upload)


@blueprint.patch("/<uuid:upload_id>", provide_automatic_options=False)
def append(upload_id: object) -> ResponseReturnValue:
    """Write on."""
    body = _body()
    offset = headers.parse_number("Upload-Offset", request.headers.get("Upload-Offset"))
    upload = parts().uploads.append(kiosk().id, str(upload_id), offset, body)
    answer = Response(status=204)
    answer.headers["Upload-Offset"] = str(upload.offset)
    return _with_expiry(answer, upload)


@blueprint.delete("/<uuid:upload_id>", provide_automatic_options=False)
def end(upload_id: object) -> ResponseReturnValue:
    """Forget it."""
    parts().uploads.end(kiosk().id, str(upload_id))
    return Response(status=204)


def _body() -> Body:
    """Raises UnsupportedMediaType or HeaderInvalid."""
    if request.mimetype != headers.MEDIA_TYPE:
        raise UnsupportedMediaType(f"the bytes of an upload are {headers.MEDIA_TYPE}")
    checksum = headers.parse_checksum(request.headers.get("Upload-Checksum"))
    return Body(request.stream, request.content_length, checksum)


def _first_body() -> Body | None:
    """The body of the request that begins an upload; None where there is none."""
    has_bytes = bool(request.content_length) or "Transfer-Encoding" in request.headers
    return _body() if has_bytes or request.mimetype == headers.MEDIA_TYPE else None


def _write_first(upload: Upload, body: Body) -> Upload:
    """Nobody but us knows the upload's address yet: where the body fails, the upload goes too."""
    uploads = parts().uploads
    try:
        return uploads.append(upload.kiosk_id, upload.id, 0, body)
    except (ServerError, HTTPException):
        with suppress(UploadUnknown):
            uploads.end(upload.kiosk_id, upload.id)
        raise


def _is_refused_body(response: Response) -> bool:
    """Whether a kiosk may still be sending; strangers are not listened to."""
    return request.method in ("POST", "PATCH") and response.status_code >= 400 and response.status_code != 401


def _with_expiry(answer: Response, upload: Upload) -> Response:
    """A complete upload is over and expires no more."""
    if not upload.is_complete:
        answer.headers["Upload-Expires"] = http_date(upload.expires_at)
    return answer
