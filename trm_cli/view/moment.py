"""Moments: everything that one picture of a refinement shows, including what it needs of the steps before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, islice

from trm_cli.puzzle import Cell, Frame, Grid, Learning, Outcome, Puzzle, n_changed
from trm_cli.view.theme import Glyphs

HISTORY = 6
"""Steps of which a picture shows how many cells they changed."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view shows besides the frames; `model` is a line about weights, device and data type."""

    puzzle: Puzzle
    model: str
    max_steps: int
    glyphs: Glyphs


@dataclass(frozen=True, slots=True)
class Searching:
    """The state of a search: `branches` tried, and the share of the budget that is `left`, 0..1; None if unknown."""

    branches: int | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """One picture: a frame, the grid in the picture before, and (step, cells changed) for the last steps.

    `most_changed` is the largest number of cells that any step until now has changed. `since` is the first of the steps
    that share the picture. `search` is set during a search. `learning` is set if the task is learned from its
    demonstrations; then steps are updates.
    """

    frame: Frame | None = None
    before: Grid | None = None
    changed: tuple[tuple[int, int], ...] = ()
    most_changed: int = 0
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
        # Changes count from the frame before, or from the puzzle at the first step.
        before = self.frame.grid if self.frame else puzzle.given
        n = n_changed(before, frame.grid)
        changed = (*self.changed[1 - HISTORY :], (frame.step, n))  # only what is shown, as there may be many steps
        return Moment(frame, before, changed, max(self.most_changed, n), frame.step, search, learning)


def moments(puzzle: Puzzle, frames: Iterable[Frame]) -> Iterator[Moment]:
    """Turn frames into moments, each with what it needs of the steps before."""
    return islice(accumulate(frames, lambda last, frame: last.then(puzzle, frame), initial=Moment()), 1, None)


def watched(outcomes: Iterable[Outcome], max_steps: int, n_branches: int) -> Iterator[Moment]:
    """Turn the successive outcomes of one puzzle into moments.

    If a puzzle is unsolved after `max_steps`, a search of `n_branches` follows, and a moment announces it.
    """
    moment = Moment()
    for outcome in outcomes:
        # The share of the search's budget that is left, if it is known.
        left = max(0.0, 1 - outcome.branches / n_branches) if n_branches else None
        search = Searching(outcome.branches, left) if outcome.searched else None
        moment = moment.then(outcome.puzzle, outcome.frame, search, outcome.learning)
        yield moment
        # The single pass has failed: announce the search now, as its first result may take long.
        is_over = not outcome.searched and outcome.steps >= max_steps
        if is_over and n_branches and outcome.verdict.status == "unsolved":
            yield replace(moment, search=Searching(0, 1.0))


def moments_of(outcome: Outcome, max_steps: int) -> list[Moment]:
    """Return the moments of a finished refinement; those after the single pass belong to a search.

    Where a task was learned, all belong to the learning. Only the last one knows more of it than updates and votes.
    """
    found, how = list(moments(outcome.puzzle, outcome.frames)), outcome.learning
    if how is None:
        search = Searching(outcome.branches)
        return [of_search(moment, search, max_steps) for moment in found]
    frames = outcome.frames
    before = [Learning(how.n_demos, updates=f.step, n_updates=how.n_updates, shares=(f.halt,)) for f in frames[:-1]]
    return [replace(moment, learning=one) for moment, one in zip(found, [*before, how], strict=False)]


def of_search(moment: Moment, search: Searching, max_steps: int) -> Moment:
    """Return a moment, marked as part of a search if its step is beyond the single pass."""
    is_single = moment.search is None and moment.learning is None
    is_beyond = is_single and moment.frame is not None and moment.frame.step > max_steps
    return replace(moment, search=search) if is_beyond else moment


def grouped(first: Moment | None, last: Moment) -> Moment:
    """Join two successive moments into one that marks all changes of both."""
    return last if first is None else replace(last, before=first.before, since=first.since)
