"""ARC tasks as people show them to a language model: grids below the words `input`, `output` and `test`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trm_cli.domains.arc.values import NUMBERS, Pair, Task
from trm_cli.domains.written import uncommented

LABEL = re.compile(
    r"([^:=\[\]]{0,40}?)\b(in|out)put\b([^:=\[\]]{0,24}?)(?:\s*(?:[:=][:=\s*_`]*|(?=\[))(\S.*))?[:=\s*_`]*",
    re.IGNORECASE,
)
"""Words around `input` or `output`, and what follows on the line."""
TEST = re.compile(r"(?i)tests?( *\d+)?\W*")
"""A line that says no more than that a test follows."""
CUT = re.compile(r"(?<=\]\])[ \t]+(?=\S)|[ \t]+(?=(?:\w+ )?(?:in|out)put\b[^\n\[\]]{0,20}\[\[)", re.IGNORECASE)
"""Where a line with several grids is cut: after a grid, and before the words of the next one."""
KIND = re.compile(
    r"\b(tests?)(?:[ _-](?:examples?|pairs?))?(?!\w| cases?\b)"
    r"|\b(?:train|training|examples?|demonstrations?)(?![a-z])",
    re.IGNORECASE,
)
ATTEMPT = re.compile(r"\b(generated|predicted|transformed|actual|computed|your|my)\b", re.IGNORECASE)
"""Words before a grid that is somebody's answer."""
NAME = re.compile(r"\b(?:task|id|puzzle)\b\W.{0,20}?\b([0-9a-f]{8})\b|\btask_id\W{1,4}([0-9a-f]{8})\b", re.IGNORECASE)
ROW = re.compile(r"\d+|\d(?:[ ,\t]+\d)*")
SQUARES = str.maketrans("⬛🟦🟥🟩🟨⬜🟪🟧🟫", "012345679", "\ufe0f")
"""The colours of squares, and the numbers that they stand for."""
TAGGED = re.compile(r"<\w*(?:in|out)put\w*>", re.IGNORECASE)
TAG = re.compile(r"<(/?)(\w+)[^<>\n]*>")
"""A tag around a grid or an example, as in prompts."""
ASKED = re.compile(r"\W*(?:\w+\W+){0,3}?output\b[^\n?\d:=\[]{0,20}\d{0,2}[\s:=*`]*(?:\?|\Z)", re.IGNORECASE)
"""An output that a text asks for: a question mark, or nothing at its end."""
BRACKETED = re.compile(r"[\[({]([^\[\](){}]+)[\])}]")
FENCE = re.compile(r"`{3}\w*|[\[({]*")
LOOKED_AT = 64
"""Lines below a label in which its grid ends."""
MOST_BETWEEN = 3
"""Blank lines and fences between a label and its grid, at most."""


def in_digits(text: str) -> str:
    """Return a text with digits for squares of the colours."""
    return text if text.isascii() else text.translate(SQUARES)


class Shown(NamedTuple):
    """A grid with a label: its rows and the line of the label.

    `name` is that of the task, if it stands above the grid.
    """

    rows: list[str]
    number: int
    is_output: bool
    is_test: bool
    name: str


def tasks(text: str, identifier: str, name: str) -> Iterator[Task]:
    """Yield the tasks of a text that have demonstrations and a test input.

    A task ends where a demonstration follows a test input. It is known by the name of an ARC task above it, or else by
    its number. The same task again, as in an answer of a model, is left out.
    """
    found: dict[str, Task] = {}
    for task in _tasks(text, name):
        demos = [demo for demo in task.demos if demo.output is not None]
        if demos and task.tests:
            content = repr([(pair.input, pair.output) for pair in demos] + [test.input for test in task.tests])
            found.setdefault(content, task._replace(demos=demos))
    for i, task in enumerate(found.values(), 1):
        yield task._replace(identifier=task.identifier or (f"{identifier}#{i}" if len(found) > 1 else identifier))


def _tasks(text: str, name: str) -> Iterator[Task]:
    """Yield everything between the first demonstration of a task and that of the next one."""
    task, last = Task("", name, [], []), None
    lines = uncommented(text).splitlines()
    for shown in _shown(text):
        if shown.is_output:
            # Only the first output after an input belongs to it.
            if last is not None and last[-1].output is None:
                last[-1] = last[-1]._replace(output=shown.rows)
            last = None
            continue
        if task.tests and not shown.is_test:
            yield task
            task = Task("", name, [], [])
        task = task._replace(identifier=task.identifier or shown.name)
        last = task.tests if shown.is_test else task.demos
        last.append(Pair(shown.rows, None, f"{name}:{shown.number}"))
        # An input behind at least two pairs whose output is asked for is the test, whatever the words say.
        below = [line for line in lines[shown.number : shown.number + LOOKED_AT] if line.strip()][len(shown.rows) :]
        if len(last) > 2 and not (task.demos and task.tests) and ASKED.match("\n".join(below)):
            task = task._replace(demos=last[:-1], tests=last[-1:])
            last = task.tests
    yield task


def _shown(text: str) -> Iterator[Shown]:
    """Yield the grids that stand behind or below a label."""
    text = uncommented(in_digits(text))
    text = TAG.sub(_words, text) if TAGGED.search(text) else text
    numbered = enumerate(text.splitlines(), 1)
    lines = [(n, part) for n, line in numbered for part in CUT.split(line)]
    is_test, name, at = False, "", 0
    while at < len(lines):
        number, line = lines[at]
        at += 1
        bare = line.strip(" \t#*>`_=-|\"'")
        label = LABEL.fullmatch("test input" if TEST.fullmatch(bare) else bare)
        words = f"{label[1]} {label[3]}" if label else ""
        is_label = label is not None and not re.search("input|output", words, re.IGNORECASE)
        rows, end = _grid(label[4] or "", lines, at) if label and is_label and not ATTEMPT.search(words) else ([], at)
        # The last word before a grid that says what it is counts: `Example 2`, or `Now the test`.
        kinds = KIND.findall(words if rows else line)
        is_this_test = bool(kinds[-1]) if kinds else is_test
        if label and rows:
            yield Shown(rows, number, label[2].lower() == "out", is_this_test, name)
            # `Test input` is about this grid only, a title above a grid about those that follow too.
            is_test, name, at = is_test and not kinds, "", end
        else:
            is_test = is_this_test
            named = NAME.search(line)
            name = (named[1] or named[2]).lower() if named else name


def _words(tag: re.Match[str]) -> str:
    return "" if tag[1] else f"{tag[2].replace('_', ' ')}:"


def _grid(rest: str, lines: list[tuple[int, str]], at: int) -> tuple[list[str], int]:
    """Return the rows behind a label, and where the lines after them begin; no rows if there is something else."""
    if rest:
        return rows_of(rest) or [], at
    # Blank lines, fences and a bracket may come before the first row.
    start = at
    while at < len(lines) and at - start < MOST_BETWEEN and FENCE.fullmatch(lines[at][1].strip()):
        at += 1
    rows: list[str] = []
    while at < len(lines) and (found := rows_of(lines[at][1])):
        rows += found
        at += 1
    return rows, at


def rows_of(line: str) -> list[str] | None:
    """Return the rows of a grid on a line, each in brackets, or parted by `;`, `|` or `/`, or one; else None.

    Cells are digits or names of colours.

    >>> rows_of("[[0, 1], [2, 3]]"), rows_of(" [0 1 2]"), rows_of("0 1 2"), rows_of("012")
    (['0, 1', '2, 3'], ['0 1 2'], ['0 1 2'], ['012'])
    >>> rows_of("10 2"), rows_of("2 rows")
    (None, None)
    >>> rows_of("01;23"), rows_of("Red Black"), rows_of("- [1, 0]")
    (['01', '23'], ['2 0'], ['1, 0'])
    """
    line = re.sub(r"^\s*- (?=\[)", "", line).strip(" \t`,")
    if set(line) & set("[({"):
        return BRACKETED.findall(line) if re.fullmatch(r"[\d\s,'\"\[\](){}]*", line) else None
    # An upright parts rows only where it does not part cells.
    parts = re.split(r"\s*[;/]\s*" if " " in line else "[;/|]", line)
    if len(parts) > 1 and {*map(len, parts)} == {max(2, len(parts[0]))} and all(map(ROW.fullmatch, parts)):
        return parts
    words = line.lower().split() if line[:1].isalpha() else []
    if words and all(word in NUMBERS for word in words):
        return [" ".join(str(NUMBERS[word]) for word in words)]
    return [line.replace("|", " ")] if re.fullmatch(r"\d+|\d(?:[ ,\t|]+\d)*", line) else None
