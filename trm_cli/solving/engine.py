"""Solving: the recursion run over many puzzles at once, each until it halts, with a frame at every step."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trm_cli.domain import Domain
from trm_cli.errors import ConfigError
from trm_cli.model.trm import State, TinyRecursiveModel
from trm_cli.puzzle import Frame, Grid, Measures, Outcome, Puzzle, Tokens, Verdict, frozen

Halt = Literal["agree", "q", "stable", "verified", "none"]
HALTS: tuple[Halt, ...] = ("agree", "q", "stable", "verified", "none")
STABLE_STEPS = 3
"""Steps in a row without a changed cell after which `--halt stable` ends."""
LIMIT = 1e4
"""Largest feature of an answer's state that is not taken for a runaway; normed states are of order 1."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How long and how wide to run.

    `halt` ends a puzzle before `max_steps`: `agree` when the halting head says so and the rules verify the
    answer, `q` at the head's word, `verified` at the rules', `stable` when the answer has not changed for
    three steps or, with a `tolerance`, when the residual is no larger, `none` never. But with `none`, an answer that
    passed the rules and was left again is the outcome at `max_steps`. `slots` puzzles are worked on at once. `votes`
    limits the augmentations of an ARC task that are asked, 0 asks all that the weights know. What is unsolved then is
    searched for up to `search` seconds, with `samples` branches or restarts at once and `noise` in the latent of
    restarts. With a `trace` outcomes keep all frames, and these tell what goes on inside.
    """

    max_steps: int = 16
    halt: Halt = "agree"
    slots: int = 64
    votes: int = 0
    search: float = 0.0
    samples: int = 32
    noise: float = 0.5
    tolerance: float = 0.0
    trace: bool = False

    def __post_init__(self) -> None:
        if min(self.max_steps, self.slots, self.samples) < 1:
            raise ConfigError("max_steps, slots and samples must be at least 1")
        if self.halt not in HALTS:
            raise ConfigError(f"halt: expected one of {', '.join(HALTS)}, not {self.halt!r}")


class Event(NamedTuple):
    """One frame of the puzzle that came in as number `number`; its last frame brings the outcome."""

    number: int
    puzzle: Puzzle
    frame: Frame
    outcome: Outcome | None


@dataclass(slots=True)
class _Work:
    """A puzzle in a slot, with its tokens on the canvas, and what is remembered of it from step to step."""

    number: int
    puzzle: Puzzle
    tokens: Tokens
    steps: int = 0
    seconds: float = 0.0
    grid: Grid | None = None
    verdict: Verdict = field(default_factory=lambda: Verdict("unverified"))
    n_unchanged: int = 0
    right: Frame | None = None
    frames: list[Frame] = field(default_factory=list)


class _Reading(NamedTuple):
    """What one step says of one puzzle: of its L cells the `classes` chosen and the `confidence` in them.

    `peak` is the largest feature of y. Where they are asked for, `moves` are the norms and changes of Measures,
    `entropy` is that of every cell, and `latent` the classes read off z.
    """

    classes: Tokens
    confidence: npt.NDArray[np.float32]
    halt: float
    residual: float
    peak: float
    moves: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    entropy: npt.NDArray[np.float32] | None = None
    latent: Tokens | None = None


class _Lane:
    """The puzzles in work that have one canvas, with their tensors side by side."""

    def __init__(self) -> None:
        self.work: list[_Work] = []
        self.x: Tensor
        self.state: State
        self.logits: Tensor | None = None

    def admit(self, model: TinyRecursiveModel, work: list[_Work], x_like: Tensor) -> None:
        """Take puzzles in, with their questions embedded and start states, behind those in work."""
        tokens = np.stack([item.tokens for item in work])
        ids = None
        if model.identifiers:
            ids = torch.tensor([model.identifiers[item.puzzle.identifier] for item in work], device=x_like.device)
        x = model.net.embed(torch.from_numpy(tokens).to(x_like.device), x_like.dtype, ids)
        start = model.start(x)
        if not self.work:
            self.x, self.state, self.logits = x, start, None
        else:
            self.x = torch.cat((self.x, x))
            self.state = State(*(torch.cat(pair) for pair in zip(self.state, start, strict=True)))
            if self.logits is not None:
                blank = self.logits.new_full((len(work), *self.logits.shape[1:]), torch.inf)
                self.logits = torch.cat((self.logits, blank))
        self.work += work

    @torch.inference_mode()
    def advance(self, model: TinyRecursiveModel, looks_inside: bool) -> list[_Reading]:
        """Do one supervision step and read off what it says of every puzzle."""
        before = self.state
        self.state, logits, halt = model.deep_recursion(self.x, *before)
        probabilities = model.net.classes(logits).softmax(-1)
        confidence, classes = probabilities.max(-1)
        moved = logits - (torch.inf if self.logits is None else self.logits)
        self.logits = logits
        columns: list[Iterable[object]] = [
            classes.cpu().numpy(),
            confidence.cpu().numpy(),
            halt.sigmoid().tolist(),
            _rms(moved).tolist(),
            self.state.y.abs().flatten(1).amax(1).tolist(),
        ]
        if looks_inside:
            changes = [after - earlier for after, earlier in zip(self.state, before, strict=True)]
            exists = model.net.exists(self.x)
            share = 1 if exists is None else exists.flatten(1).float().mean(1).sqrt()
            columns.append(zip(*((_rms(state) / share).tolist() for state in (*self.state, *changes)), strict=True))
            columns.append((torch.special.entr(probabilities).sum(-1) / math.log(2)).cpu().numpy())
            columns.append(model.net.classes(model.net.logits(self.state.z)).argmax(-1).cpu().numpy())
        return [_Reading(*column) for column in zip(*columns, strict=True)]

    def keep(self, is_kept: list[bool]) -> None:
        """Drop the puzzles that are done."""
        self.work = [item for item, keeps in zip(self.work, is_kept, strict=True) if keeps]
        mask = torch.tensor(is_kept, device=self.x.device)
        self.x = self.x[mask]
        self.state = State(self.state.y[mask], self.state.z[mask])
        if self.logits is not None:
            self.logits = self.logits[mask]


def _rms(tensor: Tensor) -> Tensor:
    """Return the root mean square of every puzzle's part of a tensor (B, ...), (B,) in float32."""
    return tensor.flatten(1).float().square().mean(1).sqrt()


def solve(
    puzzles: Iterable[Puzzle],
    model: TinyRecursiveModel,
    domain: Domain,
    options: SolveOptions,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Iterator[Event]:
    """Yield an event a step for every puzzle, as they go; those with an outcome come as puzzles finish.

    Puzzles are read no faster than slots come free, so any number of them can be streamed.
    """
    model = model.to(device)
    like = torch.empty(0, device=device, dtype=dtype)
    waiting = enumerate(puzzles)
    lanes: dict[tuple[int, ...], _Lane] = {}
    is_more = True
    while True:
        n_free = options.slots - sum(len(lane.work) for lane in lanes.values())
        if is_more and n_free:
            is_more = _fill(lanes, waiting, n_free, model, domain, like)
        active = [lane for lane in lanes.values() if lane.work]
        if not active:
            return
        for lane in active:
            yield from _step(lane, model, domain, options)


def _fill(
    lanes: dict[tuple[int, ...], _Lane],
    waiting: Iterator[tuple[int, Puzzle]],
    n_free: int,
    model: TinyRecursiveModel,
    domain: Domain,
    like: Tensor,
) -> bool:
    """Admit up to `n_free` puzzles to the lanes of their canvases; False when there are no more."""
    fresh: dict[tuple[int, ...], list[_Work]] = {}
    is_more = True
    for _ in range(n_free):
        number, puzzle = next(waiting, (-1, None))
        if puzzle is None:
            is_more = False
            break
        tokens, _ = domain.encode(puzzle)
        fresh.setdefault(tokens.shape, []).append(_Work(number, puzzle, tokens))
    with torch.inference_mode():
        for shape, work in fresh.items():
            lanes.setdefault(shape, _Lane()).admit(model, work, like)
    return is_more


def _step(lane: _Lane, model: TinyRecursiveModel, domain: Domain, options: SolveOptions) -> Iterator[Event]:
    """Do one supervision step for a lane and yield an event for each of its puzzles."""
    started = time.perf_counter()
    readings = lane.advance(model, options.trace)
    seconds = time.perf_counter() - started
    is_kept = []
    for item, reading in zip(lane.work, readings, strict=True):
        item.steps += 1
        item.seconds += seconds
        if reading.peak < LIMIT:
            frame = _frame(item, reading, domain)
            _note(item, frame, domain)
            is_done = item.steps >= options.max_steps or _halts(item, frame, options)
            if item.steps >= options.max_steps and options.halt != "none":
                frame = _kept(item, frame)
        else:  # which a state that is not a number is, too
            frame, is_done = _broken(item), True
        is_kept.append(not is_done)
        if options.trace:
            item.frames.append(frame)
        yield Event(item.number, item.puzzle, frame, _outcome(item, frame) if is_done else None)
    if not all(is_kept):
        lane.keep(is_kept)


def _frame(item: _Work, reading: _Reading, domain: Domain) -> Frame:
    grid = frozen(domain.decode(item.puzzle, reading.classes.reshape(item.tokens.shape)))
    place = slice(grid.shape[0]), slice(grid.shape[1])
    sure = frozen(reading.confidence.reshape(item.tokens.shape)[place])
    measures = None
    if reading.latent is not None and reading.entropy is not None:
        latent = frozen(domain.decode(item.puzzle, reading.latent.reshape(item.tokens.shape)))
        entropy = float(reading.entropy.reshape(item.tokens.shape)[place].mean())
        measures = Measures(*reading.moves, entropy, latent)
    return Frame(item.steps, grid, sure, reading.halt, reading.residual, item.seconds, measures)


def _broken(item: _Work) -> Frame:
    """Give a puzzle up; its frame is the puzzle as it was given."""
    given = item.puzzle.given
    item.verdict = Verdict("failed", f"the network's state ran away at step {item.steps}; are the weights sound?")
    return Frame(item.steps, given, frozen(np.zeros(given.shape, np.float32)), 0.0, np.inf, item.seconds)


def _kept(item: _Work, frame: Frame) -> Frame:
    """Return the frame at the limit of steps: an answer that passed the rules before and was left again comes back."""
    if item.right is None or item.verdict.status == "solved":
        return frame
    item.verdict = Verdict("solved")
    return replace(item.right, step=item.steps, seconds=item.seconds)


def _note(item: _Work, frame: Frame, domain: Domain) -> None:
    """Look at the rules again only where the answer has changed."""
    if item.grid is not None and np.array_equal(item.grid, frame.grid):
        item.n_unchanged += 1
        return
    item.grid, item.n_unchanged = frame.grid, 0
    item.verdict = domain.verify(item.puzzle, frame.grid)
    if item.verdict.status == "solved":
        item.right = frame


def _halts(item: _Work, frame: Frame, options: SolveOptions) -> bool:
    is_verified = item.verdict.status == "solved"
    is_still = item.n_unchanged >= STABLE_STEPS
    return {
        "agree": is_verified and frame.halt > 0.5,
        "q": frame.halt > 0.5,
        "stable": frame.residual <= options.tolerance if options.tolerance else is_still,
        "verified": is_verified,
        "none": False,
    }[options.halt]


def _outcome(item: _Work, frame: Frame) -> Outcome:
    return Outcome(item.puzzle, frame, item.verdict, item.steps, item.seconds, frames=tuple(item.frames))
