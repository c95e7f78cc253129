"""Health: for programs (JSON, Prometheus) and for people (what is wrong, what to do)."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from dashboard.door.access import Audience, open_to
from dashboard.kiosk_state import SILENT, DeviceState, device_state
from dashboard.parts import parts
from device.errors import StoreError
from device.store import PROCESS_NAMES, Store

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@open_to(Audience.ANYONE)
def show() -> ResponseReturnValue:
    """How the kiosk is, open to all, so without anything private; 503 where it cannot take photos."""
    health = health_now()
    return jsonify(health), 200 if health["ok"] else 503


@blueprint.get("/status")
def status() -> ResponseReturnValue:
    """The same in words, with what to do."""
    return render_template("health/status.html", health=health_now())


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Prometheus text exposition, format 0.0.4."""
    return Response("\n".join(_metric_lines(health_now())) + "\n", content_type="text/plain; version=0.0.4")


def health_now() -> dict[str, Any]:
    """What ``/health`` says; a store that fails is itself the answer."""
    try:
        return _health()
    except StoreError as error:
        return _unhealthy(str(error), _disk(parts().store))


def _health() -> dict[str, Any]:
    """What the device process said at its last beat, and what is seen here and now of the store."""
    store, state = parts().store, device_state(parts().store)
    found = {name: store.processes.get(name) for name in PROCESS_NAMES}
    sync = (
        found["sync"].report
        if found["sync"]
        else {"enrolled": False, "words": "the sync program does not run"}
    )
    report, disk = state.report, _disk(store)
    fault = store.fault() or parts().feed.fault
    return {
        "ok": state.ready and fault is None,
        "faults": _faults(state, fault),
        "model": report.get("model"),
        "camera": report.get("camera", {"ok": False, "words": SILENT}),
        "store": {"ok": fault is None, "words": fault or ""},
        "disk": report.get("disk", disk) if disk["ok"] else disk,
        "clock": report.get("clock", {"trusted": None}),
        "outbox": sync,
        "simulated": bool(report.get("simulated", parts().settings.config.simulate)),
        "processes": {name: {"alive": bool(process and process.alive)} for name, process in found.items()},
    }


def _faults(state: DeviceState, fault: str | None) -> list[str]:
    """Each once: what is seen here, then what the device process says, or that it says nothing."""
    said = list(state.report.get("faults", ())) if state.alive else [SILENT]
    return list(dict.fromkeys([*([fault] if fault else []), *said]))


def _disk(store: Store) -> dict[str, Any]:
    """The card as the dashboard sees it."""
    words = store.card_fault()
    try:
        free_bytes = store.photos.free_bytes()
    except OSError:
        free_bytes = None
    return {"ok": words is None, "free_bytes": free_bytes, "words": words or ""}


def _unhealthy(words: str, disk: dict[str, Any]) -> dict[str, Any]:
    unknown = {"ok": None, "words": "unknown"}
    return {
        "ok": False,
        "faults": [words],
        "model": None,
        "camera": unknown,
        "store": {"ok": False, "words": words},
        "disk": disk,
        "clock": {"trusted": None},
        "outbox": {"enrolled": None, "words": "unknown"},
        "simulated": parts().settings.config.simulate,
        "processes": {name: {"alive": None} for name in PROCESS_NAMES},
    }


def _metric_lines(health: dict[str, Any]) -> list[str]:
    lines = [
        *_gauge("ok", "Whether the kiosk can take and judge photos.", {"": int(health["ok"])}),
        *_gauge("cases", "Cases in the store.", {"": parts().store.cases.count()}),
        *_gauge("streams_open", "Event streams and live pictures open now.", {"": parts().streams.count()}),
    ]
    alive = {f'{{process="{name}"}}': int(bool(p["alive"])) for name, p in health["processes"].items()}
    lines += _gauge("process_alive", "Whether a process has spoken lately.", alive)
    if health["disk"]["free_bytes"] is not None:
        lines += _gauge("disk_free_bytes", "Room on the card.", {"": health["disk"]["free_bytes"]})
    return lines


def _gauge(name: str, words: str, values: dict[str, int]) -> list[str]:
    full = f"skin_kiosk_{name}"
    samples = [f"{full}{labels} {value}" for labels, value in values.items()]
    return [f"# HELP {full} {words}", f"# TYPE {full} gauge", *samples]
