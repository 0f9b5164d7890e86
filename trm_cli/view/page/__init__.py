"""A refinement as one web page that explains itself and loads nothing; its style and script are files beside this."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from pathlib import PurePath
from string import Template
from typing import Any

import numpy as np
import numpy.typing as npt

from trm_cli.domains.maze.grid import FREE, GOAL, PATH, START, WALL
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.puzzle import Cell, Frame, Grid, Outcome, Puzzle, Verdict
from trm_cli.trace import Traced
from trm_cli.view import arc
from trm_cli.view.moment import Moment, told
from trm_cli.view.story import sentence
from trm_cli.view.text import printable

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Letters for the values of cells, in order: A is 0."""
LEVELS = 50
"""Number of levels of confidence in the page."""
MAZE_NAMES = {WALL: "wall", FREE: "free", START: "start", GOAL: "goal", PATH: "path"}
ABOUT = {
    "sudoku": "The network fills in all digits at once, looks at what it has written, and writes it anew, again and "
    "again. Nobody told it the rules: it has only seen solved Sudokus.",
    "maze": "The network marks the whole way from S to G at once, looks at what it has marked, and marks it anew, "
    "again and again. It does not walk: it has only seen mazes with their shortest paths.",
    "arc": "The network draws the whole answer at once, looks at what it has drawn, and draws it anew, again and "
    "again. What is asked for it has learned from the demonstrations.",
}
LEGENDS = {
    "sudoku": "Bold on grey is given. The deeper the blue, the surer the network is of a digit. An orange frame marks "
    "what the step has changed, a red × what breaks the rules.",
    "maze": "The deeper the blue, the more the network believes in a cell as part of the way. Grey is wall. An orange "
    "frame marks what the step has changed, × what breaks the rules.",
    "arc": "The paler a cell, the less sure the network is of its colour. An orange frame marks what the step has "
    "changed, × what is otherwise in the known answer.",
}
TITLES = {"sudoku": "Sudoku", "maze": "Maze", "arc": "ARC"}


def page(traced: Traced) -> str:
    """Return the page of a refinement: its frames as differences, and its answer as a table that needs no script."""
    outcome = traced.outcome
    puzzle = outcome.puzzle
    seen = told(outcome, traced.max_steps)
    grid = grid_table(puzzle, outcome.answer, outcome.frame, conflicts=outcome.verdict.cells)
    content = json.dumps(packed(traced, seen), ensure_ascii=False, separators=(",", ":"))
    return Template(_asset("page.html")).substitute(
        title=escape(f"{TITLES[puzzle.task]}: {printable(PurePath(puzzle.name).name)}"),
        story=escape(sentence(puzzle, seen)),
        about=escape(ABOUT[puzzle.task]),
        demos=_demos(puzzle),
        legend=escape(LEGENDS[puzzle.task]),
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
    before: Grid | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> str:
    """Return one grid as HTML for a notebook: a table with a small style sheet, without scripts."""
    side = min(24, 1 + 1.6 * max(grid.shape))
    table = grid_table(puzzle, grid, frame, before, conflicts)
    return f'<style>{_asset("grid.css")}</style><div style="--most: {side:g}rem; max-width: {side:g}rem">{table}</div>'


def grid_table(
    puzzle: Puzzle,
    grid: Grid,
    frame: Frame | None = None,
    before: Grid | None = None,
    conflicts: tuple[Cell, ...] = (),
) -> str:
    """Return a grid as a table of cells, each with classes for its look and words for screen readers."""
    rows = []
    for r in range(grid.shape[0]):
        cells = (_cell(puzzle, grid, Cell(r, c), frame, before, conflicts) for c in range(grid.shape[1]))
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
    return f'<section class="demos"><h2>What is asked for</h2>{shown}</section>'


def _cell(
    puzzle: Puzzle, grid: Grid, cell: Cell, frame: Frame | None, before: Grid | None, conflicts: tuple[Cell, ...]
) -> str:
    value = int(grid[cell])
    classes, text = _looks(puzzle, grid, cell)
    is_given = classes[0] == "given"
    if before is not None and before.shape == grid.shape and before[cell] != value:
        classes.append("changed")
    if cell in conflicts and not is_given:
        classes.append("wrong")
    # Numbers that the style sheet turns into colours.
    style = []
    if frame is not None and not is_given and frame.confidence.shape == grid.shape:
        style.append(f"--sure:{frame.confidence[cell]:.2f}")
    if puzzle.task == "arc":
        style.append(f"--colour:{arc.PALETTE[value]}")
    styled = f' style="{";".join(style)}"' if style else ""
    return f'<td role="cell" class="{" ".join(classes)}"{styled}>{text}</td>'


def _looks(puzzle: Puzzle, grid: Grid, cell: Cell) -> tuple[list[str], str]:
    """Return the classes of a cell, and its content."""
    value = int(grid[cell])
    if puzzle.task == "arc":
        return ["colour"], f"<span>{arc.NAMES[value]}</span>"
    if puzzle.task == "maze":
        letter = {START: "S", GOAL: "G"}.get(value, "")
        return [MAZE_NAMES[value]], f"{letter}<span>{MAZE_NAMES[value]}</span>"
    # Thick borders to the right of a box and below it, except at the edge of the grid.
    box_rows, box_columns = BOXES[len(grid)]
    classes = ["given" if puzzle.given[cell] else "chosen" if value else "blank"]
    classes += ["right"] * ((cell.column + 1) % box_columns == 0 and cell.column + 1 < len(grid))
    classes += ["below"] * ((cell.row + 1) % box_rows == 0 and cell.row + 1 < len(grid))
    return classes, escape(printable(puzzle.symbols[value])) if value else ""


def packed(traced: Traced, seen: list[Moment]) -> dict[str, Any]:
    """Return the data for the script of the page: names, and every frame as the difference to the one before."""
    puzzle = traced.outcome.puzzle
    is_sudoku = puzzle.task == "sudoku"
    return {
        "task": puzzle.task,
        "maxSteps": traced.max_steps,
        "levels": LEVELS,
        "box": BOXES[len(puzzle.given)] if is_sudoku else None,
        "symbols": ["", *puzzle.symbols[1:]] if is_sudoku else _symbols(puzzle),
        "names": ["open", *puzzle.symbols[1:]] if is_sudoku else _names(puzzle),
        "colours": arc.PALETTE if puzzle.task == "arc" else [],
        "given": puzzle.given.ravel().tolist(),
        "fixed": _fixed(puzzle).ravel().astype(int).tolist(),
        "frames": _frames(puzzle, seen),
    }


def _symbols(puzzle: Puzzle) -> list[str]:
    return [{START: "S", GOAL: "G"}.get(value, "") for value in range(6)] if puzzle.task == "maze" else []


def _names(puzzle: Puzzle) -> list[str]:
    return [MAZE_NAMES.get(value, "") for value in range(6)] if puzzle.task == "maze" else [*arc.NAMES]


def _fixed(puzzle: Puzzle) -> npt.NDArray[np.bool_]:
    """Return which cells can never change."""
    if puzzle.task == "maze":
        return np.isin(puzzle.given, (WALL, START, GOAL))
    return puzzle.given > 0 if puzzle.task == "sudoku" else np.zeros(puzzle.given.shape, bool)


def _frames(puzzle: Puzzle, seen: list[Moment]) -> list[dict[str, Any]]:
    sure = np.ones(puzzle.given.shape, np.float32)
    frames: list[dict[str, Any]] = []
    before: dict[str, list[int]] = {}
    shape = puzzle.given.shape
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
    """Return values as letters; a number stands for that many values that are the same as before.

    >>> difference(None, [0, 1, 2]), difference([0, 1, 2], [0, 1, 5]), difference([0, 1], [0, 1])
    ('ABC', '2F', '2')
    """
    text, same = "", 0
    for i, value in enumerate(values):
        if before is not None and before[i] == value:
            same += 1
            continue
        text += (str(same) if same else "") + LETTERS[value]
        same = 0
    return text + (str(same) if same else "")


def _verdict(outcome: Outcome) -> str:
    words = f"{outcome.verdict.status}: {printable(outcome.verdict.reason)}" if outcome.verdict.reason else ""
    return f"The verdict of the rules: {words or outcome.verdict.status}."


def _asset(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")
