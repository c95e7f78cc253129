"""The settings as they hold now: the configuration as it was given, with what was set on the pages."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from device.config import Config, Settings
from device.errors import ConfigInvalid, StoreError
from device.store.settings import StoredSetting, StoredSettings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SettingsNow:
    """The settings at one moment, and by dotted name what was set on the pages, by whom and when.

    What a later program set and this one does not know is in ``stored`` but holds nothing.
    """

    settings: Settings
    stored: dict[str, StoredSetting]


class CurrentSettings:
    """One small query tells what holds now; the rest is done again only where that changed."""

    def __init__(self, given: Settings, stored: StoredSettings) -> None:
        """``given`` is from the file and the options alone."""
        self._given = given
        self._stored = stored
        self._latest = SettingsNow(given, {})

    def now(self) -> SettingsNow:
        """The settings with what was set on the pages by now. Raises StoreError."""
        latest, stored = self._latest, self._stored.all()
        if stored != latest.stored:
            latest = SettingsNow(self._given.with_pages(self._holding(stored)), stored)
            self._latest = latest
        return latest

    def config(self) -> Config:
        """What holds now; while the store fails, what was last known."""
        with suppress(StoreError):
            return self.now().settings.config
        return self._latest.settings.config

    def _holding(self, stored: dict[str, StoredSetting]) -> dict[str, object]:
        """The values without those that do not hold: they are left aside, lest no page opens to mend them."""
        return {name: setting.value for name, setting in stored.items() if self._holds(name, setting.value)}

    def _holds(self, name: str, value: object) -> bool:
        try:
            self._given.with_pages({name: value})
        except ConfigInvalid as error:
            _log.warning("a setting is left aside, set it again on the settings page: %s", error)
            return False
        return True
