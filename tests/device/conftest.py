"""What the tests of the device process share: pins to push, a camera that does as told, short polls."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from running_process import Running

from device.camera.deadline import DeadlineCamera
from device.clock import SystemClock
from device.config import Config
from device.live import LiveReader, LiveWriter
from device.panel.button import Button
from device.panel.finger import Finger
from device.panel.lights import Lights
from device.panel.panel import Panel
from device.panel.pins import pin_factory
from device.parts import DeviceParts
from device.store import open_store
from models.classifier import Classifier
from models.examiner import Examiner
from models.face.detector import FaceDetector
from models.finding import Guidance

GPIOS = {"green": 22, "yellow": 23, "red": 24, "buzzer": 25, "lamp": 26}
BUTTON_GPIO = 17
_PATIENCE_SECONDS = 20.0


class MockPins:
    """gpiozero's own mock header; another header needs the same four verbs."""

    def __init__(self) -> None:
        self.factory = pin_factory(simulate=True)

    def push(self, gpio: int = BUTTON_GPIO) -> None:
        """Pull the pin low, as a pushed button does."""
        self.factory.pin(gpio).drive_low()

    def let_go(self, gpio: int = BUTTON_GPIO) -> None:
        """Let the pull-up raise the pin again."""
        self.factory.pin(gpio).drive_high()

    def level(self, gpio: int) -> bool:
        """What a voltmeter on the pin would say."""
        return bool(self.factory.pin(gpio).state)

    def close(self) -> None:
        """Forget every pin."""
        self.factory.reset()


@pytest.fixture(params=[MockPins], ids=["mock"])
def pins(request: pytest.FixtureRequest) -> Iterator[MockPins]:
    header = request.param()
    yield header
    header.close()


class ScriptedCamera:
    """A camera that gives what it is told to, or raises it, or hangs until it is released."""

    driver = "scripted"
    simulated = True

    def __init__(self, photo: bytes, image: np.ndarray) -> None:
        self.photo = photo
        self.image = image
        self.fault: Exception | None = None
        self.before_capture: Callable[[], None] = lambda: None
        self.opened = self.captured = 0
        self.free = threading.Event()
        self.free.set()

    def open(self) -> None:
        """Count."""
        self.opened += 1

    def capture(self) -> bytes:
        """The photo, or the fault."""
        self.before_capture()
        self._meet_fault()
        self.captured += 1
        return self.photo

    def preview(self) -> np.ndarray:
        """The image, or the fault."""
        self._meet_fault()
        return self.image

    def close(self) -> None:
        """Nothing is held."""

    def _meet_fault(self) -> None:
        self.free.wait(_PATIENCE_SECONDS)
        if self.fault:
            raise self.fault


@pytest.fixture
def scripted(skin_jpeg: bytes, pictures: Any) -> Iterator[ScriptedCamera]:
    camera = ScriptedCamera(skin_jpeg, pictures.skin())
    yield camera
    camera.free.set()


@pytest.fixture(scope="session")
def examiner(classifier: Classifier) -> Examiner:
    return Examiner(classifier, lambda: Guidance(("fever",)))


class Journal:
    """A view of the panel that keeps every line it was shown."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []

    def show_panel(self, panel: dict[str, Any]) -> None:
        """Keep it."""
        self.shown.append(panel)

    @property
    def patterns(self) -> list[str]:
        """The patterns in the order in which they came up, each once."""
        names = [panel["pattern"] for panel in self.shown]
        return [name for at, name in enumerate(names) if at == 0 or names[at - 1] != name]


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def make_panel(pins: MockPins, clock: Any, journal: Journal) -> Iterator[Callable[..., Panel]]:
    """Makes a panel on the pins whose time moves by hand."""
    made: list[Panel] = []

    def make(simulated: bool = True, gpios: dict[str, int | None] | None = None, view: Any = None) -> Panel:
        button = Button(BUTTON_GPIO, pins.factory, clock.seconds)
        lights = Lights(dict(GPIOS) if gpios is None else gpios, pins.factory)
        made.append(Panel(button, lights, view or journal, clock.seconds, simulated))
        return made[-1]

    yield make
    for panel in made:
        panel.close()


@pytest.fixture
def panel(make_panel: Callable[..., Panel]) -> Panel:
    return make_panel()


@pytest.fixture(scope="session")
def poll() -> Callable[[Callable[[], Any]], Any]:
    """Asks again and again until the answer is true, for a generous while."""

    def until(answer: Callable[[], Any], seconds: float = _PATIENCE_SECONDS) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := answer()):
            assert time.monotonic() < deadline, "this did not happen in time"
            time.sleep(0.005)
        return found

    return until


@pytest.fixture
def device_parts(
    home: Any, pins: MockPins, scripted: ScriptedCamera, examiner: Examiner
) -> Callable[..., DeviceParts]:
    """Makes the parts of a device process with mock pins, the scripted camera and the real model."""

    def make(**others: Any) -> DeviceParts:
        clock, store = SystemClock(), open_store(home)
        live = LiveWriter(home / "run")
        button = Button(BUTTON_GPIO, pins.factory, clock.seconds)
        panel = Panel(button, Lights(dict(GPIOS), pins.factory), live, clock.seconds, True)
        parts = DeviceParts(
            pid=1,
            store=store,
            camera=DeadlineCamera(scripted, 5.0),
            examiner=examiner,
            load_face_detector=FaceDetector.load,
            panel=panel,
            finger=Finger(button, store.pin_presses),
            live=live,
            clock=clock,
            live_period_seconds=0.125,
            settings=Config,
        )
        return replace(parts, **others)

    return make


@pytest.fixture
def kept(home):
    """The store as another process sees it."""
    store = open_store(home)
    yield store
    store.close()


@pytest.fixture
def start(device_parts):
    running = []

    def begin(**parts):
        running.append(Running(device_parts(**parts)))
        return running[-1]

    yield begin
    for process in running:
        process.stop()


@pytest.fixture
def final(kept, poll):
    """Waits until a case is final and gives it."""

    def wait(case_id):
        poll(lambda: kept.cases.get(case_id).state.is_final)
        return kept.cases.get(case_id)

    return wait


@pytest.fixture
def panel_shows(home, poll):
    """Waits until the panel shows a pattern."""
    live = LiveReader(home / "run")
    return lambda pattern: poll(lambda: (live.panel() or {}).get("pattern") == pattern)
