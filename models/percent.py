"""A score as people read it."""


def percent(score: float) -> str:
    """A score (0 to 1) in whole percent, never rounded up to certainty nor down to nothing."""
    if score >= 0.995:
        return "over 99 %"
    if score < 0.01:
        return "under 1 %"
    return f"{score * 100:.0f} %"
