"""The names this kiosk answers to: any other in a request's Host is a foreign page that had its
own name lead to our address (DNS rebinding), to read what a browser here may see.
"""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import MisdirectedRequest

from dashboard.parts import parts


def require_own_name() -> None:
    """Run before every request. Raises MisdirectedRequest for a name that is not this kiosk's."""
    given = request.headers.get("Host")
    if given and not is_own_name(given, parts().settings.config.web.host):
        raise MisdirectedRequest("this kiosk does not answer to that name: open it by its address")


def is_own_name(given: str, configured: str) -> bool:
    """Whether a Host header, with or without a port, names this machine; addresses always do."""
    try:
        name = (urlsplit(f"//{given}").hostname or "").rstrip(".")
    except ValueError:
        return False
    return _is_address(name) or name in {"localhost", configured.lower(), *_machine_names()}


def _machine_names() -> tuple[str, ...]:
    """Asked each time, for a machine may be renamed while it runs."""
    full = socket.gethostname().lower()
    short = full.partition(".")[0]
    return full, short, f"{short}.local"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
