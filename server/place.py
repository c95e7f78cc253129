"""Where the API listens, checked before anybody is told that it does."""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from server.errors import ConfigInvalid


@dataclass(frozen=True)
class Place:
    """Where the API listens; with a certificate and its key (PEM files) by TLS, else both None."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    @property
    def bind(self) -> str:
        """As gunicorn and addresses write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """The URL of the API."""
        return f"{'https' if self.certificate else 'http'}://{self.bind}"

    def check(self) -> None:
        """Raises ConfigInvalid where nobody could listen there, or where the certificate does not hold."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, self.port))
        except OSError as error:
            words = f"the server cannot listen on {self.bind} ({error.strerror})"
            raise ConfigInvalid(f"{words}: name another --port or --host") from error
        if self.certificate and self.key:
            _check_certificate(self.certificate, self.key)


def _check_certificate(certificate: Path, key: Path) -> None:
    """gunicorn itself would find out at the first kiosk's first call."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError as error:
        raise ConfigInvalid(f"the certificate and its key do not hold: {error}") from error
