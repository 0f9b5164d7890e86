"""Moments: what one picture of a refinement needs to know, its past included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from trm_cli.domain import Domain
from trm_cli.puzzle import Cell, Frame, Grid, Outcome, Puzzle, Verdict, n_changed
from trm_cli.view.seen import judged
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
    """One picture: a frame, the grid a picture earlier, (step, cells changed) so far, and what the rules say.

    `since` is the first step of several that are one picture. `search` is there for frames of a search.
    """

    frame: Frame | None = None
    before: Grid | None = None
    changed: tuple[tuple[int, int], ...] = ()
    verdict: Verdict | None = None
    since: int = 0
    search: Searching | None = None

    @property
    def conflicts(self) -> tuple[Cell, ...]:
        """The cells that break the rules."""
        return self.verdict.cells if self.verdict else ()


def moments(puzzle: Puzzle, frames: Iterable[Frame], domain: Domain) -> Iterator[Moment]:
    """Turn frames into pictures, each with what it needs of those before."""
    before = puzzle.given
    changed: tuple[tuple[int, int], ...] = ()
    for frame in frames:
        changed = (*changed, (frame.step, n_changed(before, frame.grid)))
        yield Moment(frame, before, changed, judged(domain, puzzle, frame), frame.step)
        before = frame.grid


def told(outcome: Outcome, max_steps: int, domain: Domain) -> list[Moment]:
    """Return the moments of a refinement that is over: those beyond the single pass are of a search."""
    search = Searching(outcome.branches)
    found = moments(outcome.puzzle, outcome.frames, domain)
    return [of_search(moment, search, max_steps) for moment in found]


def of_search(moment: Moment, search: Searching, max_steps: int) -> Moment:
    """Return a moment marked as one of a search, where it is beyond the steps of a single pass."""
    is_beyond = moment.search is None and moment.frame is not None and moment.frame.step > max_steps
    return replace(moment, search=search) if is_beyond else moment


def search_moment(outcome: Outcome, left: float | None, last: Moment) -> Moment:
    """Return the picture of the best that a search has found so far, with the share of its budget that is left."""
    before = outcome.puzzle.given if last.frame is None else last.frame.grid
    changed = (*last.changed, (outcome.steps, n_changed(before, outcome.frame.grid)))
    search = Searching(outcome.branches, left)
    return Moment(outcome.frame, before, changed, outcome.verdict, outcome.steps, search)


def grouped(first: Moment | None, last: Moment) -> Moment:
    """Return one picture of two that follow each other, which marks all that has changed since the first's past."""
    return last if first is None else replace(last, before=first.before, since=first.since)
