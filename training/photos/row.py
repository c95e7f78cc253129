"""One photo of a list, as everything after the list sees it."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.body_sites import body_site_of
from models.context import Told
from training.photos.labels import code_of
from training.photos.people import age_of, fitzpatrick_of, sex_of

SPLITS = ("train", "calibrate", "test")
"""train learns, calibrate sets thresholds, test gives figures."""


@dataclass(frozen=True)
class Row:
    """One photo of the list.

    ``label`` is the data's own word, ``code`` the condition code it stands for.
    ``group`` is the patient, else the lesion, else the file. ``group_known`` False
    means that nobody knows whose lesion it is. ``skin_tone`` is ``fitzpatrick N`` or
    ``tone N`` (MILK10k's scale, 0 to 5). ``age`` is in years, None where unknown;
    ``sex`` and ``body_site`` are spelled as ``people`` does; ``confirmation`` is the
    data's word for how the label was confirmed; ``split`` is the one of SPLITS that the
    list itself gives. A word is empty where it is unknown. ``number`` is the row's in its
    list (the header is row 1), 0 without a list.
    """

    path: str
    label: str
    code: str
    dataset: str
    modality: str
    licence: str
    group: str
    group_known: bool
    near_duplicate_of: str
    skin_tone: str
    patient: str = ""
    lesion: str = ""
    age: float | None = None
    sex: str = ""
    body_site: str = ""
    confirmation: str = ""
    split: str = ""
    number: int = 0

    @property
    def clinical(self) -> bool:
        """Whether it was taken without a dermatoscope."""
        return self.modality.startswith("clinical")


def row_of(cells: Mapping[str, str], number: int) -> Row:
    """The row in a list's ``cells``, under our own column names, at row ``number``."""

    def cell(name: str) -> str:
        return cells.get(name) or ""

    tone = f"fitzpatrick {fitzpatrick_of(cell('fitzpatrick'))}" if cell("fitzpatrick") else ""
    return Row(
        path=cell("path"),
        label=cell("condition"),
        code=code_of(cell("condition")),
        dataset=cell("dataset"),
        modality=cell("modality"),
        licence=cell("licence"),
        group=cell("group_key"),
        group_known=bool(cell("patient_id") or cell("lesion_id")),
        near_duplicate_of=cell("near_duplicate_of"),
        skin_tone=tone or (f"tone {cell('skin_tone_class')}" if cell("skin_tone_class") else ""),
        patient=cell("patient_id"),
        lesion=cell("lesion_id"),
        age=age_of(cell("age")),
        sex=sex_of(cell("sex")),
        body_site=body_site_of(cell("body_site")),
        confirmation=cell("label_confirmation"),
        split=cell("split"),
        number=number,
    )


def told_of(row: Row) -> Told:
    """What a model that asks for it is told beside the photo."""
    return Told(row.age, row.body_site or None)
