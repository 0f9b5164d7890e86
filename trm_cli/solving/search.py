"""Search for an answer to a puzzle that a single pass has left unsolved, with the model itself.

It tries these in order, until an answer passes the rules. In a puzzle with so few givens that any answer will do, it
fills in many values at once. If the model answers turned and mirrored puzzles differently, it tries those. Then it
takes more steps. In tasks that allow guesses, it commits a value in the cell that the model is least sure of, runs the
model on, and takes the likeliest branches further, many in a batch; branches that contradict the rules are dropped.
Last, it restarts with noise in the latent (PTRM, arXiv:2605.19943; EqR, arXiv:2605.21488).
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count, cycle, islice

import numpy as np
import numpy.typing as npt
import torch

from trm_cli.puzzle import Frame, Outcome, Puzzle, View
from trm_cli.solving.options import Budget, SolveOptions
from trm_cli.solving.step import Batch, Loaded, Seat, frame

MORE_STEPS = 64
"""Steps of the second attempt, which only takes more steps."""
BRANCH_STEPS = 12
"""Steps for every view and every branch."""
FIRST_CELLS = 8
"""Cells for the first guesses, all in one batch; every later guess is in one cell."""
USUAL_CELLS = 81
"""Cells of a puzzle up to which guesses are as many at once as that; in larger ones a batch takes long, so fewer."""
DIVES = 8
"""Fillings that are tried side by side for a puzzle with several answers, and how often they begin anew."""
CONFLICT_COST = 0.1
"""Cost of each cell that breaks the rules, in units of log probability."""


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """The last answers of a batch of branches, with the `probabilities` (H, W, K) of each."""

    frames: list[Frame]
    probabilities: list[npt.NDArray[np.float32]]
    steps: int

    @property
    def best(self) -> Frame:
        """The answer that passed the rules, else the one that is nearest to a right one."""
        return min(self.frames, key=lambda frame: (not frame.verdict.is_solved, frame.verdict.distance))


class Search:
    """A strategy that searches with one model; `options` give the width, the noise and its seed."""

    def __init__(self, loaded: Loaded, options: SolveOptions) -> None:
        self._loaded = loaded
        self._domain = loaded.domain
        self._options = options

    def improve(self, outcome: Outcome, budget: Budget) -> Iterator[Outcome]:
        """Yield the best attempt so far at an unsolved puzzle, until one is solved or the budget is spent."""
        n_branches, n_steps, best, frames, seconds = 0, outcome.steps, outcome.frame, outcome.frames, outcome.seconds
        waves = self._waves(outcome.puzzle, BRANCH_STEPS if outcome.steps >= MORE_STEPS else MORE_STEPS, budget)
        while True:
            started = time.perf_counter()
            # Only the time inside the model counts, not the time for which the reader keeps an outcome.
            wave = next(waves, None)
            if wave is None:
                return
            seconds += time.perf_counter() - started
            n_branches += len(wave.frames)
            n_steps += wave.steps
            # Keep the best answer so far; the steps and seconds are those of the whole search.
            if wave.best.verdict.is_solved or wave.best.verdict.distance < best.verdict.distance:
                best = wave.best
            best = replace(best, step=n_steps, seconds=seconds)
            frames = (*frames, best) if self._options.trace else ()
            yield replace(
                outcome, frame=best, steps=n_steps, seconds=seconds, searched=True, branches=n_branches, frames=frames
            )
            if best.verdict.is_solved:
                return

    def _waves(self, puzzle: Puzzle, first_steps: int, budget: Budget) -> Iterator[Wave]:
        """Yield one attempt after another until the budget is spent; the one with more steps shows where to guess."""
        # Any answer will do, so that filling in many values at once seldom leads astray.
        if self._domain.is_open(puzzle):
            yield from self._dives(puzzle, budget)
        # A net that treats all orientations alike would only repeat its answer.
        turned = [] if self._loaded.model.net.is_equivariant else self._domain.views(puzzle)
        for views in _of_a_shape(turned[: budget.take(len(turned))]):
            yield self._run(puzzle, views, BRANCH_STEPS, budget)
        # More steps on the puzzle itself, then guesses by what the model says at their end.
        if not budget.take(1):
            return
        first = self._run(puzzle, [View(puzzle)], first_steps, budget)
        yield first
        if first.best.verdict.status != "failed":
            yield from self._branches(puzzle, first, budget)
        # Restarts from all orientations in turn, with noise that grows with every round.
        generator = torch.Generator().manual_seed(self._options.seed)
        for n in count(1):
            copies = islice(cycle([View(puzzle), *turned]), budget.take(self._options.samples))
            batches = _of_a_shape(copies)
            if not batches:
                return
            for views in batches:
                noise = self._options.noise * math.sqrt(n)
                yield self._run(puzzle, views, self._options.max_steps, budget, noise, generator)

    def _dives(self, puzzle: Puzzle, budget: Budget) -> Iterator[Wave]:
        """Fill in a row's worth of values at a time and run the model on, until nothing fits; begin anew a few times.

        This is for puzzles with several answers; it would miss the one answer of others.
        """
        rng = np.random.default_rng(self._options.seed)
        if not budget.take(1):
            return
        first = self._run(puzzle, [View(puzzle)], BRANCH_STEPS, budget)
        yield first
        if first.best.verdict.status == "failed":
            return
        for _ in range(DIVES):
            heads = [(puzzle, first.probabilities[0])] * DIVES
            while heads:
                tried = [self._domain.filled(*head, len(puzzle.given), rng) for head in heads]
                children = [child for child in tried if child is not None]
                children = children[: budget.take(len(children))]
                if not children:
                    break
                wave = self._run(puzzle, [View(child) for child in children], BRANCH_STEPS, budget)
                yield wave
                # A full grid that is no answer has nothing left to fill.
                heads = [
                    (child, probabilities)
                    for child, probabilities, answer in zip(children, wave.probabilities, wave.frames, strict=True)
                    if answer.verdict.status != "failed" and (child.given == 0).any()
                ]

    def _branches(self, puzzle: Puzzle, first: Wave, budget: Budget) -> Iterator[Wave]:
        """Take the cheapest branches further, up to `samples` of them at once, until none is left.

        Large puzzles have fewer at once: what a wave of guesses shows is worth more than another guess beside it.
        A branch costs the negative log probability of its guesses, and more for every cell that breaks the rules.
        """
        # The number decides between branches of equal cost, as puzzles have no order.
        number = count()
        frontier = [(0.0, next(number), puzzle, first.probabilities[0])]
        share = min(1.0, USUAL_CELLS / puzzle.given.size)
        n_cells, width = max(1, int(FIRST_CELLS * share)), max(1, int(self._options.samples * share))
        while frontier:
            children: list[tuple[float, Puzzle]] = []
            # Fill a batch with the children of the cheapest branches.
            while frontier and len(children) < width:
                cost, _, parent, probabilities = heapq.heappop(frontier)
                for child, share in self._domain.branches(parent, probabilities, n_cells):
                    children.append((cost - math.log(share), child))
            n_cells = 1
            children = children[: budget.take(len(children))]
            if not children:
                return
            wave = self._run(puzzle, [View(child) for _, child in children], BRANCH_STEPS, budget)
            yield wave
            for (cost, child), answer, probabilities in zip(children, wave.frames, wave.probabilities, strict=True):
                # Every child waits for its turn; its cost now includes what its own answer breaks.
                worse = cost + CONFLICT_COST * len(answer.verdict.cells)
                if answer.verdict.status != "failed":
                    heapq.heappush(frontier, (worse, next(number), child, probabilities))

    def _run(
        self,
        puzzle: Puzzle,
        views: list[View],
        max_steps: int,
        budget: Budget,
        noise: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> Wave:
        """Run views of a puzzle side by side until one answer, mapped back to the puzzle, passes the rules."""
        seats = [Seat.of(puzzle, self._domain, view) for view in views]
        batch = Batch(self._loaded)
        batch.admit(seats)
        before: list[Frame | None] = [None] * len(seats)
        for step in range(1, max_steps + 1):
            if generator:
                batch.shake(noise, generator)
            readings = batch.advance()
            frames = [
                frame(seat, reading, self._domain, step, before=earlier)
                for seat, reading, earlier in zip(seats, readings, before, strict=True)
            ]
            is_solved = any(answer.verdict.is_solved for answer in frames)
            if is_solved or step == max_steps or budget.is_late:
                return Wave(frames, [reading.probabilities for reading in readings], step)
            before = [*frames]
        raise AssertionError(max_steps)


def _of_a_shape(views: Iterable[View]) -> list[list[View]]:
    """Return views in batches, each of puzzles of one shape."""
    by_shape: dict[tuple[int, ...], list[View]] = {}
    for view in views:
        by_shape.setdefault(view.puzzle.given.shape, []).append(view)
    return [*by_shape.values()]
