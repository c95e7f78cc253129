from pathlib import Path

import numpy as np
import pytest

from training.errors import CheckpointUnusable, DiskFull
from training.learn.checkpoint import Checkpoint, Progress, load_checkpoint, save_checkpoint

RUN = {"backbone": "mobilenet", "plan": {"seed": 1}, "prepared_sha256": "ab"}


def checkpoint(epochs: int = 2) -> Checkpoint:
    history = ({"phase": "head", "loss": 1.5}, {"phase": "whole", "loss": 0.5})
    values = (np.full((3, 2), epochs, np.float32), np.array(7, np.int64))
    return Checkpoint(Progress(epochs, 12.5, history), values)


def the_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint(), RUN)
    found = load_checkpoint(tmp_path, RUN)
    assert found is not None
    assert found.progress == checkpoint().progress
    for value, there in zip(checkpoint().values, found.values, strict=True):
        assert value.dtype == there.dtype
        assert (value == there).all()


def test_a_folder_without_a_checkpoint_has_none(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path, RUN) is None


def test_the_next_checkpoint_takes_the_place_of_the_last(tmp_path: Path) -> None:
    for epochs in (1, 2):
        save_checkpoint(tmp_path, checkpoint(epochs), RUN)
    found = load_checkpoint(tmp_path, RUN)
    assert found is not None
    assert found.progress.epochs == 2
    assert the_file(tmp_path).exists()


def test_a_checkpoint_of_another_run_is_refused_by_what_differs(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint(), RUN)
    with pytest.raises(CheckpointUnusable, match=r"another run \(plan, prepared_sha256 differ\)"):
        load_checkpoint(tmp_path, {**RUN, "plan": {"seed": 2}, "prepared_sha256": "cd"})


@pytest.mark.parametrize("kept_bytes", [0, 3, 400, -30])
def test_a_checkpoint_cut_short_is_refused_and_says_to_remove_it(tmp_path: Path, kept_bytes: int) -> None:
    save_checkpoint(tmp_path, checkpoint(), RUN)
    path = the_file(tmp_path)
    path.write_bytes(path.read_bytes()[:kept_bytes])
    with pytest.raises(CheckpointUnusable, match="cannot be read, remove it and start again"):
        load_checkpoint(tmp_path, RUN)


def test_a_checkpoint_with_a_flipped_byte_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint(), RUN)
    path = the_file(tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(CheckpointUnusable, match="cannot be read"):
        load_checkpoint(tmp_path, RUN)


def test_a_full_disk_leaves_the_last_checkpoint_whole_and_says_what_to_do(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint(1), RUN)
    last = the_file(tmp_path)
    beside = last.with_name(f"{last.name}.part")
    beside.symlink_to("/dev/full")
    with pytest.raises(
        DiskFull, match=r"\(No space left on device\): make room and run the same command again"
    ):
        save_checkpoint(tmp_path, checkpoint(2), RUN)
    assert the_file(tmp_path) == last, "what was written of the other is gone"
    found = load_checkpoint(tmp_path, RUN)
    assert found is not None
    assert found.progress.epochs == 1


def test_a_checkpoint_that_was_being_written_when_the_power_went_is_no_checkpoint(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint(1), RUN)
    (tmp_path / f"{the_file(tmp_path).name}.part").write_bytes(b"PK half of one")
    found = load_checkpoint(tmp_path, RUN)
    assert found is not None
    assert found.progress.epochs == 1
    save_checkpoint(tmp_path, checkpoint(2), RUN)
    assert the_file(tmp_path).suffix == ".npz"
