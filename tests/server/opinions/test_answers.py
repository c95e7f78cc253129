"""An answer is kept with everything that follows from it, or not at all."""

import uuid

import pytest
from server_backings import on_every_queue
from server_queue import MODEL, a_prediction

from device.wire.receipt import PhotoState
from device.wire.update import UpdateKind
from models.context import Told
from server.opinions.answers import Answers
from server.store.tables import removals

pytestmark = on_every_queue


def photo_of(line, case_id):
    return line.parts.cases.get(line.kiosk.id, case_id).photos[0]


def owed_removals(line):
    with line.parts.database.read() as r:
        return set(r.execute(removals.select()).scalars())


def test_the_question_is_the_photo_with_what_its_record_tells(line):
    case = line.case(age_band="18-39", body_site="back")
    asked = line.answers.asked(line.claimed())
    assert asked.files == (photo_of(line, case).file,)
    assert asked.told == Told(29, "trunk")


@pytest.fixture
def corrects(kiosk):
    """Somebody at the kiosk says more about a case; the change's id."""

    def corrects(case_id, replaces=None, **said):
        change = {"id": str(uuid.uuid4()), "kind": "details", "content": said, "replaces": replaces}
        assert kiosk.call("POST", f"/v1/cases/{case_id}/changes", change).status_code == 201
        return change["id"]

    return corrects


def test_what_somebody_corrected_since_is_told_and_what_they_left_out_stays(line, corrects, clock):
    case = line.case(age_band="18-39", body_site="back")
    first = corrects(case, age_band="80+", subject="P-17")
    assert line.answers.asked(line.claimed("one")).told == Told(85, "trunk")
    corrects(case, replaces=first, age_band=None, body_site="forearm")
    clock.pass_(hours=1)
    assert line.answers.asked(line.claimed("two")).told == Told(None, "upper_extremity")


def test_a_correction_that_came_after_its_own_replacement_does_not_hold(line, corrects, clock):
    case, early = line.case(age_band="18-39"), str(uuid.uuid4())
    corrects(case, replaces=early, age_band="60-79")
    clock.pass_(hours=1)
    change = {"id": early, "kind": "details", "content": {"age_band": "0-11"}}
    assert line.kiosk.call("POST", f"/v1/cases/{case}/changes", change).status_code == 201
    assert line.answers.asked(line.claimed()).told == Told(70)


def test_other_changes_and_other_cases_tell_nothing(line, kiosk, corrects):
    case, other = line.case(age_band="18-39"), line.case(age_band="18-39", consent={"review": True})
    corrects(other, age_band="80+")
    note = {"id": str(uuid.uuid4()), "kind": "note", "content": {"age_band": "80+"}}
    kiosk.call("POST", f"/v1/cases/{case}/changes", note)
    assert line.answers.asked(line.claimed()).told == Told(29)


def test_the_kiosk_is_told_and_can_ask_for_it(line, kiosk):
    case = line.case()
    assert line.answers.keep(line.claimed(), a_prediction())
    assert line.news() == [(UpdateKind.OPINION, a_prediction())]
    assert kiosk.call("GET", f"/v1/cases/{case}/opinion").json == a_prediction()
    assert line.queue.waiting().working == 0


@pytest.mark.parametrize(
    ("consent", "state"),
    [
        ({"analyse": True}, PhotoState.DROPPED),
        ({"analyse": True, "review": True}, PhotoState.KEPT),
        ({"analyse": True, "train": True}, PhotoState.KEPT),
    ],
)
def test_the_photo_goes_unless_another_consent_keeps_it(line, consent, state):
    case = line.case(consent=consent)
    file = photo_of(line, case).file
    line.answers.keep(line.claimed(), a_prediction())
    assert photo_of(line, case).state is state
    assert owed_removals(line) == ({file} if state is PhotoState.DROPPED else set())


def test_a_second_answer_by_the_same_model_changes_nothing(line, clock):
    line.case(consent={"analyse": True, "review": True})
    late = line.claimed("one")
    clock.pass_(hours=1)
    assert line.answers.keep(line.claimed("two"), a_prediction())
    assert not line.answers.keep(late, a_prediction())
    assert len(line.news()) == 1


def test_another_models_answer_stands_beside_it(line, kiosk, clock):
    case = line.case()
    late = line.claimed("one")
    clock.pass_(hours=1)
    line.answers.keep(line.claimed("two"), a_prediction())
    assert line.answers.keep(late, a_prediction(sha256="b" * 64))
    assert len(line.news(case)) == 2


def test_a_late_answer_ends_the_question_of_who_took_the_job_over(line, clock):
    line.case()
    late = line.claimed("one")
    clock.pass_(hours=1)
    job = line.claimed("two")
    assert line.answers.keep(late, a_prediction())
    assert line.queue.renew(job)
    assert line.answers.asked(job) is None
    assert not line.queue.renew(job)


@pytest.mark.parametrize("end", ["erase", "withdraw"])
def test_what_is_asked_no_more_ends_without_a_trace(line, kiosk, end):
    case = line.case()
    job = line.claimed()
    if end == "erase":
        kiosk.call("DELETE", f"/v1/cases/{case}")
    else:
        kiosk.consent(case, review=True)
    assert line.answers.asked(job) is None
    assert not line.answers.keep(job, a_prediction())
    assert line.news() == []
    assert line.queue.claim("another") is None


def test_a_photo_that_was_taken_away_ends_the_job_until_it_comes_again(line):
    case = line.case()
    job = line.claimed()
    with line.parts.database.transaction() as t:
        t.exec_driver_sql("UPDATE photos SET state = 'held'")
    assert line.answers.asked(job) is None
    line.photo_comes(case)
    assert line.answers.asked(line.claimed()) is not None


def test_where_one_step_fails_none_is_taken(line, monkeypatch):
    case = line.case()
    job = line.claimed()

    def fail(*_):
        raise OSError("the machine stops here")

    monkeypatch.setattr("server.store.settling.Settling.settle", fail)
    with pytest.raises(OSError, match="stops here"):
        line.answers.keep(job, a_prediction())
    assert line.news() == []
    assert photo_of(line, case).state is PhotoState.KEPT
    assert line.queue.renew(job)


def test_the_answers_of_another_process_count_as_well(line, parts):
    line.case()
    late = line.claimed()
    twin = Answers(parts.database, parts.clock, parts.settling, parts.queue)
    assert twin.keep(late, a_prediction(sha256=MODEL["sha256"]))
    assert not line.answers.keep(late, a_prediction())
