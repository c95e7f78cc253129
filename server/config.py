"""The server's configuration: ``HOME/server.toml``, its defaults, and options over it."""

import os
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.errors import ConfigInvalid
from server.store.settling import Retention

HOME_VARIABLE = "SKIN_KIOSK_SERVER_HOME"
LOCAL_HOME = Path(".kiosk-server")
CONFIG_FILE = "server.toml"
DATABASE_FILE = "server.sqlite3"

API_THREADS = 96
"""Requests that are answered at once."""

MOST_LISTENERS = API_THREADS // 2
"""Calls among them that may wait for an update; the other threads answer."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RetentionConfig(_Section):
    """Days that photos stay, by the consent that keeps them; None for no end."""

    analyse_days: int = Field(default=7, ge=1, le=60)
    """At most this long until there is an opinion; with one, the photo goes at once."""
    review_days: int | None = Field(default=None, ge=1)
    train_days: int | None = Field(default=None, ge=1)

    def spans(self) -> Retention:
        """As the store wants it."""
        return Retention(timedelta(self.analyse_days), _days(self.review_days), _days(self.train_days))


class PhotosConfig(_Section):
    """Where photos lie: at ``url``, ``s3://BUCKET/PREFIX``, else in ``folder``, a relative one in the home.

    Both None: in the home's ``photos``.
    """

    url: str | None = None
    folder: Path | None = None


class UploadConfig(_Section):
    """Half-finished uploads expire; ``most_open`` of one kiosk at a time.

    Their bytes lie in ``folder``, a relative one in the home; None for the home's ``uploads``.
    """

    folder: Path | None = None
    expire_hours: float = Field(default=48, gt=0, le=24 * 30)
    most_open: int = Field(default=50, ge=1)


class QueueConfig(_Section):
    """Jobs that fail are tried again, ``most_attempts`` times in all.

    ``engine`` is ``table``, in either database, or ``procrastinate``, in PostgreSQL alone.
    """

    engine: Literal["table", "procrastinate"] = "table"
    most_attempts: int = Field(default=5, ge=1, le=50)
    lease_seconds: float = Field(default=60, gt=0)
    most_waiting: int = Field(default=5_000, ge=1)
    """More jobs than that, and new cases are asked to come back later; urgent ones are let in."""


class VettingConfig(_Section):
    """What holds a photo until an admin has looked at it; an empty list holds none."""

    hold_for: tuple[Literal["face", "no_skin"], ...] = ("face", "no_skin")


class OpinionConfig(_Section):
    """Which model answers. A relative ``manifest`` lies in the home; None is the one that ships."""

    manifest: Path | None = None
    most_seconds: float = Field(default=120, gt=0, le=86_400)
    """An engine that takes longer for one opinion hangs: its worker ends, to be started again."""


class ServerConfig(_Section):
    """Everything that ``server.toml`` may hold."""

    name: str = "Skin Kiosk server"
    retention: RetentionConfig = RetentionConfig()
    photos: PhotosConfig = PhotosConfig()
    uploads: UploadConfig = UploadConfig()
    queue: QueueConfig = QueueConfig()
    opinions: OpinionConfig = OpinionConfig()
    vetting: VettingConfig = VettingConfig()


@dataclass(frozen=True)
class ServerSettings:
    """Where the server lives and how it is set."""

    home: Path
    database_url: str
    config: ServerConfig


def load_settings(home: Path | None = None, database_url: str | None = None) -> ServerSettings:
    """Read the configuration in ``home``, which is made where it is missing. Raises ConfigInvalid."""
    home = (home or Path(os.environ.get(HOME_VARIABLE, LOCAL_HOME))).absolute()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o750)
        text = (home / CONFIG_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"the server's home {home} cannot be used: {error}") from error
    try:
        config = ServerConfig.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigInvalid(f"{home / CONFIG_FILE} does not hold: {error}") from error
    return ServerSettings(home, database_url or f"sqlite:///{home / DATABASE_FILE}", config)


def _days(days: int | None) -> timedelta | None:
    return None if days is None else timedelta(days)
