"""``kiosk-server run`` refuses what could not work before it starts anything."""

import socket

import pytest

from server.cli import main


@pytest.fixture
def refused(tmp_path, capsys):
    """Runs ``run``, which has to refuse; its exit status and its words."""

    def command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(tmp_path / "server"), "run", *map(str, arguments)])
        assert capsys.readouterr().out == ""
        return ended.value.code

    return command


def test_a_port_that_is_taken(refused, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert refused("--port", taken.getsockname()[1]) == 2


def test_a_certificate_without_its_key(refused, tmp_path):
    (tmp_path / "certificate.pem").touch()
    assert refused("--certificate", tmp_path / "certificate.pem") == 2


def test_a_certificate_that_is_none(refused, tmp_path):
    for name in ("certificate.pem", "key.pem"):
        (tmp_path / name).write_text("not one")
    files = ("--certificate", tmp_path / "certificate.pem", "--key", tmp_path / "key.pem")
    assert refused("--port", "8765", *files) == 2


def test_a_file_that_does_not_hold(refused, tmp_path):
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "server.toml").write_text("[queue]\nmost_attempts = 0\n")
    assert refused("--port", "8765") == 2


@pytest.mark.parametrize("options", [("--workers", "0"), ("--port", "0"), ("--model",)])
def test_options_that_do_not_hold(refused, options):
    assert refused(*options) == 2
