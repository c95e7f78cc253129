"""From a press, or a phone's own photo, to what the phone shows."""

import time
from collections.abc import Iterator
from typing import Any

from figure import Figure, p95
from fresh_kiosk import fresh_kiosk, open_page
from running_kiosk import EventStream, RunningKiosk


def figures(short: bool) -> Iterator[Figure]:
    with fresh_kiosk() as kiosk, open_page(kiosk) as stream:
        yield from _presses(kiosk, stream, 40 if short else 500)
        yield from _uploads(kiosk, stream, 20 if short else 100)


def press_to_event(kiosk: RunningKiosk, stream: EventStream) -> tuple[float, dict[str, Any]]:
    """One press: milliseconds until its final event was seen, and its case."""
    started = time.monotonic()
    at, case = stream.wait_for(kiosk.press())
    return (at - started) * 1000, case


def _presses(kiosk: RunningKiosk, stream: EventStream, count: int) -> Iterator[Figure]:
    spans, beside = [], []
    for _ in range(count):
        span, case = press_to_event(kiosk, stream)
        spans.append(span)
        beside.append(span - _inference(case))
    yield Figure(f"press to event without inference, p95 of {count}", p95(beside), 120, "ms")
    yield Figure(f"press to event in all, p95 of {count} (paper: 1,172)", p95(spans), 1172, "ms")


def _uploads(kiosk: RunningKiosk, stream: EventStream, count: int) -> Iterator[Figure]:
    from large_photo import large_photo

    photo = large_photo((3264, 2448), 9.0, 90)
    spans = [_upload_to_page(kiosk, stream, photo) for _ in range(count)]
    size = f"{len(photo) / 1e6:.1f} MB"
    yield Figure(f"upload of {size} to its result on the page, p95 of {count}", p95(spans), 500, "ms")


def _upload_to_page(kiosk: RunningKiosk, stream: EventStream, photo: bytes) -> float:
    started = time.monotonic()
    status, answer = kiosk.upload(photo)
    if status != 202:
        raise SystemExit(f"an upload was answered with {status}: {answer}")
    _, case = stream.wait_for(answer["id"])
    page = kiosk.ask("GET", f"/cases/{answer['id']}")[1].decode()
    if case["prediction"]["finding"]["text"].split("(")[0] not in page:
        raise SystemExit("the page does not show the finding")
    return (time.monotonic() - started) * 1000


def _inference(case: dict[str, Any]) -> float:
    return float(case["prediction"]["milliseconds"]["inference"]) if case["prediction"] else 0.0
