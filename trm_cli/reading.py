"""Read the files, folders and texts that a user names: they become puzzles and errors, in order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from trm_cli import source
from trm_cli.domain import NOWHERE, Certainty, Ends
from trm_cli.domains import TASKS, arrival, domain, published
from trm_cli.domains.marked import unmarked
from trm_cli.domains.written import HEAD, is_csv, read_json, trimmed
from trm_cli.errors import DataError, Flawed, NoPuzzle, OtherFile, ParseError, TrmError, UnknownTask
from trm_cli.puzzle import Puzzle
from trm_cli.source import MAX_BYTES, NO_LIMIT, STDIN, Text

RESULT = re.compile(r'\s*\{[^{}]*"task"\s*:\s*"(\w+)"')
"""The task in a result of `trm solve --json`."""
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
FORMS = "docs/formats.md lists the forms that can be read"
NEITHER = "neither a Sudoku nor a maze nor an ARC task is recognised here; name what it is with --task"
OTHERS = {
    r"\s*version https://git-lfs": "a pointer of Git LFS; git lfs pull fetches the file itself",
    r"\s*<(!doctype html|html)": "a web page; save the puzzle itself",
    r"\s*\{\s*\"cells\"\s*:\s*\[\s*\{\s*\"(cell_type|attachments)\"": "a Jupyter notebook; save the puzzle itself",
}
"""Texts that are often given by mistake: a pattern of how they begin, and what they are, in words."""
MOST_PROMPTS = 20
"""Texts in JSON without a puzzle after which the rest is not looked at."""
MOST_ERRORS = 500
"""Errors after which a text without a puzzle is given up."""
PLACE = re.compile(rf"(?:^|(?<= and )){STDIN}:(\d+)")


def puzzles(
    arguments: tuple[str, ...],
    task: str | None = None,
    but: Path | None = None,
    ends: Ends = NOWHERE,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Puzzle | TrmError]:
    """Yield every puzzle named by the arguments, and an error in the place of each that cannot be read.

    A file without a puzzle gives one error, which is a NoPuzzle if the file was in a folder; a folder with nothing but
    such files gives one more error, for the folder. The file `but` is left out of folders. `ends` are start and goal of
    mazes, as `place` returns them. Standard input is read as it arrives: puzzles on one line, and complete grids, are
    yielded before the rest has come.
    """
    for argument in arguments:
        n_items = n_others = 0
        for item in _of_argument(argument, task, but, ends, max_bytes):
            n_items += 1
            n_others += isinstance(item, NoPuzzle)
            yield item
        if 0 < n_others == n_items:
            name = source.shown_name(argument)
            yield DataError(f"{name}: no puzzle in the files of this folder ({n_others} read); {FORMS}").about(name)


def _of_argument(
    argument: str, task: str | None, but: Path | None, ends: Ends, max_bytes: int
) -> Iterator[Puzzle | TrmError]:
    # Data sets in the published layout first, then all other files of a folder.
    for folder in published.splits(Path(argument)):
        try:
            yield from published.puzzles(folder)
        except DataError as error:
            yield error.about(str(folder))
    if argument == "-":
        yield from _arriving(task, ends, max_bytes)
        return
    for text in source.read((argument,), but, max_bytes):
        if isinstance(text, Text):
            for item in _of_text(text, task, ends):
                yield item.about(text.name) if isinstance(item, TrmError) else item
        else:
            yield NoPuzzle(str(text)).about(text.name) if isinstance(text, source.Unreadable) else text


def strict(arguments: tuple[str, ...], task: str | None = None) -> Iterator[Puzzle]:
    """Yield every puzzle named by the arguments; raise the first error, but skip files of folders without a puzzle.

    The files may be of any size, since the commands that need this read data sets.
    """
    for item in puzzles(arguments, task, max_bytes=NO_LIMIT):
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
    """Yield the puzzles of a text; if there is none, one error for all of it."""
    # Errors before the first puzzle wait: they are shown only if a puzzle follows.
    errors: list[TrmError] = []
    is_empty = True
    for item in chain.from_iterable(_of_part(*part, task, ends) for part in _parts(text.name, unmarked(text.text))):
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
    # A file without a suffix may be anything, whatever it looks like.
    elif text.is_found and (isinstance(errors[0], UnknownTask | OtherFile) or not Path(text.name).suffix):
        yield NoPuzzle(str(errors[0]))
    # The error of something that certainly is a puzzle says more than those of the words around it.
    elif flaw := next((error for error in errors if isinstance(error, Flawed)), None):
        yield flaw
    elif line := _cut_line(text.text):
        yield ParseError(f"{text.name}:{line}: the JSON ends in the middle; the file seems to be cut off")
    elif len(errors) == 1:
        yield errors[0]
    else:
        yield ParseError(f"{errors[0]}; no puzzle in it, and {len(errors) - 1} more errors like this")


def _cut_line(text: str) -> int | None:
    """Return the last line of JSON that is right up to its end, but not complete; None for another text."""
    text = text.strip()
    if not text.startswith(("{", "[")):
        return None
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        # A text in quotes that does not end is an error where it begins.
        is_cut = error.pos >= len(text) or error.msg.startswith("Unterminated string")
        return text.count("\n") + 1 if is_cut else None
    except (ValueError, RecursionError):
        return None
    return None


def _of_part(name: str, text: str, task: str | None, ends: Ends) -> Iterator[Puzzle | TrmError]:
    try:
        known = task or detect(text)
    # A text that no task recognises is an error at its own place, unless it is JSON with such texts in it.
    except UnknownTask as error:
        prompts = [*_prompts(name, text)]
        for part in prompts:
            yield from _of_part(*part, task, ends)
        if not prompts:
            yield UnknownTask(f"{name}: {error}")
        return
    of_task = domain(known)
    if ends != NOWHERE:
        yield from of_task.parse_between(text, name, ends)
        return
    items, beside = of_task.parse(text, name), of_task.file_of_answers(name)
    # The answers of some data sets are in a file of their own.
    for answers in source.read((beside,)) if beside and Path(beside).is_file() else ():
        items = of_task.answered(items, answers.text, beside) if isinstance(answers, Text) else items
    yield from items


def _parts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield results of several tasks line by line, named by their numbers, and any other text as a whole."""
    matches = map(RESULT.match, text.splitlines()) if RESULT.match(text) else ()
    if len({match[1] for match in matches if match}) < 2:
        yield name, text
        return
    yield from ((f"{name}:{n}", line) for n, line in enumerate(text.splitlines(), 1) if line.strip())


def _prompts(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Yield the first text that is recognised in each object of JSON or of JSON lines, as in the prompts of chats."""
    is_json = trimmed(text)[:1] in ("[", "{")
    if not is_json or not any(match[0].count("\\n") > 2 for match in STRING.finditer(text[: 10 * HEAD])):
        return
    values = [*read_json(text, name)]
    # A list of the messages of one chat is one value.
    if len(values) == 1 and isinstance(values[0], list) and not any(map(_is_message, values[0])):
        (values,) = values
    n_found = n_tried = 0
    for n, value in enumerate(values, 1):
        for inside in map(unmarked, _texts(value)):
            n_tried += 1
            if _is_known(inside):
                n_found += 1
                yield f"{name}:{n}" if len(values) > 1 else name, inside
                break
        if n_tried >= MOST_PROMPTS and not n_found:
            return


def _is_message(value: object) -> bool:
    return isinstance(value, dict) and "role" in value


def _texts(value: object) -> Iterator[str]:
    """Yield the texts of several lines in a value of JSON, but not those that a model or a system says."""
    if isinstance(value, str) and value.count("\n") > 2:
        yield value
    elif isinstance(value, list):
        yield from chain.from_iterable(map(_texts, value))
    elif isinstance(value, dict) and value.get("role") not in ("assistant", "system"):
        yield from chain.from_iterable(map(_texts, value.values()))


def _is_known(text: str) -> bool:
    try:
        return bool(detect(text))
    except UnknownTask:
        return False


def _arriving(task: str | None, ends: Ends, max_bytes: int) -> Iterator[Puzzle | TrmError]:
    """Yield the puzzles of standard input; if they come one by one, the first has no number in its name."""
    number = 0
    try:
        for chunk in arrival.chunks(source.arrivals(max_bytes)):
            if chunk.is_all:
                yield from _of_text(Text(STDIN, chunk.text), task, ends)
                return
            # The form of the text may already say which task it is; if not, each part is looked at.
            known = task or chunk.task
            for item in chain.from_iterable(_of_part(*part, known, ends) for part in _parts(STDIN, chunk.text)):
                number += 1
                yield _moved(item, number, chunk.n_before)
    except DataError as error:
        yield error


def _moved(item: Puzzle | TrmError, number: int, n_before: int) -> Puzzle | TrmError:
    """Return a puzzle or error of a part of standard input with its place in the whole, `n_before` lines later."""

    def moved(words: str) -> str:
        return PLACE.sub(lambda match: f"{STDIN}:{int(match[1]) + n_before}", words)

    if isinstance(item, TrmError):
        return type(item)(moved(str(item)))
    return replace(item, name=f"{STDIN}#{number}" if number > 1 else STDIN, source=moved(item.source))


def detect(text: str) -> str:
    """Return the name of a text's task: the task that is surest that the text holds its puzzles.

    Raises an UnknownTask if two tasks are equally sure, if none is, or if the text is empty.

    >>> detect("#####\\n#S G#\\n#####"), detect("53..7...."), detect('[[1, 3, 2, 4]]')
    ('maze', 'sudoku', 'maze')
    """
    if not text.strip():
        raise UnknownTask(f"there is nothing in it; {FORMS}")
    result = RESULT.match(text[:HEAD])
    if result and result[1] in TASKS:
        return result[1]
    # Cut after a line, so that no puzzle at the end of the head looks broken.
    head = text if len(text) <= HEAD else text[: text.rfind("\n", HEAD // 2, HEAD) + 1 or HEAD]
    # Ask every task how sure it is, on the first part of the text only.
    sure = {task: domain(task).certainty(head) for task in TASKS}
    best = max(sure.values())
    tasks = [task for task in TASKS if sure[task] == best]
    other = next((words for char, words in OTHERS.items() if re.match(char, head, re.I)), "")
    if best == Certainty.NO or (best <= Certainty.RESEMBLES and (other or (_is_prose(head) and not is_csv(head)))):
        raise UnknownTask(other or NEITHER)
    if best >= Certainty.LIKELY and len(tasks) > 1:
        raise UnknownTask(f"this may be {' or '.join(tasks)}; say which: {' or '.join(f'--task {t}' for t in tasks)}")
    return tasks[0]


def _is_prose(text: str) -> bool:
    """Tell whether a text is sentences: more of its characters are letters that no puzzle has than other characters."""
    text = "".join(line for line in text.splitlines() if not line.startswith("#")).lower()
    return len(re.findall("[h-nprt-wyz]", text)) > len(re.findall(r"[^a-z\s]", text))
