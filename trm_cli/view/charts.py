"""Small charts as SVG: curves and bars, for what happens in a puzzle and over a data set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from trm_cli.view import svg
from trm_cli.view.drawing import BACKGROUND

WIDTH, HEIGHT = 300, 170
LEFT, TOP, RIGHT, BOTTOM = 52, 30, 12, 26
"""Pixels around the plane of a chart, for its title and the numbers at its axes."""
INK, FAINT, LINE, SECOND = "#c5c8c6", "#8a8a8a", "#68a0b3", "#d0a845"
ACROSS, GAP = 3, 12
STYLE = "text{font:12px ui-sans-serif,system-ui,sans-serif}"


class Chart(NamedTuple):
    """A chart of values over x, None where there is none; `bars` or a curve, and a `second` curve to compare with.

    `names` stand below the bars instead of the first and last x.
    """

    title: str
    x: Sequence[float]
    y: Sequence[float | None]
    bars: bool = False
    second: Sequence[float | None] = ()
    top: float | None = None
    names: Sequence[str] = ()


def sheet(charts: Sequence[Chart]) -> str:
    """Return an SVG of charts in rows of three."""
    across = min(ACROSS, len(charts))
    n_rows = -(-len(charts) // across)
    placed = (
        f'<g transform="translate({i % across * (WIDTH + GAP)} {i // across * (HEIGHT + GAP)})">{_chart(chart)}</g>'
        for i, chart in enumerate(charts)
    )
    return svg.document(across * (WIDTH + GAP) - GAP, n_rows * (HEIGHT + GAP) - GAP, STYLE, placed)


def _chart(chart: Chart) -> str:
    known = [value for value in (*chart.y, *chart.second) if value is not None]
    top = chart.top or max(known, default=1) or 1
    left, right = min(chart.x, default=0), max(chart.x, default=1)
    pad = ((right - left) / max(1, len(chart.x) - 1) / 2 or 0.5) if chart.bars else 0
    span = right - left + 2 * pad or 1

    def at(x: float, y: float) -> tuple[float, float]:
        share = (x - left + pad) / span
        across = LEFT + share * (WIDTH - LEFT - RIGHT)
        return round(across, 1), round(HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM), 1)

    points = [at(x, y) for x, y in zip(chart.x, chart.y, strict=True) if y is not None]
    second = [at(x, y) for x, y in zip(chart.x, chart.second, strict=False) if y is not None]
    width = (WIDTH - LEFT - RIGHT) / max(1, len(chart.x))
    drawn = _bars(points, width) if chart.bars else _curve(points, LINE)
    floor = HEIGHT - BOTTOM
    return "".join(
        [
            f'<rect width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{BACKGROUND.hex}"/>',
            f'<text x="12" y="20" fill="{INK}">{escape(chart.title)}</text>',
            f'<path d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}" fill="none" stroke="{FAINT}"/>',
            _number(LEFT - 6, TOP + 6, top, "end"),
            _number(LEFT - 6, floor, 0, "end"),
            *_feet(chart, [(at(x, 0)[0], x) for x in chart.x]),
            drawn,
            _curve(second, SECOND) if second else "",
        ]
    )


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
    return f'<text x="{x:g}" y="{y:g}" fill="{FAINT}" text-anchor="{anchor}">{escape(text)}</text>'


def _feet(chart: Chart, places: list[tuple[float, float]]) -> list[str]:
    """Return what stands below the plane: a name a bar, or the first and the last x."""
    if chart.names:
        return [_words(at, HEIGHT - 9, name, "middle") for (at, _), name in zip(places, chart.names, strict=True)]
    ends = dict.fromkeys((*places[:1], *places[-1:]))
    return [_number(at, HEIGHT - 9, x, "end" if at > WIDTH - 2 * RIGHT else "middle") for at, x in ends]


def short(value: float) -> str:
    """Return a number in few characters.

    >>> [short(value) for value in (0, 12.0, 0.0627, 1234.5, 1e-5)]
    ['0', '12', '0.063', '1.2k', '1e-05']
    """
    if value == 0 or (float(value).is_integer() and abs(value) < 1000):
        return str(int(value))
    if abs(value) >= 1000:
        return f"{value / 1000:.1f}k"
    return f"{value:.0e}" if abs(value) < 1e-3 else f"{value:.{max(0, 1 - math.floor(math.log10(abs(value))))}f}"
