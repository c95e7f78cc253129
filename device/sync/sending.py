"""Sending: one entry of the outbox after the other, until nothing is owed or nobody answers."""

from dataclasses import dataclass
from typing import Any

from device.case import Photo
from device.entry import Entry, EntryKind
from device.errors import CaseUnknown, FaceUnsettled, ServerBusy, ServerRefused, StoreDamaged, Unreachable
from device.store import Store
from device.sync.letters import change_of, record_of, with_consent
from device.uplink.uplink import NOT_ALLOWED, Uplink
from device.wire.record import record_digest

_COME_BACK_LATER = (408, 425, 429)
_GONE = (404, 410)
_UNKNOWN = 404
_HERE_ALREADY = 409
_LEFT_AWAY = (EntryKind.CHANGE, EntryKind.ERASURE, EntryKind.ASK)
"""What is not owed of a case that was erased at the server."""
_NEEDS_CASE = (EntryKind.CHANGE, EntryKind.PHOTO, EntryKind.ASK)
"""What only a case that the server knows can take."""
_WHAT_THEN = "it stays on this kiosk: tell the server's admin, then run kiosk outbox --try-again"
_AFTER_CHOICE_SECONDS = 1.0
_LATER_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 300.0


@dataclass(frozen=True)
class Sent:
    """How a try ended: ``fault`` is None where it did not fail; ``reached`` whether the server answered."""

    entry: Entry
    reached: bool
    fault: str | None = None


class Sending:
    """Tells the story of one entry at a time, with the store and the uplink it is handed."""

    def __init__(self, store: Store, uplink: Uplink) -> None:
        self._store = store
        self._outbox = store.outbox
        self._uplink = uplink

    def tell_next(self) -> Sent | None:
        """Send what comes next; None where nothing is owed now. Raises StoreError."""
        entry = self._outbox.next()
        return self._tell(entry) if entry else None

    def _tell(self, entry: Entry) -> Sent:
        try:
            self._send(entry)
        except (CaseUnknown, StoreDamaged) as error:
            self._give_up(entry, error)
            return Sent(entry, True, str(error))
        except Unreachable as error:
            return Sent(entry, False, str(error))
        except ServerBusy as error:
            self._outbox.postpone(entry, max(error.seconds, _pause_seconds(entry)))
            return Sent(entry, True, str(error))
        except ServerRefused as error:
            return self._refused(entry, error)
        except FaceUnsettled as error:
            self._outbox.postpone(entry, _AFTER_CHOICE_SECONDS)
            return Sent(entry, True, str(error))
        return Sent(entry, True)

    def _send(self, entry: Entry) -> None:
        if entry.kind is EntryKind.RECORD:
            self._outbox.receipted(entry, self._record_receipt(entry.case_id))
        elif entry.kind is EntryKind.PHOTO:
            self._send_photo(entry)
        elif entry.kind is EntryKind.CHANGE:
            self._send_change(entry)
        elif entry.kind is EntryKind.ERASURE:
            self._outbox.receipted(entry, self._uplink.erase(entry.case_id))
        else:
            self._uplink.ask_again(entry.case_id)
            self._outbox.drop(entry)

    def _record_receipt(self, case_id: str) -> dict[str, Any]:
        """Send the record, the same as ever; or ask how things stand since."""
        record = self._outbox.record(case_id) or self._new_record(case_id)
        consent = self._outbox.keep_record(case_id, record)
        return self._uplink.put_record(case_id, with_consent(record, consent), record_digest(record))

    def _new_record(self, case_id: str) -> dict[str, Any]:
        return record_of(self._store.cases.get(case_id), self._store.faces.departing(case_id))

    def _send_change(self, entry: Entry) -> None:
        case = self._store.cases.get(entry.case_id)
        written = next(a for a in case.amendments if a.id == entry.part)
        body = self._outbox.keep_change(entry, change_of(written))
        self._outbox.receipted(entry, self._uplink.send_change(case.id, entry.part, body.encode()))

    def _send_photo(self, entry: Entry) -> None:
        """From the byte where it stopped; it goes from the outbox once a receipt says that it is there."""
        photo = self._store.faces.departing(entry.case_id).photos[int(entry.part)]
        content = self._store.photos.read(photo)
        try:
            upload, offset = self._place(entry, photo)
            self._push(upload, content, offset)
        except ServerRefused as error:
            if error.status != _HERE_ALREADY:
                raise
        self._settle_photo(entry, photo)

    def _place(self, entry: Entry, photo: Photo) -> tuple[str, int]:
        """Where the photo's bytes go on, and from which."""
        if entry.upload:
            try:
                return entry.upload, self._uplink.upload_offset(entry.upload)
            except ServerRefused as error:
                if error.status not in _GONE:
                    raise
        upload = self._uplink.begin_upload(entry.case_id, photo.number, photo.sha256, photo.size_bytes)
        self._outbox.uploading(entry, upload)
        return upload, 0

    def _push(self, upload: str, content: bytes, offset: int) -> None:
        """An upload that is over in the meantime is no fault: the receipt says how it ended."""
        try:
            if offset < len(content):
                self._uplink.upload(upload, content, offset)
        except ServerRefused as error:
            if error.status not in _GONE:
                raise

    def _settle_photo(self, entry: Entry, photo: Photo) -> None:
        receipt = self._record_receipt(entry.case_id)
        states = {told["sha256"]: told["state"] for told in receipt["photos"]}
        if states.get(photo.sha256) == "wanted":
            raise ServerBusy("the photo is not whole at the server yet", 0.0)
        self._outbox.receipted(entry, receipt)

    def _refused(self, entry: Entry, error: ServerRefused) -> Sent:
        if error.status in NOT_ALLOWED:
            return Sent(entry, False, str(error))
        if error.status in _COME_BACK_LATER:
            self._outbox.postpone(entry, _LATER_SECONDS)
        elif entry.kind in _NEEDS_CASE and error.status == _UNKNOWN:
            self._send_anew(entry)
        elif entry.kind in _LEFT_AWAY and error.status in _GONE:
            self._outbox.drop(entry)
        else:
            self._outbox.fail(entry, f"{error}; {_WHAT_THEN}")
        return Sent(entry, True, str(error))

    def _send_anew(self, entry: Entry) -> None:
        """The server lost the case, as when it was restored from a backup: its record goes first."""
        try:
            is_owed = self._outbox.owe_again(entry.case_id)
        except CaseUnknown:
            is_owed = False
        if is_owed:
            self._outbox.postpone(entry, _pause_seconds(entry))
        else:
            self._outbox.drop(entry)

    def _give_up(self, entry: Entry, error: CaseUnknown | StoreDamaged) -> None:
        """The case is gone, so nothing is owed of it; or its photo is, and a person must look."""
        if isinstance(error, CaseUnknown):
            self._outbox.drop(entry)
        else:
            self._outbox.fail(entry, str(error))


def _pause_seconds(entry: Entry) -> float:
    """Longer after each try."""
    return float(min(2 ** min(entry.attempts, 30), _LONGEST_PAUSE_SECONDS))
