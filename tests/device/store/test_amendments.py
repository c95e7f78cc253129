"""What is written about a case: every version kept, the latest shown, and nobody's words lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device.amendment import Kind
from device.case import CaseDetails, Consent, Role, Scope, State
from device.errors import CaseUnknown, GuardianNeeded, PhoneRevoked, Superseded
from device.store import open_store

SINGLE = [Kind.DIAGNOSIS, Kind.DETAILS, Kind.CONSENT]
"""The kinds of which one holds."""

DETAILS = {
    "subject": "P-18",
    "lesion": "back-2",
    "body_site": "back",
    "age_band": "50-59",
    "sex": "male",
}


@pytest.fixture
def case(take):
    """A classified case of a subject."""
    return take("classified", subject="P-17", lesion="left-arm-1", body_site="arm", retake_of="0195-earlier")


@pytest.fixture
def write(store, draft):
    """Writes about a case as somebody who looked at it; the case as it is then."""

    def write(case_id, kind, replaces=None, **said):
        return store.amendments.write(case_id, draft(kind, replaces=replaces, **said))

    return write


def texts(case):
    return [note.content["text"] for note in case.notes]


def refused(store, case_id, draft):
    """Whether a draft is refused, with nothing changed."""
    before, last = store.cases.get(case_id), store.changes.last()
    with pytest.raises(Superseded, match=r"open the case again|look, then save again"):
        store.amendments.write(case_id, draft)
    return store.cases.get(case_id) == before and store.changes.last() == last


def test_a_note_is_kept_with_who_wrote_it_and_when(store, case, draft, clock):
    clock.let_pass(90)
    written = store.amendments.write(case.id, draft("note", "Dr. Ada", text="Itches."))
    (note,) = written.notes
    assert (note.kind, note.content) == (Kind.NOTE, {"text": "Itches."})
    assert (note.written_by, note.written_at, note.time_trusted) == ("Dr. Ada", clock.wall_at, True)
    assert (note.phone_id, note.replaces) == (None, None)
    assert store.cases.get(case.id) == written


def test_it_is_there_for_another_process(store, home, clock, case, write):
    written = write(case.id, "note", text="Itches.")
    other = open_store(home, clock=clock)
    assert other.cases.get(case.id) == written
    other.close()


def test_notes_stand_beside_each_other(case, write):
    write(case.id, "note", text="Itches.")
    assert texts(write(case.id, "note", text="Bleeds.")) == ["Itches.", "Bleeds."]


def test_who_wrote_what_and_when_is_kept_through_replacements(store, case, draft, clock):
    phone = store.phones.add(Role.STAFF).phone
    first = draft("note", "Dr. Ada", text="Itches.")
    second = draft("note", "Nurse Bo", first.id, phone.id, text="Itches at night.")
    third = draft("note", "Dr. Ada", second.id, text="Itches at night, bleeds.")
    times = []
    for version in (first, second, third):
        times.append(clock.wall_at)
        store.amendments.write(case.id, version)
        clock.let_pass(3600)
    kept = store.cases.get(case.id).amendments
    assert [a.written_by for a in kept] == ["Dr. Ada", "Nurse Bo", "Dr. Ada"]
    assert [a.content["text"] for a in kept] == ["Itches.", "Itches at night.", "Itches at night, bleeds."]
    assert [a.written_at for a in kept] == times
    assert [a.replaces for a in kept] == [None, first.id, second.id]
    assert [a.phone_id for a in kept] == [None, phone.id, None]


def test_a_replaced_note_shows_its_latest_words_only(case, write):
    first = write(case.id, "note", text="Itches.").notes[0]
    write(case.id, "note", text="Bleeds.")
    second = write(case.id, "note", first.id, text="Itches at night.").notes[-1]
    replaced = write(case.id, "note", second.id, text="Itches all day.")
    assert texts(replaced) == ["Bleeds.", "Itches all day."]
    assert len(replaced.amendments) == 4


def test_a_withdrawn_note_is_not_shown_and_every_version_stays(case, write):
    first = write(case.id, "note", text="Of another person.").notes[0]
    withdrawn = write(case.id, "note", first.id, text="")
    assert withdrawn.notes == ()
    assert withdrawn.as_json()["notes"] == []
    assert [a.content["text"] for a in withdrawn.amendments] == ["Of another person.", ""]


def test_the_latest_diagnosis_holds(case, write):
    first = write(case.id, "diagnosis", text="Mole.", condition="nevus").diagnosis
    assert first.content == {"text": "Mole.", "condition": "nevus"}
    second = write(case.id, "diagnosis", first.id, text="Melanoma in situ.", condition="melanoma")
    assert second.diagnosis.content["condition"] == "melanoma"
    assert second.diagnosis.replaces == first.id


def test_a_diagnosis_taken_back_may_be_followed_by_another(case, write):
    first = write(case.id, "diagnosis", text="Mole.").diagnosis
    withdrawn = write(case.id, "diagnosis", first.id, text="")
    assert withdrawn.diagnosis is None
    assert withdrawn.as_json()["diagnosis"] is None
    latest = withdrawn.latest(Kind.DIAGNOSIS)
    assert withdrawn.as_json()["latest_amendments"]["diagnosis"] == latest.id
    assert write(case.id, "diagnosis", latest.id, text="Mole after all.").diagnosis.replaces == latest.id


def test_details_change_what_is_said_about_the_case_and_not_what_it_repeats(store, case, write):
    write(case.id, "details", **DETAILS)
    changed = store.cases.get(case.id).details
    assert vars(changed) == DETAILS | {"retake_of": "0195-earlier"}


def test_details_may_say_less_than_before(store, case, write):
    write(case.id, "details", subject="P-17")
    assert store.cases.get(case.id).details == replace(case.details, lesion=None, body_site=None)


@pytest.mark.parametrize("scope", ["analyse", "review", "train"])
def test_consent_is_given_and_revoked_scope_by_scope(case, write, scope):
    given = write(case.id, "consent", **{scope: True})
    assert given.consent == replace(Consent(), **{scope: True})
    revoked = write(case.id, "consent", given.latest(Kind.CONSENT).id)
    assert revoked.consent == Consent()


def test_notes_and_diagnoses_change_neither_details_nor_consent(case, write):
    write(case.id, "note", text="Itches.")
    written = write(case.id, "diagnosis", text="Mole.")
    assert (written.details, written.consent) == (case.details, case.consent)
    assert (written.state, written.prediction, written.photos) == (case.state, case.prediction, case.photos)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_draft_sent_again_is_kept_once(store, case, draft, kind):
    sent = draft(kind)
    first = store.amendments.write(case.id, sent)
    last = store.changes.last()
    assert store.amendments.write(case.id, sent) == first
    assert len(first.amendments) == 1
    assert store.changes.last() == last, "nothing changed, so nobody is told"


def test_a_draft_sent_again_after_a_later_one_undoes_nothing(store, case, draft):
    first = draft("details", subject="P-18")
    store.amendments.write(case.id, first)
    store.amendments.write(case.id, draft("details", replaces=first.id, subject="P-19"))
    assert store.amendments.write(case.id, first).details.subject == "P-19"
    assert store.cases.get(case.id).details.subject == "P-19"


def test_the_same_id_with_other_words_is_refused(store, case, draft):
    sent = draft("note", text="Itches.")
    store.amendments.write(case.id, sent)
    assert refused(store, case.id, replace(sent, content={"text": "Does not itch."}))


def test_the_same_id_for_another_kind_or_another_case_is_refused(store, take, case, draft):
    other = take("classified")
    sent = draft("note", text="Itches.")
    store.amendments.write(case.id, sent)
    assert refused(store, other.id, sent)
    assert refused(store, case.id, replace(sent, kind=Kind.DIAGNOSIS))


@pytest.mark.parametrize("kind", SINGLE)
def test_a_second_first_of_its_kind_is_refused(store, case, draft, kind):
    store.amendments.write(case.id, draft(kind))
    assert refused(store, case.id, draft(kind))


@pytest.mark.parametrize("kind", SINGLE)
def test_a_first_of_its_kind_is_each_cases_own(store, take, case, draft, kind):
    other = take("classified")
    store.amendments.write(case.id, draft(kind))
    assert store.amendments.write(other.id, draft(kind)).latest(kind).replaces is None


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_replaced_cannot_be_replaced_again(store, case, draft, kind):
    first = draft(kind)
    store.amendments.write(case.id, first)
    store.amendments.write(case.id, draft(kind, replaces=first.id))
    assert refused(store, case.id, draft(kind, replaces=first.id))


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_another_cases_cannot_be_replaced(store, take, case, draft, kind):
    other = take("classified")
    theirs = draft(kind)
    store.amendments.write(other.id, theirs)
    assert refused(store, case.id, draft(kind, replaces=theirs.id))
    assert len(store.cases.get(other.id).amendments) == 1


def test_a_diagnosis_does_not_replace_a_note(store, case, draft):
    note = draft("note", text="Itches.")
    store.amendments.write(case.id, note)
    assert refused(store, case.id, draft("diagnosis", replaces=note.id, text="Eczema."))
    assert refused(store, case.id, draft("note", replaces="never-written", text="Itches."))


@pytest.mark.parametrize("kind", SINGLE)
def test_who_means_to_replace_whatever_there_is_replaces_the_latest(store, case, draft, kind):
    drafts = [replace(draft(kind), replaces_any=True) for _ in range(3)]
    for one in drafts:
        written = store.amendments.write(case.id, one)
    assert [a.replaces for a in written.amendments] == [None, drafts[0].id, drafts[1].id]
    assert store.amendments.write(case.id, drafts[0]) == written, "sent again it is kept once"


def test_who_replaces_whatever_there_is_touches_no_other_kind_and_no_other_case(store, take, case, draft):
    other = take("classified")
    store.amendments.write(case.id, draft("diagnosis", text="Mole."))
    store.amendments.write(other.id, draft("consent", train=True))
    written = store.amendments.write(case.id, replace(draft("consent", review=True), replaces_any=True))
    assert written.latest(Kind.CONSENT).replaces is None
    assert written.diagnosis.content["text"] == "Mole."
    assert store.cases.get(other.id).consent == Consent(train=True)


def test_a_phone_revoked_before_the_commit_writes_nothing(store, case, draft):
    phone = store.phones.add(Role.STAFF).phone
    sent = draft("note", phone_id=phone.id, text="Itches.")
    store.amendments.write(case.id, sent)
    store.phones.revoke(phone.id)
    before, last = store.cases.get(case.id), store.changes.last()
    for late in (sent, draft("note", phone_id=phone.id), draft("details", phone_id=phone.id, subject="P-9")):
        with pytest.raises(PhoneRevoked, match="nothing was kept"):
            store.amendments.write(case.id, late)
    assert store.cases.get(case.id) == before
    assert store.changes.last() == last


def test_what_a_phone_wrote_stays_when_it_is_revoked(store, case, draft):
    phone = store.phones.add(Role.STAFF).phone
    store.amendments.write(case.id, draft("note", "Dr. Ada", phone_id=phone.id, text="Itches."))
    store.phones.revoke(phone.id)
    (note,) = store.cases.get(case.id).notes
    assert (note.written_by, note.phone_id) == ("Dr. Ada", phone.id)


def test_nothing_is_written_about_an_erased_case(store, case, draft):
    store.erase(case.id)
    with pytest.raises(CaseUnknown, match="erased"):
        store.amendments.write(case.id, draft("note", text="Itches."))


def test_nothing_is_written_about_a_case_out_of_scope(store, case, draft):
    with pytest.raises(CaseUnknown):
        store.amendments.write(case.id, draft("consent", train=True), Scope(subject="P-18"))
    assert store.cases.get(case.id) == case


def test_details_move_a_case_to_another_subject_and_scopes_follow(store, case, write):
    old, new = Scope(subject="P-17"), Scope(subject="P-18")
    write(case.id, "details", **DETAILS)
    with pytest.raises(CaseUnknown):
        store.cases.get(case.id, old)
    assert store.cases.newest_first(10, scope=old) == ()
    assert store.cases.get(case.id, new).details.subject == "P-18"
    assert [moved.id for moved in store.cases.newest_first(10, scope=new)] == [case.id]


def test_a_subject_who_corrects_its_own_pseudonym_still_gets_an_answer(store, case, draft):
    moved = store.amendments.write(case.id, draft("details", subject="P-18"), Scope(subject="P-17"))
    assert moved.details.subject == "P-18"


@pytest.mark.parametrize("scope", [Scope(subject="P-17"), Scope(case_id="?")], ids=["subject", "case"])
def test_notes_reach_no_subjects_phone_and_the_diagnosis_does(store, case, write, draft, scope):
    scope = replace(scope, case_id=case.id if scope.case_id else None)
    write(case.id, "note", text="Tell the family first.")
    write(case.id, "diagnosis", text="Mole.")
    shown = [
        store.cases.get(case.id, scope),
        *store.cases.newest_first(10, scope=scope),
        *store.history.of_lesion(case.id, scope),
        *store.history.of_subject(case.id, scope),
        store.amendments.write(case.id, draft("consent", review=True), scope),
        store.cases.classify_again(case.id, scope),
    ]
    assert len(shown) == 6
    for seen in shown:
        assert seen.diagnosis.content["text"] == "Mole."
        assert "family" not in str(seen.as_json())
        assert Kind.NOTE not in {amendment.kind for amendment in seen.amendments}
    assert texts(store.cases.get(case.id)) == ["Tell the family first."]


def test_each_amendment_is_a_change_that_others_are_told(store, case, write):
    last = store.changes.last()
    write(case.id, "note", text="Itches.")
    write(case.id, "details", **DETAILS)
    changes = store.changes.after(last)
    assert [(change.case_id, change.state) for change in changes] == [(case.id, "classified")] * 2
    assert [change.subject for change in changes] == ["P-17", "P-18"]


@pytest.mark.parametrize("state", ["asked", "captured", "retake", "failed"])
def test_a_case_may_be_written_about_in_any_state(take, write, state):
    case = take(state)
    written = write(case.id, "note", text="Itches.")
    assert texts(written) == ["Itches."]
    assert written.state is State(state)


def test_what_was_written_before_the_photo_outlives_it(store, take, write, skin_jpeg, judgement):
    case = take("asked")
    write(case.id, "note", text="Itches.")
    write(case.id, "consent", analyse=True)
    store.cases.captured(case.id, store.photos.write(case.id, 0, skin_jpeg))
    store.cases.classified(case.id, judgement)
    finished = store.cases.get(case.id)
    assert texts(finished) == ["Itches."]
    assert finished.consent.analyse


def test_what_is_written_keeps_its_order_however_the_wall_clock_jumps(case, write, clock):
    for text, jump in (("1", 0), ("2", -3000), ("3", 6000), ("4", -1)):
        clock.set_wall(clock.wall_at + timedelta(days=jump), trusted=False)
        written = write(case.id, "note", text=text)
    clock.reboot()
    written = write(case.id, "note", text="5")
    assert texts(written) == ["1", "2", "3", "4", "5"]
    assert [note.time_trusted for note in written.notes] == [False] * 5


def test_who_last_wrote_on_a_phone_is_known(store, case, draft):
    phone, other = store.phones.add(Role.STAFF).phone, store.phones.add(Role.STAFF).phone
    assert store.amendments.last_writer(phone.id) is None
    for by, phone_id in (("Dr. Ada", phone.id), ("Nurse Bo", phone.id), ("Dr. Cy", other.id), ("Eve", None)):
        store.amendments.write(case.id, draft("note", by, phone_id=phone_id, text="Itches."))
    assert store.amendments.last_writer(phone.id) == "Nurse Bo"
    assert store.amendments.last_writer(other.id) == "Dr. Cy"


def test_odd_words_are_kept_as_they_are(store, case, draft):
    odd = "Ünïcode '; DROP TABLE amendments; -- \N{PILE OF POO}\n\t\x00 {} ? \u202e \\"
    store.amendments.write(case.id, draft("note", by=odd, text=odd))
    (note,) = store.cases.get(case.id).notes
    assert (note.written_by, note.content["text"]) == (odd, odd)


def test_a_page_of_cases_tells_each_ones_own_amendments(store, take, write):
    cases = [take("classified") for _ in range(6)]
    for number, case in enumerate(cases):
        for turn in range(number):
            write(case.id, "note", text=f"{number}-{turn}")
    listed = store.cases.newest_first(10)[::-1]
    assert [texts(case) for case in listed] == [
        [f"{number}-{turn}" for turn in range(number)] for number in range(6)
    ]
    assert list(listed) == [store.cases.get(case.id) for case in cases]


def test_a_minor_cannot_consent_alone(store, take, draft):
    case = take(age_band="12-17")
    with pytest.raises(GuardianNeeded, match="guardian"):
        store.amendments.write(case.id, draft(Kind.CONSENT, analyse=True))
    given = store.amendments.write(case.id, draft(Kind.CONSENT, analyse=True, guardian=True))
    assert given.consent == Consent(analyse=True, guardian=True)


def test_who_turns_out_to_be_a_minor_has_not_consented(store, take, draft):
    case = store.amendments.write(take(age_band="18-39").id, draft(Kind.CONSENT, review=True))
    found = store.amendments.write(case.id, draft(Kind.DETAILS, age_band="0-11"))
    assert found.consent == Consent()
    assert found.amendments[-1].written_by == "the kiosk itself"
    assert store.outbox.count() == 0


def test_a_photo_of_a_minor_comes_with_a_guardians_consent_or_with_none(store, skin_jpeg, draft):
    details = CaseDetails(age_band="0-11")
    with pytest.raises(GuardianNeeded):
        store.receive_photo(skin_jpeg, details, draft(Kind.CONSENT, train=True))
    assert store.cases.count() == 0
    store.receive_photo(skin_jpeg, details, draft(Kind.CONSENT, train=True, guardian=True))
