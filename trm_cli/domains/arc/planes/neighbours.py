"""Planes of the four and eight neighbours of a cell."""

from __future__ import annotations

from collections.abc import Iterator

from trm_cli.domains.arc.canvas import Canvas
from trm_cli.domains.arc.planes.plane import Plane


def planes(canvas: Canvas) -> Iterator[Plane]:
    """Yield how many neighbours have a colour, or ink."""
    four, eight = canvas.neighbours
    words = {1: "one", 2: "two", 3: "three", 5: "five"}
    for n in (1, 2, 3):
        yield Plane(f"at least {words[n]} of its four neighbours {'has' if n == 1 else 'have'}", four >= n)
    for n, word in words.items():
        yield Plane(f"at least {word} of its eight neighbours {'has' if n == 1 else 'have'}", eight >= n)
    yield Plane("only diagonal neighbours have", (eight >= 1) & (four == 0))
    # The same for ink of any colour, by whether the cell itself is ink or background.
    four, eight = canvas.ink_neighbours
    ink, ground = canvas.ink, ~canvas.ink
    yield Plane("is ink with ink on all four sides", ink & (four == 4))
    yield Plane("is ink with ink all around", ink & (eight == 8))
    yield Plane("is ink at an edge", ink & (four < 4))
    yield Plane("is ink with two sides of ink", ink & (four == 2))
    yield Plane("is ink with one side of ink", ink & (four == 1))
    yield Plane("is ink alone", ink & (eight == 0))
    yield Plane("is background beside ink", ground & (four >= 1))
    yield Plane("is background beside or diagonal to ink", ground & (eight >= 1))
    yield Plane("is background only diagonal to ink", ground & (eight >= 1) & (four == 0))
    yield Plane("is background diagonal to ink", ground & (eight > four))
    yield Plane("is background with two sides of ink or more", ground & (four >= 2))
    yield Plane("is background with three sides of ink or more", ground & (four >= 3))
