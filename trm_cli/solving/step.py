"""One supervision step of puzzles side by side: the only place where a model is stepped to solve.

Puzzles go in as tokens, their states stay here as tensors, and what comes out of a step is numpy again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trm_cli.domain import Domain
from trm_cli.model.trm import State, TinyRecursiveModel
from trm_cli.puzzle import Frame, Measures, Puzzle, Tokens, Verdict, View, frozen

LIMIT = 1e4
"""Largest feature of an answer's state that is not taken for a runaway; normed states are of order 1."""
FAILED = (9, 0)
"""The distance of no answer at all: farther than any wrong one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model on a device, in a data type, with the task that it solves."""

    model: TinyRecursiveModel
    domain: Domain
    device: torch.device | str = "cpu"
    dtype: torch.dtype = torch.float32


class Seat(NamedTuple):
    """A puzzle in work, the view of it that the model is shown, and that view's tokens on the canvas (H, W)."""

    puzzle: Puzzle
    view: View
    tokens: Tokens

    @classmethod
    def of(cls, puzzle: Puzzle, domain: Domain, view: View | None = None) -> Seat:
        """Encode a puzzle, or a view of it."""
        view = view or View(puzzle)
        return cls(puzzle, view, domain.encode(view.puzzle)[0])


class Inside(NamedTuple):
    """What went on inside: the norms and changes of Measures, every cell's `entropy`, and the `latent`'s classes."""

    moves: tuple[float, float, float, float]
    entropy: npt.NDArray[np.float32]
    latent: Tokens


class Reading(NamedTuple):
    """What one step says of one puzzle: `probabilities` (H, W, K) of every cell of the canvas, and the heads' words.

    `is_sound`: state, logits and halting head are numbers, and of a size that a normed state can have.
    """

    probabilities: npt.NDArray[np.float32]
    halt: float
    residual: float
    is_sound: bool
    inside: Inside | None = None


class Batch:
    """Puzzles of one canvas side by side: questions x, states y and z, and the logits of the step before."""

    def __init__(self, loaded: Loaded) -> None:
        self.seats: list[Seat] = []
        self._loaded = loaded
        self._x: Tensor
        self._state: State
        self._logits: Tensor | None = None

    @torch.inference_mode()
    def admit(self, seats: Sequence[Seat]) -> None:
        """Take puzzles in behind those in work, with their questions embedded, at their start states."""
        model, device, dtype = self._loaded.model, self._loaded.device, self._loaded.dtype
        ids = None
        if model.identifiers:
            ids = torch.tensor([model.identifiers[seat.view.puzzle.identifier] for seat in seats], device=device)
        tokens = torch.from_numpy(np.stack([seat.tokens for seat in seats])).to(device)
        x = model.net.embed(tokens, dtype, ids)
        start = model.start(x)
        if not self.seats:
            self._x, self._state, self._logits = x, start, None
        else:
            self._x = torch.cat((self._x, x))
            self._state = State(*(torch.cat(pair) for pair in zip(self._state, start, strict=True)))
            if self._logits is not None:
                blank = self._logits.new_full((len(seats), *self._logits.shape[1:]), torch.inf)
                self._logits = torch.cat((self._logits, blank))
        self.seats += seats

    @torch.inference_mode()
    def shake(self, noise: float, generator: torch.Generator) -> None:
        """Add normal noise to every latent, padding apart; it is drawn on the CPU, alike for all devices."""
        y, z = self._state
        drawn = torch.randn(z.shape, generator=generator).to(z)
        self._state = State(y, z + noise * drawn * (z != 0))

    @torch.inference_mode()
    def advance(self, looks_inside: bool = False) -> list[Reading]:
        """Do one supervision step and read off what it says of every puzzle."""
        net, before = self._loaded.model.net, self._state
        self._state, logits, halt = self._loaded.model.deep_recursion(self._x, *before)
        probabilities = net.classes(logits).softmax(-1)  # (B, L, K)
        moved = logits - (torch.inf if self._logits is None else self._logits)
        self._logits = logits
        peak = self._state.y.abs().flatten(1).amax(1)
        is_sound = (peak < LIMIT) & logits.isfinite().flatten(1).all(1) & halt.isfinite()
        canvas = self.seats[0].tokens.shape
        columns: list[Iterable[object]] = [
            probabilities.float().cpu().numpy().reshape(len(self.seats), *canvas, -1),
            halt.sigmoid().tolist(),
            _rms(moved).tolist(),
            is_sound.tolist(),
        ]
        if looks_inside:
            columns.append(self._inside(before, probabilities))
        return [Reading(*column) for column in zip(*columns, strict=True)]

    def _inside(self, before: State, probabilities: Tensor) -> Iterable[Inside]:
        """Return what the states tell beside the answer, for every puzzle."""
        net, canvas = self._loaded.model.net, (len(self.seats), *self.seats[0].tokens.shape)
        changes = [after - earlier for after, earlier in zip(self._state, before, strict=True)]
        exists = net.exists(self._x)
        share = 1 if exists is None else exists.flatten(1).float().mean(1).sqrt()
        moves = zip(*((_rms(state) / share).tolist() for state in (*self._state, *changes)), strict=True)
        entropy = (torch.special.entr(probabilities).sum(-1) / math.log(2)).float().cpu().numpy()
        latent = net.classes(net.logits(self._state.z)).argmax(-1).cpu().numpy()
        return map(Inside, moves, entropy.reshape(canvas), latent.reshape(canvas))

    def keep(self, is_kept: Sequence[bool]) -> None:
        """Drop the puzzles that are done."""
        self.seats = [seat for seat, keeps in zip(self.seats, is_kept, strict=True) if keeps]
        mask = torch.tensor(is_kept, device=self._x.device)
        self._x = self._x[mask]
        self._state = State(self._state.y[mask], self._state.z[mask])
        if self._logits is not None:
            self._logits = self._logits[mask]


def _rms(tensor: Tensor) -> Tensor:
    """Return the root mean square of every puzzle's part of a tensor (B, ...), (B,) in float32."""
    return tensor.flatten(1).float().square().mean(1).sqrt()


def frame(
    seat: Seat, reading: Reading, domain: Domain, step: int, seconds: float = 0.0, before: Frame | None = None
) -> Frame:
    """Return what a step says of a puzzle, in the puzzle's own orientation, with the rules' verdict.

    The rules are asked again only where the grid differs from that of the frame `before`.
    """
    if not reading.is_sound:
        return failure(seat.puzzle, step, seconds)
    view = seat.view
    seen = domain.decode(view.puzzle, reading.probabilities.argmax(-1))
    place = slice(seen.shape[0]), slice(seen.shape[1])
    grid = frozen(view.back(seen))
    if before is not None and np.array_equal(before.grid, grid):
        grid, verdict = before.grid, before.verdict
    else:
        verdict = domain.verify(seat.puzzle, grid)
    measures = None
    if reading.inside:
        latent = frozen(view.back(domain.decode(view.puzzle, reading.inside.latent)))
        measures = Measures(*reading.inside.moves, float(reading.inside.entropy[place].mean()), latent)
    confidence = frozen(view.back_cells(reading.probabilities.max(-1)[place]))
    return Frame(step, grid, confidence, reading.halt, reading.residual, verdict, seconds, measures)


def failure(puzzle: Puzzle, step: int, seconds: float) -> Frame:
    """Return the frame of a puzzle that is given up, which is the puzzle as it was given."""
    reason = f"the network's state ran away at step {step}; are the weights sound?"
    verdict = Verdict("failed", reason, distance=FAILED)
    return Frame(step, puzzle.given, frozen(np.zeros(puzzle.given.shape, np.float32)), 0.0, math.inf, verdict, seconds)
