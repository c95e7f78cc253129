"""The kiosk's figures, measured in one run: ``python tests/bench/kiosk_bench.py [--short] [--json]``.

Prints a row a figure with its bound, and ends with 1 where a bound does not hold.
These machines are noisy: compare ratios, and name the machine beside absolute figures.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from running_kiosk import EventStream, RunningKiosk, running_kiosk, wait_until

from device.camera.folder import SAMPLES
from models.classifier import Classifier
from models.preprocess import preprocess

TWELVE_MEGAPIXELS = (4032, 3024)


@dataclass(frozen=True)
class Figure:
    """One measured figure and what it must not exceed (or, with ``at_least``, reach)."""

    name: str
    measured: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def holds(self) -> bool:
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def p95(spans: list[float]) -> float:
    return statistics.quantiles(spans, n=20)[18]


def large_photo(size: tuple[int, int], noise: float, quality: int) -> bytes:
    """A sample enlarged to ``size`` (width, height), with sensor noise so that it weighs what phones' do."""
    sample = cv2.imread(str(SAMPLES / "02.jpg"))
    height, width = sample.shape[:2]
    side = min(height, width)
    square = sample[(height - side) // 2 :, (width - side) // 2 :][:side, :side]
    pixels = cv2.resize(square, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    pixels += np.random.default_rng(7).normal(0, noise, pixels.shape).astype(np.float32)
    return cv2.imencode(".jpg", pixels.clip(0, 255).astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, quality))[
        1
    ].tobytes()


def on_the_device(rounds: int) -> Iterator[Figure]:
    """Decode, preprocess and inference against the bare interpreter's invoke, interleaved."""
    classifier = Classifier.load()
    photo = large_photo(TWELVE_MEGAPIXELS, 9.0, 92)
    whole, prepared, bare = [], [], []
    for _ in range(rounds):
        whole.append(_milliseconds(lambda: classifier.classify(classifier.decode(photo))))
        image = classifier.decode(photo)
        prepared.append(
            _milliseconds(
                lambda image=image: classifier.interpreter.run(preprocess(image, classifier.manifest.input))
            )
        )
        bare.append(_milliseconds(classifier.interpreter.invoke))
    size = f"{len(photo) / 1e6:.1f} MB"
    yield Figure(
        f"12-megapixel JPEG ({size}): decode, preprocess, inference", statistics.median(whole), 60, "ms"
    )
    ratio = statistics.median(prepared) / statistics.median(bare)
    yield Figure("preprocess and inference, to the bare invoke", ratio, 3, "x")
    yield Figure("bare invoke (for orientation)", statistics.median(bare), 1000, "ms")


def presses(kiosk: RunningKiosk, stream: EventStream, count: int) -> Iterator[Figure]:
    spans, beside = [], []
    for _ in range(count):
        started = time.monotonic()
        at, case = stream.wait_for(kiosk.press())
        spans.append((at - started) * 1000)
        beside.append(spans[-1] - _inference(case))
    yield Figure(f"press to event without inference, p95 of {count}", p95(beside), 120, "ms")
    yield Figure(f"press to event in all, p95 of {count} (paper: 1,172)", p95(spans), 1172, "ms")


def uploads(kiosk: RunningKiosk, stream: EventStream, count: int) -> Iterator[Figure]:
    photo = large_photo((3264, 2448), 9.0, 90)
    spans = []
    for _ in range(count):
        started = time.monotonic()
        status, answer = kiosk.upload(photo)
        if status != 202:
            raise SystemExit(f"an upload was answered with {status}: {answer}")
        _, case = stream.wait_for(answer["id"])
        page = kiosk.ask("GET", f"/cases/{answer['id']}")[1].decode()
        if case["prediction"]["finding"]["text"].split("(")[0] not in page:
            raise SystemExit("the page does not show the finding")
        spans.append((time.monotonic() - started) * 1000)
    yield Figure(
        f"upload of {len(photo) / 1e6:.1f} MB to its result on the page, p95 of {count}",
        p95(spans),
        500,
        "ms",
    )


def live(kiosk: RunningKiosk, folder: Path, changes: int) -> Iterator[Figure]:
    """A change before the (folder) camera to the changed live prediction; pictures a second."""
    scenes = sorted(SAMPLES.glob("*.jpg"))
    spans = []
    for number in range(changes):
        before = _live(kiosk)
        unfinished = folder / "scene.part"
        shutil.copy(scenes[(number + 1) % len(scenes)], unfinished)
        started = time.monotonic()
        unfinished.replace(folder / "scene.jpg")
        wait_until(lambda before=before: _live(kiosk) != before, 10, "the live prediction never changed")
        spans.append((time.monotonic() - started) * 1000)
    yield Figure(
        f"change before the camera to changed prediction, worst of {changes} (paper: 1,237)",
        max(spans),
        1000,
        "ms",
    )
    yield Figure("live pictures a second", _pictures_per_second(kiosk), 5, "/s", at_least=True)


def all_figures(short: bool) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "scene"
        folder.mkdir()
        shutil.copy(SAMPLES / "01.jpg", folder / "scene.jpg")
        home = Path(temporary) / "home"
        home.mkdir()
        (home / "kiosk.toml").write_text(f'[camera]\nfolder = "{folder}"\n')
        with running_kiosk(home):
            pass  # warms the disk
        with running_kiosk(home) as kiosk:
            yield Figure("ready after kiosk run", kiosk.ready_seconds, 3, "s")
            stream = EventStream(kiosk)
            yield from presses(kiosk, stream, 40 if short else 500)
            yield from uploads(kiosk, stream, 20 if short else 100)
            yield from live(kiosk, folder, 4 if short else 20)
            stream.close()
            yield Figure("stop after SIGTERM", kiosk.stop(), 5, "s")
    yield from on_the_device(10 if short else 50)


def _live(kiosk: RunningKiosk) -> Any:
    with suppress(KeyError):
        return kiosk.json("/api/v1/live")["candidates"]
    return None


def _pictures_per_second(kiosk: RunningKiosk, seconds: float = 4.0) -> float:
    picture, seen = kiosk.home / "run" / "live.jpg", set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _live(kiosk)
        seen.add(picture.stat().st_mtime_ns)
        time.sleep(0.005)
    return len(seen) / seconds


def _inference(case: dict[str, Any]) -> float:
    return float(case["prediction"]["milliseconds"]["inference"]) if case["prediction"] else 0.0


def _milliseconds(call: Any) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a minute instead of five")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = []
    for figure in all_figures(options.short):
        figures.append(figure)
        if not options.json:
            sign, holds = ("at least", "") if figure.at_least else ("at most", "")
            holds = "" if figure.holds else "   DOES NOT HOLD"
            print(
                f"{figure.name:<78} {figure.measured:9.2f} {figure.unit:<3} ({sign} {figure.bound:g}){holds}",
                flush=True,
            )
    if options.json:
        print(json.dumps([asdict(figure) | {"holds": figure.holds} for figure in figures]))
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
