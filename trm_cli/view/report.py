"""What is left of a solved puzzle on stdout: a grid, a line, or one JSON object."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, Literal

from rich.console import Console

from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.view.grid import render_grid
from trm_cli.view.theme import THEME, Glyphs

Format = Literal["pretty", "grid", "line", "json"]
SCHEMA = 1


Stamp = Mapping[str, Any]
"""What is the same for every result of a run: `weights`, the file's digest, and `seed`."""


def as_json(outcome: Outcome, stamp: Stamp) -> dict[str, Any]:
    """Return the object that `--json` prints on a line; other programs rely on its keys."""
    puzzle = outcome.puzzle
    return {
        "schema": SCHEMA,
        "task": puzzle.task,
        "name": puzzle.name,
        "given": puzzle.text(puzzle.given),
        "answer": puzzle.text(outcome.frame.grid),
        "verdict": outcome.verdict.status,
        "reason": outcome.verdict.reason,
        "steps": outcome.steps,
        "seconds": round(outcome.seconds, 4),
        "searched": False,
        **stamp,
    }


def plain_grid(puzzle: Puzzle, text: str) -> str:
    """Lay a row-major string out as lines of the grid's width."""
    width = puzzle.given.shape[1]
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def write_outcome(outcome: Outcome, how: Format, stamp: Stamp, glyphs: Glyphs, is_colour: bool) -> str:
    """Return a result as text, without a last line break."""
    puzzle = outcome.puzzle
    answer = puzzle.text(outcome.frame.grid)
    if how == "json":
        return json.dumps(as_json(outcome, stamp), ensure_ascii=False)
    if how == "line":
        return answer
    if how == "grid":
        return plain_grid(puzzle, answer) + "\n"
    buffer = io.StringIO()
    console = Console(
        file=buffer, theme=THEME, force_terminal=is_colour, no_color=not is_colour, highlight=False, width=200,
        color_system="standard" if is_colour else None,
    )  # fmt: skip
    grid = render_grid(puzzle, outcome.frame.grid, glyphs, conflicts=outcome.verdict.cells)
    console.print(grid)
    console.print(_sentence(outcome, glyphs), soft_wrap=True)
    return buffer.getvalue().rstrip("\n")


def _sentence(outcome: Outcome, glyphs: Glyphs) -> str:
    steps = f"{outcome.steps} step{'s' * (outcome.steps != 1)}, {outcome.seconds:.2f} s"
    if outcome.verdict.status == "solved":
        return f"[good]{glyphs.good}[/] {outcome.puzzle.name}: solved and checked ({steps})"
    return f"[bad]{glyphs.bad}[/] {outcome.puzzle.name}: {outcome.verdict.status}: {outcome.verdict.reason} ({steps})"
