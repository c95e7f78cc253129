"""Reading PyTorch's weights without PyTorch: tensors come out, nothing else gets in."""

import io
import os
import pickle
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.compare.torch_weights import read_torch_weights
from training.errors import WeightsInvalid

MAGIC = 0x1950A86A20F9469CFC6C


class Named:
    """Stands in a pickle for a name of another package."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Tensor:
    def __init__(self, key: str, count: int, shape: tuple[int, ...], steps: tuple[int, ...]) -> None:
        self.key, self.count, self.shape, self.steps = key, count, shape, steps


class Storage:
    def __init__(self, key: str, count: int) -> None:
        self.pid = ("storage", Named("torch", "FloatStorage"), key, "cpu", count, None)


class LikeTorch(pickle._Pickler):
    """Writes the opcodes that PyTorch wrote, without PyTorch."""

    def save(self, obj: Any, save_persistent_id: bool = True) -> Any:
        if isinstance(obj, Named):
            return self.write(f"c{obj.module}\n{obj.name}\n".encode())
        if isinstance(obj, Storage):
            self.save(obj.pid)
            return self.write(pickle.BINPERSID)
        if isinstance(obj, Tensor):
            self.save(Named("torch._utils", "_rebuild_tensor_v2"))
            self.save((Storage(obj.key, obj.count), 0, obj.shape, obj.steps, False, OrderedDict()))
            return self.write(pickle.REDUCE)
        return super().save(obj, save_persistent_id)


@pytest.fixture
def torch_file(tmp_path: Path) -> Callable[..., Path]:
    def write(state: Any, values: dict[str, np.ndarray[Any, Any]], magic: int = MAGIC) -> Path:
        file = io.BytesIO()
        for part in (magic, 1001, {"little_endian": True}, state, list(values)):
            LikeTorch(file, 2).dump(part)
        for numbers in values.values():
            file.write(len(numbers).to_bytes(8, "little") + numbers.astype("<f4").tobytes())
        path = tmp_path / "weights.pth"
        path.write_bytes(file.getvalue())
        return path

    return write


def test_a_tensor_comes_out_in_its_shape_even_if_it_was_turned(torch_file: Callable[..., Path]) -> None:
    numbers = np.arange(6, dtype=np.float32)
    state = OrderedDict(plain=Tensor("1", 6, (2, 3), (3, 1)), turned=Tensor("2", 6, (3, 2), (1, 3)))
    tensors = read_torch_weights(torch_file(state, {"1": numbers, "2": numbers + 10}))
    assert tensors["plain"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert tensors["turned"].tolist() == [[10, 13], [11, 14], [12, 15]]
    assert tensors["plain"].dtype == np.float32


def test_a_pickle_that_would_run_a_command_is_refused_and_runs_nothing(
    torch_file: Callable[..., Path], tmp_path: Path
) -> None:
    trace = tmp_path / "trace"

    class Attack:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {trace}",)

    with pytest.raises(WeightsInvalid, match="system, which is no tensor"):
        read_torch_weights(torch_file({"weight": Attack()}, {}))
    assert not trace.exists()


def test_a_tensor_that_reaches_beyond_its_values_is_refused(torch_file: Callable[..., Path]) -> None:
    state = {"weight": Tensor("1", 4, (2, 3), (3, 1))}
    with pytest.raises(WeightsInvalid, match="fetch it again"):
        read_torch_weights(torch_file(state, {"1": np.zeros(4)}))


def test_a_file_cut_short_is_refused(torch_file: Callable[..., Path]) -> None:
    path = torch_file({"weight": Tensor("1", 4, (4,), (1,))}, {"1": np.zeros(4)})
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(WeightsInvalid):
        read_torch_weights(path)


def test_a_file_that_is_something_else_is_refused(torch_file: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(WeightsInvalid, match="does not begin"):
        read_torch_weights(torch_file({}, {}, magic=1))
    with pytest.raises(WeightsInvalid):
        read_torch_weights(tmp_path / "nothing.pth")
