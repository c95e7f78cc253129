"""What is told of a person beside the photo, and how it shifts the scores of a model that asks for it.

Each condition has a log ratio for each age band and each body site: how much likelier it is there than over
all train photos of the same kind. They are added to the logits as if independent of each other and of the
photo (naive Bayes), less their ``strength``, for they are not.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator


@dataclass(frozen=True)
class Told:
    """What is known of the person: age in years, and one of BODY_SITES; None where it is not."""

    age_years: float | None = None
    body_site: str | None = None


NOTHING_TOLD = Told()


class Context(BaseModel):
    """The log ratios, a number a condition in the manifest's order.

    ``by_age`` has a line for each band that ``ages_years`` (ascending) part, youngest first.
    ``strength``, 0 to 1, is chosen on the calibrate split.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength: float = Field(ge=0, le=1)
    ages_years: tuple[float, ...]
    by_age: tuple[tuple[float, ...], ...]
    by_site: dict[str, tuple[float, ...]]

    @model_validator(mode="after")
    def _one_line_a_band(self) -> "Context":
        if any(younger >= older for younger, older in pairwise(self.ages_years)):
            raise ValueError("ages_years does not ascend")
        if len(self.by_age) != len(self.ages_years) + 1:
            raise ValueError("by_age has not one line for each age band")
        if len({len(line) for line in (*self.by_age, *self.by_site.values())}) != 1:
            raise ValueError("the lines of by_age and by_site differ in length")
        return self

    @property
    def conditions(self) -> int:
        """How many conditions a line is for."""
        return len(self.by_age[0])

    def shift(self, told: Told) -> NDArray[np.float64]:
        """What to add to the scaled logits: float64 ``[conditions]``, zeros where nothing is told."""
        shift = np.zeros(self.conditions)
        if told.age_years is not None:
            shift += self.by_age[int(np.digitize(told.age_years, self.ages_years))]
        if told.body_site in self.by_site:
            shift += self.by_site[told.body_site]
        return self.strength * shift
