"""The configuration: what ``kiosk.toml`` holds, its defaults, and where each value came from."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from device.errors import ConfigInvalid

INSTALLED_CONFIG = Path("/etc/skin-kiosk/kiosk.toml")
INSTALLED_HOME = Path("/var/lib/skin-kiosk")
LOCAL_HOME = Path(".kiosk")
HOME_VARIABLE = "SKIN_KIOSK_HOME"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraConfig(_Section):
    """``driver`` None means: the folder of samples in simulation, picamera2 on a Pi.

    ``folder`` None means the sample photos that ship. ``deadline_seconds`` bounds
    every single call to the camera.
    """

    driver: Literal["picamera2", "folder"] | None = None
    folder: Path | None = None
    deadline_seconds: float = Field(default=8.0, gt=0, le=60)
    preview_pictures_per_second: float = Field(default=8.0, ge=1, le=30)


class PanelConfig(_Section):
    """GPIO numbers (BCM) of the parts on the panel; None means not fitted."""

    button_gpio: int = Field(default=17, ge=0, le=27)
    green_gpio: int = Field(default=22, ge=0, le=27)
    yellow_gpio: int = Field(default=23, ge=0, le=27)
    red_gpio: int = Field(default=24, ge=0, le=27)
    buzzer_gpio: int | None = Field(default=None, ge=0, le=27)
    lamp_gpio: int | None = Field(default=None, ge=0, le=27)

    @model_validator(mode="after")
    def _one_part_a_pin(self) -> "PanelConfig":
        fitted = [gpio for gpio in self.model_dump().values() if gpio is not None]
        if len(set(fitted)) != len(fitted):
            raise ValueError("two parts of the panel share a GPIO: give each its own")
        return self


class WebConfig(_Section):
    """Where the dashboard listens."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)

    @property
    def address(self) -> str:
        """The pages' address as the kiosk itself would open it."""
        return web_address(self.host, self.port)


class ClinicConfig(_Section):
    """What the clinic says beside every finding.

    ``red_flags`` None means the catalogue's own list. ``emergency_contact`` None
    means that findings name the local emergency number.
    """

    name: str = "this clinic"
    red_flags: tuple[str, ...] | None = None
    emergency_contact: str | None = None


class StorageConfig(_Section):
    """How much of the card stays free: below it presses are refused with the reason."""

    reserve_megabytes: int = Field(default=200, ge=0)


class Config(_Section):
    """Everything that ``kiosk.toml`` may hold. Each section is a table of that name."""

    simulate: bool = False
    """Whether camera, button and lights are simulated; never switched on by itself."""
    camera: CameraConfig = CameraConfig()
    panel: PanelConfig = PanelConfig()
    web: WebConfig = WebConfig()
    clinic: ClinicConfig = ClinicConfig()
    storage: StorageConfig = StorageConfig()


@dataclass(frozen=True)
class Settings:
    """The configuration as it holds now.

    ``home`` keeps cases, photos and keys; ``config_file`` is where values are
    read from, existing or not; ``origins`` says for each dotted name whether its
    value is the ``default``, from the ``file`` or from an ``option``.
    """

    home: Path
    config_file: Path
    config: Config
    origins: dict[str, str]

    @property
    def runtime_folder(self) -> Path:
        """Where what need not outlive the boot goes: systemd's tmpfs, else ``HOME/run``."""
        given = os.environ.get("RUNTIME_DIRECTORY")
        return Path(given) if given else self.home / "run"

    def place_options(self) -> list[str]:
        """The options that let another process find this same kiosk."""
        file = ["--config", str(self.config_file)] if self.config_file.exists() else []
        return ["--home", str(self.home), *file]

    def run_options(self) -> list[str]:
        """The options that let another process run as this one was told to."""
        web = self.config.web
        simulate = ["--simulate"] if self.config.simulate else []
        return ["--host", web.host, "--port", str(web.port), *simulate]


def load_settings(
    home: Path | None = None, config_file: Path | None = None, options: dict[str, Any] | None = None
) -> Settings:
    """Find and read the configuration; ``options`` (nested like the file) go over it.

    Raises ConfigInvalid, naming the value that does not hold.
    """
    if config_file is not None and not config_file.exists():
        raise ConfigInvalid(f"there is no file {config_file}: name one that exists, or leave --config away")
    installed = INSTALLED_CONFIG.exists() and HOME_VARIABLE not in os.environ
    home = home or _default_home(installed)
    config_file = config_file or (INSTALLED_CONFIG if installed else home / "kiosk.toml")
    in_file = _read(config_file)
    merged = _merge(in_file, options or {})
    try:
        config = Config.model_validate(merged)
    except ValidationError as error:
        raise ConfigInvalid(_first_fault(error, config_file, options or {})) from error
    origins = dict.fromkeys(flatten(config.model_dump()), "default")
    origins |= dict.fromkeys(flatten(in_file), f"file {config_file}")
    origins |= dict.fromkeys(flatten(options or {}), "option")
    return Settings(home.absolute(), config_file.absolute(), config, origins)


def web_address(host: str, port: int) -> str:
    """``http://HOST:PORT``, an IPv6 address in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def flatten(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables as dotted names: ``{"web": {"port": 1}}`` becomes ``{"web.port": 1}``."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _default_home(installed: bool) -> Path:
    if HOME_VARIABLE in os.environ:
        return Path(os.environ[HOME_VARIABLE])
    return INSTALLED_HOME if installed else LOCAL_HOME


def _read(config_file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(config_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigInvalid(f"{config_file} cannot be read: {error}") from error


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        nested = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merge(merged[name], value) if nested else value
    return merged


def _first_fault(error: ValidationError, config_file: Path, options: dict[str, Any]) -> str:
    fault = error.errors()[0]
    name = ".".join(str(part) for part in fault["loc"])
    return f"{'option' if name in flatten(options) else config_file}: {name}: {fault['msg']}"
