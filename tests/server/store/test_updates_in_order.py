"""Kiosks' updates are told by many at once; each kiosk hears all of its own, in order and without gaps."""

from functools import partial

import pytest
from at_once import at_once
from server_backings import on_both_databases
from server_doubles import enrolled

from device.wire.update import UpdateKind
from server.store.updates import News, tell

pytestmark = on_both_databases

TELLERS, EACH = 4, 15


@pytest.fixture
def ids(app, parts):
    return [enrolled(app, parts, name).id for name in ("one", "two")]


def tell_some(parts, ids, teller):
    """Now this kiosk, now that one; every fifth is undone."""
    for number in range(EACH):
        kiosk = ids[(teller + number) % len(ids)]
        with parts.database.transaction() as t:
            tell(t, parts.clock, News(kiosk, UpdateKind.RELEASE, None, {"teller": teller, "number": number}))
            if number % 5 == 4:
                t.rollback()


def listen(parts, kiosk_id, count):
    """As a kiosk does: always after the last cursor it heard."""
    heard, cursor = [], 0
    while len(heard) < count:
        for update in parts.updates.after(kiosk_id, cursor):
            heard.append(update)
            cursor = update.cursor
    return heard


def test_whoever_asks_by_cursor_misses_none(parts, ids):
    told = TELLERS * EACH * 4 // 5
    tellers = (partial(tell_some, parts, ids, teller) for teller in range(TELLERS))
    *_, first, second = at_once(*tellers, *(partial(listen, parts, kiosk, told // 2) for kiosk in ids))
    for heard in (first, second):
        assert [update.cursor for update in heard] == list(range(1, told // 2 + 1))
    contents = {(u.content["teller"], u.content["number"]) for u in (*first, *second)}
    assert contents == {(t, n) for t in range(TELLERS) for n in range(EACH) if n % 5 != 4}


def test_a_kiosk_that_asks_from_the_far_end_hears_nothing(parts, ids):
    assert parts.updates.after(ids[0], 1 << 62) == ()
