"""Moments: what one picture of a refinement needs to know, its past included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, islice

from trm_cli.puzzle import Cell, Frame, Grid, Learning, Outcome, Puzzle, n_changed
from trm_cli.view.theme import Glyphs


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view needs to know besides the frames; `model` is a line on weights, device and data type."""

    puzzle: Puzzle
    model: str
    max_steps: int
    glyphs: Glyphs


@dataclass(frozen=True, slots=True)
class Searching:
    """Where a search is: `branches` tried, and the share of its budget that is `left`, 0..1; None where unknown."""

    branches: int | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture: a frame, the grid a picture earlier, and (step, cells changed) so far.

    `since` is the first step of several that are one picture. `search` is there for frames of a search, `learning` for
    those of a task that is learned from its demonstrations, whose steps are updates.
    """

    frame: Frame | None = None
    before: Grid | None = None
    changed: tuple[tuple[int, int], ...] = ()
    since: int = 0
    search: Searching | None = None
    learning: Learning | None = None

    @property
    def conflicts(self) -> tuple[Cell, ...]:
        """The cells that break the rules."""
        return self.frame.verdict.cells if self.frame else ()

    def then(
        self, puzzle: Puzzle, frame: Frame, search: Searching | None = None, learning: Learning | None = None
    ) -> Moment:
        """Return the moment that follows with a frame."""
        before = self.frame.grid if self.frame else puzzle.given
        changed = (*self.changed, (frame.step, n_changed(before, frame.grid)))
        return Moment(frame, before, changed, frame.step, search, learning)


def moments(puzzle: Puzzle, frames: Iterable[Frame]) -> Iterator[Moment]:
    """Turn frames into pictures, each with what it needs of those before."""
    return islice(accumulate(frames, lambda last, frame: last.then(puzzle, frame), initial=Moment()), 1, None)


def watched(outcomes: Iterable[Outcome], max_steps: int, n_branches: int) -> Iterator[Moment]:
    """Turn the outcomes of one puzzle so far into pictures.

    What is unsolved after `max_steps` is searched for in `n_branches`: that is a picture before the first of them came.
    """
    moment = Moment()
    for outcome in outcomes:
        left = max(0.0, 1 - outcome.branches / n_branches) if n_branches else None
        search = Searching(outcome.branches, left) if outcome.searched else None
        moment = moment.then(outcome.puzzle, outcome.frame, search, outcome.learning)
        yield moment
        is_over = not outcome.searched and outcome.steps >= max_steps
        if is_over and n_branches and outcome.verdict.status == "unsolved":
            yield replace(moment, search=Searching(0, 1.0))


def told(outcome: Outcome, max_steps: int) -> list[Moment]:
    """Return the moments of a refinement that is over: those beyond the single pass are of a search."""
    search = Searching(outcome.branches)
    return [of_search(moment, search, max_steps) for moment in moments(outcome.puzzle, outcome.frames)]


def of_search(moment: Moment, search: Searching, max_steps: int) -> Moment:
    """Return a moment marked as one of a search, where it is beyond the steps of a single pass."""
    is_single = moment.search is None and moment.learning is None
    is_beyond = is_single and moment.frame is not None and moment.frame.step > max_steps
    return replace(moment, search=search) if is_beyond else moment


def grouped(first: Moment | None, last: Moment) -> Moment:
    """Return one picture of two that follow each other, which marks all that has changed since the first's past."""
    return last if first is None else replace(last, before=first.before, since=first.since)
