"""Pieces of a report as HTML; whatever comes from outside is escaped here."""

import base64
from collections.abc import Iterable
from html import escape

from models.percent import percent
from training.judge.examples import Example
from training.judge.tables import Table, spelled


def table_html(table: Table, name: str) -> str:
    """A table that scrolls sideways by itself where the screen is narrow."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.header)
    body = "".join(_line(cells) for cells in table.lines)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(name)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(cells: tuple[str, ...]) -> str:
    figures = "".join(f"<td>{_figure(cell)}</td>" for cell in cells[1:])
    return f'<tr><th scope="row">{escape(cells[0])}</th>{figures}</tr>'


def picture_html(svg: bytes, alt: str) -> str:
    """A plot inside the page; ``alt`` says what it shows."""
    return f'<img class="plot" alt="{escape(alt)}" src="{_address(svg, "image/svg+xml")}">'


def tiles_html(tiles: Iterable[tuple[str, str]]) -> str:
    """Pairs of a name and a figure, as ``0.634 (0.58–0.69)``, large."""
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{_figure(figure)}</dd></div>" for name, figure in tiles)


def _figure(text: str) -> str:
    """A figure, its interval smaller and on one line."""
    value, bracket, interval = escape(text).partition(" (")
    return f"{value} <small>({interval}</small>" if bracket else value


def examples_html(examples: Iterable[Example]) -> str:
    """Judged photos with what they are, what was said, and the file's path."""
    return "".join(map(_example, examples)) or "<li>None.</li>"


def _example(example: Example) -> str:
    photo = example.photo
    truth, said = (escape(spelled(code)) for code in (photo.row.code, photo.top))
    score, malignant = (
        percent(share).replace(" %", "&nbsp;%") for share in (photo.top_score, photo.malignant)
    )
    image = ""
    if example.thumbnail is not None:
        address = _address(example.thumbnail, "image/jpeg")
        image = f'<img alt="Photo of {truth}" width="160" height="160" src="{address}">'
    return (
        f"<li>{image}<p><b>{truth}</b>, said: {said}, {score}"
        f"{', declined' if photo.inconclusive else ''}. Malignant in all {malignant}.</p>"
        f"<p class='path'>{escape(photo.row.path)}</p></li>"
    )


def _address(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
