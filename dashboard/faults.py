"""Faults of our own, told for the log without what an error's text may hold: pseudonyms and tokens."""

import traceback


def told(error: BaseException) -> str:
    """The error's kind and the way to it, a line each."""
    frames = traceback.extract_tb(error.__traceback__)
    way = "".join(f"\n  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
    return type(error).__name__ + way
