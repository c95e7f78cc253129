"""The configuration: what ``kiosk.toml`` holds, its defaults, and where each value came from."""

import os
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from device.errors import ConfigInvalid

INSTALLED_CONFIG = Path("/etc/skin-kiosk/kiosk.toml")
INSTALLED_HOME = Path("/var/lib/skin-kiosk")
LOCAL_HOME = Path(".kiosk")
HOME_VARIABLE = "SKIN_KIOSK_HOME"


_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CameraConfig(_Section):
    """``driver`` None means: the folder of samples in simulation, picamera2 on a Pi.

    ``folder`` None means the sample photos that ship. ``device`` is the ``usb`` driver's:
    a number (0 is /dev/video0), a path in /dev, or a video file, which counts as simulated.
    ``deadline_seconds`` bounds every single call to the camera.
    """

    driver: Literal["picamera2", "usb", "folder"] | None = None
    folder: Path | None = None
    device: int | Path = 0
    deadline_seconds: float = Field(default=8.0, gt=0, le=60)
    preview_pictures_per_second: float = Field(default=8.0, ge=1, le=30)

    @field_validator("device", mode="before")
    @classmethod
    def _names_a_camera(cls, device: object) -> int | Path:
        """A number stays one and text is a path; true, -1 and "" name nothing."""
        if isinstance(device, int) and not isinstance(device, bool) and device >= 0:
            return device
        if isinstance(device, str | Path) and str(device).strip():
            return Path(device)
        raise ValueError("name a camera by its number or its path in /dev, or a video by its path")


class PanelConfig(_Section):
    """GPIO numbers (BCM) of the parts on the panel; None means not fitted."""

    button_gpio: int = Field(default=17, ge=0, le=27)
    green_gpio: int = Field(default=22, ge=0, le=27)
    yellow_gpio: int = Field(default=23, ge=0, le=27)
    red_gpio: int = Field(default=24, ge=0, le=27)
    buzzer_gpio: int | None = Field(default=None, ge=0, le=27)
    lamp_gpio: int | None = Field(default=None, ge=0, le=27)
    countdown_seconds: int = Field(default=0, ge=0, le=10)
    """From a press to its photo, so that a person can hold still; 0 takes it at once."""

    @model_validator(mode="after")
    def _one_part_a_pin(self) -> "PanelConfig":
        gpios = self.model_dump(exclude={"countdown_seconds"}).values()
        fitted = [gpio for gpio in gpios if gpio is not None]
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

    ``language`` is that of pages and findings: English is the only one yet. ``red_flags``
    None means the catalogue's own list. ``emergency_contact`` None means that findings
    name the local emergency number.
    """

    name: _Line = "this clinic"
    language: Literal["en"] = "en"
    red_flags: tuple[_Line, ...] | None = Field(default=None, min_length=1, max_length=20)
    emergency_contact: _Line | None = None


class ConsentConfig(_Section):
    """The standing question: whether consent is asked for before each photo."""

    ask_before_photo: bool = False


class ScreenConfig(_Section):
    """The display on the kiosk itself: how long it shows a finding before it is ready again."""

    finding_seconds: int = Field(default=60, ge=5, le=600)


class StorageConfig(_Section):
    """How much of the card stays free (below it presses are refused with the reason), and how
    long cases are kept; ``retention_days`` None keeps them until somebody erases them.
    """

    reserve_megabytes: int = Field(default=200, ge=0)
    retention_days: int | None = Field(default=None, ge=1, le=36500)


class Config(_Section):
    """Everything that ``kiosk.toml`` may hold. Each section is a table of that name."""

    simulate: bool = False
    """Whether camera, button and lights are simulated; never switched on by itself."""
    camera: CameraConfig = CameraConfig()
    panel: PanelConfig = PanelConfig()
    web: WebConfig = WebConfig()
    clinic: ClinicConfig = ClinicConfig()
    consent: ConsentConfig = ConsentConfig()
    screen: ScreenConfig = ScreenConfig()
    storage: StorageConfig = StorageConfig()


ON_PAGES = (
    "clinic.name",
    "clinic.language",
    "clinic.emergency_contact",
    "clinic.red_flags",
    "consent.ask_before_photo",
    "panel.countdown_seconds",
    "screen.finding_seconds",
    "storage.retention_days",
)
"""What staff may set on the pages, by dotted name; it goes over the file, options over it."""


@dataclass(frozen=True)
class Layers:
    """Where values come from, each nested like the file; a later layer goes over an earlier one."""

    file: dict[str, Any]
    pages: dict[str, Any]
    options: dict[str, Any]


@dataclass(frozen=True)
class Settings:
    """The configuration as it holds now.

    ``home`` keeps cases, photos and keys; ``config_file`` is where values are
    read from, existing or not; ``origins`` says for each dotted name whether its
    value is the ``default``, from the ``file``, from the ``pages`` or from an ``option``.
    """

    home: Path
    config_file: Path
    config: Config
    origins: dict[str, str]
    layers: Layers

    def with_pages(self, values: dict[str, Any]) -> "Settings":
        """These settings with what was set on the pages: dotted names of ``ON_PAGES`` to values.

        Raises ConfigInvalid, naming the value that does not hold.
        """
        pages: dict[str, Any] = {}
        for name, value in values.items():
            section, _, field = name.partition(".")
            pages.setdefault(section, {})[field] = value
        return _settled(self.home, self.config_file, replace(self.layers, pages=pages))

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
    layers = Layers(_read(config_file), {}, options or {})
    return _settled(home.absolute(), config_file.absolute(), layers)


def _settled(home: Path, config_file: Path, layers: Layers) -> Settings:
    merged = _merge(_merge(layers.file, layers.pages), layers.options)
    try:
        config = Config.model_validate(merged)
    except ValidationError as error:
        raise ConfigInvalid(_first_fault(error, config_file, layers)) from error
    origins = dict.fromkeys(flatten(config.model_dump()), "default")
    origins |= dict.fromkeys(flatten(layers.file), f"file {config_file}")
    origins |= dict.fromkeys(flatten(layers.pages), "pages")
    origins |= dict.fromkeys(flatten(layers.options), "option")
    return Settings(home, config_file, config, origins, layers)


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


def _first_fault(error: ValidationError, config_file: Path, layers: Layers) -> str:
    fault = error.errors()[0]
    name = ".".join(str(part) for part in fault["loc"] if isinstance(part, str))
    origin: object = config_file
    if name in flatten(layers.pages):
        origin = "pages"
    if name in flatten(layers.options):
        origin = "option"
    return f"{origin}: {name}: {fault['msg']}"
