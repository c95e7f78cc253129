"""Two kiosks in one home would take the same cases."""

import pytest

from device.errors import AlreadyRunning
from device.lock import hold


def test_the_second_in_one_home_is_told_what_to_do(home):
    home.mkdir(exist_ok=True)
    with hold(home, "device"), pytest.raises(AlreadyRunning, match="stop it first"):
        hold(home, "device")


def test_what_ended_holds_nothing_any_more(home):
    home.mkdir(exist_ok=True)
    hold(home, "device").close()
    hold(home, "device").close()


def test_different_work_does_not_exclude_each_other(home):
    home.mkdir(exist_ok=True)
    with hold(home, "device"), hold(home, "run"):
        pass
