"""Traces: a puzzle's whole refinement, frame by frame, as JSON that `trm show` replays."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from trm_cli.domains import domain
from trm_cli.errors import DataError
from trm_cli.puzzle import Cell, Example, Frame, Grid, Measures, Outcome, Puzzle, Verdict, frozen, n_changed

DIGITS = 4
"""Decimals that are kept of confidences and measures."""
NUMBERS = ("y_norm", "z_norm", "y_change", "z_change", "entropy")
"""The fields of Measures that are numbers, in order."""


class Traced(NamedTuple):
    """What was read back: an outcome with all its frames, the line on the `model`, and the steps of a single pass."""

    outcome: Outcome
    model: str
    max_steps: int


def told(outcome: Outcome) -> dict[str, Any]:
    """Return what a trace adds to the JSON object of a result: the puzzle as it was read, and the frames."""
    puzzle, before = outcome.puzzle, outcome.puzzle.given
    frames = []
    for frame in outcome.frames:
        frames.append(_frame(frame, before))
        before = frame.grid
    demos = [[_rows(question), _rows(answer)] for question, answer in puzzle.demos]
    solution = None if puzzle.solution is None else _rows(puzzle.solution)
    cells = _rows(puzzle.given)
    return {"symbols": puzzle.symbols, "demos": demos, "cells": cells, "solution": solution, "frames": frames}


def _frame(frame: Frame, before: Grid) -> dict[str, Any]:
    content: dict[str, Any] = {
        "step": frame.step,
        "cells": _rows(frame.grid),
        "changed": n_changed(before, frame.grid),
        "conflicts": [[*cell] for cell in frame.verdict.cells],
        "confidence": [[round(float(value), DIGITS) for value in row] for row in frame.confidence],
        "halt": round(frame.halt, DIGITS),
        "residual": round(frame.residual, DIGITS) if math.isfinite(frame.residual) else None,
        "seconds": round(frame.seconds, DIGITS),
    }
    if frame.measures:
        content |= {name: round(getattr(frame.measures, name), DIGITS) for name in NUMBERS}
        content["latent"] = _rows(frame.measures.latent)
    return content


def read(text: str, name: str) -> list[Traced]:
    """Read the traces of a text, one JSON object a line or one in all; a DataError says which line is none."""
    lines = [text] if _is_json(text) else text.split("\n")
    traced = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            traced.append(_traced(json.loads(line)))
        except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
            where = f"{name}:{number}" if len(lines) > 1 else name
            raise DataError(f"{where}: not a trace; make one with: trm solve PUZZLE --save trace.json") from error
    if not traced:
        raise DataError(f"{name}: no trace in it; make one with: trm solve PUZZLE --save trace.json")
    return traced


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _traced(content: dict[str, Any]) -> Traced:
    trace = content["trace"]
    demos = tuple(Example(_grid(question), _grid(answer)) for question, answer in trace["demos"])
    given = _grid(trace["cells"])
    solution = None if trace["solution"] is None else _grid(trace["solution"])
    puzzle = Puzzle(domain(content["task"]).task, content["name"], given, trace["symbols"], solution, demos=demos)
    frames = tuple(_read_frame(frame) for frame in trace["frames"])
    if any(int(grid.max()) >= len(puzzle.symbols) for grid in (given, *(frame.grid for frame in frames))):
        raise ValueError("a value without a symbol")
    if domain(puzzle.task).layout == "line" and any(frame.grid.shape != given.shape for frame in frames):
        raise ValueError("frames of another shape")
    last = replace(frames[-1], verdict=Verdict(content["verdict"], content["reason"], frames[-1].verdict.cells))
    outcome = Outcome(
        puzzle, last, content["steps"], content["seconds"], content["searched"], content["branches"],
        frames=(*frames[:-1], last),
    )  # fmt: skip
    return Traced(outcome, content["model"], content["max_steps"])


def _read_frame(content: dict[str, Any]) -> Frame:
    residual = math.inf if content["residual"] is None else content["residual"]
    measures = None
    if "latent" in content:
        measures = Measures(**{name: content[name] for name in NUMBERS}, latent=_grid(content["latent"]))
    grid, confidence = _grid(content["cells"]), frozen(np.array(content["confidence"], np.float32))
    if confidence.shape != grid.shape or not isinstance(content["halt"], float | int):
        raise ValueError(content["step"])
    cells = tuple(Cell(*cell) for cell in content["conflicts"])
    verdict = Verdict("unsolved" if cells else "unverified", cells=cells)
    return Frame(content["step"], grid, confidence, content["halt"], residual, verdict, content["seconds"], measures)


def _rows(grid: Grid) -> list[list[int]]:
    rows: list[list[int]] = grid.tolist()
    return rows


def _grid(rows: list[list[int]]) -> Grid:
    grid = np.array(rows, np.uint8)
    if grid.ndim != 2:
        raise ValueError(rows)
    return frozen(grid)
