"""What the device process says of itself, so that nobody else has to probe."""

from typing import Any

from device.camera.deadline import DeadlineCamera
from device.clock import Clock
from device.errors import StoreError
from device.store import Store
from models.classifier import Classifier


def device_report(
    camera: DeadlineCamera, classifier: Classifier, store: Store, clock: Clock
) -> dict[str, Any]:
    """The device process's report: model, camera, disk, clock, as JSON can hold them.

    ``faults`` are the words of what keeps it from taking photos; without any it is ``ready``.
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
        "clock": {"trusted": clock.moment().trusted},
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
    """How much room there is, and whether a press would be refused for want of it."""
    try:
        store.photos.require_room()
    except StoreError as error:
        return {"free_bytes": store.photos.free_bytes(), "ok": False, "words": str(error)}
    return {"free_bytes": store.photos.free_bytes(), "ok": True, "words": "enough room"}
