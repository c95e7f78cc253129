"""The seam between the two engines: the fastest that proves itself, and why the others fell out."""

import types

import numpy as np
import pytest

from models import interpreter as seam
from models.errors import EngineMissing, ModelMismatch
from models.interpreter import Interpreter, cores, fastest, installed_engines
from models.manifest import SHIPPED, load_manifest, read_model

PIXELS = np.zeros((1, 8, 8, 3), np.uint8)


class FakeTime:
    """The stopwatch of the seam: only invoking an engine moves it."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def stopwatch(monkeypatch):
    stopwatch = FakeTime()
    monkeypatch.setattr(seam, "time", stopwatch)
    return stopwatch


@pytest.fixture
def install(monkeypatch, stopwatch):
    """Install engines that are told how long an invoke takes, or what to raise and when."""
    modules = {}

    def import_module(name):
        if isinstance(modules[name], Exception):
            raise modules[name]
        return modules[name]

    def install(**engines):
        monkeypatch.setattr(seam, "ENGINES", {name: f"fake_{name}.interpreter" for name in engines})
        monkeypatch.setattr(seam, "find_spec", lambda package: package.startswith("fake_"))
        modules.update((f"fake_{name}.interpreter", module) for name, module in engines.items())

    monkeypatch.setattr(seam, "import_module", import_module)
    return install


class FakeEngine:
    """The ``Interpreter`` of an engine that is not there."""

    def __init__(self, model_content, num_threads, experimental_op_resolver_type):
        self.loaded_with = (num_threads, experimental_op_resolver_type)
        cost = type(self).milliseconds
        self.cost = cost(num_threads) if callable(cost) else cost

    def allocate_tensors(self):
        if self.on_load:
            raise self.on_load

    def get_input_details(self):
        return [{"index": 0, "shape": np.array([1, 8, 8, 3]), "dtype": self.dtype}]

    def get_output_details(self):
        features = {"index": 1, "shape": np.array([1, 2, 2, 5])}
        return [features, {"index": 2, "shape": np.array([1, 3])}][: self.outputs]

    def set_tensor(self, index, pixels):
        if self.on_input:
            raise self.on_input

    def invoke(self):
        self.stopwatch.now += self.cost / 1000

    def get_tensor(self, index):
        return np.ones((1, 2, 2, 5) if index == 1 else (1, 3), np.float32)


@pytest.fixture
def engine(stopwatch):
    """Make a module like those of the engines."""

    def engine(milliseconds=1.0, on_load=None, on_input=None, dtype=np.uint8, outputs=2):
        facts = {"milliseconds": milliseconds, "on_load": on_load, "on_input": on_input}
        facts |= {"dtype": dtype, "outputs": outputs, "stopwatch": stopwatch}
        resolvers = types.SimpleNamespace(AUTO="auto", BUILTIN_REF="reference")
        return types.SimpleNamespace(Interpreter=type("Fake", (FakeEngine,), facts), OpResolverType=resolvers)

    return engine


def proven(interpreter):
    """The proof that a caller hands in: a real inference."""
    interpreter.run(PIXELS)


def test_the_faster_engine_is_taken_and_both_times_are_told(install, engine):
    install(slow=engine(30.0), quick=engine(2.0))
    best, costs = fastest(b"model", proven)
    assert best.engine == "quick"
    assert costs == {"slow": 30.0, "quick": 2.0}


def test_an_engine_that_fails_falls_out_however_fast_it_is(install, engine):
    install(slow=engine(30.0), quick=engine(2.0, on_input=ValueError("no")))
    best, costs = fastest(b"model", proven)
    assert best.engine == "slow"
    assert costs == {"slow": 30.0}


def test_an_engine_whose_scores_are_wrong_falls_out(install, engine):
    def only_slow(interpreter):
        if interpreter.engine != "slow":
            raise ModelMismatch("the model's self-test is off by 0.60 with quick")

    install(slow=engine(30.0), quick=engine(2.0))
    assert fastest(b"model", only_slow)[0].engine == "slow"


@pytest.mark.parametrize(
    "reason",
    [
        ImportError("numpy.core.multiarray failed to import"),
        AttributeError("_ARRAY_API not found"),
        SystemError("initialization of _pywrap_tensorflow_interpreter_wrapper raised"),
    ],
)
def test_an_engine_built_for_another_numpy_falls_out_when_imported(install, engine, reason):
    install(old=reason, new=engine())
    assert fastest(b"model", proven)[0].engine == "new"
    with pytest.raises(EngineMissing, match=r"old: .*install ai-edge-litert") as refused:
        fastest(b"model", proven, engines=("old",))
    assert str(reason) in str(refused.value)


@pytest.mark.parametrize(
    "reason",
    [
        ValueError("Cannot set tensor: Got value of type NOTYPE but expected type UINT8"),
        RuntimeError("Numpy is not available"),
        TypeError("an integer is required"),
    ],
)
def test_an_engine_that_imports_and_then_fails_falls_out_with_its_reason(install, engine, reason):
    install(old=engine(0.1, on_input=reason), new=engine(5.0))
    assert fastest(b"model", proven)[0].engine == "new"
    with pytest.raises(EngineMissing) as refused:
        fastest(b"model", proven, engines=("old",))
    assert f"old: {reason}" in str(refused.value)


def test_where_all_fail_each_reason_is_named(install, engine):
    install(one=ImportError("no wheel"), two=engine(on_input=RuntimeError("no delegate")))
    with pytest.raises(EngineMissing, match=r"one: no wheel; two: no delegate"):
        fastest(b"model", proven)


def test_a_file_that_no_engine_loads_is_the_files_fault(install, engine):
    broken = ValueError("Model provided has model identifier 'xxxx'")
    install(one=engine(on_load=broken), two=engine(on_load=broken))
    with pytest.raises(ModelMismatch, match="install the model again") as refused:
        fastest(b"model", proven)
    assert "ai-edge-litert" not in str(refused.value)
    assert "one: " in str(refused.value)
    assert "two: " in str(refused.value)


def test_where_no_engine_is_installed_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(seam, "find_spec", lambda package: None)
    assert installed_engines() == ()
    with pytest.raises(EngineMissing, match="install ai-edge-litert"):
        fastest(b"model", proven)


def test_an_engine_counts_as_installed_by_its_package(monkeypatch):
    monkeypatch.setattr(seam, "find_spec", lambda package: package == "tflite_runtime" or None)
    assert installed_engines() == ("tflite-runtime",)


@pytest.mark.parametrize("fault", [{"dtype": np.float32}, {"outputs": 1}])
def test_a_model_of_another_shape_is_refused(install, engine, fault):
    install(one=engine(**fault))
    with pytest.raises(ModelMismatch, match="uint8 input and two outputs"):
        Interpreter(b"model", "one", 1)


def test_delegates_and_threads_reach_the_engine(install, engine):
    install(one=engine())
    assert Interpreter(b"model", "one", 3)._interpreter.loaded_with == (3, "auto")
    assert Interpreter(b"model", "one", 1, delegates=False)._interpreter.loaded_with == (1, "reference")


def scaling(threads):
    return 8.0 / threads


def clogging(threads):
    return 2.0 * threads


@pytest.mark.parametrize(("cost", "chosen"), [(scaling, 6), (clogging, 1), (lambda n: abs(n - 4) + 1, 4)])
def test_threads_are_chosen_by_measuring_and_never_more_than_cores(
    install, engine, monkeypatch, cost, chosen
):
    monkeypatch.setattr(seam, "cores", lambda: 6)
    tried = []
    install(one=engine(lambda threads: tried.append(threads) or cost(threads)))
    best, costs = fastest(b"model", proven)
    assert best.threads == chosen
    assert costs == {"one": round(cost(chosen), 2)}
    assert tried == [1, 2, 4, 6]


def test_threads_that_are_asked_for_are_not_measured(install, engine):
    install(one=engine(scaling))
    assert fastest(b"model", proven, threads=1)[0].threads == 1
    assert cores() >= 1


def test_the_shipped_model_runs_in_every_installed_engine():
    manifest = load_manifest(SHIPPED)
    side = manifest.input.side_pixels
    engines = installed_engines()
    assert engines
    for name in engines:
        interpreter = Interpreter(read_model(manifest, SHIPPED.parent), name, 1)
        outputs = interpreter.run(np.full((1, side, side, 3), 128, np.uint8))
        assert interpreter.input_shape == (1, side, side, 3)
        assert interpreter.outputs == manifest.outputs
        assert outputs.logits.shape == (manifest.outputs,)
        assert outputs.features.ndim == 3
        assert outputs.logits.dtype == outputs.features.dtype == np.float32


@pytest.mark.parametrize("keep", [0, 100, 100_000])
def test_a_model_cut_short_does_not_load(keep):
    model = read_model(load_manifest(SHIPPED), SHIPPED.parent)
    with pytest.raises(ModelMismatch, match="install the model again"):
        Interpreter(model[:keep], installed_engines()[0], 1)
