import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.manifest import SHIPPED, Manifest, Strangeness, load_manifest
from training.judge import report
from training.judge.judging import Judged
from training.judge.margins import evaluate_with_intervals
from training.judge.report import Reported, write_report


@pytest.fixture
def manifest() -> Manifest:
    """The manifest that ships, as that of a model which never says "none of these"."""
    return load_manifest(SHIPPED).model_copy(update={"strangeness": None})


@pytest.fixture
def reported(judged: Callable[..., Judged], manifest: Manifest) -> Reported:
    photos = [
        judged("melanoma", "nevus", 0.9, path="0.jpg"),
        judged("nevus", "melanoma", 0.7, path="1.jpg", flagged=True, modality="clinical close-up"),
        judged("eczema", "nevus", 0.3, path="2.jpg", inconclusive=True),
        judged("non_skin_graphic", "nevus", 0.5, path="3.jpg"),
    ]
    return Reported(manifest, photos, "test", None)


def page_of(reported: Reported, folder: Path) -> str:
    return write_report(reported, folder / "report.html").read_text(encoding="utf-8")


def test_words_of_the_list_are_escaped(
    reported: Reported, judged: Callable[..., Judged], tmp_path: Path
) -> None:
    wrong = judged("melanoma", "nevus", path='<script>"x"</script>.jpg', skin_tone="tone <b>&")
    manifest = reported.manifest.model_copy(update={"name": "<i>model</i>"})
    page = page_of(replace(reported, manifest=manifest, judged=[wrong], split="<u>"), tmp_path)
    assert "&lt;script&gt;&quot;x&quot;&lt;/script&gt;.jpg" in page
    assert "tone &lt;b&gt;&amp;" in page
    assert "&lt;i&gt;model&lt;/i&gt;" in page
    assert not re.search(r"<(script|b>&|i|u)\b", page)


def test_the_page_loads_nothing_from_outside(reported: Reported, tmp_path: Path) -> None:
    page = page_of(reported, tmp_path)
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) == 5
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)
    assert "url(" not in page
    assert "default-src 'none'" in page


def test_every_plot_says_in_words_what_it_shows(reported: Reported, tmp_path: Path) -> None:
    alts = re.findall(r'<img class="plot" alt="([^"]*)"', page_of(reported, tmp_path))
    assert len(alts) == 5
    assert all(len(alt) > 40 for alt in alts)


def test_photos_are_on_the_page_only_where_they_are_wanted(
    reported: Reported, images: Path, tmp_path: Path
) -> None:
    bare = page_of(reported, tmp_path)
    assert "image/jpeg" not in bare
    assert "holds no photo" in bare
    assert bare.count(">0.jpg<") == 2
    full = page_of(replace(reported, photos=images), tmp_path)
    assert full.count("data:image/jpeg;base64,") == 3
    assert "It must not leave the house." in full


def test_the_surest_errors_and_the_melanomas_missed_are_shown(
    reported: Reported, judged: Callable[..., Judged], tmp_path: Path
) -> None:
    photos = [
        judged("melanoma", "nevus", 0.9, path="warned", flagged=True),
        judged("melanoma", "nevus", 0.3, path="declined", inconclusive=True),
        judged("nevus", "nevus", 0.9, path="right"),
        judged("nevus", "melanoma", 0.95, path="surest"),
    ]
    page = page_of(replace(reported, judged=photos), tmp_path)
    missed, wrong = page.split("Melanomas that nobody would be warned of")[1].split("Its surest errors")
    assert re.findall(r"class='path'>(\w+)", missed) == ["declined"]
    assert re.findall(r"class='path'>(\w+)", wrong) == ["surest", "warned"]


def test_the_same_photos_give_the_same_page(reported: Reported, tmp_path: Path) -> None:
    assert page_of(reported, tmp_path) == page_of(reported, tmp_path)


def test_every_number_in_the_tables_comes_from_the_figures(
    reported: Reported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counterfeit(found: Any) -> Any:
        if isinstance(found, dict):
            return {key: counterfeit(value) for key, value in found.items()}
        if isinstance(found, list):
            return [counterfeit(value) for value in found]
        return 77 if isinstance(found, int) else 0.123 if isinstance(found, float) else found

    def forged(photos: Any, classes: tuple[str, ...]) -> Any:
        return counterfeit(evaluate_with_intervals(photos, classes))

    monkeypatch.setattr(report, "evaluate_with_intervals", forged)
    page = page_of(reported, tmp_path)
    cells = re.findall(r"<(?:td|dd)>(.*?)</(?:td|dd)>", page)
    numbers = {found for cell in cells for found in re.findall(r"[\d.]+", cell)}
    assert numbers == {"0.123", "0.12", "77"}
    assert re.search(r"<p>Judged on the test split: 77 photos", page)


def test_none_of_these_has_a_plot_of_its_own_and_no_line_in_a_table(
    reported: Reported, judged: Callable[..., Judged], tmp_path: Path
) -> None:
    strangeness = Strangeness(file="known.npz", sha256="0" * 64, bias=0, weights={})
    thresholds = reported.manifest.thresholds.model_copy(update={"none_from": 1.0})
    manifest = reported.manifest.model_copy(update={"strangeness": strangeness, "thresholds": thresholds})
    photos = [judged("nevus", "nevus", 0.4, none=0.5, inconclusive=True)]
    page = page_of(replace(reported, manifest=manifest, judged=photos), tmp_path)
    assert page.count('<img class="plot"') == 6
    assert "reaches 1.000 or stands first" in page
    assert '<th scope="row">none of these' not in page


def test_a_report_of_no_photo_at_all_is_still_a_page(reported: Reported, tmp_path: Path) -> None:
    page = page_of(replace(reported, judged=[], split=None), tmp_path)
    assert "too few" in page
    assert "all photos of the list" in page
