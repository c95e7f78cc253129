import pytest

from models.conditions import load_catalogue
from training.photos.labels import Kind, code_of, is_label, kind_of

LEARNED = ("melanoma", "nevus", "squamous_cell_carcinoma", "benign_keratosis", "healthy_skin")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("keratoacanthoma", "squamous_cell_carcinoma"),
        ("seborrheic_keratosis", "benign_keratosis"),
        ("tinea", "ringworm"),
        ("healthy_skin_patch", "healthy_skin"),
        ("melanoma", "melanoma"),
    ],
)
def test_a_data_label_becomes_the_catalogues_code(label: str, code: str) -> None:
    assert code_of(label) == code
    assert code in load_catalogue().conditions


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("keratoacanthoma", Kind.KNOWN),
        ("other_malignant", Kind.NEVER_LEARNED),
        ("inflammatory_or_infectious_unspecified", Kind.NEVER_LEARNED),
        ("impetigo", Kind.NEVER_LEARNED),
        ("psoriasis", Kind.NEVER_LEARNED),
        ("non_skin_photo", Kind.NOT_SKIN),
    ],
)
def test_what_a_label_is_depends_on_what_the_model_learned(label: str, kind: Kind) -> None:
    assert kind_of(label, LEARNED) is kind


def test_only_labels_of_the_catalogue_or_of_the_data_page_are_accepted() -> None:
    catalogue = tuple(load_catalogue().conditions)
    assert all(is_label(label, catalogue) for label in ("nevus", "tinea", "impetigo", "other_benign"))
    assert not is_label("wart", catalogue)
