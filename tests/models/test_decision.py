"""What the scores allow to say: an estimate, a warning, or that the model declines."""

import pytest

from models.decision import Candidate, decide
from models.manifest import Thresholds
from models.percent import percent

THRESHOLDS = Thresholds(inconclusive_below=0.4, none_from=0.45, look_soon_from=0.3)


def ranked(**scores):
    """Candidates, best first."""
    ordered = sorted(scores.items(), key=lambda pair: -pair[1])
    return tuple(Candidate(condition, score) for condition, score in ordered)


def test_a_clear_estimate_gives_no_reason(catalogue):
    decision = decide(ranked(nevus=0.9, melanoma=0.1), THRESHOLDS, catalogue)
    assert not decision.inconclusive
    assert decision.reason is None
    assert not decision.look_soon


def test_a_score_at_the_threshold_is_enough(catalogue):
    assert not decide(ranked(nevus=0.4, acne=0.3, eczema=0.3), THRESHOLDS, catalogue).inconclusive


def test_scores_that_are_too_low_are_inconclusive_and_say_between_what(catalogue):
    decision = decide(ranked(nevus=0.38, acne=0.32, eczema=0.3), THRESHOLDS, catalogue)
    assert decision.inconclusive
    assert "nevus (mole) (38 %)" in decision.reason
    assert "acne (32 %)" in decision.reason
    assert "eczema" not in decision.reason


def test_a_malignant_condition_in_the_second_place_is_looked_at_soon(catalogue):
    decision = decide(ranked(nevus=0.65, melanoma=0.35), THRESHOLDS, catalogue)
    assert not decision.inconclusive
    assert decision.look_soon


def test_malignant_conditions_count_together(catalogue):
    candidates = ranked(
        nevus=0.68,
        melanoma=0.11,
        basal_cell_carcinoma=0.11,
        squamous_cell_carcinoma=0.05,
        actinic_keratosis=0.05,
    )
    assert decide(candidates, THRESHOLDS, catalogue).look_soon


def test_harmless_conditions_do_not_count(catalogue):
    assert not decide(ranked(nevus=0.5, eczema=0.3, melanoma=0.2), THRESHOLDS, catalogue).look_soon


def test_a_warning_stands_even_where_the_model_declines(catalogue):
    decision = decide(ranked(nevus=0.35, melanoma=0.33, acne=0.32), THRESHOLDS, catalogue)
    assert decision.inconclusive
    assert decision.look_soon


def test_what_is_unlike_anything_learned_is_inconclusive_and_says_so(catalogue):
    decision = decide(ranked(nevus=0.5, none_of_these=0.45, acne=0.05), THRESHOLDS, catalogue)
    assert decision.inconclusive
    assert decision.reason == "Unlike anything that the model has learned (45 %)."
    assert not decision.look_soon


def test_a_stranger_that_stands_before_all_conditions_is_inconclusive_under_the_threshold_too(catalogue):
    decision = decide(ranked(nevus=0.2, none_of_these=0.44, acne=0.18, eczema=0.18), THRESHOLDS, catalogue)
    assert "Unlike anything" in decision.reason


def test_a_little_strangeness_leaves_the_estimate(catalogue):
    assert not decide(ranked(nevus=0.56, none_of_these=0.44), THRESHOLDS, catalogue).inconclusive


def test_a_stranger_that_may_be_malignant_is_looked_at_soon(catalogue):
    decision = decide(ranked(none_of_these=0.7, melanoma=0.3), THRESHOLDS, catalogue)
    assert decision.inconclusive
    assert decision.look_soon


def test_too_close_to_call_never_names_none_of_these(catalogue):
    decision = decide(ranked(nevus=0.35, none_of_these=0.3, acne=0.2, eczema=0.15), THRESHOLDS, catalogue)
    assert "acne (20 %)" in decision.reason
    assert "none" not in decision.reason


def test_a_cancer_that_the_reason_names_is_looked_at_soon(catalogue):
    scores = {"nevus": 0.39, "melanoma": 0.2, "acne": 0.15, "eczema": 0.13, "psoriasis": 0.13}
    assert decide(ranked(**scores), THRESHOLDS, catalogue).look_soon
    assert not decide(
        ranked(**(scores | {"ringworm": 0.25, "melanoma": 0.0})), THRESHOLDS, catalogue
    ).look_soon


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (1.0, "over 99 %"),
        (0.995, "over 99 %"),
        (0.994, "99 %"),
        (0.5, "50 %"),
        (0.123, "12 %"),
        (0.01, "1 %"),
        (0.0099, "under 1 %"),
        (0.0, "under 1 %"),
    ],
)
def test_a_percentage_is_whole_and_never_certain(score, words):
    assert percent(score) == words
