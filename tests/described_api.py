"""An API's own description, and examples of its calls."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode


def operations(description: dict[str, Any]) -> dict[str, Any]:
    """Every call of a description, by its method and path."""
    return {
        f"{found.ok().method.upper()} {found.ok().path}": found.ok()
        for found in schemathesis.openapi.from_dict(description).get_all_operations()
    }


def fuzz(operation: Any, mode: GenerationMode, examples: int, answer: Callable[[Any], None]) -> None:
    """Call ``answer`` with examples of an operation, the same ones each time."""

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        answer(case)

    with suppress(Unsatisfiable):  # nothing about a call without parameters can be wrong
        run()
