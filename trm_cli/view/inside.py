"""What goes on inside the network, step by step: a table, curves in a line each, and charts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.table import Table
from rich.text import Text

from trm_cli.domains import domain
from trm_cli.puzzle import Frame, Grid, Outcome, Puzzle, n_changed
from trm_cli.view.charts import Chart, sheet
from trm_cli.view.grid import render_grid
from trm_cli.view.theme import Glyphs
from trm_cli.view.training import WIDTH as LINE
from trm_cli.view.training import spark


class Row(NamedTuple):
    """The measures of a step. `latent` counts the cells that z, read by the answer head, has otherwise than y."""

    step: int
    changed: int
    conflicts: int
    latent: int
    halt: float
    entropy: float
    residual: float | None
    y_norm: float
    z_norm: float
    y_change: float
    z_change: float


HEADINGS = ("step", "changed", "conflicts", "z other", "halt", "entropy", "residual", "|y|", "|z|", "|dy|", "|dz|")
TITLES = {
    "changed": "cells changed",
    "conflicts": "cells in conflict",
    "latent": "cells where z differs from y",
    "halt": "halt probability",
    "entropy": "entropy, bits a cell",
    "residual": "residual of the logits",
    "y_change": "change of y",
    "z_change": "change of z",
}
FLAT = 1e-3
"""A measure that moves less than this is drawn as a flat line."""


def rows(outcome: Outcome) -> list[Row]:
    """Return the measures of every frame that has them: a search's have none."""
    found, before = [], outcome.puzzle.given
    for frame in outcome.frames:
        if frame.measures:
            found.append(_row(outcome.puzzle, frame, before))
        before = frame.grid
    return found


def _row(puzzle: Puzzle, frame: Frame, before: Grid) -> Row:
    inside = frame.measures
    assert inside
    return Row(
        step=frame.step,
        changed=n_changed(before, frame.grid),
        conflicts=len(domain(puzzle.task).verify(puzzle, frame.grid).cells),
        latent=n_changed(frame.grid, inside.latent),
        halt=frame.halt,
        entropy=inside.entropy,
        residual=frame.residual if np.isfinite(frame.residual) else None,
        y_norm=inside.y_norm,
        z_norm=inside.z_norm,
        y_change=inside.y_change,
        z_change=inside.z_change,
    )


def render_table(found: list[Row]) -> Table:
    """Draw the measures, a line a step."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in found:
        table.add_row(
            *("" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}" for value in row)
        )
    return table


def render_curves(found: list[Row], glyphs: Glyphs) -> Table:
    """Draw the measures that move as a curve of one line each, from its least to its greatest value."""
    table = Table.grid(padding=(0, 2))
    for name in TITLES:
        values = [value for row in found if (value := getattr(row, name)) is not None]
        missing = " " * (len(found) - len(values)) * (len(found) <= LINE)
        if values:
            low, high = min(values), max(values)
            table.add_row(
                Text(TITLES[name]),
                Text(missing + spark(values, glyphs, low, max(high, low + FLAT)), "changed"),
                f"{low:.3g} to {high:.3g}",
            )
    return table


def render_pair(puzzle: Puzzle, frame: Frame, glyphs: Glyphs) -> Table:
    """Draw the answer beside what the answer head reads off z."""
    assert frame.measures
    table = Table.grid(padding=(0, 4))
    for _ in range(2):
        table.add_column(no_wrap=True, overflow="crop")
    table.add_row(Text(f"y after step {frame.step}", "bold"), Text("z through the answer head", "bold"))
    grids = (frame.grid, frame.measures.latent)
    verdicts = [domain(puzzle.task).verify(puzzle, grid) for grid in grids]
    pictures = (render_grid(puzzle, g, glyphs, conflicts=v.cells) for g, v in zip(grids, verdicts, strict=True))
    table.add_row(*pictures)
    return table


def charts(found: list[Row]) -> str:
    """Return the measures as an SVG of small charts."""
    steps = [row.step for row in found]
    return sheet([Chart(TITLES[name], steps, [getattr(row, name) for row in found]) for name in TITLES])
