"""Is the kiosk ready? Asked over HTTP, as a person's browser would."""

import http.client
import json
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 0.5


def is_ready(address: str) -> bool:
    """Whether ``GET /health`` at ``http://HOST:PORT`` names a model: it passed its self-test
    and the pages answer. A kiosk without a camera is ready too: its pages say what is
    wrong. A host of 0.0.0.0 is asked on loopback.
    """
    parts = urlsplit(address)
    host = "127.0.0.1" if parts.hostname in ("0.0.0.0", "::", None) else parts.hostname  # noqa: S104
    connection = http.client.HTTPConnection(host, parts.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health")
        return bool(json.loads(connection.getresponse().read())["model"])
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        connection.close()
