"""What solves the puzzles of one task: a model with weights (`Solver`), or networks that learn a task (`Learner`)."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

import numpy.typing as npt
from rich.console import Console
from rich.progress import track

from trm_cli.batch import in_order
from trm_cli.device import CPU, Machine
from trm_cli.domain import Domain
from trm_cli.errors import ParseError, TrmError, WeightsError
from trm_cli.puzzle import Frame, Outcome, Puzzle
from trm_cli.solving.options import SolveOptions

if TYPE_CHECKING:
    from typing_extensions import Self

Asked = Puzzle | str | Sequence[str] | Sequence[Sequence[int | None]] | npt.NDArray[Any]
"""What can be asked for to be solved: a puzzle, its text, its rows as texts or as numbers, with None for a blank."""
LONGEST_NAME = 1000
"""Most characters of a text that may be meant as the name of a file."""


T = TypeVar("T")


def last(items: Iterable[T]) -> T:
    """Return the last of some items, of which there is at least one; the others are dropped as they come.

    >>> last(iter("abc"))
    'c'
    """
    return deque(items, maxlen=1).pop()


def text_of(asked: str | Sequence[str] | Sequence[Sequence[int | None]] | npt.NDArray[Any]) -> str:
    """Return the text of a puzzle that may be given as rows.

    Raises a TypeError for anything else, and a ParseError for the name of a file, the likeliest mistake.
    """
    if not isinstance(asked, str):
        try:
            return json.dumps([row if isinstance(row, str) else [_whole(value) for value in row] for row in asked])
        except (TypeError, ValueError):
            raise TypeError(f"a puzzle is a text, rows of whole numbers, or a Puzzle, not {asked!r:.60}") from None
    if len(asked) < LONGEST_NAME and os.path.isfile(asked):  # noqa: PTH113  # unlike Path's, it takes any text
        raise ParseError(f"{asked}: the name of a file; pass its content: Path({asked!r}).read_text()")
    return asked


def _whole(value: Any) -> int | None:
    """Return a whole number, None for nothing or NaN; a ValueError for another number."""
    if value is None or value != value:
        return None
    if value != int(value):
        raise ValueError
    return int(value)


class _Raised(TrmError):
    """Another error than those of puzzles, which waits among the results for its turn."""

    def __init__(self, error: Exception) -> None:
        self.error = error


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSolver(ABC):
    """Solves puzzles of one task. It keeps nothing of a puzzle, so that many threads may share it.

    `digest` identifies the weights, "" where there are none.
    """

    domain: Domain
    options: SolveOptions
    machine: Machine = CPU
    digest: str = ""
    is_compiled: bool = False

    def __str__(self) -> str:
        return f"{self.domain.task}: {self.summary}"

    @abstractmethod
    def refusal(self, puzzle: Puzzle) -> str:
        """Return why this solver cannot take a puzzle; "" when it can."""

    @abstractmethod
    def refined(self, puzzle: Puzzle, seconds: float | None = None) -> Iterator[Outcome]:
        """Yield the outcome of a puzzle that this solver takes so far, again and again; the last one counts.

        `seconds` limit the time.
        """

    @abstractmethod
    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish."""

    @property
    @abstractmethod
    def summary(self) -> str:
        """A few words for the head of the live view."""

    @property
    @abstractmethod
    def details(self) -> str:
        """One line for `--verbose`."""

    @property
    @abstractmethod
    def advice(self) -> str:
        """What to try for a puzzle that stayed unsolved, as the end of "not solved; ..."."""

    def changed(self, **options: Any) -> Self:
        """Return a solver with other options and the same weights."""
        return replace(self, options=replace(self.options, **options))

    def read_all(self, text: str, name: str = "<argument>") -> list[Puzzle]:
        """Return all puzzles of a text in any form that files have; a ParseError says what is wrong with one.

        An ARC task with several test inputs is as many puzzles.
        """
        found = []
        for item in self.domain.parse(text, name):
            if isinstance(item, TrmError):
                raise item
            found.append(item)
        return found

    def read(self, puzzle: Asked, name: str = "<argument>") -> Puzzle:
        """Return one puzzle of this solver's task from a text in any form that files have, or from rows.

        `name` is its name in results and errors. A ParseError says what is wrong with it.
        """
        if isinstance(puzzle, Puzzle):
            return puzzle
        found = self.read_all(text_of(puzzle), name)
        if len(found) != 1:
            raise ParseError(f"{name}: {len(found)} puzzles instead of one; read_all and solve_many take more")
        return found[0]

    def solve(self, puzzle: Asked, seconds: float | None = None) -> Outcome:
        """Return the outcome of one puzzle: the best answer after at most about `seconds`.

        At least one step is done. A vote over augmentations (ARC) counts those that were asked until then.
        """
        return last(self.refine(puzzle, seconds))

    @overload
    def solve_many(self, puzzles: Iterable[Asked], progress: bool = False) -> Iterator[Outcome]: ...
    @overload
    def solve_many(
        self, puzzles: Iterable[Asked], progress: bool = False, *, errors: Literal["yield"]
    ) -> Iterator[Outcome | TrmError]: ...

    def solve_many(
        self, puzzles: Iterable[Asked], progress: bool = False, *, errors: Literal["raise", "yield"] = "raise"
    ) -> Iterator[Any]:
        """Yield the outcome of every puzzle, in their order, with `slots` of them in work at once.

        Puzzles are taken as they are needed. One that cannot be read or solved with these weights raises its TrmError
        when its turn comes, or with errors="yield" is yielded as that error. Other errors, such as those of `puzzles`
        itself, are raised after the results before them. A text is named by its number, such as `<argument>#3`.
        `progress` draws a bar on stderr, or in a notebook. Threads may share a solver, each with its own iterator.
        """
        found: Iterable[Outcome | TrmError] = in_order(self._all_asked(puzzles), self.outcomes)
        if progress:
            total = len(puzzles) if isinstance(puzzles, Sized) else None
            found = track(found, "solving", total, console=Console(stderr=True))
        for result in found:
            if isinstance(result, _Raised):
                raise result.error
            if isinstance(result, TrmError) and errors == "raise":
                raise result
            yield result

    def _all_asked(self, puzzles: Iterable[Asked]) -> Iterator[Puzzle | TrmError]:
        try:
            for number, puzzle in enumerate(puzzles, 1):
                yield self._asked(puzzle, f"<argument>#{number}")
        except Exception as error:
            yield _Raised(error)

    def frames(self, puzzle: Asked, seconds: float | None = None) -> Iterator[Frame]:
        """Yield the frames of one puzzle: the answer after every step, then those of a search."""
        return (outcome.frame for outcome in self.refine(puzzle, seconds))

    def refine(self, puzzle: Asked, seconds: float | None = None) -> Iterator[Outcome]:
        """Yield the outcome of one puzzle so far, after every step, for at most about `seconds`.

        A puzzle that the weights cannot take is a WeightsError.
        """
        found = self._asked(puzzle)
        if isinstance(found, TrmError):
            raise found
        yield from self.refined(found, seconds)

    def _asked(self, puzzle: Asked, name: str = "<argument>") -> Puzzle | TrmError:
        """Return a puzzle that this solver can take, or what is wrong with it."""
        try:
            found = self.read(puzzle, name)
        except TrmError as error:
            return error
        refusal = self.refusal(found)
        return WeightsError(f"{found.name}: {refusal}") if refusal else found

    @property
    def stamp(self) -> dict[str, Any]:
        """The fields that all results of this solver share."""
        traced = {"model": self.summary, "max_steps": self.options.max_steps} if self.options.trace else {}
        return {"weights": self.digest, "seed": self.options.seed, **traced}

    @property
    def settings(self) -> dict[str, Any]:
        """Everything besides the puzzle that a result depends on."""
        return {
            "weights": self.digest,
            **self.options.settings,
            "dtype": self.machine.dtype_name,
            "compiled": self.is_compiled,
            "workers": self.machine.workers,
        }
