"""Phones pair once, see what they may, and lose it at once when revoked."""

from datetime import timedelta

import pytest

from device.case import EVERYTHING, Origin, Role, Scope
from device.errors import KioskError, PhoneRevoked
from device.store.phones import require_access

DAY_SECONDS = 24 * 3600


@pytest.fixture
def phones(store):
    return store.phones


def test_a_phone_is_known_by_its_token(phones):
    added = phones.add(Role.STAFF, "ward tablet")
    phone = phones.by_secret(added.token)
    assert phone.id == added.phone.id
    assert (phone.role, phone.name, phone.revoked) == (Role.STAFF, "ward tablet", False)


def test_staff_see_everything_and_a_subject_only_its_own(phones):
    assert phones.add(Role.STAFF).phone.scope == EVERYTHING
    assert phones.add(Role.SUBJECT, subject="P-17").phone.scope == Scope(subject="P-17")
    assert phones.add(Role.SUBJECT, case_id="0195").phone.scope == Scope(case_id="0195")


def test_a_subjects_phone_without_a_subject_or_case_is_refused(phones):
    with pytest.raises(KioskError, match="name one of them"):
        phones.add(Role.SUBJECT)
    assert phones.all() == ()


@pytest.mark.parametrize("named", [{"subject": "P-17"}, {"case_id": "0195"}, {"subject": ""}])
def test_a_staff_phone_that_would_be_narrowed_is_refused(phones, named):
    with pytest.raises(KioskError, match="a staff phone sees every case"):
        phones.add(Role.STAFF, **named)
    assert phones.all() == ()


@pytest.mark.parametrize(
    "named", [{"subject": ""}, {"subject": " \t"}, {"case_id": " "}, {"subject": " ", "case_id": "0195"}]
)
def test_a_subjects_phone_with_a_blank_subject_or_case_is_refused(phones, named):
    with pytest.raises(KioskError, match="blank"):
        phones.add(Role.SUBJECT, **named)
    assert phones.all() == ()


def test_a_link_pairs_once(phones):
    added = phones.add(Role.STAFF)
    assert not phones.by_secret(added.token).paired
    session = phones.redeem(added.link)
    assert phones.by_secret(session).id == added.phone.id
    assert phones.by_secret(session).paired
    assert phones.redeem(added.link) is None
    assert phones.by_secret(session), "the first one who used the link stays paired"


def test_a_link_is_no_token_and_a_token_is_no_link(phones):
    added = phones.add(Role.STAFF)
    assert phones.by_secret(added.link) is None
    assert phones.redeem(added.token) is None


@pytest.mark.parametrize("secret", ["", "wrong", "'; DROP TABLE phones; --", "\N{PILE OF POO}"])
def test_nobody_holds_a_secret_that_was_never_given(phones, secret):
    phones.add(Role.STAFF)
    assert phones.by_secret(secret) is None
    assert phones.redeem(secret) is None


def test_a_link_holds_for_a_day_by_the_time_since_the_boot(phones, clock):
    early, late = phones.add(Role.STAFF), phones.add(Role.STAFF)
    clock.let_pass(DAY_SECONDS - 1)
    assert phones.redeem(early.link)
    clock.let_pass(1)
    assert phones.redeem(late.link) is None


@pytest.mark.parametrize("jump", [timedelta(days=-3000), timedelta(days=3000)])
def test_a_jumping_wall_clock_neither_opens_nor_closes_anything(phones, clock, jump):
    phones.open_window()
    added = phones.add(Role.STAFF)
    clock.set_wall(clock.wall_at + jump, trusted=True)
    assert phones.window_seconds_left() == 120.0
    assert phones.redeem(added.link)
    clock.let_pass(120)
    clock.set_wall(clock.wall_at - jump, trusted=True)
    assert phones.window_seconds_left() == 0.0


def test_the_window_lets_a_phone_in_for_120_seconds(phones, clock):
    assert phones.pair_through_window("too early") is None
    phones.open_window()
    clock.let_pass(119.5)
    assert phones.window_seconds_left() == pytest.approx(0.5)
    session = phones.pair_through_window("in time")
    assert phones.by_secret(session).role is Role.STAFF
    assert phones.by_secret(session).paired
    clock.let_pass(0.5)
    assert phones.window_seconds_left() == 0.0
    assert phones.pair_through_window("too late") is None
    assert [phone.name for phone in phones.all()] == ["in time"]


def test_opening_the_window_again_starts_it_anew(phones, clock):
    phones.open_window()
    clock.let_pass(100)
    phones.open_window()
    assert phones.window_seconds_left() == 120.0


def test_a_reboot_closes_the_window_and_ends_the_links(phones, clock):
    phones.open_window()
    added = phones.add(Role.STAFF)
    clock.reboot()
    assert phones.window_seconds_left() == 0.0
    assert phones.pair_through_window("after the reboot") is None
    assert phones.redeem(added.link) is None


def test_tokens_and_sessions_outlive_a_reboot(phones, clock):
    added = phones.add(Role.STAFF)
    session = phones.redeem(added.link)
    clock.reboot()
    assert phones.by_secret(added.token)
    assert phones.by_secret(session)


def test_revoking_ends_token_session_and_link_at_once(phones):
    added, other = phones.add(Role.STAFF), phones.add(Role.STAFF)
    session = phones.redeem(added.link)
    unused = phones.add(Role.STAFF)
    assert phones.revoke(added.phone.id)
    assert phones.revoke(unused.phone.id)
    assert phones.by_secret(added.token) is None
    assert phones.by_secret(session) is None
    assert phones.redeem(unused.link) is None
    assert phones.by_secret(other.token)
    assert [phone.revoked for phone in phones.all() if phone.id == added.phone.id] == [True]


def test_the_pseudonym_does_not_outlive_the_phones_access(phones, home):
    pseudonym = "PSEUDONYM-OF-NOBODY"
    added = phones.add(Role.SUBJECT, "own phone", pseudonym)
    of_case = phones.add(Role.SUBJECT, "other phone", case_id="0195")
    for new in (added, of_case):
        assert phones.revoke(new.phone.id)
    assert [(phone.subject, phone.case_id) for phone in phones.all()] == [(None, None)] * 2
    content = b"".join(path.read_bytes() for path in home.glob("kiosk.sqlite3*"))
    assert b"own phone" in content
    assert pseudonym.encode() not in content


def test_a_revoked_phone_has_nothing_in_its_scope(phones, store):
    case = store.cases.ask(Origin.BUTTON)
    phones.revoke(phones.add(Role.SUBJECT, subject="P-17").phone.id)
    (revoked,) = phones.all()
    assert not revoked.scope.admits(case)
    assert store.cases.newest_first(10, scope=revoked.scope) == ()


def test_revoking_what_is_not_there_says_so(phones):
    assert not phones.revoke("nobody")


def test_the_store_keeps_no_secret_in_the_clear(phones, home):
    added = phones.add(Role.STAFF)
    session = phones.redeem(added.link)
    content = b"".join(path.read_bytes() for path in home.glob("kiosk.sqlite3*"))
    for secret in (added.token, added.link, session):
        assert secret.encode() not in content


def test_secrets_are_long_and_never_the_same(phones):
    secrets = [secret for _ in range(20) for secret in vars(phones.add(Role.STAFF)).values()]
    words = {secret for secret in secrets if isinstance(secret, str)}
    assert len(words) == 40
    assert all(len(word) >= 43 for word in words)


def test_phones_are_listed_oldest_first(phones, clock):
    added = []
    for name in ("first", "second", "third"):
        added.append(phones.add(Role.STAFF, name).phone)
        clock.let_pass(1)
    assert [phone.name for phone in phones.all()] == ["first", "second", "third"]
    assert phones.all() == tuple(added)


def test_the_kiosks_own_screen_sees_no_case(phones, store, take):
    case = take("classified", subject="P-17")
    screen = phones.add(Role.SCREEN, "screen").phone
    assert (screen.role, screen.subject, screen.case_id) == (Role.SCREEN, None, None)
    assert not screen.scope.admits(case)
    assert store.cases.newest_first(10, scope=screen.scope) == ()


@pytest.mark.parametrize("named", [{"subject": "P-17"}, {"case_id": "0195"}, {"subject": " "}])
def test_a_screen_that_would_be_given_cases_is_refused(phones, named):
    with pytest.raises(KioskError, match="shows the last press"):
        phones.add(Role.SCREEN, **named)
    assert phones.all() == ()


def test_an_invitation_lets_one_phone_see_one_case(phones, store, take):
    other, case = take("classified"), take("classified")
    link = phones.invite(case.id, 60)
    assert phones.holds_link(link)
    phone = phones.by_secret(phones.redeem(link))
    assert (phone.role, phone.paired, phone.scope) == (Role.SUBJECT, True, Scope(case_id=case.id))
    assert phone.scope.admits(case)
    assert not phone.scope.admits(other)
    assert not phones.holds_link(link)
    assert phones.redeem(link) is None, "once"


def test_an_invitation_holds_for_its_seconds(phones, clock):
    early, late = phones.invite("0195", 60), phones.invite("0195", 60)
    clock.let_pass(59.5)
    assert phones.holds_link(early)
    assert phones.redeem(early)
    clock.let_pass(0.5)
    assert not phones.holds_link(late)
    assert phones.redeem(late) is None


def test_an_invitation_ends_with_the_boot(phones, clock):
    link = phones.invite("0195", 60)
    clock.reboot()
    clock.boot_seconds = 100.0
    assert not phones.holds_link(link)
    assert phones.redeem(link) is None


def test_looking_at_a_link_does_not_use_it(phones):
    link = phones.add(Role.STAFF).link
    assert phones.holds_link(link)
    assert phones.holds_link(link)
    assert phones.redeem(link)


def test_what_is_no_link_holds_none(phones):
    added = phones.add(Role.STAFF)
    session = phones.redeem(added.link)
    for secret in (added.token, added.link, session, "", "wrong"):
        assert not phones.holds_link(secret)


def test_invitations_nobody_used_in_time_are_forgotten_at_a_later_one(phones, clock):
    for _ in range(5):
        phones.invite("0195", 60)
    assert len(phones.all()) == 5
    clock.let_pass(60)
    phones.invite("0195", 60)
    assert len(phones.all()) == 1


def test_an_invitation_that_somebody_used_too_late_is_forgotten_as_well(phones, clock):
    link = phones.invite("0195", 60)
    clock.let_pass(60)
    assert phones.redeem(link) is None
    phones.invite("0195", 60)
    assert len(phones.all()) == 1


def test_phones_that_still_may_come_or_have_come_are_not_forgotten(phones, clock):
    used = phones.redeem(phones.invite("used", 60))
    clock.let_pass(3600)
    expired = phones.invite("expired", 7200)
    staff = phones.add(Role.STAFF, "ward tablet")
    namesake = phones.add(Role.SUBJECT, phones.all()[0].name, case_id="namesake")
    clock.let_pass(DAY_SECONDS - 3600)
    long_holding = phones.invite("long holding", 2 * DAY_SECONDS)
    clock.let_pass(DAY_SECONDS)
    phones.invite("new", 60)
    assert [phone.case_id for phone in phones.all()] == ["used", None, "namesake", "long holding", "new"]
    assert not phones.holds_link(expired)
    assert phones.holds_link(long_holding)
    assert phones.by_secret(used)
    assert phones.by_secret(staff.token)
    assert phones.by_secret(namesake.token)


def test_a_used_invitation_can_be_revoked_and_stays_in_the_list(phones):
    session = phones.redeem(phones.invite("0195", 60))
    assert phones.revoke(phones.by_secret(session).id)
    assert phones.by_secret(session) is None
    phones.invite("0195", 60)
    assert [phone.revoked for phone in phones.all()] == [True, False]


def test_who_writes_needs_access_at_that_moment(phones, store):
    phone = phones.add(Role.STAFF).phone
    with store.database.transaction() as t:
        require_access(t, phone.id)
        require_access(t, None)
    phones.revoke(phone.id)
    for phone_id in (phone.id, "nobody", ""):
        with store.database.transaction() as t, pytest.raises(PhoneRevoked, match="nothing was kept"):
            require_access(t, phone_id)


def test_a_phone_revoked_while_it_was_sending_leaves_no_photo_and_no_case(phones, store, skin_jpeg):
    phone = phones.add(Role.STAFF).phone
    assert store.receive_photo(skin_jpeg, phone_id=phone.id).photos
    (kept,) = store.photos.files()
    last = store.changes.last()
    phones.revoke(phone.id)
    with pytest.raises(PhoneRevoked):
        store.receive_photo(skin_jpeg, phone_id=phone.id)
    assert list(store.photos.files()) == [kept]
    assert store.cases.count() == 1
    assert store.changes.last() == last
