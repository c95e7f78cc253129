"""The same over TLS: the handshake is part of the head."""

import ssl
from functools import partial
from pathlib import Path
from typing import Any

from device.patience.sockets import PatientSocket


class PatientTlsSocket(PatientSocket, ssl.SSLSocket):
    """What a PatientSocket becomes."""

    def do_handshake(self, block: bool = False) -> None:
        """Raises ConnectionResetError where it does not come about in time."""
        self._in_time(partial(super().do_handshake, block))


class PatientContext(ssl.SSLContext):
    """Makes PatientTlsSockets of PatientSockets."""

    sslsocket_class = PatientTlsSocket

    @classmethod
    def with_certificate(cls, certificate: Path, key: Path) -> "PatientContext":
        """A server's; both are PEM files. Raises OSError."""
        context = cls(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(certificate, key)
        return context

    def wrap_socket(self, sock: Any, *args: Any, **kwargs: Any) -> Any:
        """As any context does, but for the handshake: it comes when it is asked for."""
        wrapped = super().wrap_socket(sock, *args, **kwargs | {"do_handshake_on_connect": False})
        if isinstance(wrapped, PatientTlsSocket):
            wrapped.go_on_from(sock)
        return wrapped
