"""From what the user names to puzzles and errors, in order: `source` and the readers of every task joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from trm_cli import source
from trm_cli.domains import TASKS, arrival, domain, published
from trm_cli.domains.written import HEAD, Certainty, is_csv
from trm_cli.errors import DataError, NoPuzzle, ParseError, TrmError, UnknownTask
from trm_cli.puzzle import Puzzle
from trm_cli.source import MAX_BYTES, STDIN, Text

TOLD = re.compile(r'\s*\{[^{}]*"task"\s*:\s*"(\w+)"')
"""The task in what `trm solve --json` writes."""
NEITHER = "neither a Sudoku nor a maze nor an ARC task is recognised here; name what it is with --task"
OTHERS = {
    r"\s*version https://git-lfs": "a pointer of Git LFS; git lfs pull fetches the file itself",
    r"\s*<(!doctype html|html)": "a web page; save the puzzle itself",
}
"""Texts that are often in the place of a puzzle, by how they begin."""
MOST_ERRORS = 1000
"""Errors after which a text without any puzzle is given up."""
Ends = tuple[tuple[int, int] | None, tuple[int, int] | None]
NOWHERE: Ends = (None, None)
PLACE = re.compile(rf"(?:^|(?<= and )){STDIN}:(\d+)")


def puzzles(
    arguments: tuple[str, ...],
    task: str | None = None,
    but: Path | None = None,
    ends: Ends = NOWHERE,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Puzzle | TrmError]:
    """Yield every puzzle named by the arguments, and an error in the place of each that cannot be read.

    A file without any puzzle is one error, a NoPuzzle where it lay in a folder. The file `but` is left out of folders.
    `ends` are start and goal of mazes, as `place` returns them. Standard input is read as it comes: puzzles of one
    line, and grids that are complete, are yielded before the rest is there.
    """
    for argument in arguments:
        for folder in published.splits(Path(argument)):
            try:
                yield from published.puzzles(folder)
            except DataError as error:
                yield error
        if argument == "-":
            yield from _arriving(task, ends, max_bytes)
            continue
        for text in source.read((argument,), but, max_bytes):
            if isinstance(text, Text):
                yield from _of_text(text, task, ends)
            else:
                yield NoPuzzle(str(text)) if isinstance(text, source.Unreadable) else text


def strict(arguments: tuple[str, ...], task: str | None = None) -> Iterator[Puzzle]:
    """Yield every puzzle named by the arguments; raise the first error, but pass over files of folders without one."""
    for item in puzzles(arguments, task):
        if isinstance(item, TrmError):
            if not isinstance(item, NoPuzzle):
                raise item
            continue
        yield item


def place(text: str) -> tuple[int, int]:
    """Return the row and column, from 0, of a place as users write it, from 1; a ValueError for anything else.

    >>> place("1,2")
    (0, 1)
    """
    match = re.fullmatch(r"\s*(\d{1,4})\s*,\s*(\d{1,4})\s*", text)
    if match is None or "0" in (match[1], match[2]):
        raise ValueError(f"{text!r} is no ROW,COLUMN, both counted from 1")
    return int(match[1]) - 1, int(match[2]) - 1


def _of_text(text: Text, task: str | None, ends: Ends) -> Iterator[Puzzle | TrmError]:
    """Yield the puzzles of a text; where there is none, one error for all."""
    errors: list[TrmError] = []
    is_empty = True
    for item in chain.from_iterable(_of_part(*part, task, ends) for part in _parts(text.name, text.text)):
        if isinstance(item, Puzzle):
            yield from errors
            errors, is_empty = [], False
        elif is_empty:
            errors.append(item)
            if len(errors) == MOST_ERRORS:
                break
            continue
        yield item
    if not is_empty or not errors:
        yield from errors
    elif text.is_found and isinstance(errors[0], UnknownTask):
        yield NoPuzzle(str(errors[0]))
    elif len(errors) == 1:
        yield errors[0]
    else:
        yield ParseError(f"{errors[0]}; no puzzle in it, and {len(errors) - 1} more errors like this")


def _of_part(name: str, text: str, task: str | None, ends: Ends) -> Iterator[Puzzle | TrmError]:
    try:
        found = task or detect(text)
    except UnknownTask as error:
        yield UnknownTask(f"{name}: {error}")
        return
    if ends == NOWHERE:
        yield from domain(found).parse(text, name)
    elif found == "maze":
        yield from _forms(found).read(text, name, ends)
    else:
        yield ParseError(f"{name}: --start and --goal are for mazes, and this is taken for {found}")


def _parts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of results of several tasks apart, named by their numbers, and any other text whole."""
    told = {line: match[1] for line in text.splitlines() if (match := TOLD.match(line))} if TOLD.match(text) else {}
    if len({*told.values()}) < 2:
        yield name, text
        return
    yield from ((f"{name}:{n}", line) for n, line in enumerate(text.splitlines(), 1) if line.strip())


def _arriving(task: str | None, ends: Ends, max_bytes: int) -> Iterator[Puzzle | TrmError]:
    """Yield what comes on standard input; of puzzles that come one by one, the first has no number in its name."""
    number = 0
    try:
        for chunk in arrival.chunks(source.arrivals(max_bytes)):
            if chunk.is_all:
                yield from _of_text(Text(STDIN, chunk.text), task, ends)
                return
            found = task or chunk.task
            for item in chain.from_iterable(_of_part(*part, found, ends) for part in _parts(STDIN, chunk.text)):
                number += 1
                yield _moved(item, number, chunk.n_before)
    except DataError as error:
        yield error


def _moved(item: Puzzle | TrmError, number: int, n_before: int) -> Puzzle | TrmError:
    """Return a puzzle or error of a part of standard input with its place in all of it, after so many lines."""

    def moved(told: str) -> str:
        return PLACE.sub(lambda match: f"{STDIN}:{int(match[1]) + n_before}", told)

    if isinstance(item, TrmError):
        return type(item)(moved(str(item)))
    return replace(item, name=f"{STDIN}#{number}" if number > 1 else STDIN, source=moved(item.source))


def detect(text: str) -> str:
    """Return the task of a text by its content: the one whose readers are surest of it.

    Raises UnknownTask for what may be either, and for what is neither.

    >>> detect("#####\\n#S G#\\n#####"), detect("53..7...."), detect('[[1, 3, 2, 4]]')
    ('maze', 'sudoku', 'maze')
    """
    told = TOLD.match(text[:HEAD])
    if told and told[1] in TASKS:
        return told[1]
    head = text if len(text) <= HEAD else text[: text.rfind("\n", HEAD // 2, HEAD) + 1 or HEAD]
    if _is_either(head):
        raise UnknownTask("rows of 4 numbers may be Sudokus or mazes; say which: --task sudoku or --task maze")
    sure = {task: _forms(task).certainty(head) for task in TASKS}
    best = max(sure.values())
    tasks = [task for task in TASKS if sure[task] == best]
    other = next((words for sign, words in OTHERS.items() if re.match(sign, head, re.I)), "")
    if best == Certainty.NO or (best == Certainty.RESEMBLES and (other or (_is_prose(head) and not is_csv(head)))):
        raise UnknownTask(other or NEITHER)
    if "sudoku" in tasks and len(set(head) & set("123456789")) > 2:  # too many for the walls and ends of a maze
        return "sudoku"
    if best >= Certainty.LIKELY and len(tasks) > 1:
        raise UnknownTask(f"this may be of {' or '.join(tasks)}; say which with --task")
    return tasks[0]


def _forms(task: str) -> Any:
    """Return the module of a task that knows how its puzzles are written."""
    return import_module(f"trm_cli.domains.{task}.text")


def _is_prose(text: str) -> bool:
    """Tell sentences from puzzles with titles: by letters that no puzzle has, in lines that are no comments."""
    told = "".join(line for line in text.splitlines() if not line.startswith("#")).lower()
    return len(re.findall("[h-nprt-wyz]", told)) > len(re.findall(r"[^a-z\s]", told))


def _is_either(text: str) -> bool:
    """Tell rows of four numbers up to 4 with one 3 and one 4: a 4x4 Sudoku of few givens, or a maze of tokens."""
    if not re.match(r"\s*\[[\[\s]*\d", text):
        return False
    rows = [re.findall(r"\d+", row) for row in re.findall(r"\[([\d\s,]+)(?:\]|$)", text)]
    if {len(row) for row in rows} != {4} or len(rows) % 4:
        return False
    counts = [Counter(chain(*rows[i : i + 4])) for i in range(0, len(rows), 4)]
    return all(count["3"] == count["4"] == 1 and count.keys() <= set("01234") for count in counts)
