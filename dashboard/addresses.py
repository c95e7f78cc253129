"""The address under which phones open this kiosk, and the code that leads them there."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno
from flask import request
from markupsafe import Markup

from dashboard.parts import parts
from device.network import reachable_address


def address_for_phones(path: str) -> str | None:
    """``path`` of this kiosk as another phone opens it; None where only this machine reaches it.

    It is the address that the asking browser used, unless that one runs on the kiosk itself.
    """
    if not _means_this_machine(urlsplit(request.host_url).hostname or ""):
        return request.host_url.rstrip("/") + path
    web = parts().settings.config.web
    return None if _is_loopback(web.host) else reachable_address(web.host, web.port) + path


@lru_cache(maxsize=4)
def qr_code(address: str) -> Markup:
    """The code as inline SVG, drawn by segno from an address of our own making."""
    return Markup(segno.make(address, error="m").svg_inline(border=4, light="#fff", omitsize=True))  # noqa: S704


def _means_this_machine(host: str) -> bool:
    return _is_loopback(host) or host in ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound


def _is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
