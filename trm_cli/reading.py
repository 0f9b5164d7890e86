"""From what the user names to puzzles and errors, in order: `source` and `Domain.parse` joined."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from trm_cli import source
from trm_cli.domains import TASKS, domain, published
from trm_cli.domains.written import QUESTIONS, is_csv, read_csv
from trm_cli.errors import DataError, TrmError, UnknownTask
from trm_cli.puzzle import Puzzle

HEAD = 20_000
"""Characters that are looked at to tell the task of a text."""
WALLS = set("#█Xx|│┃║─━═┌╔┏+")
MAZE = WALLS | set(" .·SAGEBosageb-")
TOLD = re.compile(r'\s*\{[^{}]*"task"\s*:\s*"(\w+)"')
"""The task in what `trm solve --json` writes."""
ASKED = re.compile(rf'[\s\[]*\{{[^{{}}]*?"(?:{"|".join(QUESTIONS)})"\s*:\s*"((?:[^"\\]|\\.)*)"')
"""The first puzzle in JSON that names it."""
BLANKS = set(".0_*")
NEITHER = "neither a Sudoku nor a maze nor an ARC task is recognised here; name what it is with --task"


def puzzles(
    arguments: tuple[str, ...], task: str | None = None, but: Path | None = None
) -> Iterator[Puzzle | TrmError]:
    """Yield every puzzle named by the arguments, and an error in the place of each that cannot be read.

    The file `but` is left out of folders.
    """
    for argument in arguments:
        for folder in published.splits(Path(argument)):
            try:
                yield from published.puzzles(folder)
            except DataError as error:
                yield error
        yield from _texts(argument, task, but)


def strict(arguments: tuple[str, ...], task: str | None = None) -> Iterator[Puzzle]:
    """Yield every puzzle named by the arguments; raise the first error."""
    for item in puzzles(arguments, task):
        if isinstance(item, TrmError):
            raise item
        yield item


def _texts(argument: str, task: str | None, but: Path | None) -> Iterator[Puzzle | TrmError]:
    for text in source.read((argument,), but):
        if isinstance(text, TrmError):
            yield text
            continue
        for name, content in _parts(*text):
            try:
                found = task or detect(content)
            except UnknownTask as error:
                yield UnknownTask(f"{name}: {error}")
            else:
                yield from domain(found).parse(content, name)


def _parts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of results of several tasks apart, named by their numbers, and any other text whole."""
    told = {line: match[1] for line in text.splitlines() if (match := TOLD.match(line))} if TOLD.match(text) else {}
    if len({*told.values()}) < 2:
        yield name, text
        return
    yield from ((f"{name}:{n}", line) for n, line in enumerate(text.splitlines(), 1) if line.strip())


def detect(text: str) -> str:
    """Return the task of a text by its content: mazes have walls and letters for their ends, Sudokus have digits.

    Raises UnknownTask for what may be either, and for what is neither.

    >>> detect("#####\\n#S G#\\n#####"), detect("53..7...."), detect('[[1, 3, 2, 4]]')
    ('maze', 'sudoku', 'maze')
    """
    head = text[:HEAD]
    if re.match(r"\s*\{", head) and re.search(r'"(train|test)"\s*:\s*\[', head):
        return "arc"
    told = TOLD.match(head)
    if told and told[1] in TASKS:
        return told[1]
    if is_csv(head):
        head = next((row.question for row in read_csv(head)), "")
    elif asked := ASKED.match(head):
        with suppress(ValueError):  # it is told when it is parsed
            head = json.loads(f'"{asked[1]}"', strict=False)
    if re.match(r"\s*\[[\[\s]*\d", head):
        return _of_rows(head)
    lines = [line for line in head.splitlines() if not line.startswith("# ") or set(line) <= MAZE]
    chars = set("".join(lines))
    if _is_prose(lines):
        raise UnknownTask(NEITHER)
    if chars & set("123456789"):
        return "sudoku"
    has_ends = bool(chars & set("SAsa") and chars & set("GEBgeb"))
    n_walls = sum(set(line) <= MAZE and bool(set(line) & set("#█")) for line in lines)
    if (has_ends and (chars & WALLS or chars <= MAZE)) or 2 * n_walls > len(lines):
        return "maze"
    if chars & BLANKS or not chars:
        return "sudoku"
    raise UnknownTask(NEITHER)


def _is_prose(lines: list[str]) -> bool:
    """Tell sentences from puzzles with titles: by letters that no puzzle has, in lines that are no comments."""
    text = "".join(line for line in lines if not line.startswith("#")).lower()
    return len(re.findall("[h-nprt-wyz]", text)) > len(re.findall(r"[^a-z\s]", text))


def _of_rows(head: str) -> str:
    """Tell a task by rows of numbers: a maze is of 1 and 2, with one 3 and one 4, as is a 4x4 Sudoku of few givens."""
    rows = [re.findall(r"\d+", row) for row in re.findall(r"\[([\d\s,]+)(?:\]|$)", head)]
    count = Counter(chain(*rows))
    if not count.keys() <= set("012345"):
        return "sudoku"
    if {len(row) for row in rows} == {4} and len(rows) % 4 == 0 and "5" not in count:
        grids = [Counter(chain(*rows[i : i + 4])) for i in range(0, len(rows), 4)]
        if all(grid["3"] == grid["4"] == 1 for grid in grids):
            raise UnknownTask("rows of 4 numbers may be Sudokus or mazes; say which: --task sudoku or --task maze")
        return "sudoku"
    has_few_ends = 0 < count["3"] < 2 + count.total() // 16 and abs(count["3"] - count["4"]) < 2
    return "maze" if has_few_ends else "sudoku"
