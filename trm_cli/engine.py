"""Solving: the recursion run over many puzzles at once, each until it halts, with a frame at every step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from trm_cli.errors import ConfigError
from trm_cli.model.trm import State, TinyRecursiveModel
from trm_cli.puzzle import Domain, Frame, Grid, Outcome, Puzzle, Tokens, Verdict, frozen

Halt = Literal["agree", "q", "stable", "verified", "none"]
HALTS: tuple[Halt, ...] = ("agree", "q", "stable", "verified", "none")
STABLE_STEPS = 3
"""Steps in a row without a changed cell after which `--halt stable` ends."""


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How long and how wide to run.

    `halt` ends a puzzle before `max_steps`: `agree` when the halting head says so and the rules verify the
    answer, `q` at the head's word, `verified` at the rules', `stable` when the answer has not changed for
    three steps, `none` never. `slots` puzzles are worked on at once. `votes` limits the augmentations of an ARC task
    that are asked, 0 asks all that the weights know. What is unsolved then is searched for up to `search` seconds,
    with `samples` branches or restarts at once and `noise` in the latent of restarts.
    """

    max_steps: int = 16
    halt: Halt = "agree"
    slots: int = 64
    votes: int = 0
    search: float = 0.0
    samples: int = 32
    noise: float = 0.5

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

    def keep(self, is_kept: list[bool]) -> None:
        """Drop the puzzles that are done."""
        self.work = [item for item, keeps in zip(self.work, is_kept, strict=True) if keeps]
        mask = torch.tensor(is_kept, device=self.x.device)
        self.x = self.x[mask]
        self.state = State(self.state.y[mask], self.state.z[mask])
        if self.logits is not None:
            self.logits = self.logits[mask]


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
    with torch.inference_mode():
        lane.state, logits, halt = model.deep_recursion(lane.x, *lane.state)
        confidence, classes = model.net.classes(logits).softmax(-1).max(-1)
        moved = logits - (torch.inf if lane.logits is None else lane.logits)
        residual = moved.square().mean((1, 2)).sqrt()
        lane.logits = logits
    columns = zip(
        lane.work,
        classes.cpu().numpy(),
        confidence.cpu().numpy(),
        halt.sigmoid().tolist(),
        residual.tolist(),
        strict=True,
    )
    seconds = time.perf_counter() - started
    is_kept = []
    for item, chosen, sure, halt_probability, change in columns:
        canvas = item.tokens.shape
        grid = frozen(domain.decode(item.puzzle, chosen.reshape(canvas)))
        sure = frozen(sure.reshape(canvas)[: grid.shape[0], : grid.shape[1]])
        item.seconds += seconds
        _note(item, grid, domain)
        frame = Frame(item.steps, grid, sure, halt_probability, change)
        is_done = item.steps >= options.max_steps or _halts(item, frame, options.halt)
        is_kept.append(not is_done)
        yield Event(item.number, item.puzzle, frame, _outcome(item, frame) if is_done else None)
    if not all(is_kept):
        lane.keep(is_kept)


def _note(item: _Work, grid: Grid, domain: Domain) -> None:
    """Count the step, and look at the rules again only where the answer has changed."""
    item.steps += 1
    if item.grid is not None and np.array_equal(item.grid, grid):
        item.n_unchanged += 1
        return
    item.grid, item.n_unchanged = grid, 0
    item.verdict = domain.verify(item.puzzle, grid)


def _halts(item: _Work, frame: Frame, halt: Halt) -> bool:
    is_verified = item.verdict.status == "solved"
    return {
        "agree": is_verified and frame.halt > 0.5,
        "q": frame.halt > 0.5,
        "stable": item.n_unchanged >= STABLE_STEPS,
        "verified": is_verified,
        "none": False,
    }[halt]


def _outcome(item: _Work, frame: Frame) -> Outcome:
    return Outcome(item.puzzle, frame, item.verdict, item.steps, item.seconds)
