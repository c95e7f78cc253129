"""What a refused client still sends, read so that it gets to read why."""

import time

from flask import request
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

_MOST_BYTES = 32 * 1024 * 1024
_MOST_SECONDS = 30.0
_PIECE_BYTES = 64 * 1024


def drain() -> None:
    """Read the request's body to its end, within bounds; without that the connection would break on it."""
    left_bytes, end = _MOST_BYTES, time.monotonic() + _MOST_SECONDS
    while left_bytes > 0 and time.monotonic() < end:
        try:
            piece = request.stream.read(_PIECE_BYTES)
        except (OSError, HTTPException, ParseException):
            return  # nobody who reads the answer
        if not piece:
            return
        left_bytes -= len(piece)
