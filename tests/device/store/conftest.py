"""What the tests of the store share."""

from case_fixtures import draft, judgement, take

__all__ = ["draft", "judgement", "take"]
