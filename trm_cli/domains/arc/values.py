"""ARC tasks in the values of JSON and of programs: where tasks, their pairs and their grids may stand.

People give the parts of a task many names, which are compared without case, `_` and `-`: the demonstrations are under
`train`, `examples` or `demos`, the test inputs under `test` or `test_input`, and answers beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from trm_cli.domains.arc.grid import COLOURS, SIDE
from trm_cli.errors import ParseError
from trm_cli.puzzle import Example, Grid, Puzzle, frozen

SYMBOLS = "0123456789"
DEMOS = (
    "train", "training", "trainexamples", "trainingexamples", "trainpairs", "trainingpairs", "examples", "demos",
    "demonstrations",
)  # fmt: skip
TESTS = ("test", "tests", "testexamples", "testpairs", "testinput", "testinputs")
INPUTS = ("input", "inputgrid")
OUTPUTS = ("output", "outputgrid")
ANSWERS = ("testoutput", "testoutputs", "expectedoutput", "groundtruth", "solution", "solutions")
"""Keys of the answers of the test inputs, where these are grids without pairs."""
NAMES = ("id", "taskid", "name", "taskhash", "uuid", "task")
GENERAL = (*DEMOS, "task", "tasks", "data", "puzzle")
"""Keys that name no task."""
DEPTH = 6
"""Lists and objects around a task; data sets have up to three."""
NUMBERS = {name: i for i, name in enumerate(COLOURS)} | {
    "gray": 5, "magenta": 6, "fuchsia": 6, "azure": 8, "cyan": 8, "teal": 8, "purple": 8, "light blue": 8, "maroon": 9,
}  # fmt: skip
"""The numbers of colours by their names."""


class Pair(NamedTuple):
    """An input and its output as they are written, and where they stand; the output of a test may be None."""

    input: Any
    output: Any
    place: str


class Task(NamedTuple):
    """One task: the name by which it is known, where it stands, its demonstrations and its test inputs."""

    identifier: str
    place: str
    demos: list[Pair]
    tests: list[Pair]


def puzzles(task: Task) -> Iterator[Puzzle | ParseError]:
    """Yield the test inputs of one task, numbered if there are several, or the first thing that is wrong with it."""
    identifier = task.identifier
    try:
        demos = tuple(map(example, task.demos))
        for i, (question, answer, at) in enumerate(task.tests, 1):
            given = grid(question, f"{at}.input")
            solution = None if _is_open(answer) else grid(answer, f"{at}.output")
            name = f"{identifier}#{i}" if len(task.tests) > 1 else identifier
            yield Puzzle("arc", name, given, SYMBOLS, solution, at, demos=demos, identifier=identifier)
    except ParseError as error:
        yield error


def example(pair: Pair) -> Example:
    """Return a pair as grids; a ParseError says what is wrong with one of them."""
    return Example(grid(pair.input, f"{pair.place}.input"), grid(pair.output, f"{pair.place}.output"))


def tasks(value: Any, identifier: str, place: str, depth: int = 0) -> Iterator[Task | ParseError]:
    """Yield the tasks in a value, at any depth of its lists and objects, and an error for each that has a flaw.

    A task in an object is known by its key, one in a list by its own name or by its number.
    """
    if depth > DEPTH:
        return
    if isinstance(value, dict):
        fields = _fields(value)
        if _is_task(fields):
            try:
                yield Task(identifier, place, _demos(fields, place), _tests(fields, place))
            except ParseError as error:
                yield error
            return
        own = own_name(value)
        for key, item in value.items():
            # A key is the name of the task below it, unless it only says that there are tasks.
            is_name = isinstance(item, dict) and str(key).lower() not in GENERAL
            called = str(key) if is_name else own or identifier
            yield from tasks(item, called, f"{place}[{key}]", depth + 1)
    elif isinstance(value, list):
        items = [(i, item) for i, item in enumerate(value) if isinstance(item, list | dict)]
        for n, (i, item) in enumerate(items, 1):
            called = own_name(item) or (f"{identifier}#{n}" if len(items) > 1 else identifier)
            yield from tasks(item, called, f"{place}[{i}]", depth + 1)


def _fields(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower().replace("_", "").replace("-", ""): field for key, field in value.items()}


def own_name(value: Any) -> str:
    """Return the name that an object gives itself; empty if there is none, or for any other value."""
    fields = _fields(value) if isinstance(value, dict) else {}
    names = (fields[key] for key in NAMES if isinstance(fields.get(key), str | int))
    return next((str(name) for name in names if 0 < len(str(name)) < 80 and str(name).isprintable()), "")


def _first(fields: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def _is_task(fields: Mapping[str, Any]) -> bool:
    """Tell whether an object has the parts of a task, and these are not tasks themselves."""
    parts = [fields[key] for key in (*DEMOS, *TESTS) if isinstance(fields.get(key), list | dict)]
    return bool(parts) and not any(map(_holds_tasks, parts))


def _holds_tasks(part: Any) -> bool:
    items = [part, *part.values()] if isinstance(part, dict) else part
    return any(isinstance(item, dict) and bool({*_fields(item)} & {*DEMOS, *TESTS}) for item in items[:3])


def _demos(fields: Mapping[str, Any], place: str) -> list[Pair]:
    """Return the demonstrations of a task; a ParseError says that there are none."""
    part = _first(fields, DEMOS)
    pairs = list_of_pairs(part, f"{place}.train") if isinstance(part, list | dict) else []
    if not pairs:
        raise ParseError(f"{place}: expected 'train' to be a list of pairs with input and output")
    return pairs


def _tests(fields: Mapping[str, Any], place: str) -> list[Pair]:
    """Return the test inputs of a task, each with its answer if there is one; a ParseError says that there are none."""
    part, answers = _first(fields, TESTS), _first(fields, ANSWERS)
    where = f"{place}.test"
    if not isinstance(part, list | dict) or not part:
        raise ParseError(f"{place}: expected 'test' to be a list of pairs with input and output")
    if isinstance(part, dict) or any(isinstance(item, dict) for item in part) or _depth(part) > 3:
        return list_of_pairs(part, where)
    # Grids without pairs: one, or a list of them, with the answers in a list of the same length.
    if _depth(part) < 3:
        part, answers = [part], [answers]
    if not isinstance(answers, list) or len(answers) != len(part):
        answers = [None] * len(part)
    return [Pair(a, b, f"{where}[{i}]") for i, (a, b) in enumerate(zip(part, answers, strict=True))]


def list_of_pairs(part: Any, place: str) -> list[Pair]:
    """Return the pairs of a list: objects with `input` and `output`, or lists of two grids; or of a single object.

    A single object may hold one pair, or the lists of all inputs and of all outputs. Raises a ParseError for an item
    that is no pair.
    """
    if isinstance(part, dict):
        fields = _fields(part)
        inputs, outputs = _first(fields, INPUTS), _first(fields, OUTPUTS)
        if _depth(inputs) < 3:
            return [Pair(inputs, outputs, f"{place}[0]")]
        outputs = outputs if isinstance(outputs, list) and len(outputs) == len(inputs) else [None] * len(inputs)
        return [Pair(a, b, f"{place}[{i}]") for i, (a, b) in enumerate(zip(inputs, outputs, strict=True))]
    pairs = []
    for i, item in enumerate(part):
        at = f"{place}[{i}]"
        if isinstance(item, dict):
            fields = _fields(item)
            pairs.append(Pair(_first(fields, INPUTS), _first(fields, OUTPUTS), at))
        elif isinstance(item, list) and len(item) == 2 and _depth(item) == 3:
            pairs.append(Pair(item[0], item[1], at))
        else:
            raise ParseError(f"{at}: expected a pair with input and output")
    return pairs


def loose_pairs(value: Any, depth: int = 0) -> Iterator[Pair]:
    """Yield the pairs of two grids in a value, at any depth of its lists and objects, whether in a task or not."""
    if depth > DEPTH or not isinstance(value, list | dict):
        return
    fields = _fields(value) if isinstance(value, dict) else {}
    pair = _first(fields, INPUTS), _first(fields, OUTPUTS)
    if all(map(is_in_digits, pair)):
        yield Pair(*pair, "")
    else:
        for item in value.values() if isinstance(value, dict) else value:
            yield from loose_pairs(item, depth + 1)


def is_in_digits(value: Any) -> bool:
    """Tell whether a value is rows of numbers from 0 to 9."""
    return _depth(value) == 2 and all(
        isinstance(row, list) and all(type(cell) is int and 0 <= cell <= 9 for cell in row) for row in value
    )


def _depth(value: Any) -> int:
    """Return how many lists are in each other around the first cell: 2 for a grid."""
    depth = 0
    while isinstance(value, list) and value:
        value, depth = value[0], depth + 1
    return depth


def _is_open(answer: Any) -> bool:
    """Tell whether the answer of a test input is left open: null, empty, or words without a digit."""
    return answer is None or answer in ([], [[]]) or (isinstance(answer, str) and not set(answer) & set(SYMBOLS))


def grid(rows: Any, place: str) -> Grid:
    """Return a grid that is written as rows of colours; a ParseError says what is wrong with it.

    A colour is a number from 0 to 9, also in quotes, its name, or null for black. A row may also be a string of digits,
    with or without spaces, and a grid a string of such rows.

    >>> grid(["003", "0 3 0"], "")
    array([[0, 0, 3],
           [0, 3, 0]], dtype=uint8)
    """
    if isinstance(rows, str) and set(rows) & set(SYMBOLS):
        rows = rows.strip().split("\n")
    if not isinstance(rows, list) or not rows or not all(isinstance(row, list | str) for row in rows):
        raise ParseError(f"{place}: expected a grid, a list of rows of colours")
    rows = [cells(row) if isinstance(row, str) else row for row in rows]
    for r, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ParseError(f"{place}[{r}]: expected {len(rows[0])} cells in this row, found {len(row)}")
    colours = [[_colour(cell) for cell in row] for row in rows]
    for r, row in enumerate(colours):
        for c, colour in enumerate(row):
            if not 0 <= colour <= 9:
                raise ParseError(f"{place}[{r}][{c}]: expected a colour from 0 to 9, found {rows[r][c]!r:.40}")
    if not 1 <= len(rows[0]) <= SIDE or len(rows) > SIDE:
        raise ParseError(f"{place}: {len(rows)}x{len(rows[0])}; grids go from 1x1 to {SIDE}x{SIDE}")
    return frozen(np.array(colours, np.uint8))


def cells(row: str) -> list[str]:
    """Return the cells of a row that is written as one string: words, or the characters of a single word."""
    words = row.replace(",", " ").split()
    return words if len(words) > 1 else [*"".join(words)]


def _colour(cell: Any) -> int:
    """Return the number of a cell's colour; -1 if it is none."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell
    if cell is None:
        return 0
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, str):
        return -1
    return int(cell) if len(cell) == 1 and cell in SYMBOLS else NUMBERS.get(cell.lower().replace("_", " "), -1)
