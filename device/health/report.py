"""What the device process says of itself, so that nobody else has to probe."""

from typing import Any

from device.camera.deadline import DeadlineCamera
from device.health.wall_clock import WallClock
from device.store import Store
from models.classifier import Classifier


def device_report(
    camera: DeadlineCamera, classifier: Classifier, store: Store, wall_clock: WallClock
) -> dict[str, Any]:
    """The device process's report: model, camera, disk, clock, as JSON can hold them.

    ``faults`` are the words of what keeps it from taking photos; without any it is ``ready``.
    Raises StoreError.
    """
    seen = {"driver": camera.driver, "ok": camera.fault is None, "words": camera.fault or "ready"}
    disk = disk_report(store)
    faults = [part["words"] for part in (seen, disk) if not part["ok"]]
    return {
        "ready": not faults,
        "faults": faults,
        "simulated": camera.simulated,
        "model": model_report(classifier),
        "camera": seen,
        "disk": disk,
        "clock": wall_clock.report(),
    }


def model_report(classifier: Classifier) -> dict[str, Any]:
    """Which model is loaded, in which engine, and what one forward pass costs in each."""
    manifest, interpreter = classifier.manifest, classifier.interpreter
    return {
        "name": manifest.name,
        "version": manifest.version,
        "sha256": manifest.sha256,
        "conditions": list(manifest.conditions),
        "engine": interpreter.engine,
        "threads": interpreter.threads,
        "milliseconds": classifier.engines,
    }


def disk_report(store: Store) -> dict[str, Any]:
    """How much room there is (None where the card does not say), and why a press would be refused."""
    fault = store.card_fault()
    return {"free_bytes": _free_bytes(store), "ok": fault is None, "words": fault or "enough room"}


def _free_bytes(store: Store) -> int | None:
    try:
        return store.photos.free_bytes()
    except OSError:
        return None  # the words say so
