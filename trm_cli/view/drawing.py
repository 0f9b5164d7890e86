"""Pictures of the terminal as boxes and words, for the SVG and GIF writers.

A rich renderable is laid out on a grid of character cells of WIDTH x HEIGHT pixels. Blocks and rulers become boxes, so
that they need no font; all other characters become words.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME as COLOURS

from trm_cli.view.theme import THEME

WIDTH, HEIGHT = 9, 18
MARGIN = 12
COLUMNS = 200
"""Width of the widest picture, in character cells; the margin of narrower pictures is cut off."""
BACKGROUND = COLOURS.background_color
Part = tuple[float, float, float, float]
"""Left, top, right and bottom of a box, in parts of a character cell."""
PARTS: dict[str, list[Part]] = {
    "│": [(0.45, 0, 0.55, 1)], "─": [(0, 0.47, 1, 0.53)],
    "┌": [(0.45, 0.47, 1, 0.53), (0.45, 0.47, 0.55, 1)], "┐": [(0, 0.47, 0.55, 0.53), (0.45, 0.47, 0.55, 1)],
    "└": [(0.45, 0.47, 1, 0.53), (0.45, 0, 0.55, 0.53)], "┘": [(0, 0.47, 0.55, 0.53), (0.45, 0, 0.55, 0.53)],
    "├": [(0.45, 0, 0.55, 1), (0.45, 0.47, 1, 0.53)], "┤": [(0.45, 0, 0.55, 1), (0, 0.47, 0.55, 0.53)],
    "┬": [(0, 0.47, 1, 0.53), (0.45, 0.47, 0.55, 1)], "┴": [(0, 0.47, 1, 0.53), (0.45, 0, 0.55, 0.53)],
    "┼": [(0, 0.47, 1, 0.53), (0.45, 0, 0.55, 1)], "━": [(0, 0.42, 1, 0.58)], "·": [(0.42, 0.46, 0.58, 0.54)],
    "▀": [(0, 0, 1, 0.5)], "█": [(0, 0, 1, 1)],
    **{char: [(0, 1 - n / 8, 1, 1)] for n, char in enumerate("▁▂▃▄▅▆▇", 1)},
}  # fmt: skip


class Box(NamedTuple):
    """A filled rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float
    colour: str


class Word(NamedTuple):
    """Characters of one row with one look, each with the column of its cell."""

    row: int
    columns: tuple[int, ...]
    text: str
    colour: str
    is_bold: bool
    is_underlined: bool


class Drawing(NamedTuple):
    """A picture of `width` x `height` pixels; boxes lie under words."""

    width: int
    height: int
    boxes: list[Box]
    words: list[Word]


def recording_console() -> Console:
    """Return a console that writes into a text in memory, with all colours and in COLUMNS."""
    return Console(
        file=io.StringIO(), theme=THEME, force_terminal=True, color_system="truecolor", width=COLUMNS, highlight=False
    )


def drawing(picture: RenderableType) -> Drawing:
    """Lay out a picture, with a margin around it."""
    lines = recording_console().render_lines(picture, pad=False)
    boxes: list[Box] = []
    words: list[Word] = []
    for row, line in enumerate(lines):
        glyphs, column = [], 0
        for segment in line:
            boxes += _boxes(segment, row, column)
            # Spaces and shapes are boxes already; only other characters become words.
            look = _look(segment.style or Style.null())
            glyphs += [(look, column + i, char) for i, char in enumerate(segment.text) if char not in {" ", *PARTS}]
            column += len(segment.text)
        words += _words(glyphs, row)
    columns = max(_length(line) for line in lines)
    return Drawing(2 * MARGIN + columns * WIDTH, 2 * MARGIN + len(lines) * HEIGHT, boxes, words)


def level(drawings: Sequence[Drawing]) -> list[Drawing]:
    """Return the drawings, all enlarged to the size of the largest."""
    width, height = max(drawing.width for drawing in drawings), max(drawing.height for drawing in drawings)
    return [drawing._replace(width=width, height=height) for drawing in drawings]


Look = tuple[str, bool, bool]


def _look(style: Style) -> Look:
    return _colour(style), bool(style.bold), bool(style.underline)


def _words(glyphs: list[tuple[Look, int, str]], row: int) -> list[Word]:
    """Join characters of a row that look alike into words, with spaces in the gaps, so that people can read the text.

    Underlined characters get no spaces, as the space would be underlined too.
    """
    words = []
    for look, alike in groupby(sorted(glyphs), key=lambda glyph: glyph[0]):
        placed: list[tuple[int, str]] = []
        for _, column, char in alike:
            if placed and column > placed[-1][0] + 1 and not look[2]:
                placed.append((placed[-1][0] + 1, " "))
            placed.append((column, char))
        words.append(Word(row, tuple(column for column, _ in placed), "".join(char for _, char in placed), *look))
    return words


def _boxes(segment: Segment, row: int, column: int) -> list[Box]:
    """Return the background of a run of one style, and the boxes of its characters that are shapes."""
    boxes = []
    style = segment.style or Style.null()
    if style.bgcolor and not style.bgcolor.is_default:
        colour = style.bgcolor.get_truecolor(COLOURS, foreground=False).hex
        boxes.append(_box((0, 0, len(segment.text), 1), row, column, colour))
    for char, run in groupby(segment.text):
        n = len([*run])
        for left, top, right, bottom in PARTS.get(char, []):
            # Shapes as wide as their cells join into one box, without hairlines between them.
            if (left, right) == (0, 1):
                boxes.append(_box((0, top, n, bottom), row, column, _colour(style)))
            else:
                boxes += [_box((left, top, right, bottom), row, column + i, _colour(style)) for i in range(n)]
        column += n
    return boxes


def _box(part: Part, row: int, column: int, colour: str) -> Box:
    left, top, right, bottom = part
    x, y = MARGIN + (column + left) * WIDTH, MARGIN + (row + top) * HEIGHT
    return Box(round(x, 2), round(y, 2), round((right - left) * WIDTH, 2), round((bottom - top) * HEIGHT, 2), colour)


def _colour(style: Style) -> str:
    named = style.color and not style.color.is_default
    colour = style.color.get_truecolor(COLOURS) if style.color and named else COLOURS.foreground_color
    behind = style.bgcolor.get_truecolor(COLOURS, foreground=False) if style.bgcolor else BACKGROUND
    # Dim text is half way between its colour and the one behind it.
    return blend_rgb(behind, colour, 0.5).hex if style.dim else ColorTriplet(*colour).hex


def _length(line: list[Segment]) -> int:
    """Return the length of a line up to its last visible character; a space with a background is visible."""
    marked = ("x" * len(s.text) if s.style and s.style.bgcolor else s.text for s in line)
    return len("".join(marked).rstrip())
