"""A model loaded for solving: weights, device, options and strategies in one object, for commands and for Python."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol

from trm_cli import device
from trm_cli.device import Machine
from trm_cli.domain import Soundness
from trm_cli.domains import domain
from trm_cli.errors import WeightsError
from trm_cli.model import weights
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.solving import engine
from trm_cli.solving.options import AUTO_SEARCH, Budget, SolveOptions
from trm_cli.solving.search import Search
from trm_cli.solving.step import Loaded
from trm_cli.solving.task_solver import TaskSolver, last
from trm_cli.solving.vote import Vote
from trm_cli.solving.workers import spread


class Strategy(Protocol):
    """What is done when the single pass is not enough."""

    def improve(self, outcome: Outcome, budget: Budget) -> Iterator[Outcome]:
        """Yield ever better outcomes until the budget is spent, or nothing is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solver(TaskSolver):
    """Solves puzzles of one task with a model, whose weights are in the file `path`."""

    model: TinyRecursiveModel
    path: Path

    @classmethod
    def load(
        cls,
        name: str | None,
        task: str | None = None,
        options: SolveOptions | None = None,
        machine: Machine | None = None,
    ) -> Solver:
        """Load weights by name or path, `None` for those shipped for the task, onto a machine, by default the best.

        One worker solves on a GPU, which is busy with one batch.
        """
        path = weights.find(name) if name else weights.shipped_for(task or "")
        model, header = weights.load(path, task)
        if header.config.is_adapted:
            raise WeightsError(f"{path}: these weights only start the learning of ARC tasks; give them to trm solve")
        machine = machine or Machine.named()
        return cls(
            model=model.to(machine.device),
            path=path,
            domain=domain(header.config.task),
            options=options or SolveOptions(search=AUTO_SEARCH),
            machine=machine if machine.device.type == "cpu" else replace(machine, workers=1),
            digest=weights.digest(path),
        )

    def __repr__(self) -> str:
        return f"<Solver {self.path.stem}: {self.domain.task}, {self._size}, {self.machine}>"

    @property
    def loaded(self) -> Loaded:
        """The model with its task, device and data type, as the engine takes it."""
        return Loaded(self.model, self.domain, self.machine.device, self.machine.dtype)

    def compiled(self, say: Callable[[str], None] = lambda words: None) -> Solver:
        """Return a solver whose network is compiled, where there is a compiler: ten seconds, for long batches."""
        device.compile_net(self.model.net, dynamic=True, say=say)
        return replace(self, is_compiled=device.is_compiled(self.model.net))

    def refusal(self, puzzle: Puzzle) -> str:
        """Return why these weights cannot take a puzzle; "" when they can."""
        if puzzle.task != self.domain.task:
            return f"{self.path} solves {self.domain.task}, not {puzzle.task}"
        if self.model.identifiers and puzzle.identifier not in self.model.identifiers:
            return (
                f"{self.path} was not trained on the task {puzzle.identifier!r}: the network knows a task by the "
                "embedding it learned for it, so it answers only the tasks of its training"
            )
        if not self.model.config.seq_len:
            return ""
        n_cells = self.domain.encode(puzzle)[0].size
        if n_cells == self.model.config.seq_len:
            return ""
        takes = f"{self.path} takes grids of {self.model.config.seq_len} cells, not {n_cells}"
        fitting = [f"--weights {name}" for name in weights.names_of(puzzle.task)]
        return f"{takes}; try {' or '.join(fitting)}" if fitting else takes

    def refined(self, puzzle: Puzzle, seconds: float | None = None) -> Iterator[Outcome]:
        """Yield the outcome so far after every step, at least one, and then those of a search or a vote."""
        deadline = time.perf_counter() + (math.inf if seconds is None else seconds)
        outcome = None
        for event in engine.solve([puzzle], self.loaded, self.options):
            outcome = event.outcome or Outcome(puzzle, event.frame, event.frame.step, event.frame.seconds)
            yield outcome
            if time.perf_counter() > deadline:
                return
        assert outcome
        yield from self.improve(outcome, None if seconds is None else deadline - time.perf_counter())

    def improve(self, outcome: Outcome, seconds: float | None = None) -> Iterator[Outcome]:
        """Yield ever better outcomes of what follows the single pass; nothing where nothing does.

        It is bounded by the options' branches and seconds of computation, or by these `seconds` of the clock. What has
        no solution is not searched for.
        """
        strategy = self._strategy(outcome)
        if strategy is None:
            return
        sound = self.domain.soundness(outcome.puzzle) if isinstance(strategy, Search) else Soundness()
        if sound.n_solutions == 0:
            verdict = replace(outcome.verdict, reason=sound.reason, cells=sound.cells or outcome.verdict.cells)
            yield replace(outcome, frame=replace(outcome.frame, verdict=verdict))
            return
        budget = Budget(self.options.search, self.options.seconds)
        if seconds is not None:
            budget = Budget(self.options.search, seconds, time.perf_counter)
        yield from strategy.improve(outcome, budget)

    def _strategy(self, outcome: Outcome) -> Strategy | None:
        """Choose by what the weights can do, and then by what the task can: without rules nothing guides a search."""
        if self.model.identifiers:
            return Vote(self.loaded, self.options)
        if self.options.search and self.domain.knows_rules and outcome.verdict.status == "unsolved":
            return Search(self.loaded, self.options)
        return None

    def events(self, puzzles: Iterable[Puzzle]) -> Iterator[engine.Event]:
        """Yield the single pass's events: a frame a step of every puzzle in work."""
        for number, event in spread(puzzles, self.machine.workers, self._share_of_events):
            yield event._replace(number=number)

    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish."""
        return spread(puzzles, self.machine.workers, self._share_of_outcomes)

    def _share_of_events(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, engine.Event]]:
        """Yield (number, event) of one worker's puzzles."""
        options = replace(self.options, slots=max(1, self.options.slots // self.machine.workers))
        return ((event.number, event) for event in engine.solve(puzzles, self.loaded, options))

    def _share_of_outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number, outcome) of one worker's puzzles."""
        for number, event in self._share_of_events(puzzles):
            if event.outcome:
                yield number, last(chain([event.outcome], self.improve(event.outcome)))

    @property
    def n_parameters(self) -> int:
        """Trained numbers of the model."""
        return sum(p.numel() for p in self.model.parameters())

    @property
    def summary(self) -> str:
        """A few words for the head of the live view."""
        return f"{self.path.stem}  {self._size}  {self.machine}"

    @property
    def details(self) -> str:
        """One line for `--verbose`."""
        compiled = ", compiled" if self.is_compiled else ""
        n_workers = self.machine.workers
        workers = f"{n_workers} worker{'s' * (n_workers > 1)}"
        return f"trm: weights {self.path} ({self.digest}), {self.summary}, {workers}{compiled}"

    @property
    def advice(self) -> str:
        """More steps, which help most puzzles, or a wider and longer search where the rules are known."""
        more_steps = f"try --max-steps {max(64, 4 * self.options.max_steps)}"
        if not self.domain.knows_rules:
            return more_steps
        if not self.options.search:
            return f"{more_steps}, or --search {AUTO_SEARCH}"
        return f"try --search {8 * self.options.search} --seconds {max(60, 8 * self.options.seconds):g}"

    @property
    def _size(self) -> str:
        return f"{self.n_parameters / 1000:.0f}k parameters"
