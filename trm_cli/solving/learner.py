"""ARC tasks that nobody has seen before: the ladder explains what it can, then networks learn the task, and vote.

For such a task a `Learner` takes the place of a `Solver`, whose weights would have to know the task.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from trm_cli.device import Machine
from trm_cli.domain import Domain
from trm_cli.domains import domain
from trm_cli.domains.arc import sizes
from trm_cli.domains.arc.bits import MAX_PLANES
from trm_cli.domains.arc.lessons import Lesson, lessons
from trm_cli.domains.arc.rules import contradiction
from trm_cli.model import weights
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.puzzle import Frame, Grid, Learning, Outcome, Puzzle, frozen
from trm_cli.solving import sparse
from trm_cli.solving.adapt import Adaptation, Beginning, Progress
from trm_cli.solving.ballot import Ballot
from trm_cli.solving.explain import Explanation, by_votes, explanations, selection
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.task_solver import TaskSolver
from trm_cli.solving.words import proof, words
from trm_cli.solving.workers import spread

PLANES = 24
"""Planes that a network sees: those that the ladder weighs most. More of them are overfitted."""
BELIEF = 15.0
"""What a vote of weight 1 for an explanation's answer weighs here, where all networks together can give about 40."""
SPARE = 0.95
"""The share of the time that is planned for."""

assert PLANES <= MAX_PLANES


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner(TaskSolver):
    """Answers puzzles by their demonstrations: networks learn each task, from random weights or those of `trained`.

    One puzzle is learned by the machine's workers, a network each; of many puzzles, each worker learns one at a time.
    `path` is the file of `trained`.
    """

    trained: TinyRecursiveModel | None = None
    path: Path | None = None

    @classmethod
    def load(cls, name: str | None, task: str, options: SolveOptions, machine: Machine) -> Learner:
        """Return a learner; `name` are weights to begin from, by their name or path."""
        made = cls(domain=domain(task), options=options, machine=machine)
        if not name:
            return made
        path = weights.find(name)
        return replace(made, trained=weights.load(path, task)[0], path=path, digest=weights.digest(path))

    def __repr__(self) -> str:
        return f"<Learner: {self.domain.task}, {self.path.stem if self.path else 'random weights'}, {self.machine}>"

    def refusal(self, puzzle: Puzzle) -> str:
        """Return why a puzzle cannot be learned; "" when it can."""
        if puzzle.task != self.domain.task:
            return f"a network learns {self.domain.task} from demonstrations, not {puzzle.task}"
        return contradiction(puzzle) if puzzle.demos else "it has no demonstrations to learn from"

    def refined(self, puzzle: Puzzle, seconds: float | None = None) -> Iterator[Outcome]:
        """Yield the outcome so far, after every explanation and then a few times a second while networks learn."""
        if seconds is not None:
            yield from self.changed(seconds=seconds).refined(puzzle)
            return
        started = time.perf_counter()
        task = _Task(puzzle, self.domain, started, self.options.trace)
        # A picture before the first explanation, for which the kernels are compiled once in an installation.
        yield task.told(is_compiling=not sparse.is_compiled())
        size = sizes.size(puzzle.demos, puzzle.given)
        if size is None:
            yield task.told(is_sized=False)
            return
        # Explanations come first: they take a second, and show which planes a network should see.
        for explanation in explanations(puzzle):
            task.found.append(explanation)
            yield task.outcome()
        is_explained = any(explanation.is_proven for explanation in task.found) and not self.options.thorough
        if self.options.updates == 0 or is_explained or not task.found:
            yield task.outcome()
            return
        lessons_of = lessons(puzzle, size.shape, selection(task.found, PLANES))
        left = SPARE * self.options.seconds - (time.perf_counter() - started)
        yield from self._learned(task, lessons_of, left)

    def _learned(self, task: _Task, taught: list[list[Lesson]], seconds: float) -> Iterator[Outcome]:
        """Yield the outcome as the workers' networks learn side by side."""
        *demos, asked = taught
        adaptation = partial(self._adaptation, task.puzzle.identifier, demos, asked)
        n_updates, until = self.options.updates, math.inf
        if n_updates < 0:
            until = time.perf_counter() + seconds
            n_updates, last_votes = adaptation(0).measured_plan(seconds)
            until -= last_votes
        looks: dict[int, Progress] = {}

        def learn(seeds: Iterable[int]) -> Iterator[tuple[int, Progress]]:
            for number, seed in enumerate(seeds):
                yield from ((number, look) for look in adaptation(seed).run(n_updates, until))

        n_workers = self.machine.workers
        for seed, look in spread(range(n_workers), n_workers, learn):
            looks[seed] = look
            yield task.outcome([looks[key] for key in sorted(looks)])

    def _adaptation(
        self, identifier: str, demos: Sequence[Sequence[Lesson]], asked: Sequence[Lesson], seed: int
    ) -> Adaptation:
        start = Beginning(self.trained, identifier) if self.trained else None
        return Adaptation(demos, asked, self.options.seed + seed, self.machine.device, self.machine.dtype, start)

    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish: each is learned by one worker."""
        alone = replace(self, machine=replace(self.machine, workers=1))

        def solve_all(share: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
            return ((number, alone.solve(puzzle)) for number, puzzle in enumerate(share))

        return spread(puzzles, self.machine.workers, solve_all)

    @property
    def summary(self) -> str:
        """A few words for the head of the live view."""
        return f"{self.path.stem if self.path else 'a network of its own'}  {self.machine}"

    @property
    def details(self) -> str:
        """One line for `--verbose`."""
        return f"trm: {self.summary}, {self.machine.workers} side by side"

    @property
    def advice(self) -> str:
        """Networks that learn longer."""
        return f"try --seconds {5 * self.options.seconds:g}"


@dataclass(slots=True)
class _Task:
    """One task in work: the explanations so far, and the outcome that follows from them and from what is learned."""

    puzzle: Puzzle
    domain: Domain
    started: float
    is_traced: bool
    found: list[Explanation] = field(default_factory=list)
    frames: tuple[Frame, ...] = ()

    def outcome(self, looks: Sequence[Progress] = ()) -> Outcome:
        """Return what there is so far: the vote of explanations and networks."""
        # Explanations and networks vote in one ballot.
        ballot = Ballot()
        for explanation, votes in by_votes(self.puzzle, self.found):
            ballot.add(explanation.answer, BELIEF * votes)
        for look in looks:
            ballot.join(look.ballot)
        ranked = ballot.ranked()
        # Before the first votes, the answer is what a network writes now, or the last explanation, or the input.
        if not ranked and looks:
            ranked = [(looks[0].answer, 0.0)]
        if not ranked:
            ranked = [(self.found[-1].answer if self.found else self.puzzle.given, 0.0)]
        grid, share = ranked[0]
        confidence = np.full(grid.shape, share, np.float32)
        if looks and np.array_equal(looks[0].answer, grid):
            confidence = looks[0].confidence
        seconds, updates = time.perf_counter() - self.started, min((look.updates for look in looks), default=0)
        verdict = self.domain.verify(self.puzzle, grid)
        frame = Frame(updates, frozen(grid), frozen(confidence), share, math.inf, verdict, seconds)
        if self.is_traced and not (self.frames and np.array_equal(self.frames[-1].grid, grid)):
            self.frames = (*self.frames, frame)
        answers = tuple(frozen(answer) for answer, _ in ranked)
        learning = self._learning(grid, looks, tuple(share for _, share in ranked))
        return Outcome(self.puzzle, frame, updates, seconds, attempts=answers, frames=self.frames, learning=learning)

    def told(self, **facts: Any) -> Outcome:
        """Return what there is so far, with more facts about its `Learning`."""
        outcome = self.outcome()
        assert outcome.learning
        return replace(outcome, learning=replace(outcome.learning, **facts))

    def _learning(self, grid: Grid, looks: Sequence[Progress], shares: tuple[float, ...]) -> Learning:
        """Return how an answer came about: the best explanation that leads to it, if one does, and the learning."""
        leading = [explanation for explanation in self.found if np.array_equal(explanation.answer, grid)]
        fitting = [explanation for explanation in leading if explanation.fits]
        best = max(fitting, key=lambda explanation: explanation.belief, default=None)
        how = Learning(len(self.puzzle.demos), shares=shares)
        if best:
            rounded = ((weight.plane, round(weight.weight, 3)) for weight in best.weights)
            planes = tuple((plane, weight) for plane, weight in rounded if weight)
            how = replace(
                how,
                explanation=words(best),
                proof=proof(best),
                planes=planes,
                is_proven=best.is_proven,
                is_explained=best.is_explained,
            )
        if looks:
            how = replace(
                how,
                updates=min(look.updates for look in looks),
                n_updates=looks[0].n_updates,
                loss=float(np.mean([look.loss for look in looks])),
                n_ways_right=max(look.n_ways_right for look in looks),
            )
        return how
