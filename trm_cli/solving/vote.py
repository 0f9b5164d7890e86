"""A vote over the augmentations of an ARC task: each is solved by itself, and equal answers are counted.

As in the published evaluation (`evaluators/arc.py`), answers are turned and coloured back first. They are ranked by
their votes, then by the mean probability of the halting head.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from trm_cli.puzzle import Frame, Grid, Outcome, frozen
from trm_cli.solving import engine
from trm_cli.solving.ballot import Key, grid_of, key_of
from trm_cli.solving.options import Budget, SolveOptions
from trm_cli.solving.step import Loaded


class Candidate(NamedTuple):
    """An answer with its `votes` and the mean probability `halt` that it is right."""

    grid: Grid
    votes: int
    halt: float


@dataclass(slots=True)
class Votes:
    """The answers given so far to one puzzle, each with the halting probability of every vote for it."""

    halts: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))
    n: int = 0
    steps: int = 0
    seconds: float = 0.0

    def add(self, grid: Grid, outcome: Outcome) -> None:
        """Count the vote of a view for a grid of the puzzle itself; a view that failed has no vote."""
        self.n += 1
        # Views run side by side, so their steps do not add up; their seconds do.
        self.steps = max(self.steps, outcome.steps)
        self.seconds += outcome.seconds
        if outcome.verdict.status != "failed":
            self.halts[key_of(grid)].append(outcome.frame.halt)

    def ranked(self) -> list[Candidate]:
        """Return the candidates, the most likely first."""
        candidates = [Candidate(grid_of(key), len(given), float(np.mean(given))) for key, given in self.halts.items()]
        return sorted(candidates, key=lambda candidate: (candidate.votes, candidate.halt), reverse=True)


class Vote:
    """A strategy for weights with a table of puzzle embeddings: solve every view of a task that is in the table."""

    def __init__(self, loaded: Loaded, options: SolveOptions) -> None:
        self._loaded = loaded
        self._options = replace(options, trace=False)

    def improve(self, outcome: Outcome, budget: Budget) -> Iterator[Outcome]:
        """Yield the vote so far each time a view has its answer; the given outcome is the first vote.

        A view ends before its last step only by a halting rule that does not ask the verdict.
        """
        puzzle = outcome.puzzle
        views = self._loaded.domain.known_views(puzzle, self._loaded.model.identifiers)
        # The given outcome is one of the votes that were asked for.
        views = views[: self._options.votes - 1 if self._options.votes else None]
        votes = Votes()
        votes.add(outcome.frame.grid, outcome)
        yield self._result(votes, outcome)
        for event in engine.solve((view.puzzle for view in views), self._loaded, self._options):
            if event.outcome:
                votes.add(views[event.number].back(event.frame.grid), event.outcome)
                yield self._result(votes, outcome)
            if budget.is_late:
                return

    def _result(self, votes: Votes, first: Outcome) -> Outcome:
        """Return the first candidate as the answer, and all candidates as attempts."""
        candidates = votes.ranked()
        if not candidates:
            return replace(first, steps=votes.steps, seconds=votes.seconds)
        best = candidates[0]
        # The confidence in every cell is the share of the votes that the answer has.
        share = np.full(best.grid.shape, best.votes / votes.n, np.float32)
        attempts = tuple(frozen(candidate.grid) for candidate in candidates)
        verdict = self._loaded.domain.verify(first.puzzle, best.grid)
        frame = Frame(votes.steps, attempts[0], frozen(share), best.halt, 0.0, verdict, votes.seconds)
        frames = (*first.frames, frame) if first.frames else ()
        return Outcome(first.puzzle, frame, votes.steps, votes.seconds, attempts=attempts, frames=frames)
