"""The result of a puzzle on stdout: a picture, a grid, a line, or one JSON object."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.measure import Measurement
from rich.text import Text

from trm_cli import files, trace
from trm_cli.domains import domain
from trm_cli.errors import TrmError
from trm_cli.puzzle import N_WAYS, Grid, Learning, Outcome, Puzzle, all_demos
from trm_cli.view.arc import render_attempts
from trm_cli.view.grid import render_grid
from trm_cli.view.text import plural, printable
from trm_cli.view.theme import THEME, Glyphs

Format = Literal["pretty", "grid", "line", "json"]
SCHEMA = 1
WIDTH = 200
"""Most characters of a line of a picture that does not go to a terminal."""
MAX_WIDTH = 1000
"""More characters than any picture of a grid has in a line."""

Stamp = Mapping[str, Any]
"""Fields that all results of a run share: `weights` (a digest), `seed`, and in traces `model` and `max_steps`."""


def as_json(outcome: Outcome, stamp: Stamp) -> dict[str, Any]:
    """Return the object that `--json` prints on one line; other programs rely on its keys.

    A grid that breaks the rules is an `attempt`, not an `answer`.
    """
    puzzle, status = outcome.puzzle, outcome.verdict.status
    # A grid is wrong only if it breaks the rules; a known answer in the file must not change the result.
    is_wrong = status == "unsolved" and domain(puzzle.task).knows_rules
    rows = None if status == "failed" else _rows(puzzle, outcome.answer)
    return {
        "schema": SCHEMA,
        "task": puzzle.task,
        "name": puzzle.name,
        "shape": [*puzzle.given.shape],
        "given": _rows(puzzle, puzzle.given),
        "answer": None if is_wrong else rows,
        **({"attempt": rows} if is_wrong else {}),
        "verdict": status,
        "reason": outcome.verdict.reason,
        "steps": outcome.steps,
        "seconds": round(outcome.seconds, 4),
        "searched": outcome.searched,
        "branches": outcome.branches,
        **stamp,
        **({"trace": trace.as_json(outcome)} if outcome.frames else {}),
        **_told_learning(outcome),
        **({"attempts": [attempt.tolist() for attempt in two_attempts(outcome)]} if outcome.attempts else {}),
    }


def _told_learning(outcome: Outcome) -> dict[str, Any]:
    """Return the fields that `--json` adds for an answer from demonstrations."""
    learning = outcome.learning
    if learning is None:
        return {}
    return {
        "votes": [round(share, 4) for share in learning.shares[:2]],
        "explanation": [{"plane": name, "weight": weight} for name, weight in learning.planes],
        "proof": learning.proof,
        "explained": learning.is_explained,
        "learned": learning.is_learned,
        "updates": learning.updates,
    }


def unread_json(error: TrmError) -> dict[str, Any]:
    """Return the object for an input that cannot be read or has no weights, as every input gets a line."""
    # An error begins with its place, which is the name of the input.
    text, about = str(error), re.escape(error.name)
    # The name itself may have a colon in it, and an error may name two places.
    match = re.match(rf"{about}.*?(?: and {about}.*?)*(?=: )", text, re.DOTALL)
    name = match[0] if match else text
    reason = text[len(name) + 2 :]
    nothing = dict.fromkeys(("shape", "given", "answer"))
    return {"schema": SCHEMA, "task": None, "name": name, **nothing, "verdict": "unread", "reason": reason, "steps": 0}


def two_attempts(outcome: Outcome) -> list[Grid]:
    """Return the two attempts that ARC allows; a single attempt comes twice."""
    return [*((outcome.attempts or (outcome.answer,)) * 2)[:2]]


def _rows(puzzle: Puzzle, grid: Grid) -> str | list[list[int]]:
    """Return a grid as one string, row after row, or as a list of rows if answers can have another size."""
    if domain(puzzle.task).has_fixed_shape:
        return puzzle.text(grid)
    return [[int(value) for value in row] for row in grid]


def write_unread(error: TrmError, how: Format) -> str:
    """Return the text for an input without a result: a line, or nothing in pretty output."""
    if how == "json":
        return printable(json.dumps(unread_json(error), ensure_ascii=False))
    return "" if how == "pretty" else f"# {printable(str(error))}"


def write_outcome(
    outcome: Outcome, how: Format, stamp: Stamp, glyphs: Glyphs, is_colour: bool, columns: int | None = None
) -> str:
    """Return a result as text, without a last line break.

    On a terminal of a number of `columns`, sentences are broken between words; pictures are cut off there, or at WIDTH.
    """
    width, is_endless = columns or WIDTH, columns is None
    puzzle = outcome.puzzle
    if how == "json":
        return printable(json.dumps(as_json(outcome, stamp), ensure_ascii=False))
    status = outcome.verdict.status
    if how != "pretty" and (status == "failed" or (status == "unsolved" and domain(puzzle.task).knows_rules)):
        words = printable(f"{puzzle.name}: {status}: {outcome.verdict.reason}")
        return f"# {words}" + "\n" * (how == "grid")  # readers skip a comment
    if how == "line":
        return printable(puzzle.text(outcome.frame.grid))
    if how == "grid":
        return "".join(f"{printable(line)}\n" for line in puzzle.rows(outcome.frame.grid).split("\n"))
    # The pretty form: the attempts of a learned task with their shares of the vote, or the grid, then a sentence.
    buffer = io.StringIO()
    console = Console(
        file=buffer, theme=THEME, force_terminal=is_colour, no_color=not is_colour, highlight=False, width=width,
        color_system="auto" if is_colour else None,
    )  # fmt: skip
    glyphs = glyphs.on(console) if is_colour else glyphs
    if outcome.learning:
        shares = outcome.learning.shares[:2]
        console.print(render_attempts(puzzle, outcome.attempts[: len(shares)], shares, glyphs, width))
        console.print(learned(outcome.learning), soft_wrap=is_endless)
        console.print(sentence(outcome, glyphs), soft_wrap=is_endless)
        return buffer.getvalue().rstrip("\n")
    grid = render_grid(puzzle, outcome.frame.grid, glyphs, conflicts=outcome.verdict.cells)
    console.print(grid, no_wrap=True, overflow="crop", crop=True)
    if columns and Measurement.get(console, console.options.update(width=MAX_WIDTH), grid).maximum > columns:
        console.print(Text("cut off at the right by the window; --format grid prints it whole", "note"))
    console.print(sentence(outcome, glyphs), soft_wrap=is_endless)
    return buffer.getvalue().rstrip("\n")


def sentence(outcome: Outcome, glyphs: Glyphs) -> Text:
    """Return the line below an answer."""
    steps = f"{plural(outcome.steps, 'update' if outcome.learning else 'step')}, {outcome.seconds:.2f} s"
    if outcome.searched:
        steps = f"searched {plural(outcome.branches, 'branch')}, {steps}"
    name, status, reason = printable(outcome.puzzle.name), outcome.verdict.status, printable(outcome.verdict.reason)
    if status == "unsolved" and outcome.learning:
        second = domain(outcome.puzzle.task).verify(outcome.puzzle, two_attempts(outcome)[1])
        reason += "; the second attempt is right" if second.status == "solved" else ""
    if status == "unverified":
        return Text(f"{name}: {reason} ({steps})")
    if status == "solved":
        return Text(glyphs.good, "good", end="").append(f" {name}: solved and checked ({steps})", "default")
    return Text(glyphs.bad, "bad", end="").append(f" {name}: {status}: {reason} ({steps})", "default")


def learned(learning: Learning) -> str:
    """Return a sentence that says how the answer follows from the demonstrations, and how far to trust it."""
    demos = all_demos(learning.n_demos)
    if learning.is_proven:
        kind = "explained" if learning.is_explained else "explained, but only by many statements together"
        return f"{kind}: {printable(learning.explanation)} ({learning.proof})"
    if learning.is_learned:
        return f"learned: {demos} right in 8 of 8 orientations, not explained"
    if learning.explanation:
        return f"a guess: {printable(learning.explanation)} ({learning.proof})"
    if learning.n_ways_right == N_WAYS:
        return f"learned, but the votes disagree: {demos} right in 8 of 8 orientations: do not rely on it"
    if learning.n_ways_right:
        return f"learned in part: {demos} right in {learning.n_ways_right} of 8 orientations: do not rely on it"
    if not learning.is_sized:
        return "not answered: no function of the input gives the size of the output; this is the input"
    return "never learned: do not trust this"


def write_submission(path: Path, attempts: Iterable[tuple[str, list[list[list[int]]]]]) -> None:
    """Write the two attempts at every test input of ARC tasks, `{task: [{"attempt_1": rows, "attempt_2": rows}]}`."""
    content: dict[str, list[dict[str, list[list[int]]]]] = {}
    for task, (first, second) in attempts:
        content.setdefault(task, []).append({"attempt_1": first, "attempt_2": second})
    files.write(path, json.dumps(content) + "\n")
