"""Bodies of requests, read once and never longer than they may be."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType


def read_json_bytes(largest_bytes: int) -> bytes:
    """The body of a JSON request as it came. Raises UnsupportedMediaType or RequestEntityTooLarge."""
    if not request.is_json:
        raise UnsupportedMediaType("the body of this call is application/json")
    request.max_content_length = largest_bytes
    if (request.content_length or 0) > largest_bytes:
        raise RequestEntityTooLarge(f"this call takes {largest_bytes} bytes at most")
    return request.get_data(cache=False)
