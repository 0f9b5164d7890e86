"""Every form in which people write ARC tasks; other files of ARC are recognised only to say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import PurePath

import numpy as np

from trm_cli.domain import Certainty
from trm_cli.domains import literals
from trm_cli.domains.arc import arrows, labels, values
from trm_cli.domains.arc.values import Pair, Task
from trm_cli.domains.written import HEAD, Reader, read_json, trimmed
from trm_cli.errors import OtherFile, ParseError
from trm_cli.puzzle import Example, Puzzle

__all__ = ["READERS", "certainty", "read"]

SOLVE = "solve the file with the tasks instead"
FIELDS = r"(?:\s*\"\w+\"\s*:\s*(?:\"(?:[^\"\\]|\\.)*\"|[\d.]+|null)\s*,)*"
"""Other fields of a JSON object, before the one that is looked for."""
SUBMISSION = f"a submission, with answers to ARC tasks; {SOLVE}"
SOLUTIONS = f"solutions of ARC tasks, without the tasks; {SOLVE}"
PAIRS = "pairs of one ARC task without a test, as RE-ARC and BARC make them; trm train reads those of RE-ARC"
LOOSE = "pairs of grids as of an ARC task, but no test input to solve"
OTHERS = {
    rf"[\s\[{{]*(\"[\w-]+\"\s*:[\s\[{{]*)?{FIELDS}\s*\"attempt_1\"": SUBMISSION,
    r"output_id\s*,\s*output": SUBMISSION,
    r"\s*\{\s*\"[0-9a-f]{8}\"\s*:\s*\[\s*\[\s*\[": SOLUTIONS,
    r"\s*\{\s*\"[\w-]+\"\s*:\s*\[\s*\{\s*\"output\"\s*:\s*\[": SOLUTIONS,
    rf"\s*\[\s*\{{{FIELDS}\s*\"(input|output)\"\s*:\s*\[\s*\[": PAIRS,
    rf"[\s\[]*\{{{FIELDS}\s*\"examples\"\s*:\s*\[\s*\[\s*\[\s*\[": PAIRS,
    r"\s*\{[^\[\]]*\"task_results\"": f"results of a benchmark of ARC, not tasks; {SOLVE}",
    r"\s*\{[^\[\]]*\"game_id\"[^\[\]]*\"frame\"": "a recording of an ARC-AGI-3 game; only tasks with pairs are solved",
}
"""Other files of ARC: a pattern of how they begin, and what they are, in words."""
PART = re.compile(
    r"""(["']?)\b(train(ing)?|((train(ing)?|test)[_-]?)?(examples|pairs|demos)|demonstrations|tests?|test[_-]?inputs?)\1"""
    r"""\s*[:=]\s*[\[{(]""",
    re.IGNORECASE,
)
"""The name of a part of a task, and the bracket behind it."""
OF_PAIR = re.compile(r"(?:^|_)(in|out)puts?(?:_(?:grid|array|example)s?)?_?\d*$", re.IGNORECASE)
"""The name of a variable that holds an input or an output, or a list of them."""
ABOUT = re.compile(r"\barc\b|pixel|colou?r", re.IGNORECASE)
"""Words in programs about ARC."""
LOOKED_AT = 4
"""Puzzles that are read, at most, to decide whether a text is ARC tasks."""


class Values(Reader[Task]):
    """JSON, JSON lines, and the literals of programs, also with other text around them."""

    def fits(self, text: str) -> bool:
        """Look for the parts of a task in JSON, or for a whole task in any other text."""
        if not PART.search(text):
            return False
        is_plain = re.match(r"\s*\{", text) and re.search(r'"(train|test)"\s*:\s*\[', text)
        return bool(is_plain) or any(_found(_of_literals(text, "", "")))

    def read(self, text: str, name: str) -> Iterator[Task | ParseError]:
        """Yield every task in the values; if there is none, one error."""
        stem, n_found = PurePath(name).stem, 0
        flaw = None
        if trimmed(text)[:1] in ("[", "{"):
            contents = [*read_json(text.lstrip("\ufeff"), name)]
            # What begins like JSON may be a literal of Python, but not if its end is missing.
            if isinstance(contents[0], ParseError) and len(contents) == 1:
                flaw = contents[0]
                is_whole = text.count("[") == text.count("]") and text.count("{") == text.count("}")
                found = _of_literals(text, stem, name) if is_whole else iter(())
            else:
                found = _of_contents(contents, stem, name)
        else:
            found = _of_literals(text, stem, name)
        for task in found:
            n_found += 1
            yield task
        if not n_found:
            yield flaw or ParseError(f"{name}: expected an ARC task, an object with train and test")


def _of_contents(contents: list[object], stem: str, name: str) -> Iterator[Task | ParseError]:
    """Yield the tasks of one value of JSON, or of one a line."""
    if len(contents) == 1:
        yield from values.tasks(contents[0], stem, name)
        return
    # A task of its own on each line is known by its name in it, as in a list.
    for n, content in enumerate(contents, 1):
        if isinstance(content, ParseError):
            yield content
        else:
            yield from values.tasks(content, values.own_name(content) or f"{stem}#{n}", f"{name}:{n}")


def _of_literals(text: str, stem: str, name: str) -> Iterator[Task | ParseError]:
    """Yield the tasks in the literals of a program."""
    found = [
        (task, line)
        for _, value, line in literals.literals(text)
        for task in values.tasks(value, stem, name)
        if isinstance(task, Task)
    ]
    for i, (task, line) in enumerate(found, 1):
        # Tasks without names are numbered in the whole text, not in each literal.
        number = f"{stem}#{i}" if len(found) > 1 else stem
        is_named = task.identifier != stem and not task.identifier.startswith(f"{stem}#")
        yield task._replace(identifier=task.identifier if is_named else number, place=f"{name}:{line}")


class Labels(Reader[Task]):
    """Grids below `input`, `output` and `test`, as in the prompts for language models."""

    WORDS = ("input", "output")

    def fits(self, text: str) -> bool:
        """Look for the words, and for a whole task."""
        lowered = text.lower()
        if not all(word in lowered for word in self.WORDS):
            return False
        first = next(_found(labels.tasks(text, "", "")), None)
        return first is not None and not all(map(_is_sudoku, first.demos))

    def read(self, text: str, name: str) -> Iterator[Task | ParseError]:
        """Yield every task that is shown with a test input."""
        yield from labels.tasks(text, PurePath(name).stem, name)


class Arrows(Reader[Task]):
    """Grids with arrows from inputs to outputs."""

    def fits(self, text: str) -> bool:
        """Look for a whole task."""
        if not arrows.ARROW.search(text):
            return False
        first = next(_found(arrows.tasks(text, "", "")), None)
        return first is not None and not all(map(_is_sudoku, first.demos))

    def read(self, text: str, name: str) -> Iterator[Task | ParseError]:
        """Yield the one task."""
        yield from arrows.tasks(text, PurePath(name).stem, name)


READERS: tuple[Reader[Task], ...] = (Values(), Labels(), Arrows())


def _found(tasks: Iterator[Task | ParseError]) -> Iterator[Puzzle]:
    """Yield the test inputs among the first ones of a text that are sound."""
    items = chain.from_iterable(values.puzzles(task) for task in tasks if isinstance(task, Task))
    return (item for item in islice(items, LOOKED_AT) if isinstance(item, Puzzle))


def _is_sudoku(demo: Example) -> bool:
    """Tell whether a demonstration is a Sudoku and its solution, as in the description of an exercise."""
    given, solved = demo
    is_filled = given.shape == solved.shape == (9, 9) and solved.all()
    return bool(is_filled and ((given == 0) | (given == solved)).all() and (np.sort(solved) == np.arange(1, 10)).all())


def certainty(text: str) -> Certainty:
    """Return how sure it is that the first part of a text is ARC tasks, or a file that goes with them: KNOWN or NO."""
    is_known = bool(_other(text)) or any(reader.fits(text) for reader in READERS) or _is_pairs(text)
    return Certainty.KNOWN if is_known else Certainty.NO


def _other(text: str) -> str:
    return next((words for char, words in OTHERS.items() if re.match(char, text)), "")


def _is_pairs(text: str) -> bool:
    """Tell whether a program or a page has inputs and outputs of ARC tasks, though no task: at least two pairs.

    One pair in variables is enough beside words about ARC. Pairs of zeros and ones may be mazes with their paths.
    """
    lowered = text.lower()
    is_candidate = "[[" in re.sub(r"\[\s+", "[", text) and "input" in lowered and "output" in lowered
    # Programs about other puzzles have pairs of grids too.
    if not is_candidate or re.search("maze|labyrinth|sudoku", lowered):
        return False
    pairs: list[Pair] = []
    named: dict[str, list[object]] = {"in": [], "out": []}
    for name, value, _ in literals.literals(text):
        pairs += values.loose_pairs(value)
        side = OF_PAIR.search(name)
        grids = [value] if values.is_in_digits(value) else value if isinstance(value, list) else []
        named[side[1].lower() if side else "in"] += [grid for grid in grids if side and values.is_in_digits(grid)]
    if ABOUT.search(text):
        pairs += 2 * [Pair(a, b, "") for a, b in zip(named["in"], named["out"], strict=False)]
    return len(pairs) > 1 and not all(map(_is_of_puzzles, pairs))


def _is_of_puzzles(pair: Pair) -> bool:
    """Tell whether a pair may be a Sudoku or a maze, and its answer: two grids of one size."""
    sizes = [[len(row) for row in rows] for rows in (pair.input, pair.output)]
    is_full = not any(0 in row for row in pair.output) and len(pair.input) in (4, 6, 9)
    is_of_bits = all(cell < 2 for rows in (pair.input, pair.output) for row in rows for cell in row)
    return sizes[0] == sizes[1] and (is_full or is_of_bits)


def read(text: str, name: str) -> Iterator[Puzzle | ParseError]:
    """Yield a puzzle for every test input of the tasks in a text, and an error for each task that has a flaw."""
    head = text if len(text) <= HEAD else text[: text.rfind("\n", HEAD // 2, HEAD) + 1 or HEAD]
    if other := _other(head):
        yield OtherFile(f"{name}: {other}")
        return
    reader = next((reader for reader in READERS if reader.fits(head)), None)
    if reader is None and _is_pairs(head):
        yield OtherFile(f"{name}: {LOOSE}")
        return
    reader = reader or READERS[0]
    for task in reader.read(text, name):
        yield from [task] if isinstance(task, ParseError) else values.puzzles(task)
