"""What is told of a person: it shifts scores as far as it is trusted, and nothing told shifts nothing."""

import numpy as np
import pytest
from pydantic import ValidationError

from models.classifier import Classifier
from models.context import NOTHING_TOLD, Context, Told
from models.manifest import SHIPPED, load_manifest
from models.scoring import score

LINES = {"by_age": ((1.0, 0.0), (0.0, 0.5), (-1.0, 2.0)), "by_site": {"trunk": (0.0, 3.0)}}
CONTEXT = Context(strength=0.5, ages_years=(30.0, 60.0), **LINES)


@pytest.mark.parametrize(
    ("told", "shift"),
    [
        (NOTHING_TOLD, (0, 0)),
        (Told(age_years=29.9), (0.5, 0)),
        (Told(age_years=30), (0, 0.25)),
        (Told(age_years=95), (-0.5, 1)),
        (Told(body_site="trunk"), (0, 1.5)),
        (Told(body_site="tail"), (0, 0)),
        (Told(age_years=95, body_site="trunk"), (-0.5, 2.5)),
    ],
)
def test_age_and_site_shift_as_far_as_they_are_trusted(told, shift):
    assert CONTEXT.shift(told) == pytest.approx(shift)


@pytest.mark.parametrize(
    "changes",
    [
        {"strength": 1.5},
        {"ages_years": (60.0, 30.0)},
        {"ages_years": (30.0,)},
        {"by_site": {"trunk": (0.0,)}},
    ],
)
def test_tables_that_do_not_fit_each_other_are_refused(changes):
    with pytest.raises(ValidationError):
        Context.model_validate({"strength": 0.5, "ages_years": (30.0, 60.0), **LINES, **changes})


def manifest(**changes):
    given = {"strangeness": None, "context": CONTEXT, "temperature": 1.0, "balance": None, **changes}
    return load_manifest(SHIPPED).model_copy(update=given)


def test_what_is_told_changes_scores_only_where_the_model_asks_for_it():
    logits, features = np.array([1.0, 1.0], np.float32), np.zeros(4, np.float32)
    told = Told(body_site="trunk")
    trunk = 1 / (1 + np.exp(-1.5))
    assert score(logits, features, manifest(), None, told) == pytest.approx([1 - trunk, trunk])
    assert score(logits, features, manifest(context=None), None, told) == pytest.approx([0.5, 0.5])
    assert score(logits, features, manifest(), None) == pytest.approx([0.5, 0.5])


def test_the_balance_is_added_whatever_is_told():
    logits, features = np.array([1.0, 1.0], np.float32), np.zeros(4, np.float32)
    balanced = manifest(balance=(0.5, -0.5))
    even, trunk = 1 / (1 + np.exp(-1.0)), 1 / (1 + np.exp(-0.5))
    assert score(logits, features, balanced, None) == pytest.approx([even, 1 - even])
    assert score(logits, features, balanced, None, Told(body_site="trunk")) == pytest.approx(
        [1 - trunk, trunk]
    )


def test_the_kiosks_model_asks_for_nothing():
    classifier = Classifier.load()
    image = np.random.default_rng(1).integers(0, 255, (256, 256, 3)).astype(np.uint8)
    told = classifier.classify(image, told=Told(70, "trunk"))
    assert told.candidates == classifier.classify(image).candidates
