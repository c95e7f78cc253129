"""The finding: an estimate in words, never a diagnosis, with all that has to stand beside it."""

import json

import pytest

from models.decision import Candidate, Decision
from models.finding import Guidance, compose

GUIDANCE = Guidance(("Fever: get help today.",), "Ward 3, telephone 555-0100")
CLEAR = Decision(inconclusive=False, reason=None, look_soon=False)
WARNED = Decision(inconclusive=False, reason=None, look_soon=True)
DECLINED = Decision(inconclusive=True, reason="Too close to call.", look_soon=False)


@pytest.fixture
def say(catalogue):
    """The finding for one best candidate."""

    def say(condition, decision=CLEAR, guidance=GUIDANCE, score=0.8):
        candidates = (Candidate(condition, score), Candidate("healthy_skin", 1 - score))
        return compose(candidates, decision, catalogue, guidance)

    return say


def test_it_says_what_is_most_likely_and_how_likely(say):
    assert say("nevus").text == "Most likely: nevus (mole) (80 %)."


def test_a_low_percentage_is_shown_as_low(say):
    assert "(31 %)" in say("nevus", score=0.31).text


def test_it_tells_what_the_catalogue_tells(say, catalogue):
    finding, condition = say("psoriasis"), catalogue["psoriasis"]
    assert finding.urgency == condition.urgency.value == "routine"
    assert finding.description == condition.description
    assert finding.advice == condition.advice
    assert [link["url"] for link in finding.links] == [str(link.url) for link in condition.links]


@pytest.mark.parametrize("decision", [CLEAR, WARNED, DECLINED])
@pytest.mark.parametrize("condition", ["nevus", "melanoma", "healthy_skin"])
def test_red_flags_contact_links_and_disclaimer_stand_with_every_finding(say, catalogue, condition, decision):
    finding = say(condition, decision)
    assert finding.red_flags == GUIDANCE.red_flags
    assert finding.emergency_contact == "Ward 3, telephone 555-0100"
    assert finding.disclaimer == catalogue.disclaimer
    assert len(finding.links) >= 2
    assert all(link["title"] and link["url"].startswith("https://") for link in finding.links)


def test_without_a_contact_it_names_the_local_emergency_number(say):
    assert "local emergency number" in say("nevus", guidance=Guidance(())).emergency_contact


def test_a_harmless_estimate_with_a_warning_is_urgent_and_says_why(say):
    finding = say("nevus", WARNED)
    assert finding.urgency == "soon"
    assert finding.text.endswith("A skin cancer cannot be ruled out: have it looked at soon.")


def test_what_is_urgent_already_is_not_said_twice(say):
    finding = say("melanoma", WARNED)
    assert finding.urgency == "soon"
    assert "cannot be ruled out" not in finding.text


def test_inconclusive_says_so_with_the_reason_and_what_to_do(say):
    finding = say("nevus", DECLINED)
    assert finding.text == "Inconclusive. Too close to call."
    assert "Most likely" not in finding.text
    assert "Take the photo again" in finding.advice
    assert "see a doctor" in finding.advice
    assert finding.urgency == "routine"


def test_inconclusive_is_never_shown_as_healthy(say, catalogue):
    finding = say("healthy_skin", DECLINED)
    assert "does not mean that the skin is healthy" in finding.description
    assert catalogue["healthy_skin"].name not in finding.text


def test_a_warning_never_stands_beside_advice_to_do_nothing(say, catalogue):
    finding = say("nevus", WARNED)
    assert "doctor" in finding.advice
    assert "within the next two weeks" in finding.advice
    assert catalogue["nevus"].advice not in finding.advice
    assert "nothing needs to be done" not in finding.advice.lower()


def test_inconclusive_with_a_warning_advises_both_a_doctor_and_another_photo(say):
    advice = say("nevus", Decision(True, "Too close to call.", look_soon=True)).advice
    assert "within the next two weeks" in advice
    assert "Take the photo again" in advice


def test_inconclusive_with_a_warning_is_urgent(say):
    finding = say("nevus", Decision(True, "Too close to call.", look_soon=True))
    assert finding.urgency == "soon"
    assert "cannot be ruled out" in finding.text


def test_it_travels_as_json(say):
    assert json.loads(json.dumps(say("nevus").as_json())).keys() == {
        "text",
        "urgency",
        "description",
        "advice",
        "links",
        "red_flags",
        "emergency_contact",
        "disclaimer",
    }


def test_no_finding_speaks_of_a_diagnosis_as_its_own(say, catalogue):
    for condition in catalogue.conditions:
        finding = say(condition)
        assert "diagnos" not in finding.text.lower()
        assert "not a diagnosis" in finding.disclaimer
