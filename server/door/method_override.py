"""X-HTTP-Method-Override, which tus asks for: some networks let only GET and POST through."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class MethodOverride:
    """Puts the header's method in the place of the request's own, below one path only."""

    def __init__(self, app: "WSGIApplication", below: str) -> None:
        self._app = app
        self._below = below

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        method = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE")
        if method and environ.get("PATH_INFO", "").startswith(self._below):
            environ["REQUEST_METHOD"] = method.upper()
        return self._app(environ, start_response)
