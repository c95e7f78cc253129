"""Unit files start what there is, as the user and with the bounds that the programs count on."""

import configparser
import shlex
from importlib import import_module

import pytest
from conftest import REPOSITORY

import server.supervisor
from server.config import HOME_VARIABLE

PROGRAMS = {"kiosk": ("device.cli", "kiosk"), "kiosk-server": ("server.cli", "kiosk_server")}
UNITS = [path.name for path in sorted((REPOSITORY / "systemd").glob("kiosk-*.service"))]
OURS = [name for name in UNITS if name != "kiosk-poweroff.service"]


class _Unit(dict):
    """Settings by their name; one that stands several times keeps its last value."""

    def __init__(self, name):
        parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
        parser.optionxform = str
        parser.read(REPOSITORY / "systemd" / name, encoding="utf-8")
        assert set(parser.sections()) == {"Unit", "Service", "Install"}
        super().__init__(parser["Service"])


def test_the_units_are_all_looked_at():
    assert set(OURS) == {f"kiosk-{name}.service" for name in ("dashboard", "device", "server", "sync")}


@pytest.mark.parametrize("name", OURS)
def test_it_starts_a_verb_that_the_program_has(name):
    program, *arguments = shlex.split(_Unit(name)["ExecStart"])
    folder, _, word = program.rpartition("/")
    assert folder == "/opt/skin-kiosk/.venv/bin"
    module, command = PROGRAMS[word]
    group = getattr(import_module(module), command)
    context = group.make_context(word, arguments)
    verb = group.get_command(context, arguments[0])
    verb.make_context(arguments[0], arguments[1:], parent=context)


@pytest.mark.parametrize("name", OURS)
def test_it_is_started_again_and_cannot_change_the_system(name):
    unit = _Unit(name)
    wanted = {
        "Restart": "on-failure",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
    }
    assert {setting: unit[setting] for setting in wanted} == wanted
    assert unit["User"] not in ("root", "")


def test_the_servers_home_is_where_it_may_write():
    unit = _Unit("kiosk-server.service")
    assert unit["Environment"] == f"{HOME_VARIABLE}=/var/lib/{unit['StateDirectory']}"


def test_the_server_has_time_to_end_by_itself():
    unit = _Unit("kiosk-server.service")
    assert float(unit["TimeoutStopSec"]) > 2 * server.supervisor._STOP_SECONDS
    # Else its children would get the signal too, and it would see them die before it was asked to end.
    assert unit["KillMode"] == "mixed"
