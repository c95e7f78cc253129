"""Where a training run stands, on disk: it goes on from there after an interruption.

A checkpoint is written beside and renamed into place, so a full disk or a power cut leaves the last one
whole.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from training.errors import CheckpointUnusable, DiskFull

_FILE = "checkpoint.npz"


@dataclass(frozen=True)
class Progress:
    """``epochs`` are finished; ``seconds`` of learning so far; ``history`` has an entry an epoch."""

    epochs: int = 0
    seconds: float = 0.0
    history: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """A run's progress and the values of its variables, in their order."""

    progress: Progress
    values: tuple[NDArray[Any], ...]


def save_checkpoint(folder: Path, checkpoint: Checkpoint, run: dict[str, Any]) -> None:
    """Write the checkpoint of the run that ``run`` describes. Raises DiskFull."""
    state = json.dumps({"run": run, "progress": asdict(checkpoint.progress)})
    values = {str(number): value for number, value in enumerate(checkpoint.values)}
    beside = folder / f"{_FILE}.part"
    try:
        with beside.open("wb") as file:
            np.savez(file, state=np.array(state), **values)  # type: ignore[arg-type]
            os.fsync(file.fileno())
        beside.replace(folder / _FILE)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DiskFull(
            f"{folder} takes no checkpoint ({error.strerror}): make room and run the same command again, "
            "it goes on from the last one"
        ) from error


def load_checkpoint(folder: Path, run: dict[str, Any]) -> Checkpoint | None:
    """The last checkpoint in ``folder``; None where there is none.

    Raises CheckpointUnusable where it belongs to another run than ``run`` or cannot be read.
    """
    path = folder / _FILE
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            state = json.loads(str(arrays["state"]))
            values = tuple(arrays[str(number)] for number in range(len(arrays.files) - 1))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise CheckpointUnusable(f"{path} cannot be read, remove it and start again: {error}") from error
    if state["run"] != run:
        raise CheckpointUnusable(_difference(path, state["run"], run))
    progress = state["progress"]
    return Checkpoint(Progress(**progress | {"history": tuple(progress["history"])}), values)


def _difference(path: Path, there: dict[str, Any], here: dict[str, Any]) -> str:
    names = ", ".join(sorted(name for name in there | here if there.get(name) != here.get(name)))
    return f"{path} is of another run ({names} differ): choose another folder, or remove it"
