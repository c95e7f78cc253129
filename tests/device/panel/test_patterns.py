"""The lights, the buzzer and the lamp do in every state what the documented table says."""

import itertools

import pytest

from device.panel import patterns
from device.panel.patterns import CHANNELS, FLASH_SECONDS, Pattern, levels

STEP_SECONDS = 0.01


def table():
    """The table in the module's docstring: pattern to what stands under each light."""
    lines = patterns.__doc__.splitlines()
    rules = [at for at, line in enumerate(lines) if line.startswith("====")]
    starts = [
        at
        for at, sign in enumerate(lines[rules[0]])
        if sign == "=" and (at == 0 or lines[rules[0]][at - 1] == " ")
    ]
    rows = {}
    for line in lines[rules[1] + 1 : rules[2]]:
        cells = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], None], strict=True)]
        rows[cells[0]] = dict(zip(("green", "yellow", "red", "means"), cells[1:], strict=True)) | {
            "line": line
        }
    return rows


def over(pattern, seconds=4.0):
    """The levels every hundredth of a second."""
    return [levels(pattern, step * STEP_SECONDS) for step in range(round(seconds / STEP_SECONDS))]


def behaviour(pattern, channel):
    """``""`` never lit, ``on`` always, ``blinks`` several times a second, ``slow`` less often."""
    lit = [at[channel] for at in over(pattern)]
    if not any(lit):
        return ""
    if all(lit):
        return "on"
    changes = sum(a != b for a, b in itertools.pairwise(lit))
    return "blinks" if changes > 12 else "slow"


def beeps(pattern):
    """When the buzzer sounds: [(from, to)...] in seconds."""
    spans, on_since = [], None
    for step, at in enumerate(over(pattern)):
        if at["buzzer"] and on_since is None:
            on_since = step * STEP_SECONDS
        elif not at["buzzer"] and on_since is not None:
            spans.append((round(on_since, 2), round(step * STEP_SECONDS, 2)))
            on_since = None
    return spans


@pytest.mark.parametrize("pattern", Pattern)
def test_every_pattern_says_something_about_every_channel_at_any_time(pattern):
    for at in over(pattern):
        assert tuple(at) == CHANNELS
        assert all(isinstance(level, bool) for level in at.values())


def test_the_documented_table_names_every_pattern_and_no_other():
    assert set(table()) == {pattern.value for pattern in Pattern}


@pytest.mark.parametrize("pattern", [p for p in Pattern if p is not Pattern.PAIRING])
def test_each_light_behaves_as_the_documented_table_says(pattern):
    row = table()[pattern.value]
    for channel in ("green", "yellow", "red"):
        assert behaviour(pattern, channel) == row[channel], (pattern, channel)


def test_pairing_lights_green_and_yellow_in_turn():
    assert "in turn with yellow" in table()["pairing"]["line"]
    for at in over(Pattern.PAIRING):
        assert at["green"] != at["yellow"]
        assert not at["red"]
    assert behaviour(Pattern.PAIRING, "green") == "slow"


def test_no_two_patterns_look_alike():
    looks = {tuple(tuple(at[c] for c in ("green", "yellow", "red")) for at in over(p)) for p in Pattern}
    assert len(looks) == len(Pattern)


@pytest.mark.parametrize(
    ("pattern", "count", "longest_seconds"),
    [(Pattern.TAKING, 1, 0.1), (Pattern.DONE, 2, 0.1), (Pattern.REFUSED, 1, 0.6)],
)
def test_beeps_are_as_many_and_as_long_as_documented(pattern, count, longest_seconds):
    spans = beeps(pattern)
    assert len(spans) == count
    assert all(end - start <= longest_seconds for start, end in spans)
    assert spans[0][0] == 0.0, "the answer is heard at once"


def test_a_countdown_beeps_once_a_second():
    spans = beeps(Pattern.COUNTDOWN)
    assert [start for start, _ in spans] == [0.0, 1.0, 2.0, 3.0]
    assert all(end - start <= 0.1 for start, end in spans)


def test_a_refusal_sounds_much_longer_than_any_other_beep():
    (start, end), *_ = beeps(Pattern.REFUSED)
    assert end - start >= 4 * max(e - s for p in (Pattern.TAKING, Pattern.DONE) for s, e in beeps(p))


@pytest.mark.parametrize(
    "pattern",
    [p for p in Pattern if p not in (Pattern.COUNTDOWN, Pattern.TAKING, Pattern.DONE, Pattern.REFUSED)],
)
def test_all_else_is_silent(pattern):
    assert beeps(pattern) == []


@pytest.mark.parametrize("pattern", Pattern)
def test_the_lamp_burns_while_a_photo_is_taken_and_only_then(pattern):
    assert behaviour(pattern, "lamp") == ("on" if pattern is Pattern.TAKING else "")


def test_a_flash_lasts_long_enough_for_its_beeps():
    assert set(FLASH_SECONDS) == {Pattern.DONE, Pattern.ANSWERED, Pattern.REFUSED}
    for pattern, seconds in FLASH_SECONDS.items():
        assert all(end < seconds for _, end in beeps(pattern))
