"""Traces: a puzzle's whole refinement, frame by frame, as JSON that `trm show` replays."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from trm_cli.domains import TASKS, domain
from trm_cli.errors import DataError
from trm_cli.puzzle import (
    STATUSES,
    Cell,
    Example,
    Frame,
    Grid,
    Learning,
    Measures,
    Outcome,
    Puzzle,
    Verdict,
    frozen,
    n_changed,
)

DIGITS = 4
"""Decimals of confidences and measures in a trace."""
MOST_CELLS, MOST_SYMBOLS = 64, 40
"""Rows and columns of the largest puzzles, and their characters."""
LARGEST = 1e12
"""Largest number in a trace."""
NUMBERS = ("y_norm", "z_norm", "y_change", "z_change", "entropy")
"""The fields of Measures that are numbers, in order."""


class Traced(NamedTuple):
    """A trace that was read: an outcome with all its frames, a line about the `model`, and the most steps of a pass."""

    outcome: Outcome
    model: str
    max_steps: int


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return what a trace adds to the JSON object of a result: the puzzle as it was read, and the frames."""
    puzzle, before = outcome.puzzle, outcome.puzzle.given
    frames = []
    for frame in outcome.frames:
        frames.append(_frame(frame, before))
        before = frame.grid
    demos = [[_rows(question), _rows(answer)] for question, answer in puzzle.demos]
    solution = None if puzzle.solution is None else _rows(puzzle.solution)
    cells = _rows(puzzle.given)
    content = {"symbols": puzzle.symbols, "demos": demos, "cells": cells, "solution": solution, "frames": frames}
    return content | ({"learning": _told(outcome.learning)} if outcome.learning else {})


def _told(learning: Learning) -> dict[str, Any]:
    """Return what a trace adds to the fields of a result for an answer from demonstrations."""
    return {
        "explanation": learning.explanation,
        "is_proven": learning.is_proven,
        "n_updates": learning.n_updates,
        "loss": round(learning.loss, DIGITS) if math.isfinite(learning.loss) else None,
        "n_ways_right": learning.n_ways_right,
        "is_sized": learning.is_sized,
    }


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
    """Read the traces of a text: one JSON object, or one on each line; a DataError says which line is not a trace."""
    # A text that is not one value as a whole should be one value on each line.
    whole = _parsed(text)
    lines = [(0, whole)] if whole is not None else [(n, _parsed(line)) for n, line in _numbered(text)]
    if not lines:
        raise DataError(f"{name}: no trace in it; make one with: trm solve PUZZLE --save trace.json")
    traced = []
    for number, content in lines:
        try:
            traced.append(_traced(content))
        except (ValueError, KeyError) as error:
            where = f"{name}:{number}" if number else name
            raise DataError(f"{where}: not a trace; make one with: trm solve PUZZLE --save trace.json") from error
    return traced


def _numbered(text: str) -> list[tuple[int, str]]:
    return [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]


def _parsed(text: str) -> Any:
    """Return the value of a JSON text; None if it is not JSON or nested too deeply."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _traced(content: Any) -> Traced:
    """Return the trace in a JSON object; a ValueError or KeyError means that it is not a trace."""
    fields = _Fields(content)
    trace = fields.object("trace")
    task, symbols = fields.text("task"), trace.text("symbols")
    if task not in TASKS or not 0 < len(symbols) <= MOST_SYMBOLS:
        raise ValueError(task)
    demos = tuple(Example(_grid(pair[0], symbols), _grid(pair[1], symbols)) for pair in trace.pairs("demos"))
    # A trace may come from anywhere, so every part of it is checked before it is drawn.
    given = _grid(trace["cells"], symbols)
    if not domain(task).is_puzzle(given, symbols):
        raise ValueError("no puzzle of the task")
    solution = None if trace["solution"] is None else _grid(trace["solution"], symbols)
    puzzle = Puzzle(task, fields.text("name"), given, symbols, solution, demos=demos)
    frames = tuple(_read_frame(frame, symbols) for frame in trace.objects("frames"))
    if domain(task).has_fixed_shape and any(frame.grid.shape != given.shape for frame in frames):
        raise ValueError("frames of another shape")
    if fields["verdict"] not in STATUSES:
        raise ValueError(fields["verdict"])
    # The result has the verdict; frames only have the cells that break the rules.
    verdict = Verdict(fields["verdict"], fields.text("reason"), frames[-1].verdict.cells)
    last = replace(frames[-1], verdict=verdict)
    outcome = Outcome(
        puzzle, last, fields.count("steps"), fields.number("seconds"), bool(fields["searched"]),
        fields.count("branches"), tuple(_grid(rows, symbols) for rows in fields.items("attempts")),
        (*frames[:-1], last), _learning(fields, trace.object("learning"), len(demos)) if "learning" in trace else None,
    )  # fmt: skip
    return Traced(outcome, fields.text("model"), fields.count("max_steps"))


def _learning(fields: _Fields, told: _Fields, n_demos: int) -> Learning:
    """Return how an answer came from demonstrations, by the `fields` of the result and what the trace adds."""
    planes = [_Fields(item) for item in fields.items("explanation")]
    return Learning(
        n_demos, told.text("explanation"), fields.text("proof"),
        tuple((plane.text("plane"), plane.number("weight", least=-LARGEST)) for plane in planes),
        bool(told["is_proven"]), bool(fields["explained"]), fields.count("updates"), told.count("n_updates"),
        math.nan if told["loss"] is None else told.number("loss"), told.count("n_ways_right"),
        tuple(map(float, _confidence([fields["votes"]])[0])), bool(told["is_sized"]),
    )  # fmt: skip


def _read_frame(fields: _Fields, symbols: str) -> Frame:
    residual = math.inf if fields["residual"] is None else fields.number("residual")
    measures = None
    if "latent" in fields.content:
        numbers = {name: fields.number(name, least=-LARGEST) for name in NUMBERS}
        measures = Measures(**numbers, latent=_grid(fields["latent"], symbols))
    grid, confidence = _grid(fields["cells"], symbols), _confidence(fields["confidence"])
    if confidence.shape != grid.shape or (measures and measures.latent.shape != grid.shape):
        raise ValueError("grids of several shapes")
    # Conflicts must be cells of the grid. A frame has no other verdict: only the result at the end has one.
    cells = tuple(Cell(*cell) for cell in fields.pairs("conflicts"))
    height, width = grid.shape
    if not all(type(r) is type(c) is int and 0 <= r < height and 0 <= c < width for r, c in cells):
        raise ValueError("conflicts outside of the grid")
    verdict = Verdict("unsolved" if cells else "unverified", cells=cells)
    halt, seconds = fields.number("halt"), fields.number("seconds")
    return Frame(fields.count("step"), grid, confidence, halt, residual, verdict, seconds, measures)


class _Fields:
    """A JSON object whose fields are read by type; a value of another type raises a ValueError."""

    def __init__(self, content: Any) -> None:
        if not isinstance(content, dict):
            raise ValueError(content)
        self.content = content

    def __getitem__(self, key: str) -> Any:
        return self.content[key]

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def items(self, key: str) -> list[Any]:
        """Return a list, which is empty if it is not there."""
        found = self.content.get(key, [])
        if not isinstance(found, list):
            raise ValueError(key)
        return found

    def object(self, key: str) -> _Fields:
        return _Fields(self[key])

    def objects(self, key: str) -> list[_Fields]:
        if not isinstance(self[key], list) or not self[key]:
            raise ValueError(key)
        return [_Fields(item) for item in self[key]]

    def pairs(self, key: str) -> list[list[Any]]:
        pairs = self[key]
        if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
            raise ValueError(key)
        return pairs

    def text(self, key: str) -> str:
        """Return a text as it was written, without halves of characters: it is made fit for a terminal later."""
        if not isinstance(self[key], str):
            raise ValueError(key)
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in self[key])

    def number(self, key: str, least: float = 0) -> float:
        value = self[key]
        if type(value) not in (int, float) or not least <= value <= LARGEST:  # not NaN either
            raise ValueError(key)
        return float(value) if isinstance(value, float) else value

    def count(self, key: str) -> int:
        if type(self[key]) is not int or not 0 <= self[key] <= LARGEST:
            raise ValueError(key)
        return int(self[key])


def _rows(grid: Grid) -> list[list[int]]:
    rows: list[list[int]] = grid.tolist()
    return rows


def _grid(rows: Any, symbols: str) -> Grid:
    """Return rows of values as a grid; a ValueError if a value has no symbol."""
    if not _is_table(rows) or not all(
        type(value) is int and 0 <= value < len(symbols) for row in rows for value in row
    ):
        raise ValueError("no grid")
    return frozen(np.array(rows, np.uint8))


def _confidence(rows: Any) -> npt.NDArray[np.float32]:
    if not _is_table(rows) or not all(type(v) in (int, float) and 0 <= v <= 1.001 for row in rows for v in row):
        raise ValueError("no probabilities")
    return frozen(np.array(rows, np.float32))


def _is_table(rows: Any) -> bool:
    """Tell whether a value is a list of equally long rows, neither empty nor larger than any puzzle."""
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_CELLS or not all(isinstance(row, list) for row in rows):
        return False
    return {len(row) for row in rows} == {len(rows[0])} and 0 < len(rows[0]) <= MOST_CELLS
