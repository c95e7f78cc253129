"""A kiosk answers to its own names only."""

import socket

import pytest

from dashboard.door.hosts import is_own_name

MACHINE = socket.gethostname()


@pytest.mark.parametrize(
    "given",
    [
        *("localhost", "LOCALHOST:8080", "127.0.0.1:8080", "192.168.4.1", "[::1]:8080", "clinic.example:80"),
        *(MACHINE, f"{MACHINE}:8080", f"{MACHINE.partition('.')[0]}.local", f"{MACHINE}."),
    ],
)
def test_its_own_names_and_any_address(given):
    assert is_own_name(given, "clinic.example")


@pytest.mark.parametrize(
    "given",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::1", ".", "a@evil.org"],
)
def test_no_other_name(given):
    assert not is_own_name(given, "0.0.0.0")


@pytest.mark.parametrize("path", ["/", "/api/v1/cases", "/health", "/pair", "/static/kiosk.js"])
def test_a_foreign_name_gets_nothing(kiosk, photo, path):
    kiosk.has_case(photo)
    response = kiosk.phone().get(path, headers={"Host": "evil.example:8080"})
    assert response.status_code == 421
    assert "open it by its address" in response.text
