"""Where the kiosk listens, and the address that phones are given."""

import socket

import pytest

from device.errors import ConfigInvalid
from device.network import reachable_address, require_free_port


def test_a_port_that_is_taken_is_named_with_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigInvalid, match=f"127.0.0.1:{port}.*name another --port"):
            require_free_port("127.0.0.1", port)
    require_free_port("127.0.0.1", port)


def test_a_host_that_is_not_this_machines_is_refused() -> None:
    with pytest.raises(ConfigInvalid, match=r"192\.0\.2\.77"):
        require_free_port("192.0.2.77", 8080)


def test_phones_are_given_the_named_address() -> None:
    assert reachable_address("10.0.0.5", 8080) == "http://10.0.0.5:8080"
    assert reachable_address("::1", 8080) == "http://[::1]:8080"


def test_phones_are_never_sent_to_everywhere() -> None:
    address = reachable_address("0.0.0.0", 8080)
    assert address.startswith("http://")
    assert "0.0.0.0" not in address
    assert address.endswith(":8080")
