"""``kiosk-server api`` with a certificate of its own speaks TLS."""

import http.client
import ipaddress
import json
import socket
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@pytest.fixture
def pair(tmp_path):
    """A certificate for loopback, signed by its own key."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "t")]),
    )
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_whoever_trusts_the_certificate_gets_an_answer(tmp_path, pair):
    certificate, key, port = *pair, free_port()
    command = [sys.executable, "-m", "server.cli", "--home", str(tmp_path / "server"), "api"]
    options = [f"--port={port}", f"--certificate={certificate}", f"--key={key}"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as api:
        try:
            assert api.stdout.readline() == f"ready https://127.0.0.1:{port}\n"
            trusted = ssl.create_default_context(cafile=certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusted, timeout=20)
            connection.request("GET", "/health")
            assert json.loads(connection.getresponse().read())["database"]
            connection.close()
        finally:
            api.terminate()
            api.wait(10)
