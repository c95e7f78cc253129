"""The catalogue: what a patient is told of each condition, and nothing that does not hold."""

import pytest

from models.conditions import Urgency, load_catalogue
from models.errors import CatalogueInvalid

CODES = {
    "acne",
    "eczema",
    "psoriasis",
    "ringworm",
    "actinic_keratosis",
    "melanoma",
    "basal_cell_carcinoma",
    "dermatofibroma",
    "nevus",
    "benign_keratosis",
    "squamous_cell_carcinoma",
    "vascular_lesion",
    "healthy_skin",
}

HEAD = 'disclaimer = "No diagnosis."\nemergency_contact = "Call."\nred_flags = ["It bleeds."]\n'

ENTRY = """
[[condition]]
code = "shingles"
name = "shingles"
description = "A painful rash in a band."
advice = "See a doctor within three days."
urgency = "soon"
links = [
  { title = "One", url = "https://example.org/one" },
  { title = "Two", url = "https://example.org/two" },
]
"""


@pytest.fixture(scope="module")
def shipped_text():
    from importlib import resources

    return resources.files("models").joinpath("conditions.toml").read_text(encoding="utf-8")


def test_it_holds_the_thirteen_codes_that_others_rely_on(catalogue):
    assert set(catalogue.conditions) == CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_condition_says_what_it_is_and_what_to_do(catalogue, code):
    condition = catalogue[code]
    assert condition.code == code
    assert condition.name
    assert len(condition.description) > 40
    assert len(condition.advice) > 40
    assert condition.urgency in Urgency


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_condition_links_two_or_three_pages_over_https(catalogue, code):
    links = catalogue[code].links
    assert 2 <= len(links) <= 3
    assert all(link.url.scheme == "https" for link in links)
    assert len({str(link.url) for link in links}) == len(links)
    assert all(link.as_json()["url"].startswith("https://") for link in links)


def test_the_cancers_and_their_forerunner_are_malignant_and_nothing_else(catalogue):
    assert {code for code, condition in catalogue.conditions.items() if condition.malignant} == {
        "melanoma",
        "basal_cell_carcinoma",
        "squamous_cell_carcinoma",
        "actinic_keratosis",
    }


def test_a_cancer_is_never_left_to_self_care(catalogue):
    assert all(
        condition.urgency in (Urgency.EMERGENCY, Urgency.SOON, Urgency.ROUTINE)
        for condition in catalogue.conditions.values()
        if condition.malignant
    )


def test_red_flags_and_disclaimer_stand_in_it(catalogue):
    flags = " ".join(catalogue.red_flags).lower()
    assert all(sign in flags for sign in ("fever", "spreads fast", "bleeds"))
    assert "not a diagnosis" in catalogue.disclaimer
    assert "experimental estimate" in catalogue.disclaimer
    assert "ethics committee" in catalogue.disclaimer


def test_a_fourteenth_condition_is_only_an_entry(shipped_text):
    catalogue = load_catalogue(shipped_text + ENTRY)
    assert set(catalogue.conditions) == CODES | {"shingles"}
    assert catalogue["shingles"].urgency is Urgency.SOON


def test_it_tells_what_a_model_cannot_recognise_yet(catalogue):
    unrecognised = catalogue.unrecognised_by(("melanoma", "nevus"))
    assert {condition.code for condition in unrecognised} == CODES - {"melanoma", "nevus"}
    assert catalogue.unrecognised_by(tuple(CODES)) == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEAD + ENTRY.replace('"soon"', '"whenever"'), "urgency"),
        (HEAD + ENTRY.replace('name = "shingles"\n', ""), "name"),
        (HEAD + ENTRY.replace('"shingles"', '"Shingles!"', 1), "code"),
        (HEAD + ENTRY.replace("https://example.org/one", "not a page"), "url"),
        (HEAD + ENTRY.replace('{ title = "Two", url = "https://example.org/two" },', ""), "links"),
        (HEAD + ENTRY + 'colour = "red"\n', "colour"),
        (HEAD + ENTRY + ENTRY, "twice"),
        (HEAD, "condition"),
        (ENTRY, "disclaimer"),
        (HEAD.replace('["It bleeds."]', "[]") + ENTRY, "red_flags"),
        (HEAD + ENTRY.replace("]\n", "\n"), "line"),
        ("", "disclaimer"),
    ],
)
def test_a_broken_catalogue_is_refused_naming_what_does_not_hold(text, named):
    with pytest.raises(CatalogueInvalid, match=named) as refused:
        load_catalogue(text)
    assert "conditions.toml" in str(refused.value)
