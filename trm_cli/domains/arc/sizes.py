"""The size of an ARC answer: a simple function of the input that is right in all demonstrations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

import numpy as np

from trm_cli.domains.arc import proposals
from trm_cli.domains.arc.canvas import Canvas, shared_ground
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.arc.proposals.panels import bars, divided
from trm_cli.puzzle import Grid

Shape = tuple[int, int]
Demos = Sequence[tuple[Grid, Grid]]


HALF = Fraction(1, 2)
LINES = [(Fraction(times), plus) for plus in (0, 1, -1, 2, -2, 3, -3) for times in (1, 2, 3, HALF, 4, 5)]
"""Linear functions of a number, times * n + plus, the simplest first."""


class Size(NamedTuple):
    """The shape (H, W) of an answer, and how it follows from the input, in words."""

    shape: Shape
    words: str


class Followed(NamedTuple):
    """A proposal by its name: in every demonstration, beside the answer, and in the given input."""

    name: str
    pairs: list[tuple[proposals.Cells | None, Grid]]
    grid: proposals.Cells


def size(demos: Demos, given: Grid) -> Size | None:
    """Return the answer's size by the simplest function that fits all demonstrations; None if none does."""
    if all(question.shape == answer.shape for question, answer in demos):
        return Size((given.shape[0], given.shape[1]), "the size of the input")
    followed = _followed(demos, given)
    # From the surest and simplest functions to the strangest.
    for guess in chain(_exact(followed), _simple(demos, given), _proposed(followed), _counted(demos, given)):
        if min(guess.shape) >= 1 and max(guess.shape) <= SIDE:
            return guess
    return None


def _simple(demos: Demos, given: Grid) -> Iterator[Size]:
    """Yield sizes that follow from the input's size: a constant, a multiple, turned, or with rows added."""
    shapes = [(question.shape, answer.shape) for question, answer in demos]
    height, width = given.shape
    # All answers have one size, whatever the inputs.
    if len({answer for _, answer in shapes}) == 1:
        shape = shapes[0][1]
        yield Size((shape[0], shape[1]), f"always {shape[0]}x{shape[1]}")
    # The same multiples of height and width everywhere, which must give whole numbers of cells.
    ratios = {(Fraction(b[0], a[0]), Fraction(b[1], a[1])) for a, b in shapes}
    if len(ratios) == 1:
        down, right = ratios.pop()
        n_rows, n_columns = height * down, width * right
        if n_rows.denominator == n_columns.denominator == 1:
            words = f"{float(down):.3g} times the height, {float(right):.3g} times the width of the input"
            yield Size((int(n_rows), int(n_columns)), words)
    if all(question[::-1] == answer for question, answer in shapes):
        yield Size((width, height), "the size of the input, turned")
    # The same numbers of rows and columns are added everywhere. If all inputs were of one size, this would say no more
    # than a constant.
    added = {(b[0] - a[0], b[1] - a[1]) for a, b in shapes}
    if len(added) == 1 and len({question for question, _ in shapes}) > 1:
        down, right = added.pop()
        yield Size((height + down, width + right), f"{down:+d} rows, {right:+d} columns to the input")


def _canvas(grid: Grid, demos: Demos) -> Canvas:
    """Return a grid of a task as geometry sees it, with the background of the task."""
    ground = shared_ground(question for question, _ in demos)
    return Canvas(grid, tuple(np.unique(grid).tolist()), (grid.shape[0], grid.shape[1]), ground)


def _followed(demos: Demos, given: Grid) -> list[Followed]:
    """Return every proposal as it is in the demonstrations, beside their answers, and in the given input."""
    # Every canvas gives the same proposals in the same order, so that `zip` follows each through the demonstrations.
    rows = [[p.grid for p in proposals.of_any_size(_canvas(question, demos))] for question, _ in demos]
    answers = [answer for _, answer in demos]
    of_given = proposals.of_any_size(_canvas(given, demos))
    return [
        Followed(p.name, list(zip(grids, answers, strict=True)), p.grid)
        for p, *grids in zip(of_given, *rows, strict=True)
        if p.grid is not None
    ]


def _exact(followed: list[Followed]) -> Iterator[Size]:
    """Yield the size of proposals that are the answers of all demonstrations, cell by cell."""
    shapes = {
        name: (grid.shape[0], grid.shape[1])
        for name, pairs, grid in followed
        if all(proposed is not None and np.array_equal(proposed, answer) for proposed, answer in pairs)
    }
    for name, shape in _agreed(shapes):
        yield Size(shape, f"the size of {name}")


def _agreed(shapes: dict[str, Shape]) -> Iterator[tuple[str, Shape]]:
    """Yield the shape that most proposals have, and the first that has it, for the words."""
    count = Counter(shapes.values())
    if count:
        shape = max(count, key=lambda s: count[s])
        yield next(name for name, proposed in shapes.items() if proposed == shape), shape


def _proposed(followed: list[Followed]) -> Iterator[Size]:
    """Yield the size that most proposals agree on, of those whose size is right in all demonstrations.

    Then the same for proposals of which the answer is a constant multiple in all demonstrations.
    """
    times: dict[str, tuple[int, int]] = {}
    for name, pairs, _ in followed:
        ratios = {_ratio(proposed, answer) for proposed, answer in pairs}
        if len(ratios) == 1 and (ratio := ratios.pop()):
            times[name] = ratio
    # First proposals as large as the answer, then those that fit into it several times.
    for is_multiple in (False, True):
        shapes = {
            name: (grid.shape[0] * times[name][0], grid.shape[1] * times[name][1])
            for name, _, grid in followed
            if name in times and (times[name] != (1, 1)) == is_multiple
        }
        for name, shape in _agreed(shapes):
            down, right = times[name]
            yield Size(shape, f"{down} by {right} times the size of {name}" if is_multiple else f"the size of {name}")


def _ratio(grid: proposals.Cells | None, answer: Grid) -> tuple[int, int] | None:
    """Return how many times a proposal fits into an answer, down and across; None where it does not."""
    if grid is None or answer.shape[0] % grid.shape[0] or answer.shape[1] % grid.shape[1]:
        return None
    ratio = answer.shape[0] // grid.shape[0], answer.shape[1] // grid.shape[1]
    # A proposal of one cell fits into everything, so it shows nothing.
    return ratio if grid.size > 1 else None


def _counted(demos: Demos, given: Grid) -> Iterator[Size]:
    """Yield the size whose height and width are each a simple linear function of a number counted in the input."""
    counts = [_counts(_canvas(question, demos)) for question, _ in demos]
    of_given = _counts(_canvas(given, demos))
    sides = [_linear(counts, of_given, [answer.shape[axis] for _, answer in demos]) for axis in (0, 1)]
    if sides[0] and sides[1]:
        yield Size((sides[0][0], sides[1][0]), f"{sides[0][1]} high, {sides[1][1]} wide")


def _linear(counts: list[dict[str, int]], of_given: dict[str, int], sides: list[int]) -> tuple[int, str] | None:
    if len(set(sides)) == 1:
        return sides[0], f"always {sides[0]}"
    # The simplest functions, times * n + plus, come first.
    for times, plus in LINES:
        for name, n in of_given.items():
            is_right = all(times * count[name] + plus == side for count, side in zip(counts, sides, strict=True))
            if is_right and (times * n).denominator == 1:
                words = f"{name}" if times == 1 else f"half {name}" if times == HALF else f"{times} times {name}"
                return int(times * n) + plus, words + (f" {plus:+d}" if plus else "")
    return None


def _counts(canvas: Canvas) -> dict[str, int]:
    """Return what can be counted in a grid, in words."""
    grid = canvas.grid
    things, figures, counts = canvas.things, canvas.figures, canvas.counts
    ink = [int(n) for n, colour in zip(counts, canvas.palette, strict=True) if colour != canvas.background]
    rows, columns = bars(grid)
    panels = divided(grid)
    largest = int(np.argmax(things.area)) if things.n else 0
    return {
        "the height of the input": grid.shape[0],
        "the width of the input": grid.shape[1],
        "the number of colours": len(counts),
        "the number of colours of ink": len(ink),
        "the number of things": things.n,
        "the number of largest things": int(np.count_nonzero(things.most(things.size))),
        "the number of figures": figures.n,
        "the cells of ink": sum(ink),
        "the cells of background": grid.size - sum(ink),
        "the cells of the commonest colour": int(counts.max()),
        "the cells of the commonest ink": max(ink, default=0),
        "the cells of the rarest ink": min(ink, default=0),
        "the bars across": len(rows),
        "the bars down": len(columns),
        "the panels in a column": panels.n_rows if panels else 0,
        "the panels in a row": panels.n_columns if panels else 0,
        "the cells of the largest thing": int(things.size.max()),
        "the height of the largest box": int(things.height[largest]),
        "the width of the largest box": int(things.width[largest]),
        "the longer side of the input": max(grid.shape),
        "the shorter side of the input": min(grid.shape),
        "the area of the input": grid.size,
    }
