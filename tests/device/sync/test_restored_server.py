"""A server that was restored from a backup gets again what it lost, and its kiosk misses nothing it says."""

import json

import pytest
import sqlalchemy as sa
from case_fixtures import PREDICTION

from device.amendment import Kind
from device.entry import EntryKind, SyncState
from device.sync.hearing import Hearing
from device.wire.update import Update, UpdateKind, Updates
from server.parts import parts_of
from server.store.tables import cases
from server.store.updates import News, tell

OPINION = PREDICTION | {"model": {"name": "vgg16", "version": "1", "sha256": "ef" * 32}}


@pytest.fixture
def sent(store, sending, take, draft):
    """A case that went to the server with its photo."""

    def sent(**scopes):
        case = store.amendments.write(take().id, draft(Kind.CONSENT, **(scopes or {"review": True})))
        send_all(sending)
        return store.cases.get(case.id)

    return sent


@pytest.fixture
def server_loses(server):
    """The server's database is as it was before the case came."""

    def server_loses(case):
        with parts_of(server).database.transaction() as t:
            t.execute(cases.delete().where(cases.c.id == case.id))

    return server_loses


@pytest.fixture
def at_server(server, enrolment):
    return lambda case: parts_of(server).cases.get(enrolment.kiosk, case.id)


@pytest.fixture
def kinds_there(server):
    """The kinds of changes that the server has of a case."""

    def kinds_there(case):
        with parts_of(server).database.read() as r:
            query = sa.text("SELECT kind FROM changes WHERE case_id = :id ORDER BY received_at")
            return [row.kind for row in r.execute(query, {"id": case.id})]

    return kinds_there


def send_all(sending, tries=30):
    """Until nothing is owed now."""
    for _ in range(tries):
        if sending.tell_next() is None:
            return
    raise AssertionError("it goes round in circles")


def owed(store):
    return [entry.kind for entry in store.outbox.all()]


@pytest.mark.parametrize("kind", [Kind.NOTE, Kind.CONSENT])
def test_a_change_to_a_case_that_was_lost_brings_the_whole_case_again(
    store, sending, sent, server_loses, at_server, kinds_there, draft, clock, kind
):
    case = sent()
    store.amendments.write(case.id, draft(Kind.NOTE, text="grew since spring"))
    send_all(sending)
    server_loses(case)
    said = {"text": "bleeds"} if kind is Kind.NOTE else {"review": True, "train": True}
    replaces = case.latest(kind).id if kind is Kind.CONSENT else None
    store.amendments.write(case.id, draft(kind, replaces=replaces, **said))
    sending.tell_next()
    assert owed(store)[:2] == [EntryKind.CHANGE, EntryKind.RECORD]
    send_all(sending)
    clock.let_pass(10)
    send_all(sending)
    assert (owed(store), at_server(case).photos[0].state) == ([], "kept")
    assert sorted(kinds_there(case)) == sorted(["note", kind.value])


def test_an_upload_to_a_case_that_was_lost_goes_on_once_its_record_is_back(
    store, sending, take, draft, transport, server_loses, at_server, clock
):
    case = store.amendments.write(take().id, draft(Kind.CONSENT, review=True))
    sending.tell_next()
    transport.faults = [None, 1000]
    sending.tell_next()
    server_loses(case)
    for _ in range(4):
        send_all(sending)
        clock.let_pass(10)
    assert (owed(store), at_server(case).photos[0].state) == ([], "kept")


def test_what_a_server_without_the_case_is_told_is_no_loop_where_nothing_may_leave(
    store, sending, sent, server_loses, draft
):
    case = sent()
    server_loses(case)
    store.amendments.write(case.id, draft(Kind.CONSENT, replaces=case.amendments[-1].id))
    send_all(sending)
    assert owed(store) == []


def test_an_answer_of_404_for_ever_is_met_with_longer_and_longer_pauses(
    store, sending, sent, draft, clock, monkeypatch
):
    from device.errors import ServerRefused

    def unknown(*_):
        raise ServerRefused("there is no such case", 404)

    case, tries = sent(), 0
    store.amendments.write(case.id, draft(Kind.NOTE, text="bleeds"))
    monkeypatch.setattr(sending._uplink, "send_change", unknown)
    for _ in range(600):
        tries += sending.tell_next() is not None
        clock.let_pass(1)
    assert tries < 30
    assert EntryKind.CHANGE in owed(store)


@pytest.fixture
def restored(server, enrolment):
    """The server was restored and says so: it knows nothing of what came since ``made_at``."""

    def restored(made_at):
        parts = parts_of(server)
        content = {"backup_made_at": made_at if isinstance(made_at, str) else made_at.isoformat()}
        with parts.database.transaction() as t:
            tell(t, parts.clock, News(enrolment.kiosk, UpdateKind.RESTORED, None, content))

    return restored


def test_a_restored_server_gets_again_what_it_was_told_since_its_backup(
    store, sending, hearing, sent, server, server_loses, restored, at_server, kinds_there, draft
):
    clock = parts_of(server).clock
    early = sent()
    clock.pass_(hours=1)
    made_at = clock()
    clock.pass_(hours=1)
    late = sent()
    store.amendments.write(late.id, draft(Kind.NOTE, text="bleeds"))
    send_all(sending)
    server_loses(late)
    restored(made_at)
    hearing.hear()
    assert {entry.case_id for entry in store.outbox.all()} == {late.id} != {early.id}
    send_all(sending)
    assert (owed(store), at_server(late).photos[0].state, kinds_there(late)) == ([], "kept", ["note"])


def test_consent_that_was_withdrawn_since_the_backup_is_withdrawn_again(
    store, sending, hearing, sent, server, restored, at_server, draft, transport
):
    case, made_at = sent(), parts_of(server).clock()
    parts_of(server).clock.pass_(hours=1)
    store.amendments.write(case.id, draft(Kind.CONSENT, replaces=case.amendments[-1].id))
    send_all(sending)
    with parts_of(server).database.transaction() as t:
        t.exec_driver_sql("DELETE FROM changes")
        t.exec_driver_sql("UPDATE cases SET consent_review = true")
    restored(made_at)
    hearing.hear()
    assert owed(store) == [EntryKind.CHANGE]
    send_all(sending)
    assert not at_server(case).consent_review


def test_a_moment_that_cannot_be_read_keeps_nobody_from_hearing_more(store, hearing, restored, sent):
    sent()
    restored("yesterday")
    assert (hearing.hear(), hearing.hear(), owed(store)) == (1, 0, [])


class Counting:
    """A server whose count of updates is what it is, whatever the kiosk remembers."""

    def __init__(self, *updates):
        self.updates_told, self.asked = updates, []

    def updates(self, after, wait_seconds):
        self.asked.append(after)
        newest = len(self.updates_told)
        told = tuple(update for update in self.updates_told if update.cursor > after)
        return Updates(updates=told, next=newest)


def opinion_on(case, cursor):
    content = json.loads(json.dumps(OPINION))
    return Update(cursor=cursor, kind="opinion", case=case.id, content=content, at="2026-11-22T12:00:00Z")


@pytest.fixture
def ahead(store, enrolment):
    """The kiosk's cursor is 50."""
    store.answers.taken_in(enrolment.kiosk, 50)
    return enrolment.kiosk


def test_a_lower_count_than_its_own_is_followed_with_a_pause_and_nothing_after_it_is_missed(
    store, ahead, sent
):
    case, server = sent(analyse=True), Counting()
    hearing = Hearing(store, server, ahead, lambda: 0.0)
    assert 5 <= hearing.listen() <= 10
    server.updates_told = (opinion_on(case, 1),)
    assert hearing.listen() == 0
    assert store.cases.get(case.id).sync.state is SyncState.ANSWERED
    hearing.listen()
    assert server.asked == [50, 0, 1]


@pytest.mark.parametrize("said", [-7, 0, 49])
def test_no_count_has_it_ask_in_circles(store, ahead, said):
    class Stubborn(Counting):
        def updates(self, after, wait_seconds):
            self.asked.append(after)
            return Updates(updates=(), next=said)

    server = Stubborn()
    hearing = Hearing(store, server, ahead, lambda: 0.0)
    assert all(hearing.listen() >= 5 for _ in range(3))
    assert hearing.hear() <= 0
    assert server.asked == [50, *[max(said, 0)] * 3]


def test_an_opinion_heard_again_is_no_news(store, enrolment, sent):
    case = sent(analyse=True)
    hearing = Hearing(store, Counting(opinion_on(case, 1)), enrolment.kiosk, lambda: 0.0)
    assert hearing.hear() == 1
    before = store.changes.last()
    store.answers.count_anew(enrolment.kiosk, 0)
    assert hearing.hear() == 1
    assert store.changes.last() == before
