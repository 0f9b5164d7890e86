"""Search: what a single pass leaves unsolved, attacked with the model itself until an answer passes the rules.

First the puzzle turned and mirrored, where the model sees another one then; next more steps. Then, where a task can be
guessed in, branches: a value is committed in the cell that the model is least sure of, the model runs on, and the
likeliest branches are taken further, many in a batch; contradictions drop out. Where it cannot, or nothing is left to
guess, restarts with noise in the latent (PTRM, arXiv:2605.19943; EqR, arXiv:2605.21488).
"""

from __future__ import annotations

import heapq
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count, cycle, islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from trm_cli.domain import Back, Domain
from trm_cli.model.trm import State, TinyRecursiveModel
from trm_cli.puzzle import Frame, Grid, Outcome, Puzzle, Verdict, frozen
from trm_cli.solving.engine import SolveOptions

MORE_STEPS = 64
"""Steps of the attempt that is nothing but more steps."""
BRANCH_STEPS = 12
FIRST_CELLS = 8
"""Cells that are guessed in at first, all in one batch; further down it is one."""
CONFLICT_COST = 0.1
"""What a cell that breaks the rules costs a branch, in units of log probability."""


class Branch(NamedTuple):
    """A puzzle that stands for the one searched for, and the way back for its grids."""

    puzzle: Puzzle
    back: Back = lambda grid: grid


class Wave(NamedTuple):
    """The last answers of a batch: `probabilities` (B, H, W, K), `halt` (B,), and which one passed the rules.

    `grids` and the `confidence` in their cells are those of the puzzle itself, in its own orientation.
    """

    grids: list[Grid]
    confidence: list[npt.NDArray[np.float32]]
    verdicts: list[Verdict]
    probabilities: npt.NDArray[np.float32]
    halt: npt.NDArray[np.float32]
    steps: int
    winner: int | None

    @property
    def best(self) -> int:
        """The winner, else the answer that is nearest to a right one by the rules."""
        if self.winner is not None:
            return self.winner
        return min(range(len(self.grids)), key=lambda i: self.verdicts[i].distance)


class Search:
    """Searches with one model. `options` give the seconds a puzzle may take, the width and the noise."""

    def __init__(
        self,
        model: TinyRecursiveModel,
        domain: Domain,
        options: SolveOptions,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self._model = model
        self._domain = domain
        self._options = options
        self._device = device
        self._dtype = dtype
        self._deadline = math.inf

    def improve(self, outcome: Outcome) -> Iterator[Outcome]:
        """Yield the best attempt so far at an unsolved puzzle, until one is solved or the time is over."""
        started = time.perf_counter()
        self._deadline = started + self._options.search
        n_branches, n_steps, best, frames = 0, outcome.steps, outcome, outcome.frames
        for wave in self._waves(outcome.puzzle, BRANCH_STEPS if outcome.steps >= MORE_STEPS else MORE_STEPS):
            n_branches += len(wave.grids)
            n_steps += wave.steps
            passed = time.perf_counter() - started
            found = self._outcome(outcome.puzzle, wave, n_steps, outcome.seconds + passed)
            if wave.winner is not None or found.verdict.distance < best.verdict.distance:
                best = found
            best = replace(best, steps=n_steps, seconds=outcome.seconds + passed, searched=True, branches=n_branches)
            frames = (*frames, best.frame) if self._options.trace else ()
            yield replace(best, frames=frames)
            if wave.winner is not None or passed > self._options.search:
                return

    def _waves(self, puzzle: Puzzle, first_steps: int) -> Iterator[Wave]:
        """Yield one attempt after the other, for ever; the one with more steps tells where to guess."""
        turned = [Branch(*moved) for moved in self._domain.symmetries(puzzle)]
        for branches in self._of_a_shape(turned):
            yield self._run(puzzle, branches, BRANCH_STEPS)
        first = self._run(puzzle, [Branch(puzzle)], first_steps)
        yield first
        yield from self._branches(puzzle, first)
        for n in count(1):
            copies = islice(cycle([Branch(puzzle), *turned]), self._options.samples)
            for branches in self._of_a_shape(copies):
                yield self._run(puzzle, branches, self._options.max_steps, self._options.noise * math.sqrt(n))

    def _of_a_shape(self, branches: Iterable[Branch]) -> list[list[Branch]]:
        """Return branches in batches whose puzzles have one shape."""
        by_shape: dict[tuple[int, ...], list[Branch]] = {}
        for branch in branches:
            by_shape.setdefault(branch.puzzle.given.shape, []).append(branch)
        return [*by_shape.values()]

    def _branches(self, puzzle: Puzzle, first: Wave) -> Iterator[Wave]:
        """Take the cheapest branches further, as many at once as there are samples, until none is left."""
        number = count()
        frontier = [(0.0, next(number), puzzle, first.probabilities[0])]
        n_cells = FIRST_CELLS
        while frontier:
            children: list[tuple[float, Puzzle]] = []
            while frontier and len(children) < self._options.samples:
                cost, _, parent, probabilities = heapq.heappop(frontier)
                for child, share in self._domain.branches(parent, probabilities, n_cells):
                    children.append((cost - math.log(share), child))
            n_cells = 1
            if not children:
                return
            wave = self._run(puzzle, [Branch(child) for _, child in children], BRANCH_STEPS)
            yield wave
            for (cost, child), verdict, probabilities in zip(children, wave.verdicts, wave.probabilities, strict=True):
                worse = cost + CONFLICT_COST * len(verdict.cells)
                heapq.heappush(frontier, (worse, next(number), child, probabilities))

    @torch.inference_mode()
    def _run(self, puzzle: Puzzle, branches: list[Branch], max_steps: int, noise: float = 0.0) -> Wave:
        """Run branches of a puzzle side by side, until an answer to the puzzle itself passes the rules."""
        tokens = np.stack([self._domain.encode(branch.puzzle)[0] for branch in branches])
        x = self._model.net.embed(torch.from_numpy(tokens).to(self._device), self._dtype)
        y, z = self._model.start(x)
        grids: list[Grid] = []
        verdicts: list[Verdict] = []
        for step in range(1, max_steps + 1):
            if noise:
                z = z + noise * torch.randn_like(z) * (z != 0)
            (y, z), logits, halt = self._model.deep_recursion(x, *State(y, z))
            classes = self._model.net.classes(logits).view(*tokens.shape, -1)
            chosen = classes.argmax(-1).cpu().numpy()
            grids = [b.back(self._domain.decode(b.puzzle, mine)) for b, mine in zip(branches, chosen, strict=True)]
            verdicts = [self._domain.verify(puzzle, grid) for grid in grids]
            winner = next((i for i, verdict in enumerate(verdicts) if verdict.status == "solved"), None)
            if winner is not None or step == max_steps or time.perf_counter() > self._deadline:
                probabilities = classes.softmax(-1).float().cpu().numpy()
                height, width = branches[0].puzzle.given.shape
                sure = probabilities.max(-1)[:, :height, :width]
                confidence = [branch.back(mine) for branch, mine in zip(branches, sure, strict=True)]
                return Wave(grids, confidence, verdicts, probabilities, halt.sigmoid().cpu().numpy(), step, winner)
        raise AssertionError(max_steps)

    def _outcome(self, puzzle: Puzzle, wave: Wave, n_steps: int, seconds: float) -> Outcome:
        i = wave.best
        frame = Frame(n_steps, frozen(wave.grids[i]), frozen(wave.confidence[i]), float(wave.halt[i]), 0.0, seconds)
        return Outcome(puzzle, frame, wave.verdicts[i], n_steps, seconds)
