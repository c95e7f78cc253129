import pytest

from training.photos.licences import allows_use


@pytest.mark.parametrize(
    "licence",
    [
        "CC0", "CC-0", "CC0 1.0 (in ISIC 2017 Part 3 training)", "public domain", "CC BY", "CC-BY",
        "CC BY 4.0", "cc by-sa 3.0", "CC-BY-NC", "CC BY-NC 4.0 (derived)", "CC BY-NC-SA 4.0 International",
        "CC BY-NC 4.0 (as part of ISIC 2018/2019; likely CC0 as ISIC 2017 val/test, not verified)",
        "Public domain (CDC), in a CC BY 4.0 book", "CC-BY-SA-4.0 (2018. Sander Klootwijk)",
        "no known copyright restrictions", "GPL-2+ ()", "LGPLv3 (Risto Saukonpää)",
    ],
)  # fmt: skip
def test_a_licence_that_allows_use_is_accepted_in_any_spelling(licence: str) -> None:
    assert allows_use(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "", "all rights reserved", "CC BY-ND 4.0", "CC-BY-NC-ND", "CC BY ND (really)", "CC", "unknown",
        "not CC BY", "CC BYE", "CC BY or so",
    ],
)  # fmt: skip
def test_every_other_licence_is_refused(licence: str) -> None:
    assert not allows_use(licence)
