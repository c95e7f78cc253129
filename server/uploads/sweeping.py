"""What clients leave behind: uploads that nobody ended, and bytes that belong to none."""

import logging
from dataclasses import dataclass

import sqlalchemy as sa

from server.clock import Clock
from server.errors import ServerError
from server.store.database import Database
from server.store.tables import uploads
from server.uploads.finishing import Finishing
from server.uploads.parts_folder import PartsFolder
from server.uploads.rows import upload_of

_IS_COMPLETE = uploads.c.offset == uploads.c.length
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UploadSweep:
    """Can run at any time, beside clients at work."""

    database: Database
    clock: Clock
    parts_folder: PartsFolder
    finishing: Finishing

    def run(self) -> None:
        """Finish complete uploads whose bytes are here, end expired ones, give their space back."""
        self._finish_complete()
        self._end_expired()
        self._remove_orphans()

    def _finish_complete(self) -> None:
        """Those whose process died before it was done. One that cannot be finished stops no other."""
        query, here = sa.select(uploads).where(_IS_COMPLETE), self.parts_folder.ids()
        with self.database.read() as r:
            found = [upload_of(row) for row in r.execute(query) if row.id in here]
        for upload in found:
            try:
                self.finishing.finish(upload)
            except (OSError, ServerError) as error:
                _log.warning("upload %s did not become a photo: %s", upload.id, type(error).__name__)

    def _end_expired(self) -> None:
        with self.database.transaction() as t:
            t.execute(uploads.delete().where(uploads.c.expires_at <= self.clock()))

    def _remove_orphans(self) -> None:
        """Look for files first: each was made under its row, so one whose row is gone is nobody's."""
        found = self.parts_folder.ids()
        with self.database.read() as r:
            known = set(r.execute(sa.select(uploads.c.id)).scalars())
        for upload_id in found - known:
            self.parts_folder.remove(upload_id)
