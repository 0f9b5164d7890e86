"""What happened in a refinement: a sentence about it, and its most important frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from trm_cli.puzzle import Puzzle, n_changed
from trm_cli.view.moment import Moment
from trm_cli.view.text import plural, printable

WANDERING = 1 / 3
"""A refinement wandered if less than this share of the answer was right before most cells fell into place."""


def far(puzzle: Puzzle, moments: Sequence[Moment]) -> list[int]:
    """Return how many cells differ from the last answer: in the puzzle, then after every moment."""
    frames = [moment.frame for moment in moments if moment.frame]
    last = frames[-1].grid
    return [n_changed(grid, last) for grid in (puzzle.given, *(frame.grid for frame in frames))]


def sentence(puzzle: Puzzle, moments: Sequence[Moment]) -> str:
    """Return how the answer came: how long the network wandered, and in which step most cells fell into place."""
    moments = [moment for moment in moments if moment.frame]
    if not moments:
        return ""
    frames = [moment.frame for moment in moments if moment.frame]
    verdict = frames[-1].verdict
    if verdict.status == "failed":
        return f"Gave up: {printable(verdict.reason)}."
    # Networks that learn a task count updates, which begin with 0: the answer of an explanation, or a guess.
    # A trace has no frames of updates that left the answer as it was.
    how = moments[-1].learning
    n_updates = max(frames[-1].step, how.updates if how else 0)
    if n_updates == 0:
        is_none = how is not None and not how.explanation
        return f"{'Nothing was explained' if is_none else 'The answer comes from an explanation'}; no network learned."
    if how:
        last = frames[max((i for i, distance in enumerate(far(puzzle, moments)[1:], 1) if distance), default=0)]
        return f"The answer has not changed since update {last.step} of {n_updates}."
    # Three endings: a search, no answer, or an answer in the single pass.
    is_found, n_cells = verdict.status != "unsolved", len(verdict.cells)
    rest = f"{plural(n_cells, 'cell')} still break{'s' * (n_cells == 1)} the rules" if n_cells else "it is not right"
    n_single = sum(moment.search is None for moment in moments)
    search = moments[-1].search
    if search is not None:
        tried = plural(search.branches, "branch") if search.branches is not None else "more steps"
        end = f"the search found the answer after {tried}" if is_found else f"the search tried {tried}, and {rest}"
        return f"Wandered for {plural(n_single, 'step')}, then {end}."
    if not is_found:
        return f"Wandered for {plural(n_single, 'step')} and did not arrive: {rest}."
    return _arrival([frame.step for frame in frames], far(puzzle, moments))


def _arrival(steps: list[int], distances: list[int]) -> str:
    """Return how the answer came; `distances` has one value more than `steps`, as it begins with the puzzle."""
    # The fall is the step in which most cells became right: count the cells before it, in it, and after it.
    key = fall(distances)
    before, n, after = distances[0] - distances[key], distances[key] - distances[key + 1], distances[key + 1]
    if n <= 0:
        return "Nothing changed: the puzzle came with its answer."
    end = max(i for i, distance in enumerate(distances) if distance) + 1  # the first step after which no cell changes
    rest = f", the other {after} by step {steps[end - 1]}" if after > 0 else ""
    fell = f"{plural(n, 'cell')} fell into place in step {steps[key]}{rest}."
    if key == 0:
        return fell if rest else f"All {plural(n, 'cell')} fell into place at once, in step {steps[0]}."
    if before < WANDERING * distances[0]:
        return f"Wandered for {plural(key, 'step')}, then {fell}"
    return f"{plural(before, 'cell')} came in {plural(key, 'step')}, then {fell}"


def fall(distances: Sequence[int]) -> int:
    """Return the place of the frame in which most cells fell into place, the last one if several are equal."""
    # Search from the end, as argmax returns the first of several.
    gains = -np.diff(distances)
    return int(len(gains) - 1 - np.argmax(gains[::-1]))


def chosen(distances: Sequence[int], n: int) -> list[int]:
    """Return up to n places among the puzzle and its frames: both ends, those around the fall, then evenly spaced ones.

    >>> chosen([51, 50, 49, 48, 3, 0, 0], 4)
    [0, 3, 4, 6]
    """
    last = len(distances) - 1
    key = fall(distances) + 1
    # In the order of importance; all other places follow, in case the even ones are fewer than n. Keep n of them.
    even = [int(place) for place in np.linspace(0, last, n).round()]
    return sorted([*dict.fromkeys([last, 0, key, key - 1, *even, *range(1, last)])][: min(n, last + 1)])
