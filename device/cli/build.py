"""The one place where the command line puts the kiosk's parts together."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from device.clock import SystemClock
from device.config import Config, Settings, load_settings
from device.errors import StoreReadOnly
from device.power import ask_for_power_off
from device.store import DATABASE_FILE, Store, open_store
from device.store.current_settings import CurrentSettings, SettingsNow

if TYPE_CHECKING:
    from device.camera import Camera
    from device.camera.deadline import DeadlineCamera
    from device.parts import DeviceParts
    from models.examiner import Examiner

_MEGABYTE = 1_000_000


def settings(ctx: click.Context, options: dict[str, Any] | None = None) -> Settings:
    """The configuration for this call. Raises ConfigInvalid."""
    given = ctx.find_root().obj
    return load_settings(given["home"], given["config"], options)


def store(found: Settings) -> Store:
    """The store of this kiosk. Raises StoreError."""
    return open_store(found.home, found.config.storage.reserve_megabytes * _MEGABYTE)


def settings_now(found: Settings) -> SettingsNow:
    """The settings with what was set on the pages. Raises StoreError.

    A kiosk that has no store yet gets none for this: nothing was set.
    """
    if not _has_store(found.home):
        return SettingsNow(found, {})
    kept = store(found)
    try:
        return CurrentSettings(found, kept.settings).now()
    finally:
        kept.close()


def examiner(found: Settings, config: Callable[[], Config] | None = None) -> "Examiner":
    """The classifier that ships, tested, with the clinic's guidance as ``config`` gives it at each
    finding; without one, as ``found``. Raises ModelError.
    """
    from models.classifier import Classifier
    from models.conditions import load_catalogue
    from models.examiner import Examiner
    from models.finding import Guidance

    catalogue = load_catalogue()

    def guidance() -> Guidance:
        clinic = (config() if config else found.config).clinic
        red_flags = catalogue.red_flags if clinic.red_flags is None else clinic.red_flags
        return Guidance(red_flags, clinic.emergency_contact)

    return Examiner(Classifier.load(catalogue=catalogue), guidance)


def camera(found: Settings) -> "DeadlineCamera":
    """The configured camera with its deadline, not yet opened."""
    from device.camera.deadline import DeadlineCamera

    return DeadlineCamera(_driver(found), found.config.camera.deadline_seconds)


def device_parts(found: Settings) -> "DeviceParts":
    """Everything that the device process works with. Raises KioskError or ModelError."""
    from device.live import LiveWriter
    from device.panel.button import Button
    from device.panel.finger import Finger
    from device.panel.lights import Lights
    from device.panel.panel import Panel
    from device.panel.pins import pin_factory
    from device.parts import DeviceParts
    from models.face.detector import FaceDetector, require_shipped

    require_shipped()
    clock, kept = SystemClock(), store(found)
    current = CurrentSettings(found, kept.settings)
    fitted, simulate = found.config.panel, found.config.simulate
    factory = pin_factory(simulate)
    button = Button(fitted.button_gpio, factory, clock.seconds)
    lights = Lights({channel: getattr(fitted, f"{channel}_gpio") for channel in _channels()}, factory)
    live = LiveWriter(found.runtime_folder)
    judge = examiner(found, current.config)
    return DeviceParts(
        pid=os.getpid(),
        store=kept,
        camera=camera(found),
        examiner=judge,
        load_face_detector=lambda: FaceDetector.load(engines=(judge.classifier.interpreter.engine,)),
        panel=Panel(button, lights, live, clock.seconds, simulate),
        finger=Finger(button, kept.pin_presses) if simulate else None,
        live=live,
        clock=clock,
        live_period_seconds=1 / found.config.camera.preview_pictures_per_second,
        settings=current.config,
        power_off=None if simulate else lambda: ask_for_power_off(found.runtime_folder),
    )


def _has_store(home: Path) -> bool:
    try:
        (home / DATABASE_FILE).stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreReadOnly(
            f"the home {home} cannot be read ({error.strerror}): be root or of its group"
        ) from error
    return True


def _driver(found: Settings) -> "Camera":
    chosen, has_lamp = found.config.camera, found.config.panel.lamp_gpio is not None
    driver = chosen.driver or ("folder" if found.config.simulate else "picamera2")
    if driver == "folder":
        from device.camera.folder import SAMPLES, FolderCamera

        return FolderCamera(Path(chosen.folder or SAMPLES))
    if driver == "usb":
        from device.camera.usb import UsbCamera

        return UsbCamera(chosen.device, has_lamp=has_lamp)
    from device.camera.picamera import PiCamera

    return PiCamera(chosen.deadline_seconds / 2, has_lamp=has_lamp)


def _channels() -> tuple[str, ...]:
    from device.panel.patterns import CHANNELS

    return CHANNELS
