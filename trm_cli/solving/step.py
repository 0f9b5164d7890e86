"""One supervision step for puzzles side by side: the only place where solving steps a model.

Puzzles come in as tokens, their states stay here as tensors, and the results of a step are numpy arrays again.
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
"""Largest feature that a sound state may have; normed states are of order 1."""
FAILED = (9, 0)
"""Distance of a failed puzzle, larger than that of any wrong answer."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model with the task that it solves, on a device and in a data type."""

    model: TinyRecursiveModel
    domain: Domain
    device: torch.device | str = "cpu"
    dtype: torch.dtype = torch.float32


class Seat(NamedTuple):
    """A puzzle in work, the view of it that the model gets, and the tokens of that view on the canvas (H, W)."""

    puzzle: Puzzle
    view: View
    tokens: Tokens

    @classmethod
    def of(cls, puzzle: Puzzle, domain: Domain, view: View | None = None) -> Seat:
        """Encode a puzzle, or a view of it."""
        view = view or View(puzzle)
        return cls(puzzle, view, domain.encode(view.puzzle)[0])


class Inside(NamedTuple):
    """Measures of the network's inside: norms and changes, the `entropy` of every cell, the classes of the `latent`."""

    moves: tuple[float, float, float, float]
    entropy: npt.NDArray[np.float32]
    latent: Tokens


class Reading(NamedTuple):
    """The result of one step for one puzzle: `probabilities` (H, W, K) for every cell of the canvas, and more.

    `halt` is the probability that the halting head gives, `residual` the root mean square change of the logits.
    `is_sound`: state, logits and halting head are finite numbers, and the state is no larger than LIMIT.
    """

    probabilities: npt.NDArray[np.float32]
    halt: float
    residual: float
    is_sound: bool
    inside: Inside | None = None


class Batch:
    """Puzzles of one canvas side by side: their questions x, their states y and z, and the logits of the last step."""

    def __init__(self, loaded: Loaded) -> None:
        self.seats: list[Seat] = []
        self._loaded = loaded
        self._x: Tensor
        self._state: State
        self._logits: Tensor | None = None

    @torch.inference_mode()
    def admit(self, seats: Sequence[Seat]) -> None:
        """Add puzzles after those in work: embed their questions, and give them their start states."""
        model, device, dtype = self._loaded.model, self._loaded.device, self._loaded.dtype
        ids = None
        if model.identifiers:
            ids = torch.tensor([model.identifiers[seat.view.puzzle.identifier] for seat in seats], device=device)
        tokens = torch.from_numpy(np.stack([seat.tokens for seat in seats])).to(device)
        x = model.net.embed(tokens, dtype, ids)  # (B, S, D), or (B, 9, 9, 9, D) for the units net
        start = model.start(x)
        if not self.seats:
            self._x, self._state, self._logits = x, start, None
        else:
            self._x = torch.cat((self._x, x))
            self._state = State(*(torch.cat(pair) for pair in zip(self._state, start, strict=True)))
            if self._logits is not None:
                # New puzzles have no earlier logits: infinity makes their first residual infinite.
                blank = self._logits.new_full((len(seats), *self._logits.shape[1:]), torch.inf)
                self._logits = torch.cat((self._logits, blank))
        self.seats += seats

    @torch.inference_mode()
    def shake(self, noise: float, generator: torch.Generator) -> None:
        """Add normal noise to every latent except at padding; the CPU draws it, so that all devices get the same."""
        y, z = self._state
        # Padding is exactly 0 in the latent, and must stay so.
        normal = torch.randn(z.shape, generator=generator).to(z)
        self._state = State(y, z + noise * normal * (z != 0))

    @torch.inference_mode()
    def advance(self, looks_inside: bool = False) -> list[Reading]:
        """Do one supervision step and return its reading for every puzzle."""
        net, before = self._loaded.model.net, self._state
        self._state, logits, halt = self._loaded.model.deep_recursion(self._x, *before)
        probabilities = net.classes(logits).softmax(-1)  # (B, L, K)
        moved = logits - (torch.inf if self._logits is None else self._logits)  # (B, L, V)
        self._logits = logits
        # A state that grows without limit, or is not a number, ends its own puzzle and no other.
        peak = self._state.y.abs().flatten(1).amax(1)  # (B,)
        is_sound = (peak < LIMIT) & logits.isfinite().flatten(1).all(1) & halt.isfinite()
        canvas = self.seats[0].tokens.shape
        # Everything goes to the CPU at once, then is dealt out puzzle by puzzle.
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
        """Return measures of the states for every puzzle."""
        net, canvas = self._loaded.model.net, (len(self.seats), *self.seats[0].tokens.shape)
        changes = [after - earlier for after, earlier in zip(self._state, before, strict=True)]
        # Padding is 0, so a mean over all positions is too small by the share of cells that exist.
        exists = net.exists(self._x)
        share = 1 if exists is None else exists.flatten(1).float().mean(1).sqrt()
        moves = zip(*((_rms(state) / share).tolist() for state in (*self._state, *changes)), strict=True)
        # Entropy in bits, and the classes that the answer head reads off z instead of y.
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
    """Return the result of a step as a frame: in the puzzle's own orientation, with the verdict of the rules.

    The rules are asked only if the grid differs from the one of the frame `before`.
    """
    if not reading.is_sound:
        return failure(seat.puzzle, step, seconds)
    view = seat.view
    # Decode the view that the model got, then turn it back; `place` is its part of the canvas.
    answer = domain.decode(view.puzzle, reading.probabilities.argmax(-1))  # (H, W)
    place = slice(answer.shape[0]), slice(answer.shape[1])
    grid = frozen(view.back(answer))
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
    """Return the frame of a puzzle that is given up; its grid is the puzzle as it was given."""
    reason = f"the network's state ran away at step {step}; are the weights sound?"
    verdict = Verdict("failed", reason, distance=FAILED)
    return Frame(step, puzzle.given, frozen(np.zeros(puzzle.given.shape, np.float32)), 0.0, math.inf, verdict, seconds)
