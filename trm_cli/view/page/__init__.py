"""A refinement as one web page that explains itself and loads nothing else; style and script are separate files."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import PurePath
from string import Template
from typing import Any

import numpy as np

from trm_cli.puzzle import Cell, Frame, Grid, Outcome, Puzzle, Verdict
from trm_cli.trace import Traced
from trm_cli.view.grid import PAINTERS
from trm_cli.view.moment import Moment, moments_of
from trm_cli.view.painter import Painter
from trm_cli.view.report import learned
from trm_cli.view.story import sentence
from trm_cli.view.text import printable

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Letters for the values of cells, in order: A is 0."""
LEVELS = 50
"""Number of levels of confidence in the page."""


def page(traced: Traced) -> str:
    """Return the page of a refinement: its frames as differences, and its answer as a table that needs no script."""
    outcome = traced.outcome
    puzzle, painter = outcome.puzzle, PAINTERS[outcome.puzzle.task]
    seen = moments_of(outcome, traced.max_steps)
    grid = grid_table(puzzle, outcome.answer, outcome.frame, conflicts=outcome.verdict.cells)
    content = json.dumps(packed(traced, seen), ensure_ascii=False, separators=(",", ":"))
    return Template(_asset("page.html")).substitute(
        title=escape(f"{painter.title}: {printable(PurePath(puzzle.name).name)}"),
        story=escape(sentence(puzzle, seen)),
        learned=f'<p class="story">{escape(learned(outcome.learning))}</p>' if outcome.learning else "",
        about=escape(painter.about),
        demos=_demos(puzzle),
        legend=escape(painter.key),
        grid=grid,
        footer=escape(f"{_verdict(outcome)} {printable(traced.model)}."),
        style=_asset("grid.css") + _asset("page.css"),
        script=_asset("page.js"),
        data=printable(content).replace("<", "\\u003c"),
    )


def grid_html(
    puzzle: Puzzle,
    grid: Grid,
    frame: Frame | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> str:
    """Return one grid as HTML for a notebook: a table with a small style sheet, without scripts."""
    # A small grid is not stretched over the whole width of a notebook.
    side = min(24, 1 + 1.6 * max(grid.shape))
    table = grid_table(puzzle, grid, frame, conflicts)
    return f'<style>{_asset("grid.css")}</style><div style="--most: {side:g}rem; max-width: {side:g}rem">{table}</div>'


def grid_table(
    puzzle: Puzzle,
    grid: Grid,
    frame: Frame | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> str:
    """Return a grid as a table of cells, each with classes for its look and words for screen readers."""
    rows = []
    for r in range(grid.shape[0]):
        cells = (_cell(puzzle, grid, Cell(r, c), frame, conflicts) for c in range(grid.shape[1]))
        rows.append(f'<tr role="row">{"".join(cells)}</tr>')
    label = escape(f"{puzzle.task} {printable(PurePath(puzzle.name).name)}", quote=True)
    style = f"--columns: {grid.shape[1]}"
    return (
        f'<table class="trm" role="table" aria-label="{label}" style="{style}"><tbody>{"".join(rows)}</tbody></table>'
    )


def _demos(puzzle: Puzzle) -> str:
    """Return the demonstrations, each as its input and its output."""
    if not puzzle.demos:
        return ""
    pairs = (f"{grid_table(puzzle, a)}<span>becomes</span>{grid_table(puzzle, b)}" for a, b in puzzle.demos)
    shown = "".join(f'<div class="demo">{pair}</div>' for pair in pairs)
    return f'<section class="demos"><h2>The demonstrations</h2>{shown}</section>'


def _cell(puzzle: Puzzle, grid: Grid, cell: Cell, frame: Frame | None, conflicts: tuple[Cell, ...]) -> str:
    painter, value = PAINTERS[puzzle.task], int(grid[cell])
    is_given = bool(painter.fixed_kind) and bool(puzzle.given[cell])
    classes = [painter.fixed_kind if is_given else painter.kinds(puzzle)[value], *_borders(painter, puzzle, cell)]
    # Mark cells that break the rules.
    if cell in conflicts and not is_given:
        classes.append("wrong")
    # Numbers that the style sheet turns into colours.
    style = []
    if frame is not None and not is_given and frame.confidence.shape == grid.shape:
        style.append(f"--sure:{frame.confidence[cell]:.2f}")
    if painter.colours:
        style.append(f"--colour:{painter.colours[value]}")
    styled = f' style="{";".join(style)}"' if style else ""
    return f'<td role="cell" class="{" ".join(classes)}"{styled}>{_content(painter, puzzle, value)}</td>'


def _borders(painter: Painter, puzzle: Puzzle, cell: Cell) -> list[str]:
    """Return the thick borders of a cell: to the right of a box and below it, except at the edge of the grid."""
    box = painter.box(puzzle)
    if box is None:
        return []
    height, width = puzzle.given.shape
    is_right, is_below = (cell.column + 1) % box[1] == 0, (cell.row + 1) % box[0] == 0
    return ["right"] * (is_right and cell.column + 1 < width) + ["below"] * (is_below and cell.row + 1 < height)


def _content(painter: Painter, puzzle: Puzzle, value: int) -> str:
    """Return the text of a cell, and its name for screen readers if that differs."""
    letter, name = painter.letters(puzzle)[value], painter.names(puzzle)[value]
    return escape(letter) + (f"<span>{escape(name)}</span>" if name != letter else "")


def packed(traced: Traced, seen: list[Moment]) -> dict[str, Any]:
    """Return the data for the script of the page: styles, and every frame as the difference to the one before."""
    puzzle = traced.outcome.puzzle
    painter = PAINTERS[puzzle.task]
    return {
        "maxSteps": traced.max_steps,
        "levels": LEVELS,
        "box": painter.box(puzzle),
        # Of each value: its style, what is drawn in its cells, what is read aloud, and its colour.
        "kinds": painter.kinds(puzzle),
        "letters": painter.letters(puzzle),
        "names": painter.names(puzzle),
        "colours": painter.colours,
        "given": puzzle.given.ravel().tolist(),
        "fixed": painter.fixed(puzzle).ravel().astype(int).tolist(),
        "fixedKind": painter.fixed_kind,
        "frames": _frames(puzzle, seen),
    }


def _frames(puzzle: Puzzle, seen: list[Moment]) -> list[dict[str, Any]]:
    sure = np.ones(puzzle.given.shape, np.float32)
    frames: list[dict[str, Any]] = []
    before: dict[str, list[int]] = {}
    shape = puzzle.given.shape
    # The first frame is the puzzle itself, as step 0, with full confidence.
    for moment in [Moment(Frame(0, puzzle.given, sure, 0.0, np.inf, Verdict("unverified"))), *seen]:
        frame = moment.frame
        assert frame
        layers = _layers(frame, moment.conflicts)
        # A grid of another shape has nothing before it to differ from.
        if frame.grid.shape != shape:
            before, shape = {}, frame.grid.shape
        content: dict[str, Any] = {"step": frame.step, "shape": shape, "halt": round(float(frame.halt), 3)}
        content["n_changed"] = moment.changed[-1][1] if moment.changed else 0
        content["seconds"] = round(frame.seconds, 2)
        frames.append(content | {name: difference(before.get(name), layer) for name, layer in layers.items()})
        before |= layers
    return frames


def _layers(frame: Frame, conflicts: tuple[Cell, ...]) -> dict[str, list[int]]:
    """Return the layers of a frame, each with a small number for every cell."""
    # Confidence is rounded to a few levels, so that most cells stay the same and the page stays small.
    wrong = np.zeros(frame.grid.shape, int)
    for cell in conflicts:
        wrong[cell] = 1
    layers = {
        "cells": frame.grid,
        "sure": np.rint(LEVELS * np.clip(frame.confidence, 0, 1)).astype(int),
        "wrong": wrong,
    }
    if frame.measures and frame.measures.latent.shape == frame.grid.shape:
        layers["latent"] = frame.measures.latent
    return {name: layer.ravel().tolist() for name, layer in layers.items()}


def difference(before: list[int] | None, values: list[int]) -> str:
    """Return values as letters; a number stands for values that did not change, and says how many.

    >>> difference(None, [0, 1, 2]), difference([0, 1, 2], [0, 1, 5]), difference([0, 1], [0, 1])
    ('ABC', '2F', '2')
    """
    text, same = "", 0
    for i, value in enumerate(values):
        # Count equal values, and write their number before the next letter.
        if before is not None and before[i] == value:
            same += 1
            continue
        text += (str(same) if same else "") + LETTERS[value]
        same = 0
    return text + (str(same) if same else "")


def _verdict(outcome: Outcome) -> str:
    words = f"{outcome.verdict.status}: {printable(outcome.verdict.reason)}" if outcome.verdict.reason else ""
    return f"The rules say: {words or outcome.verdict.status}."


def _asset(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
