import pytest

from training.photos.people import age_of, fitzpatrick_of, sex_of


@pytest.mark.parametrize(
    ("cell", "age"), [("55.0", 55.0), ("0", 0.0), ("", None), ("unknown", None), ("-1", None), ("nan", None)]
)
def test_an_age_is_a_number_of_years_or_unknown(cell: str, age: float | None) -> None:
    assert age_of(cell) == age


def test_sex_is_spelled_one_way() -> None:
    assert [sex_of(word) for word in ("FEMALE", "m", "unknown", "")] == ["female", "male", "", ""]


def test_a_skin_type_is_a_number_however_it_is_written() -> None:
    assert [fitzpatrick_of(word) for word in ("III", "2.0", "6", "")] == ["3", "2", "6", ""]
