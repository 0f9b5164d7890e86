"""ARC-AGI tasks in their JSON; other files of ARC are recognised only to say that there is nothing to solve in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

import numpy as np

from trm_cli.domain import Certainty
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.written import parsed
from trm_cli.errors import ParseError
from trm_cli.puzzle import Example, Grid, Puzzle, frozen

SYMBOLS = "0123456789"
SOLVE = "solve the file with the tasks instead"
OTHERS = {
    r"\s*\{\s*\"[0-9a-z_]+\"\s*:\s*\[\s*\{\s*\"attempt_1\"": f"a submission, with answers to ARC tasks; {SOLVE}",
    r"\s*\{\s*\"[0-9a-f]{8}\"\s*:\s*\[\s*\[\s*\[": f"solutions of ARC tasks, without the tasks; {SOLVE}",
    r"\s*\[\s*\{\s*\"(input|output)\"\s*:\s*\[\s*\[": "pairs of one ARC task without a test, as RE-ARC makes them; "
    "trm train reads them with their tasks",
    r"\s*\{[^\[\]]*\"task_results\"": f"results of a benchmark of ARC, not tasks; {SOLVE}",
}
"""Other files of ARC: a pattern of how they begin, and what they are, in words."""


def certainty(text: str) -> Certainty:
    """Return how sure it is that the first part of a text is ARC tasks, or a file that goes with them: KNOWN or NO."""
    is_task = re.match(r"\s*\{", text) and re.search(r'"(train|test)"\s*:\s*\[', text)
    return Certainty.KNOWN if is_task or _other(text) else Certainty.NO


def _other(text: str) -> str:
    return next((words for sign, words in OTHERS.items() if re.match(sign, text)), "")


def read(text: str, name: str) -> Iterator[Puzzle | ParseError]:
    """Yield a puzzle for every test input of a task, `{"train": [...], "test": [...]}`, or of `{id: task}`."""
    other = _other(text[:1000])
    content = ParseError(f"{name}: {other}") if other else parsed(text, name)
    if isinstance(content, ParseError):
        yield content
        return
    if not isinstance(content, dict):
        yield ParseError(f"{name}: expected an ARC task, an object with train and test")
        return
    # The text is one task, named by its file, or an object with the tasks by their identifiers.
    is_single = "train" in content or "test" in content
    for identifier, task in ({PurePath(name).stem: content} if is_single else content).items():
        yield from _puzzles(task, str(identifier), name if is_single else f"{name}[{identifier}]")


def _puzzles(task: Any, identifier: str, place: str) -> Iterator[Puzzle | ParseError]:
    """Yield the test inputs of one task, or the first thing that is wrong with it."""
    try:
        demos = tuple(
            Example(_grid(pair, "input", f"{place}.train[{i}]"), _grid(pair, "output", f"{place}.train[{i}]"))
            for i, pair in enumerate(_pairs(task, "train", place))
        )
        tests = _pairs(task, "test", place)
        # Each test input is a puzzle of its own, numbered if there are several.
        for i, pair in enumerate(tests):
            where = f"{place}.test[{i}]"
            given = _grid(pair, "input", where)
            solution = _grid(pair, "output", where) if pair.get("output") is not None else None
            name = f"{identifier}#{i + 1}" if len(tests) > 1 else identifier
            yield Puzzle("arc", name, given, SYMBOLS, solution, where, demos=demos, identifier=identifier)
    except ParseError as error:
        yield error


def pairs(content: Sequence[Any], place: str) -> Iterator[Example]:
    """Yield the pairs of a list, `[{"input": rows, "output": rows}, ...]`; raise a ParseError for the first bad one."""
    for i, pair in enumerate(content):
        if not isinstance(pair, dict):
            raise ParseError(f"{place}[{i}]: expected a pair with input and output")
        yield Example(_grid(pair, "input", f"{place}[{i}]"), _grid(pair, "output", f"{place}[{i}]"))


def _pairs(task: Any, part: str, place: str) -> list[dict[str, Any]]:
    pairs = task.get(part) if isinstance(task, dict) else None
    if not isinstance(pairs, list) or not pairs or not all(isinstance(pair, dict) for pair in pairs):
        raise ParseError(f"{place}: expected {part!r} to be a list of pairs with input and output")
    return pairs


def _grid(pair: dict[str, Any], side: str, place: str) -> Grid:
    """Return a grid of a pair, or raise what is wrong with it."""
    rows = pair.get(side)
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list) for row in rows):
        raise ParseError(f"{place}.{side}: expected a grid, a list of rows of colours")
    for r, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ParseError(f"{place}.{side}[{r}]: expected {len(rows[0])} cells in this row, found {len(row)}")
        for c, value in enumerate(row):
            if not isinstance(value, int) or not 0 <= value <= 9:
                raise ParseError(f"{place}.{side}[{r}][{c}]: expected a colour from 0 to 9, found {value!r}")
    if not 1 <= len(rows[0]) <= SIDE or len(rows) > SIDE:
        raise ParseError(f"{place}.{side}: {len(rows)}x{len(rows[0])}; grids go from 1x1 to {SIDE}x{SIDE}")
    return frozen(np.array(rows, np.uint8))
