"""The TFLite interpreter: tflite-runtime and LiteRT behind one seam.

Both read the same file through the same calls. tflite-runtime ends at Python
3.11 and numpy below 2, and with numpy 2 it imports and then fails: so an engine
counts as available only once it has completed an inference of the model.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineMissing, ModelError, ModelMismatch

ENGINES = {
    "litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
"""Engine name to the module that holds its ``Interpreter``."""

ENGINE_FAULTS = (ImportError, RuntimeError, ValueError, TypeError, AttributeError, SystemError)
"""What engines raise that are not installed, do not fit the installed numpy, or cannot read the file."""

_TIMED_INVOKES = 5


@dataclass(frozen=True)
class Outputs:
    """What one forward pass gives.

    ``logits`` is float32 ``[outputs]``; ``features`` is float32
    ``[height, width, channels]``, the network's last feature map.
    """

    logits: NDArray[np.float32]
    features: NDArray[np.float32]


class Interpreter:
    """One model in one engine; not for use by two threads at once."""

    def __init__(self, model: bytes, engine: str, threads: int, delegates: bool = True) -> None:
        """Load ``model`` (a TFLite flatbuffer) into ``engine`` (a key of ENGINES).

        ``delegates`` False runs the reference kernels without XNNPACK, on which
        both engines compute identical results. (The optimized kernels without a
        delegate round the mean differently, by one step of the quantization.)
        Raises ImportError where the engine is not installed, ModelMismatch
        where the file is no such model.
        """
        self.engine = engine
        self.threads = threads
        self._interpreter = open_model(model, engine, threads, delegates)
        self._input: dict[str, Any] = self._interpreter.get_input_details()[0]
        outputs = {len(o["shape"]): o for o in self._interpreter.get_output_details()}
        if self._input["dtype"] is not np.uint8 or set(outputs) != {2, 4}:
            raise ModelMismatch("the model file needs uint8 input and two outputs, scores and features")
        self._logits, self._features = outputs[2], outputs[4]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """``(1, side, side, 3)``."""
        return tuple(int(n) for n in self._input["shape"])

    @property
    def outputs(self) -> int:
        """How many numbers the model gives for a photo."""
        return int(self._logits["shape"][1])

    @property
    def channels(self) -> int:
        """How many channels the feature map has."""
        return int(self._features["shape"][3])

    def run(self, pixels: NDArray[np.uint8]) -> Outputs:
        """One forward pass of uint8 RGB ``[1, side, side, 3]``."""
        self._interpreter.set_tensor(self._input["index"], pixels)
        self._interpreter.invoke()
        logits = self._interpreter.get_tensor(self._logits["index"])[0]
        features = self._interpreter.get_tensor(self._features["index"])[0]
        return Outputs(np.asarray(logits, np.float32), np.asarray(features, np.float32))

    def invoke(self) -> None:
        """The bare forward pass over whatever input is set: the yardstick of the benchmarks."""
        self._interpreter.invoke()


def cores() -> int:
    """How many cores this process may use; more threads than that cost a factor of 90."""
    return len(os.sched_getaffinity(0))


def installed_engines() -> tuple[str, ...]:
    """The engines whose package is installed; none of them proven yet."""
    return tuple(name for name, module in ENGINES.items() if find_spec(module.partition(".")[0]))


def fastest(
    model: bytes,
    proven: Callable[[Interpreter], None],
    engines: tuple[str, ...] | None = None,
    threads: int | None = None,
) -> tuple[Interpreter, dict[str, float]]:
    """Load the model in every installed engine, prove each, and keep the fastest.

    ``proven`` runs a real inference and raises where an engine is not to be
    trusted. ``threads`` None tries 1, 2, 4 and so on up to one a core. Returns the interpreter
    and the milliseconds of one forward pass by engine name. Where none is left, raises with each one's
    reason: ModelMismatch if an engine found fault with the model, else EngineMissing.
    """
    timed: dict[str, tuple[float, Interpreter]] = {}
    failed: dict[str, Exception] = {}
    for engine in installed_engines() if engines is None else engines:
        try:
            timed[engine] = _fastest_threads(model, engine, proven, threads)
        except ENGINE_FAULTS as error:
            failed[engine] = error
    if not timed:
        raise none_left(failed)
    best = min(timed, key=lambda engine: timed[engine][0])
    return timed[best][1], {engine: round(cost, 2) for engine, (cost, _) in timed.items()}


def _fastest_threads(
    model: bytes, engine: str, proven: Callable[[Interpreter], None], threads: int | None
) -> tuple[float, Interpreter]:
    """The cost in milliseconds and the interpreter with as many threads as answer soonest."""
    tried: list[tuple[float, Interpreter]] = []
    for number in [threads] if threads else _thread_numbers():
        interpreter = Interpreter(model, engine, number)
        proven(interpreter)
        tried.append((_milliseconds(interpreter), interpreter))
    return min(tried, key=lambda pair: pair[0])


def _thread_numbers() -> list[int]:
    """1, 2, 4 ... and the number of cores."""
    numbers, most = [1], cores()
    while numbers[-1] * 2 < most:
        numbers.append(numbers[-1] * 2)
    return sorted({*numbers, most})


def none_left(failed: dict[str, Exception]) -> ModelError:
    """What to raise where no engine is left, each with its reason: ModelMismatch if one found fault with
    the model, else EngineMissing.
    """
    why = "; ".join(f"{engine}: {error}" for engine, error in failed.items())
    if any(isinstance(error, ModelMismatch) for error in failed.values()):
        return ModelMismatch(why)
    why = why or "neither ai-edge-litert nor tflite-runtime is installed"
    return EngineMissing(f"no TFLite engine runs the model ({why}): install ai-edge-litert")


def open_model(model: bytes, engine: str, threads: int, delegates: bool = True) -> Any:
    """The engine's own interpreter of ``model``, its tensors allocated; ``delegates`` as Interpreter has it.

    Raises ImportError where the engine is not installed, ModelMismatch where the file does not load.
    """
    module = import_module(ENGINES[engine])
    resolvers = module.OpResolverType
    resolver = resolvers.AUTO if delegates else resolvers.BUILTIN_REF
    try:
        interpreter = module.Interpreter(
            model_content=model, num_threads=threads, experimental_op_resolver_type=resolver
        )
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelMismatch(f"the model file does not load, install the model again: {error}") from error
    return interpreter


def _milliseconds(interpreter: Interpreter) -> float:
    spans = []
    for _ in range(_TIMED_INVOKES):
        started = time.perf_counter()
        interpreter.invoke()
        spans.append((time.perf_counter() - started) * 1000)
    return min(spans)
