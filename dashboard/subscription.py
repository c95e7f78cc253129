"""One event stream's share of the feed: what its phone may see, from where it left off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from device.case import EVERYTHING, Case, Scope, State
from device.errors import CaseUnknown
from device.store import Store
from device.store.cases import Change

_MOST_WAITING = 1000
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Message:
    """One event, ready to send.

    ``number`` is its change's, 0 for the panel's. ``case`` is None for the panel
    and for an erased case, whose id is ``case_id``. ``guarded`` is the text for
    phones that may not see everything.
    """

    number: int
    text: str
    guarded: str
    case: Case | None = None
    case_id: str | None = None


def case_message(store: Store, change: Change) -> Message | None:
    """The event of a change: the case as of that change; None where it is erased since, or where
    what it ended with was replaced since (a later change tells). Raises StoreError.
    """
    if change.state == "erased":
        text = _event("erased", {"id": change.case_id}, change.number)
        return Message(change.number, text, text, case_id=change.case_id)
    try:
        case = store.cases.get(change.case_id)
    except CaseUnknown:
        return None  # its erasure follows with a later number
    state = State(change.state)
    if state.is_final and state is not case.state:
        return None  # classified again: the earlier prediction is not kept, so nothing true is left to say
    case = case.as_of(state)
    text = _event("case", case.as_json(), change.number)
    return Message(change.number, text, text, case, case.id)


def state_message(panel: dict[str, Any]) -> Message:
    """The event of the panel; a subject's phone learns only the pattern."""
    return Message(0, _event("state", panel), _event("state", {"pattern": panel["pattern"]}))


def _event(name: str, content: dict[str, Any], number: int | None = None) -> str:
    """Server-sent events, WHATWG HTML section 9.2: JSON holds no raw line break."""
    identity = "" if number is None else f"id: {number}\n"
    return f"{identity}event: {name}\ndata: {json.dumps(content, separators=(',', ':'))}\n\n"


class Subscription:
    """The messages for one phone, first the missed ones, then those that come."""

    def __init__(self, store: Store, scope: Scope, after: int | None) -> None:
        """Start behind the change ``after``, at the newest where it is None. Raises StoreError."""
        newest = store.cases.last_change()
        self._store = store
        self._scope = scope
        self._sent = newest if after is None else min(after, newest)
        self._waiting: SimpleQueue[Message | None] = SimpleQueue()
        self._own = self._ids_in_scope()

    @property
    def start(self) -> int:
        """The number of the last change sent, which a later stream may resume from."""
        return self._sent

    def offer(self, message: Message | None) -> None:
        """Queue a message; None ends the stream. A phone that does not read its messages is
        ended too: it comes back and resumes.
        """
        if self._waiting.qsize() <= _MOST_WAITING:
            self._waiting.put(message if self._waiting.qsize() < _MOST_WAITING else None)

    def missed(self) -> Iterator[str]:
        """The texts of changes before those queued. Raises StoreError."""
        while changes := self._store.cases.changes_after(self._sent):
            for change in changes:
                message = case_message(self._store, change)
                self._sent = change.number
                if message and self._admits(message):
                    yield self._text(message)

    def next(self, timeout_seconds: float) -> str | None:
        """The next text, empty where none came in time; None: the stream is to end."""
        try:
            message = self._waiting.get(timeout=timeout_seconds)
        except Empty:
            return ""
        if message is None:
            return None
        if message.number:
            if message.number <= self._sent:
                return ""
            self._sent = message.number
        return self._text(message) if self._admits(message) else ""

    def _text(self, message: Message) -> str:
        return message.text if self._scope == EVERYTHING else message.guarded

    def _admits(self, message: Message) -> bool:
        """An erased case has no subject any more: only those who saw it learn that it is gone."""
        if self._scope == EVERYTHING or message.case_id is None:
            return True
        if message.case and self._scope.admits(message.case):
            self._own.add(message.case.id)
        return message.case_id in self._own

    def _ids_in_scope(self) -> set[str]:
        if self._scope == EVERYTHING:
            return set()
        return {case.id for case in self._store.cases.newest_first(_MOST_REMEMBERED, scope=self._scope)}
