"""Which licences let a model be made of a photo.

Creative Commons' licences are at https://creativecommons.org/licenses/. "ND" forbids what is
made of the work, and trained weights may be that; so it is refused with everything unknown.
"""

import re

ACCEPTED = "CC0, public domain, CC BY, CC BY-SA, CC BY-NC, CC BY-NC-SA, GPL, LGPL"
"""What is accepted, in words for people."""

_LICENCE = re.compile(
    r"""(?: cc[ ]?0 | public[ ]domain (?:[ ]mark)? | no[ ]known[ ]copyright[ ]restrictions
          | cc[ ]by (?:[ ]nc)? (?:[ ]sa)? | l?gpl )
        (?: [ ]? v? \d (?:\.\d)? \+? )?
        (?: [ ] international )?
        [ ]* (?: [(,;] .* )?""",
    re.VERBOSE,
)


def allows_use(licence: str) -> bool:
    """Whether ``licence`` is one of ACCEPTED: any spelling of spaces and hyphens, with or
    without a version, and free text after a bracket, comma or semicolon."""
    return bool(_LICENCE.fullmatch(re.sub(r"[\s_-]+", " ", licence.strip().lower())))
