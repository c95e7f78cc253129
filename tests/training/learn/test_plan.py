import numpy as np
import pytest

from training.learn.plan import EPOCHS, PLANS, Phase, Plan


def test_the_rate_climbs_to_its_peak_and_falls_to_nothing() -> None:
    phase = Phase("whole", (160,) * 10, 8e-4, climb_epochs=1.0)
    rates = np.concatenate([phase.rates(epoch, 50) for epoch in range(phase.epochs)])
    top = int(rates.argmax())
    assert len(rates) == 500
    assert 40 <= top <= 55
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert rates.max() == pytest.approx(8e-4, rel=0.03)
    assert rates[0] == pytest.approx(8e-4 / 50, rel=0.01)
    assert 0 < rates[-1] < 1e-6


def test_an_epoch_taken_up_again_has_the_rates_that_it_had() -> None:
    phase = Phase("whole", (160,) * 4, 1e-3, climb_epochs=2.0)
    whole = Phase("whole", (160,) * 4, 1e-3, climb_epochs=2.0).rates(0, 8)
    assert (phase.rates(0, 8) == whole).all()
    assert phase.rates(1, 8)[0] > whole[-1]


@pytest.mark.parametrize("backbone", PLANS)
@pytest.mark.parametrize("epochs", [4, 9, 15, 16, 40])
def test_a_plan_has_the_epochs_that_were_asked_for(backbone: str, epochs: int) -> None:
    plan = PLANS[backbone](epochs, 7)
    assert plan.epochs == epochs
    assert sum(len(phase.sides_pixels) for phase in plan.phases) == epochs
    assert plan.seed == 7


@pytest.mark.parametrize("backbone", PLANS)
def test_the_head_learns_first_and_the_photos_end_at_full_size(backbone: str) -> None:
    phases = PLANS[backbone](EPOCHS[backbone], 1).phases
    sides = [side for phase in phases for side in phase.sides_pixels]
    assert phases[0].name == "head"
    assert sides == sorted(sides)
    assert sides[-1] == 224


def test_only_mobilenet_learns_rounded_and_last() -> None:
    names = {backbone: [phase.name for phase in PLANS[backbone](16, 1).phases] for backbone in PLANS}
    assert names == {"mobilenet": ["head", "whole", "rounded"], "vgg16": ["head", "whole", "whole"]}


def test_a_running_average_reaches_back_over_a_fifth_of_its_phase() -> None:
    plan = Plan(phases=(Phase("head", (32,), 1e-3, 0.5), Phase("whole", (32,) * 10, 1e-3, 0.5)))
    assert [1 / (1 - plan.momentum(phase)) for phase in plan.phases] == pytest.approx([50, 500])
