"""The plots of a report, from the figures of ``evaluate``: each an SVG picture, as bytes.

The same figures give the same bytes: no time, no random name is in the pictures.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.judge.curves import HISTOGRAM_BINS
from training.judge.evaluate import LOW
from training.judge.figures import BINS

_WIDTH_INCHES = 4.4
_STYLE: Any = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "report",
}
_INK, _ACCENT, _POINT, _QUIET = "#13262b", "#0b5563", "#b25400", "#8fa3a9"
_STRATA = {
    "known": ("known conditions", _ACCENT),
    "never_learned": ("never-learned skin", _POINT),
    "not_skin": ("not skin", "#6a5aa0"),
}


def confusion_plot(figures: Mapping[str, Any]) -> bytes:
    """True conditions down, first conditions across by number; darker where more of a line's photos are."""
    counts = np.array(figures["confusion"])
    shades = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [f"{code.replace('_', ' ')}  {i}" for i, code in enumerate(figures["per_condition"], start=1)]
    places = range(len(names))
    with mpl.rc_context(_STYLE):
        figure, axes = _axes("first condition, by number", "", 4.0)
        axes.imshow(shades, cmap="GnBu", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(places, [str(i + 1) for i in places])
        axes.set_yticks(places, names)
        for (down, across), count in np.ndenumerate(counts):
            ink = "white" if shades[down, across] > 0.6 else _INK
            axes.text(across, down, str(count), ha="center", va="center", color=ink, fontsize=8)
        return _svg(figure)


def reliability_plot(figures: Mapping[str, Any]) -> bytes:
    """The share right in each bin of the first score against the score; larger points are more photos."""
    bins = figures["curves"]["reliability"]
    photos = np.array([point["photos"] for point in bins]) / max(figures["photos"], 1)
    filled = [point for point in bins if point["photos"]]
    scores, right = ([point[key] for point in filled] for key in ("score", "right"))
    with mpl.rc_context(_STYLE):
        figure, axes = _axes("score of the first condition", "share right")
        edges = np.linspace(0, 1, BINS + 1)
        axes.stairs(photos, edges, color=_QUIET, fill=True, alpha=0.5, label="share of the photos")
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle="--", label="as sure as right")
        axes.plot(scores, right, color=_ACCENT, linewidth=0.8)
        axes.scatter(scores, right, 500 * photos[photos > 0], color=_ACCENT, label="this model")
        return _svg(_framed(figure, axes))


def histogram_plot(counts: Mapping[str, Sequence[int]], said: str) -> bytes:
    """Shares of each stratum's photos in equal bins of 0 to 1; ``said`` names the score."""
    edges = np.linspace(0, 1, HISTOGRAM_BINS + 1)
    with mpl.rc_context(_STYLE):
        figure, axes = _axes(said, "share of the photos")
        for stratum, (name, colour) in _STRATA.items():
            photos = sum(counts[stratum])
            if photos:
                label, values = f"{name} ({photos})", np.array(counts[stratum]) / photos
                axes.stairs(values, edges, color=colour, linewidth=1.8, label=label)
        axes.axvline(LOW, color=_INK, linewidth=1, linestyle=":")
        axes.set_xlim(0, 1)
        return _svg(_named(figure, axes))


def flagged_plot(figures: Mapping[str, Any]) -> bytes:
    """Melanomas told to be seen soon against nevi told so, and where the model stands."""
    curve, here = figures["curves"]["flagged"], figures["flagged"]
    with mpl.rc_context(_STYLE):
        figure, axes = _axes("nevi told to be seen soon", "melanomas told to be seen soon")
        axes.plot([p["nevi"] for p in curve], [p["melanoma"] for p in curve], color=_ACCENT)
        if here["melanoma"] is not None and here["nevi"] is not None:
            axes.plot(here["nevi"], here["melanoma"], "o", color=_POINT, label="this model")
        return _svg(_framed(figure, axes))


def coverage_plot(figures: Mapping[str, Any]) -> bytes:
    """Accuracy of the surest photos against their share, and where the model stands."""
    curve = figures["curves"]["coverage"]
    with mpl.rc_context(_STYLE):
        figure, axes = _axes("share of the photos spoken of, the surest first", "accuracy among them")
        axes.plot([p["coverage"] for p in curve], [p["accuracy"] for p in curve], "o-", color=_ACCENT, ms=4)
        if figures["accuracy_not_declined"] is not None:
            here = (figures["coverage"], figures["accuracy_not_declined"])
            axes.plot(*here, "o", color=_POINT, label="this model")
        return _svg(_framed(figure, axes))


def _axes(across: str, up: str, height_inches: float = 3.3) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH_INCHES, height_inches), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    return figure, axes


def _framed(figure: Figure, axes: Axes) -> Figure:
    """Both axes from 0 to 1, and a legend."""
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    return _named(figure, axes)


def _named(figure: Figure, axes: Axes) -> Figure:
    """A legend where something has a name."""
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=9, loc="best")
    return figure


def _svg(figure: Figure) -> bytes:
    picture = io.BytesIO()
    figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    return picture.getvalue()
