"""The comparison in Markdown, for the model card."""

from collections.abc import Mapping, Sequence
from typing import Any

_TITLES = {
    "backbones": "Bodies and heads",
    "optimisers": "Optimisers",
    "treatments": "Preprocessing",
    "learning_curve": "Learning curve",
}
_GROUPS = ("all", "clinical", "dermoscopy")
_HEADS = {"softmax": "softmax", "sigmoid": "one versus rest (sigmoid)"}


def comparison_tables(facts: Mapping[str, Any]) -> str:
    """What ``compare`` returned or wrote, as a paragraph and four small Markdown tables."""
    tables = [
        f"**{title}**\n\n{_table(facts['tables'][name], name)}"
        for name, title in _TITLES.items()
        if facts["tables"][name]
    ]
    return "\n\n".join([_preface(facts["settings"]), *tables]) + "\n"


def _preface(settings: Mapping[str, Any]) -> str:
    photos = settings["photos"]
    return (
        "Linear heads on features of frozen ImageNet bodies: balanced accuracy on the calibrate split, mean "
        f"± standard deviation over {len(settings['seeds'])} seeds. Learned from {photos['train']:,} photos, "
        f"measured on {photos['calibrate']:,}, {settings['epochs']} epochs each, the learning rate chosen on "
        f"{settings['held_out']:.0%} of the train groups, held out. Conditions with fewer than "
        f"{settings['fewest']} photos in a column do not count there. No test photo was looked at."
    )


def _table(lines: Sequence[Mapping[str, Any]], name: str) -> str:
    header = (*_NAMES[name], *_GROUPS)
    rows = [(*_cells(line, name), *(_figure(line[group]) for group in _GROUPS)) for line in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows))


_NAMES = {
    "backbones": ("body", "features", "head"),
    "optimisers": ("optimiser", "rate chosen"),
    "treatments": ("treatment",),
    "learning_curve": ("train groups", "photos"),
}


def _cells(line: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """What tells a line from the others of its table."""
    return {
        "backbones": (line["backbone"], str(line["channels"]), _HEADS[line["kind"]]),
        "optimisers": (line["optimiser"], f"{line['rate']:g}"),
        "treatments": (line["treatment"].replace("_", " "),),
        "learning_curve": (f"{line['share']:.0%}", f"{line['photos']:,}"),
    }[name]


def _figure(group: Mapping[str, float | None]) -> str:
    return "too few" if group["mean"] is None else f"{group['mean']:.3f} ± {group['spread']:.3f}"
