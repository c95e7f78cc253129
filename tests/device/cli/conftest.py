"""The ``kiosk`` command called in this process, on a home of its own."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from device.cli import main
from device.store import Store, open_store


@dataclass(frozen=True)
class Answer:
    """How a call of the command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON values on stdout, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def kiosk(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Iterator[Callable[..., Answer]]:
    opened: list[Store] = []

    def open_and_note(*arguments: Any) -> Store:
        opened.append(open_store(*arguments))
        return opened[-1]

    monkeypatch.setattr("device.cli.build.open_store", open_and_note)
    monkeypatch.setenv("COLUMNS", "200")
    umask = os.umask(0)
    os.umask(umask)

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(home), *map(str, arguments)])
        printed = capsys.readouterr()
        return Answer(int(ended.value.code or 0), printed.out, printed.err)

    yield call
    os.umask(umask)
    for store in opened:
        store.close()


@pytest.fixture
def kept(home: Path) -> Iterator[Store]:
    """The store of that home, with room to write."""
    store = open_store(home)
    yield store
    store.close()
