"""The command line as an admin has it, without a process of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.cli import main

Said = tuple[int | str | None, str, str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a verb on a home of its own; its exit status and what it said, with and without a fault."""

    def command(*arguments: object, home: str = "server") -> Said:
        with pytest.raises(SystemExit) as ended:
            main(["--home", str(tmp_path / home), *map(str, arguments)])
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return command
