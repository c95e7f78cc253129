"""A photo that the server holds until somebody has looked at it: said in plain words, not taken for kept."""

from dataclasses import replace

import pytest
from case_fixtures import PREDICTION

from device.amendment import Kind
from device.entry import SyncState
from device.wire.receipt import PhotoState
from device.wire.update import UpdateKind
from server.parts import parts_of
from server.store.tables import cases, photos
from server.store.updates import News, tell
from server.vetting.vetting import Vetting

OPINION = PREDICTION | {"model": {"name": "vgg16", "version": "1", "sha256": "ef" * 32}}
HELD = "at the server, where somebody looks at the photo before anybody else does"


@pytest.fixture
def held(server, store, sending, take, draft, send_all):
    """A case whose photo came to a server that doubts every photo."""
    parts = parts_of(server)
    finishing = replace(parts.uploads.finishing, vetting=Vetting((lambda _: "a face was found",)))
    replace(parts, uploads=replace(parts.uploads, finishing=finishing)).place_in(server)
    case = store.amendments.write(take().id, draft(Kind.CONSENT, analyse=True))
    send_all()
    return case


@pytest.fixture
def send_all(sending):
    return lambda: [sent.fault for sent in iter(sending.tell_next, None)]


@pytest.fixture
def becomes(server, enrolment):
    """An admin decided, and the kiosk is told like that."""

    def becomes(case, state, kind, **content):
        parts = parts_of(server)
        with parts.database.transaction() as t:
            t.execute(photos.update().values(state=state))
            t.execute(cases.update().values(changed_at=parts.clock()))
            tell(t, parts.clock, News(enrolment.kiosk, kind, case.id, content))

    return becomes


def standing(store, case):
    found = store.cases.get(case.id).sync
    return found.state, found.reason, found.kept


def test_nothing_is_owed_and_the_case_says_who_looks_and_not_that_it_is_kept(store, held):
    assert standing(store, held) == (SyncState.SENT, HELD, False)
    assert store.outbox.count() == 0
    assert store.photos.read(held.photos[0])


def test_one_that_was_let_go_says_so_and_the_kiosk_has_its_own(store, held, hearing, becomes, send_all):
    reason = "somebody at the server looked at the photo and did not keep it: take another one"
    becomes(held, PhotoState.DROPPED, UpdateKind.PARKED, reason=reason)
    hearing.hear()
    assert send_all() == [None], "a newer receipt is asked for"
    assert standing(store, held) == (SyncState.PARKED, reason, False)
    store.outbox.ask_again(held.id)
    send_all()
    assert standing(store, held) == (
        SyncState.SENT,
        "at the server, which had the photo and keeps it no more",
        False,
    )
    assert store.photos.read(held.photos[0])


def test_one_that_was_released_is_kept_from_then_on(store, held, hearing, becomes, send_all):
    becomes(held, PhotoState.KEPT, "a kind of a newer server")
    hearing.hear()
    assert send_all() == [None]
    assert standing(store, held) == (SyncState.SENT, None, True)


def test_where_nothing_was_held_news_asks_for_no_receipt(store, held, hearing, becomes, send_all):
    becomes(held, PhotoState.KEPT, UpdateKind.PARKED, reason="no")
    hearing.hear()
    send_all()
    becomes(held, PhotoState.KEPT, UpdateKind.PARKED, reason="no")
    hearing.hear()
    assert store.outbox.count() == 0


def test_an_opinion_ends_that_no_opinion_could_be_given(store, held, hearing, becomes, send_all):
    becomes(held, PhotoState.DROPPED, UpdateKind.PARKED, reason="no")
    becomes(held, PhotoState.KEPT, UpdateKind.OPINION, **OPINION)
    hearing.hear()
    assert standing(store, held)[0] is SyncState.ANSWERED
