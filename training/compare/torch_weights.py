"""The tensors of a PyTorch weights file as NumPy arrays, without PyTorch and without running anything.

Unpickling runs what a file names; this reader admits tensors alone. It reads the format that
``torch.save`` wrote before 1.6 (its source: ``torch/serialization.py``, ``_legacy_save``): five pickles
(magic number, version, machine, state dict, storage keys), then each storage as an int64 count and its
values, little-endian.
"""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from training.errors import WeightsInvalid

Tensors = dict[str, NDArray[Any]]

_MAGIC = 0x1950A86A20F9469CFC6C
_BROKEN = (
    pickle.UnpicklingError,
    EOFError,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
)


def read_torch_weights(path: Path) -> Tensors:
    """Name to array, in the shapes of PyTorch. Raises WeightsInvalid for anything but plain tensors."""
    try:
        with path.open("rb") as file:
            return _read(file)
    except _BROKEN as error:
        raise WeightsInvalid(f"{path} is no plain PyTorch weights file, fetch it again: {error}") from error


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class _View:
    """A tensor before its values are read; counts and steps are in values, not in bytes."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    steps: tuple[int, ...]

    def of(self, values: NDArray[Any]) -> NDArray[Any]:
        """The tensor itself, copied out. Raises IndexError where it reaches beyond ``values``."""
        places = np.full(self.shape, self.offset)
        for axis, (count, step) in enumerate(zip(self.shape, self.steps, strict=True)):
            places += np.expand_dims(np.arange(count) * step, tuple(range(1, len(self.shape) - axis)))
        return np.asarray(values[places])


def _view(storage: _Storage, offset: int, shape: Any, steps: Any, *_: object) -> _View:
    return _View(storage, offset, tuple(shape), tuple(steps))


_ADMITTED: dict[str, Any] = {
    "collections.OrderedDict": OrderedDict,
    "torch._utils._rebuild_tensor_v2": _view,
    "torch.FloatStorage": np.dtype("<f4"),
    "torch.LongStorage": np.dtype("<i8"),
}


class _Reader(pickle.Unpickler):
    """Admits tensors and their names; every other name is refused before it is looked up."""

    def find_class(self, module: str, name: str) -> Any:
        if f"{module}.{name}" not in _ADMITTED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which is no tensor")
        return _ADMITTED[f"{module}.{name}"]

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, *_ = pid
        return _Storage(key, dtype)


def _read(file: BinaryIO) -> Tensors:
    magic, _, _, state, keys = (_Reader(file).load() for _ in range(5))
    if magic != _MAGIC:
        raise ValueError("it does not begin as one")
    dtypes = {view.storage.key: view.storage.dtype for view in state.values()}
    values = {key: _values(file, dtypes[key]) for key in keys}
    return {name: view.of(values[view.storage.key]) for name, view in state.items()}


def _values(file: BinaryIO, dtype: np.dtype[Any]) -> NDArray[Any]:
    count = int.from_bytes(file.read(8), "little")
    return np.frombuffer(file.read(count * dtype.itemsize), dtype, count)
