"""Run the recursion over many puzzles at once, each until it halts, with a frame at every step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from trm_cli.puzzle import Frame, Outcome, Puzzle
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.step import Batch, Loaded, Reading, Seat, frame

STABLE_STEPS = 3
"""Steps in a row without a changed cell after which `--halt stable` ends."""


class Event(NamedTuple):
    """One frame of puzzle number `number`, and the reading that it shows; the last frame comes with the outcome."""

    number: int
    puzzle: Puzzle
    frame: Frame
    outcome: Outcome | None
    reading: Reading


@dataclass(slots=True)
class _Work:
    """A puzzle in a slot, and what must be kept of it from step to step."""

    number: int
    seat: Seat
    steps: int = 0
    seconds: float = 0.0
    frame: Frame | None = None
    n_unchanged: int = 0
    right: Frame | None = None
    frames: list[Frame] = field(default_factory=list)


class _Lane:
    """The puzzles in work with the same canvas: a batch, and one piece of work for each puzzle in it."""

    def __init__(self, loaded: Loaded) -> None:
        self.batch = Batch(loaded)
        self.work: list[_Work] = []

    def admit(self, work: list[_Work]) -> None:
        """Add puzzles after those in work."""
        self.batch.admit([item.seat for item in work])
        self.work += work

    def keep(self, is_kept: list[bool]) -> None:
        """Drop the puzzles that are done."""
        self.batch.keep(is_kept)
        self.work = [item for item, keeps in zip(self.work, is_kept, strict=True) if keeps]


def solve(puzzles: Iterable[Puzzle], loaded: Loaded, options: SolveOptions) -> Iterator[Event]:
    """Yield an event for every step of every puzzle; the last event of a puzzle has its outcome.

    A puzzle is read only when a slot is free, so a stream of any length can be solved.
    """
    waiting = enumerate(puzzles)
    lanes: dict[tuple[int, ...], _Lane] = {}
    is_more = True
    while True:
        # Fill the free slots, then step every lane once.
        n_free = options.slots - sum(len(lane.work) for lane in lanes.values())
        if is_more and n_free:
            is_more = _fill(lanes, waiting, n_free, loaded)
        active = [lane for lane in lanes.values() if lane.work]
        if not active:
            return
        for lane in active:
            yield from _step(lane, loaded, options)


def _fill(
    lanes: dict[tuple[int, ...], _Lane], waiting: Iterator[tuple[int, Puzzle]], n_free: int, loaded: Loaded
) -> bool:
    """Admit up to `n_free` puzzles to the lanes of their canvases; False when there are no more."""
    # Puzzles of one canvas are embedded together, as one batch is cheaper than many.
    fresh: dict[tuple[int, ...], list[_Work]] = {}
    is_more = True
    for _ in range(n_free):
        number, puzzle = next(waiting, (-1, None))
        if puzzle is None:
            is_more = False
            break
        seat = Seat.of(puzzle, loaded.domain)
        fresh.setdefault(seat.tokens.shape, []).append(_Work(number, seat))
    for shape, work in fresh.items():
        lanes.setdefault(shape, _Lane(loaded)).admit(work)
    return is_more


def _step(lane: _Lane, loaded: Loaded, options: SolveOptions) -> Iterator[Event]:
    """Do one supervision step for a lane and yield an event for each of its puzzles."""
    started = time.perf_counter()
    readings = lane.batch.advance(options.trace)
    seconds = time.perf_counter() - started
    is_kept = []
    for item, reading in zip(lane.work, readings, strict=True):
        item.steps += 1
        item.seconds += seconds
        now = frame(item.seat, reading, loaded.domain, item.steps, item.seconds, item.frame)
        is_done = _note(item, now, options, loaded.domain.knows_rules)
        is_kept.append(not is_done)
        assert item.frame
        outcome = _outcome(item, item.frame) if is_done else None
        yield Event(item.number, item.seat.puzzle, item.frame, outcome, reading)
    if not all(is_kept):
        lane.keep(is_kept)


def _note(item: _Work, now: Frame, options: SolveOptions, knows_rules: bool) -> bool:
    """Keep a frame, and return whether it is the last one of its puzzle.

    At the limit of steps, an answer that passed the rules earlier replaces a wrong one, except with halt `none`.
    """
    # `frame` returns the same grid object if no cell has changed.
    item.n_unchanged = item.n_unchanged + 1 if item.frame and item.frame.grid is now.grid else 0
    is_over = item.steps >= options.max_steps
    is_done = is_over or now.verdict.status == "failed" or _halts(item, now, options, knows_rules)
    if knows_rules and now.verdict.is_solved:
        item.right = now
    # An answer that was right and was changed again is the answer all the same.
    if is_over and item.right and not now.verdict.is_solved and options.halt != "none":
        now = replace(item.right, step=item.steps, seconds=item.seconds)
    item.frame = now
    if options.trace:
        item.frames.append(now)
    return is_done


def _halts(item: _Work, now: Frame, options: SolveOptions, knows_rules: bool) -> bool:
    """Tell whether the halting rule ends a puzzle here; verdicts count only in tasks whose rules are known."""
    is_verified = knows_rules and now.verdict.is_solved
    is_still = item.n_unchanged >= STABLE_STEPS
    return {
        "agree": is_verified and is_trusted(now, is_unchanged=item.n_unchanged > 0),
        "q": now.halt > 0.5,
        "stable": now.residual <= options.tolerance if options.tolerance else is_still,
        "verified": is_verified,
        "none": False,
    }[options.halt]


def is_trusted(now: Frame, is_unchanged: bool) -> bool:
    """Tell whether a valid answer need not be refined further: the head accepts it, or the last step left it as it was.

    A maze may have many shortest paths, and the network may still be on its way to the one that it was trained to give.
    """
    return now.halt > 0.5 or is_unchanged


def _outcome(item: _Work, last: Frame) -> Outcome:
    return Outcome(item.seat.puzzle, last, item.steps, item.seconds, frames=tuple(item.frames))
