"""Measures of the inside of the network, step by step: a table, curves of one line each, and charts."""

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
    """The measures of a step. `latent` counts the cells in which z, read by the answer head, differs from y."""

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


HEADINGS = {
    "step": "step",
    "changed": "changed",
    "conflicts": "conflicts",
    "latent": "z not y",
    "halt": "halt",
    "entropy": "entropy",
    "residual": "residual",
    "y_norm": "|y|",
    "z_norm": "|z|",
    "y_change": "|dy|",
    "z_change": "|dz|",
}
TITLES = {
    "changed": "cells changed",
    "conflicts": "cells in conflict",
    "latent": "cells where z differs from y",
    "halt": "halt probability",
    "entropy": "entropy, bits per cell",
    "residual": "residual of the logits",
    "y_change": "change of y",
    "z_change": "change of z",
}
WORDS = {
    "changed": "cells of the answer y that the step has changed",
    "conflicts": "cells that break the rules",
    "latent": "cells where the answer head reads another value from the latent z than from y",
    "halt": "how sure the halting head is that the answer is right; above 0.5 it would stop",
    "entropy": "how unsure the answer head is, in bits per cell; 0 means sure",
    "residual": "how far the numbers of the answer head have moved since the step before",
    "y_norm": "size of the features of y, as a root mean square",
    "z_norm": "size of the features of z, as a root mean square",
    "y_change": "how far the features of y have moved in the step",
    "z_change": "how far the features of z have moved in the step",
}
CHARTS = (
    ("Cells changed and in conflict", ("changed", "conflicts"),
     "How many cells each step changed, and how many broke the rules after it."),
    ("The latent z compared with the answer y", ("latent",),
     "In how many cells the answer head reads another value from z than from y."),
    ("The halting head", ("halt",), "How sure the network is that its answer is right; above 0.5 it would stop."),
    ("Entropy", ("entropy",), "How unsure the network is, in bits per cell; at 0 it is sure of every cell."),
    ("Residual", ("residual",), "How far the numbers of the answer head move in a step; at 0 they are at rest."),
    ("Changes of y and z", ("y_change", "z_change"),
     "How far a step moves the features of the answer y and of the latent z."),
)  # fmt: skip
"""The charts of a saved file, each with a title, one or two measures, and a sentence."""
FLAT = 1e-3
"""A measure that changes less than this is drawn as a flat line."""


def rows(outcome: Outcome) -> list[Row]:
    """Return the measures of every frame that has them; frames of a search have none."""
    measured, before = [], outcome.puzzle.given
    for frame in outcome.frames:
        if frame.measures:
            measured.append(_row(outcome.puzzle, frame, before))
        before = frame.grid
    return measured


def _row(puzzle: Puzzle, frame: Frame, before: Grid) -> Row:
    inside = frame.measures
    assert inside
    return Row(
        step=frame.step,
        changed=n_changed(before, frame.grid),
        conflicts=len(frame.verdict.cells),
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
    """Draw the measures, one line per step, without columns that are always 1.000 (the features are normed)."""
    columns = {name: [_shown(getattr(row, name)) for row in found] for name in HEADINGS}
    # Columns keep the order of HEADINGS.
    kept = [name for name, column in columns.items() if {*column} != {"1.000"}]
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    for name in kept:
        table.add_column(HEADINGS[name], justify="right", no_wrap=True)
    for values in zip(*(columns[name] for name in kept), strict=True):
        table.add_row(*values)
    return table


def _shown(value: float | None) -> str:
    return "" if value is None else str(value) if isinstance(value, int) else f"{value:.3f}"


def render_words(found: list[Row]) -> Table:
    """Draw one line for each column of the table, with what the column means."""
    table = Table.grid(padding=(0, 2))
    for name, words in WORDS.items():
        if {_shown(getattr(row, name)) for row in found} != {"1.000"}:
            table.add_row(Text(HEADINGS[name], "bold"), Text(words, "note"))
    return table


def render_curves(found: list[Row], glyphs: Glyphs) -> Table:
    """Draw each measure that changes as a curve of one line, from its lowest to its highest value."""
    table = Table.grid(padding=(0, 2))
    for name in TITLES:
        values = [value for row in found if (value := getattr(row, name)) is not None]
        # The first step has no residual: leave its place blank, unless each character stands for several steps.
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
    """Draw the answer beside the grid that the answer head reads off z."""
    assert frame.measures
    table = Table.grid(padding=(0, 4))
    for _ in range(2):
        table.add_column(no_wrap=True, overflow="crop")
    # Both grids are judged by the rules, so that conflicts are marked in each.
    table.add_row(Text(f"y after step {frame.step}", "bold"), Text("z through the answer head", "bold"))
    grids = (frame.grid, frame.measures.latent)
    verdicts = (frame.verdict, domain(puzzle.task).verify(puzzle, frame.measures.latent))
    pictures = (render_grid(puzzle, g, glyphs, conflicts=v.cells) for g, v in zip(grids, verdicts, strict=True))
    table.add_row(*pictures)
    return table


def charts(found: list[Row]) -> str:
    """Return the measures as an SVG of charts, each with its title, a sentence and a legend."""
    steps = [row.step for row in found]
    drawn = []
    for title, names, note in CHARTS:
        curves = [[getattr(row, name) for row in found] for name in names]
        legend = [TITLES[name] for name in names]
        # A probability is drawn up to 1; other charts end at their highest value.
        second = curves[1] if len(curves) > 1 else ()
        top = 1.0 if names == ("halt",) else None
        drawn.append(Chart(title, steps, curves[0], second=second, top=top, note=note, across="step", legend=legend))
    return sheet(drawn)
