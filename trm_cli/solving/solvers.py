"""Puzzles of several tasks in one stream: a solver for each task, and what stands in the place of those without one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from trm_cli.errors import TrmError, WeightsError
from trm_cli.puzzle import Outcome, Puzzle

if TYPE_CHECKING:
    from trm_cli.solving.task_solver import TaskSolver


class Solvers:
    """One solver for every task among many puzzles, each loaded when its first puzzle comes.

    `load` raises a TrmError where there are no weights for a task.
    """

    def __init__(self, load: Callable[[str], TaskSolver]) -> None:
        self._load = load
        self._loaded: dict[str, TaskSolver | TrmError] = {}

    def expect(self, tasks: Iterable[str]) -> None:
        """Load the weights of tasks; raise the first TrmError if no task has any."""
        errors = [found for task in tasks if isinstance(found := self._try(task), TrmError)]
        if errors and len(errors) == len(self._loaded):
            raise errors[0]

    def of(self, task: str) -> TaskSolver:
        """Return the solver of a task that has one."""
        solver = self._try(task)
        assert not isinstance(solver, TrmError), task
        return solver

    def _try(self, task: str) -> TaskSolver | TrmError:
        if task not in self._loaded:
            try:
                self._loaded[task] = self._load(task)
            except TrmError as error:
                self._loaded[task] = error
        return self._loaded[task]

    @property
    def advice(self) -> str:
        """What to try for unsolved puzzles of the tasks that there were."""
        found = (solver.advice for solver in self._loaded.values() if not isinstance(solver, TrmError))
        return "; ".join(dict.fromkeys(found))

    def fitting(self, items: Iterable[Puzzle | TrmError]) -> Iterator[Puzzle | TrmError]:
        """Yield the items; an error takes the place of each puzzle that no weights can solve."""
        for item in items:
            if isinstance(item, Puzzle):
                solver = self._try(item.task)
                refusal = str(solver) if isinstance(solver, TrmError) else solver.refusal(item)
                yield WeightsError(f"{item.name}: {refusal}").about(item.name) if refusal else item
            else:
                yield item

    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish; one task after the other as they come."""
        n_before = 0
        for task, run in groupby(puzzles, key=lambda puzzle: puzzle.task):
            n = 0
            for number, outcome in self.of(task).outcomes(run):
                n += 1
                yield n_before + number, outcome
            n_before += n
