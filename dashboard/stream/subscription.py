"""One event stream's share of the feed: what its phone may see, from where it left off."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from device.case import EVERYTHING, Case, Origin, Scope, State
from device.errors import CaseUnknown
from device.store import Store
from device.store.changes import Change

_MOST_WAITING = 1000
_MOST_REMEMBERED = 10_000
_GUARDED_STATE = ("pattern", "seconds_left")
_LATER_EVENTS = {"sync": "case", "opinion": "opinion"}
"""Changes that are no state of a case: what its event is called."""
_NO_CASE = Scope(case_id="")


@dataclass(frozen=True)
class Message:
    """One event, ready to send.

    ``number`` is its change's, 0 for the panel's. ``case`` is None for the panel
    and for an erased case, whose id is ``case_id``. ``guarded`` is the text for
    phones that may not see everything: of a case, what a scope that admits it shows.
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
        text = _erased(change.case_id, change.number)
        return Message(change.number, text, text, case_id=change.case_id)
    try:
        case = store.cases.get(change.case_id)
    except CaseUnknown:
        return None  # its erasure follows with a later number
    if change.state in _LATER_EVENTS:
        return _message_of(case, _LATER_EVENTS[change.state], change.number)
    state = State(change.state)
    if state.is_final and state is not case.state:
        return None  # classified again: the earlier prediction is not kept, so nothing true is left to say
    return _message_of(case.as_of(state), "case", change.number)


def _message_of(case: Case, name: str, number: int) -> Message:
    text, guarded = (
        _event(name, scope.shown(case).as_json(), number) for scope in (EVERYTHING, Scope(case_id=case.id))
    )
    return Message(number, text, guarded, case, case.id)


def state_message(panel: dict[str, Any]) -> Message:
    """The event of the panel; a subject's phone and the screen learn only the pattern, and how
    long a countdown still runs.
    """
    guarded = {name: panel[name] for name in _GUARDED_STATE if name in panel}
    return Message(0, _event("state", panel), _event("state", guarded))


def _erased(case_id: str, number: int) -> str:
    return _event("erased", {"id": case_id}, number)


def _event(name: str, content: dict[str, Any], number: int | None = None) -> str:
    """Server-sent events, WHATWG HTML section 9.2: JSON holds no raw line break."""
    identity = "" if number is None else f"id: {number}\n"
    return f"{identity}event: {name}\ndata: {json.dumps(content, separators=(',', ':'))}\n\n"


def _nudge(message: Message) -> str:
    """The event of the screen: no word of any case, and none at all about a phone's own photos."""
    is_upload = message.case is not None and message.case.origin is Origin.UPLOAD
    return "" if is_upload else _event("screen", {}, message.number)


class Subscription:
    """The messages for one phone, first the missed ones, then those that come.

    A scope that admits no case is the kiosk's own screen's: of the presses at the kiosk
    it learns that there is something new to show, and nothing else.
    """

    def __init__(self, store: Store, scope: Scope, after: int | None) -> None:
        """Start behind the change ``after``, at the newest where it is None. Raises StoreError."""
        newest = store.changes.last()
        self._store = store
        self._scope = scope
        self._sent = newest if after is None else min(after, newest)
        self._waiting: SimpleQueue[tuple[Message, ...] | None] = SimpleQueue()
        self._own = self._ids_in_scope()

    @property
    def start(self) -> int:
        """The number of the last change sent, which a later stream may resume from."""
        return self._sent

    def offer(self, messages: tuple[Message, ...] | None) -> None:
        """Queue what was found together; None ends the stream. A phone that does not read its messages is
        ended too: it comes back and resumes.
        """
        if self._waiting.qsize() <= _MOST_WAITING:
            self._waiting.put(messages if self._waiting.qsize() < _MOST_WAITING else None)

    def missed(self) -> Iterator[str]:
        """The texts of changes before those queued. Raises StoreError."""
        while changes := self._store.changes.after(self._sent):
            for change in changes:
                message = case_message(self._store, change)
                self._sent = change.number
                text = self._text(message) if message else ""
                if text:
                    yield text

    def next(self, timeout_seconds: float) -> str | None:
        """The next texts, empty where none came in time; None: the stream is to end."""
        try:
            messages = self._waiting.get(timeout=timeout_seconds)
        except Empty:
            return ""
        if messages is None:
            return None
        return "".join(self._text(message) for message in messages if self._is_next(message))

    def _is_next(self, message: Message) -> bool:
        """Whether it was not sent yet; the panel's always counts."""
        if not message.number:
            return True
        was_sent = message.number <= self._sent
        self._sent = max(self._sent, message.number)
        return not was_sent

    def _text(self, message: Message) -> str:
        """What this phone is told; empty where that is nothing."""
        if self._scope == EVERYTHING:
            return message.text
        if message.case_id is None:
            return message.guarded
        if self._scope == _NO_CASE:
            return _nudge(message)
        return self._text_of_case(message, message.case_id)

    def _text_of_case(self, message: Message, case_id: str) -> str:
        """An erased case has no subject any more: only those who saw it learn that it is gone.

        To them, one that became another subject's is gone too.
        """
        if message.case and self._scope.admits(message.case):
            self._own.add(case_id)
            return message.guarded
        if case_id not in self._own:
            return ""
        self._own.remove(case_id)
        return _erased(case_id, message.number)

    def _ids_in_scope(self) -> set[str]:
        if self._scope == EVERYTHING:
            return set()
        return {case.id for case in self._store.cases.newest_first(_MOST_REMEMBERED, scope=self._scope)}
