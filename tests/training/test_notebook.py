"""What the docs and the notebook tell people to type is what the command takes."""

import json
import re
import shlex
from pathlib import Path
from string import Template
from typing import Any

import click
import pytest

from training.cli import main

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "train-on-a-gpu.ipynb"
GUIDE = ROOT / "docs" / "training.md"
CARD = ROOT / "training" / "judge" / "card.template.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), CARD]


def cells(kind: str) -> list[str]:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def blocks(page: Path) -> list[str]:
    """The code blocks of a Markdown page; the card's with the words that a model gives it."""
    text = Template(page.read_text(encoding="utf-8")).safe_substitute(backbone="mobilenet", epochs="15")
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(texts: list[str]) -> list[tuple[str, ...]]:
    """The words after every ``kiosk-train``."""
    lines = "\n".join(texts).replace("\\\n", " ").splitlines()
    calls = [call.strip().lstrip("!") for line in lines for call in line.split("&&")]
    return [tuple(shlex.split(call, comments=True)[1:]) for call in calls if call.startswith("kiosk-train ")]


def documented() -> list[Any]:
    found = {page.name: commands(blocks(page)) for page in PAGES} | {NOTEBOOK.name: commands(cells("code"))}
    return [pytest.param(c, id=f"{name} {' '.join(c)}") for name, calls in found.items() for c in calls]


def parse(words: tuple[str, ...]) -> None:
    verb = main.commands[words[0]]
    verb.make_context(words[0], list(words[1:]))


@pytest.fixture(autouse=True)
def _any_path_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click.Path, "convert", lambda _self, value, _option, _context: Path(value))


@pytest.mark.parametrize("words", documented())
def test_a_documented_command_is_one_that_kiosk_train_takes(words: tuple[str, ...]) -> None:
    parse(words)


@pytest.mark.parametrize(
    "line",
    [
        "kiosk-train train mobilnet --prepared p --out o",
        "kiosk-train train mobilenet --prepare p --outs o",
        "kiosk-train train mobilenet --prepared p --out o --epochs many",
        "kiosk-train card --model m",
        "kiosk-train quantize --prepared p --trained t --model m --release",
    ],
)
def test_a_command_that_kiosk_train_does_not_take_is_noticed(line: str) -> None:
    (words,) = commands([line])
    with pytest.raises(click.UsageError):
        parse(words)


def test_the_words_of_a_command_are_read_across_lines_and_out_of_chains() -> None:
    text = "!kiosk-train a --b \\\n    'c d'  # why\nother\n kiosk-train e && kiosk-train f"
    assert commands([text]) == [("a", "--b", "c d"), ("e",), ("f",)]


@pytest.mark.parametrize(
    "calls", [commands(blocks(GUIDE)), commands(cells("code"))], ids=["guide", "notebook"]
)
@pytest.mark.parametrize("backbone", ["mobilenet", "vgg16"])
def test_every_model_is_made_from_nothing_to_its_figures(calls: list[tuple[str, ...]], backbone: str) -> None:
    of_model = [call[0] for call in calls if any(backbone in word for word in call)]
    assert calls[0][0] == "prepare"
    assert of_model[:4] == ["train", "quantize", "card", "evaluate"]


def test_the_notebook_types_nothing_that_the_guide_does_not() -> None:
    assert set(commands(cells("code"))) <= set(commands(blocks(GUIDE)))


def test_the_notebook_is_one_of_version_4_without_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    for cell in notebook["cells"]:
        _check_cell(cell)


def _check_cell(cell: dict[str, Any]) -> None:
    code = {"execution_count", "outputs"} if cell["cell_type"] == "code" else set()
    assert cell["cell_type"] in ("code", "markdown")
    assert set(cell) == {"cell_type", "id", "metadata", "source"} | code
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
    assert all(isinstance(line, str) for line in cell["source"])
    assert not cell.get("outputs")
    assert cell.get("execution_count") is None
