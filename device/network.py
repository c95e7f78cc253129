"""Where the kiosk listens, and under which address phones find it."""

import socket

from device.config import web_address
from device.errors import ConfigInvalid

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not bound
_ELSEWHERE = ("192.0.2.1", 9)  # TEST-NET-1 (RFC 5737): asked for its route, sent nothing


def require_free_port(host: str, port: int) -> None:
    """Raise ConfigInvalid where nobody could listen on ``host:port``.

    Else the pages would not start, and another kiosk on that port would answer as
    if it were this one.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigInvalid(
                f"the pages cannot listen on {host}:{port} ({error.strerror}): name another --port or --host"
            ) from error


def reachable_address(host: str, port: int) -> str:
    """The pages' address as a phone opens it: where they listen everywhere, the address
    of this machine on its network, or its name where it has no network.
    """
    return web_address(_own_address() if host in _EVERYWHERE else host, port)


def _own_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        try:
            route.connect(_ELSEWHERE)
        except OSError:
            return f"{socket.gethostname()}.local"
        return str(route.getsockname()[0])
