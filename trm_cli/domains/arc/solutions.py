"""Kaggle's pairs of files: tasks in `..._challenges.json`, and the answers of their tests in `..._solutions.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from trm_cli.domains.arc import values
from trm_cli.domains.written import parsed
from trm_cli.errors import ParseError
from trm_cli.puzzle import Puzzle

CHALLENGES, SOLUTIONS = "challenges", "solutions"


def file_beside(name: str) -> str:
    """Return the name of the file of answers that goes with a file of tasks; empty if none can go with it.

    >>> file_beside("data/arc-agi_training_challenges.json"), file_beside("data/a.json")
    ('data/arc-agi_training_solutions.json', '')
    """
    path = PurePath(name)
    return str(path.with_name(path.name.replace(CHALLENGES, SOLUTIONS))) if CHALLENGES in path.name else ""


def answered(items: Iterable[Puzzle | ParseError], text: str, name: str) -> Iterator[Puzzle | ParseError]:
    """Yield the test inputs of tasks with their answers in a file, `{id: [rows, ...]}`, where they have none yet."""
    content = parsed(text, name)
    known: dict[str, Any] = content if isinstance(content, dict) else {}
    numbers: Counter[str] = Counter()
    for item in items:
        if isinstance(item, ParseError):
            yield item
            continue
        # The answers of a task are in the order of its test inputs.
        n, answers = numbers[item.identifier], known.get(item.identifier)
        numbers[item.identifier] += 1
        answer = answers[n] if isinstance(answers, list) and n < len(answers) else None
        rows = answer.get("output") if isinstance(answer, dict) else answer
        if rows is None or item.solution is not None:
            yield item
            continue
        try:
            yield replace(item, solution=values.grid(rows, f"{name}[{item.identifier}][{n}]"))
        except ParseError as error:
            yield error
