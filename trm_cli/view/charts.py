"""Small charts as SVG: curves and bars for a single puzzle or for a list."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from trm_cli.view import svg
from trm_cli.view.drawing import BACKGROUND

WIDTH, HEIGHT = 340, 236
LEFT, TOP, RIGHT, BOTTOM = 52, 84, 16, 40
"""Pixels around the plot, for the title, the sentence, the legend, and the text at the axes."""
LINE_HEIGHT = 15
LETTERS = 46
"""Longest line of a sentence, in characters."""
INK, FAINT, LINE, SECOND = "#e3e5e4", "#a9adab", "#58b7e0", "#e0ae3c"
ACROSS = 3
STYLE = "text{font:12px ui-sans-serif,system-ui,sans-serif}"


class Chart(NamedTuple):
    """A chart of values over x, as `bars` or as a curve; None is a missing value. A `second` curve is for comparison.

    `names` stand below the bars instead of the first and last x. `note` explains the chart in one sentence, `across`
    is the name of x, and `legend` has the names of `y` and of the `second` curve, each beside its colour.
    """

    title: str
    x: Sequence[float]
    y: Sequence[float | None]
    bars: bool = False
    second: Sequence[float | None] = ()
    top: float | None = None
    names: Sequence[str] = ()
    note: str = ""
    across: str = ""
    legend: Sequence[str] = ()


def sheet(charts: Sequence[Chart]) -> str:
    """Return an SVG of charts in rows of three."""
    return svg.tiled([*map(_chart, charts)], ACROSS, WIDTH, HEIGHT, STYLE)


def _chart(chart: Chart) -> str:
    # The range of the axes. Bars need half a step of room at both ends.
    known = [value for value in (*chart.y, *chart.second) if value is not None]
    top = chart.top or max(known, default=1) or 1
    left, right = min(chart.x, default=0), max(chart.x, default=1)
    pad = ((right - left) / max(1, len(chart.x) - 1) / 2 or 0.5) if chart.bars else 0
    span = right - left + 2 * pad or 1

    def at(x: float, y: float) -> tuple[float, float]:
        share = (x - left + pad) / span
        across = LEFT + share * (WIDTH - LEFT - RIGHT)
        return round(across, 1), round(HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM), 1)

    # Places in pixels; y grows downwards in SVG.
    points = [at(x, y) for x, y in zip(chart.x, chart.y, strict=True) if y is not None]
    second = [at(x, y) for x, y in zip(chart.x, chart.second, strict=False) if y is not None]
    width = (WIDTH - LEFT - RIGHT) / max(1, len(chart.x))
    drawn = _bars(points, width) if chart.bars else _curve(points, LINE)
    floor = HEIGHT - BOTTOM
    return "".join(
        [
            f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{BACKGROUND.hex}"/>',
            f'<text x="12" y="20" fill="{INK}" style="font-weight:bold">{escape(chart.title)}</text>',
            *_told(chart),
            f'<path d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}" fill="none" stroke="{FAINT}"/>',
            _number(LEFT - 6, TOP + 6, top, "end"),
            _number(LEFT - 6, floor, 0, "end"),
            *_feet(chart, [(at(x, 0)[0], x) for x in chart.x]),
            _words((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, chart.across, "middle"),
            drawn,
            _curve(second, SECOND) if second else "",
        ]
    )


def _told(chart: Chart) -> list[str]:
    """Return the sentence below the title, and the legend below it."""
    lines = textwrap.wrap(chart.note, LETTERS)
    parts = [_words(12, 20 + LINE_HEIGHT * i, line, "start") for i, line in enumerate(lines, 1)]
    # The legend: a small square in each colour, then its name.
    x = 12.0
    for name, colour in zip(chart.legend, (LINE, SECOND), strict=False):
        parts.append(f'<rect x="{x:g}" y="{TOP - 20}" width="10" height="10" rx="2" fill="{colour}"/>')
        parts.append(_words(x + 15, TOP - 11, name, "start"))
        x += 30 + 7 * len(name)
    return parts


def _curve(points: list[tuple[float, float]], colour: str) -> str:
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    dots = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="2" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}'


def _bars(points: list[tuple[float, float]], width: float) -> str:
    floor = HEIGHT - BOTTOM
    return "".join(
        f'<rect x="{x - 0.4 * width:.1f}" y="{y:g}" width="{0.8 * width:.1f}" height="{floor - y:.1f}" fill="{LINE}"/>'
        for x, y in points
    )


def _number(x: float, y: float, value: float, anchor: str) -> str:
    return _words(x, y, short(value), anchor)


def _words(x: float, y: float, text: str, anchor: str) -> str:
    if not text:
        return ""
    return f'<text x="{x:g}" y="{y:g}" fill="{FAINT}" text-anchor="{anchor}">{escape(text)}</text>'


def _feet(chart: Chart, places: list[tuple[float, float]]) -> list[str]:
    """Return the labels below the plot: the name of every bar, or the first and the last x."""
    if chart.names:
        return [_words(at, HEIGHT - 24, name, "middle") for (at, _), name in zip(places, chart.names, strict=True)]
    # A number at the right edge ends there, so that it is not cut off.
    ends = dict.fromkeys((*places[:1], *places[-1:]))
    return [_number(at, HEIGHT - 24, x, "end" if at > WIDTH - 2 * RIGHT else "middle") for at, x in ends]


def short(value: float) -> str:
    """Return a number rounded to a few characters.

    >>> [short(value) for value in (0, 12.0, 0.0627, 1234.5, 1e-5)]
    ['0', '12', '0.063', '1.2k', '1e-05']
    """
    if value == 0 or (float(value).is_integer() and abs(value) < 1000):
        return str(int(value))
    if abs(value) >= 1000:
        return f"{value / 1000:.1f}k"
    return f"{value:.0e}" if abs(value) < 1e-3 else f"{value:.{max(0, 1 - math.floor(math.log10(abs(value))))}f}"
