"""Voting over the augmentations of an ARC task: each is solved by itself, and the answers are counted.

As in the published evaluation (`evaluators/arc.py`): answers are turned and coloured back, equal ones are counted,
and ranked by their votes, then by the mean of the halting head's probability.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from trm_cli.domains.arc import grid as arc_grid
from trm_cli.domains.arc.rules import seen
from trm_cli.puzzle import Frame, Grid, Outcome, Puzzle, frozen

if TYPE_CHECKING:
    from trm_cli.solving.solver import Solver

ATTEMPTS = 2
"""Answers that ARC allows for a test input."""


class Candidate(NamedTuple):
    """An answer with its `votes` and the mean probability `halt` that it is right."""

    grid: Grid
    votes: int
    halt: float


@dataclass(slots=True)
class _Ballot:
    """The answers given so far to one puzzle, of `expected` in all; the `frames` are those of the puzzle as it is."""

    puzzle: Puzzle
    expected: int
    halts: dict[tuple[tuple[int, ...], bytes], list[float]] = field(default_factory=lambda: defaultdict(list))
    steps: int = 0
    seconds: float = 0.0
    n: int = 0
    frames: tuple[Frame, ...] = ()
    failed: Outcome | None = None

    def add(self, outcome: Outcome) -> None:
        self.n += 1
        self.steps = max(self.steps, outcome.steps)
        self.seconds += outcome.seconds
        if outcome.puzzle.identifier == self.puzzle.identifier:
            self.frames = outcome.frames
        if outcome.verdict.status == "failed":
            self.failed = outcome
            return
        grid = arc_grid.named(outcome.puzzle.identifier).undo(outcome.frame.grid)
        self.halts[grid.shape, grid.tobytes()].append(outcome.frame.halt)


def ranked(halts: dict[tuple[tuple[int, ...], bytes], list[float]]) -> list[Candidate]:
    """Return the candidates in the order of belief, of the halting probabilities given with each answer."""
    candidates = [
        Candidate(np.frombuffer(cells, np.uint8).reshape(shape), len(given), float(np.mean(given)))
        for (shape, cells), given in halts.items()
    ]
    return sorted(candidates, key=lambda candidate: (candidate.votes, candidate.halt), reverse=True)


def variants(puzzle: Puzzle, names: Iterable[str], most: int = 0) -> list[Puzzle]:
    """Return a puzzle under every augmentation that is known by name, itself first; `most` 0 is all of them."""
    known = [name for name in names if name != puzzle.identifier]
    chosen = [puzzle.identifier, *known][: most or None]
    return [seen(puzzle, arc_grid.named(name)) for name in chosen]


def outcomes(puzzles: Iterable[Puzzle], solver: Solver, deadline: float = math.inf) -> Iterator[tuple[int, Outcome]]:
    """Yield (number of the puzzle, outcome of the vote) as votes are complete.

    Every augmentation runs all its steps, unless the halting head is to end it: a known answer never does. At the
    `deadline`, a time of `time.perf_counter()`, the votes that were given so far are counted.
    """
    names: dict[str, list[str]] = defaultdict(list)
    for name in solver.model.identifiers:
        names[name.partition(arc_grid.SEPARATOR)[0]].append(name)
    ballots: dict[int, _Ballot] = {}
    ballot_of: list[int] = []

    def augmented() -> Iterator[Puzzle]:
        for number, puzzle in enumerate(puzzles):
            asked = variants(puzzle, names[puzzle.identifier], solver.options.votes)
            ballots[number] = _Ballot(puzzle, len(asked))
            ballot_of.extend([number] * len(asked))
            yield from asked

    halt = solver.options.halt if solver.options.halt in ("q", "stable") else "none"
    single = replace(solver, options=replace(solver.options, halt=halt))
    for event in single.events(augmented()):
        if event.outcome:
            number = ballot_of[event.number]
            ballots[number].add(event.outcome)
            if ballots[number].n == ballots[number].expected:
                yield number, _result(ballots.pop(number), solver)
        if time.perf_counter() > deadline:
            break
    yield from ((number, _result(ballot, solver)) for number, ballot in ballots.items() if ballot.n)


def _result(ballot: _Ballot, solver: Solver) -> Outcome:
    """Return the first candidate as the answer; either of two attempts may be the right one."""
    candidates = ranked(ballot.halts)
    if not candidates:
        assert ballot.failed, ballot.puzzle.name
        return replace(ballot.failed, puzzle=ballot.puzzle)
    attempts = tuple(frozen(candidate.grid) for candidate in (candidates * ATTEMPTS)[:ATTEMPTS])
    best = candidates[0]
    share = np.full(best.grid.shape, best.votes / ballot.n, np.float32)
    frame = Frame(ballot.steps, attempts[0], frozen(share), best.halt, 0.0, ballot.seconds)
    verdicts = [solver.domain.verify(ballot.puzzle, attempt) for attempt in attempts]
    verdict = next((verdict for verdict in verdicts if verdict.status == "solved"), verdicts[0])
    every = tuple(frozen(candidate.grid) for candidate in candidates)
    frames = (*ballot.frames, frame) if ballot.frames else ()
    return Outcome(ballot.puzzle, frame, verdict, ballot.steps, ballot.seconds, attempts=every, frames=frames)
