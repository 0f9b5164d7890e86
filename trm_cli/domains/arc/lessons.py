"""An ARC task as lessons for a network: each demonstration, and the test, as bits on a canvas, in eight orientations.

The canvas has room for the input and the output, both in its top left corner. All bits are computed in the orientation
in which the task is written, and then turned, so that a plane keeps its meaning in every orientation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trm_cli.domains import dihedral
from trm_cli.domains.arc.bits import (
    BLACK,
    COLOUR,
    EXISTS,
    IN_INPUT,
    IN_OUTPUT,
    MAX_PLANES,
    ORIENTATION,
    PLANES,
    THIS_COLOUR,
)
from trm_cli.domains.arc.canvas import Canvas, canvases
from trm_cli.domains.arc.planes import planes
from trm_cli.puzzle import IGNORED, Array, Grid, Puzzle, frozen

Bits = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A demonstration or the test in one orientation, `way`.

    `tokens` (K, H, W) has a set of bits for every colour of the `palette` and every cell. `labels` (H, W) are places in
    the palette, from 0, in the cells of the output, and IGNORED elsewhere; None for the test. `size` is the shape of
    the output as the task is written.
    """

    tokens: Bits
    labels: Bits | None
    palette: tuple[int, ...]
    size: tuple[int, int]
    way: int

    def answer(self, choice: Bits) -> Grid:
        """Return the output grid for chosen places in the palette (H, W), turned back to the written orientation."""
        return frozen(np.array(self.palette, np.uint8)[self.cells(choice)])

    def cells(self, values: Array) -> Array:
        """Return the values (H, W) of the output's cells, turned back to the written orientation."""
        return dihedral.turned(values, dihedral.INVERSE[self.way])[: self.size[0], : self.size[1]]


def lessons(puzzle: Puzzle, size: tuple[int, int], named: Sequence[str]) -> list[list[Lesson]]:
    """Return the lessons of every demonstration and, last, of the test, in eight orientations each.

    `size` is the shape of the test's output; `named` are the planes whose bits are set, MAX_PLANES at most.
    """
    series = []
    for canvas, answer in canvases(puzzle, size):
        tokens = _bits(canvas, named)
        labels = None if answer is None else _labels(answer, canvas.palette, tokens.shape[1:])
        series.append([_turned(Lesson(tokens, labels, canvas.palette, canvas.shape, 0), way) for way in dihedral.WAYS])
    return series


def plain_lesson(question: Grid, answer: Grid, palette: tuple[int, ...], way: int) -> Lesson:
    """Return a pair of grids as a lesson without planes, in one orientation; `palette` holds all of its colours."""
    shape = (answer.shape[0], answer.shape[1])
    tokens = _bits(Canvas(question, palette, shape, -1), ())
    return _turned(Lesson(tokens, _labels(answer, palette, tokens.shape[1:]), palette, shape, 0), way)


def padded(chosen: Sequence[Lesson], shape: Sequence[int]) -> tuple[Bits, Bits]:
    """Return the tokens (B, K, H, W) and the labels (B, H * W) of lessons, padded to one `shape` (K, H, W).

    What is padding does not exist, and is not supervised.
    """
    tokens = np.zeros((len(chosen), *shape), np.int64)
    labels = np.full((len(chosen), *shape[1:]), IGNORED, np.int64)
    for i, lesson in enumerate(chosen):
        n_colours, height, width = lesson.tokens.shape
        tokens[i, :n_colours, :height, :width] = lesson.tokens
        if lesson.labels is not None:
            labels[i, :height, :width] = lesson.labels
    return tokens, labels.reshape(len(chosen), -1)


def _bits(canvas: Canvas, named: Sequence[str]) -> Bits:
    """Return the tokens (K, H, W) of a grid and the answer of its canvas."""
    grid, palette, shape = canvas.grid, canvas.palette, canvas.shape
    height, width = np.maximum(grid.shape, shape)
    tokens = np.zeros((len(palette), height, width), np.int64)
    colours = np.array(palette)[:, None, None]
    # The cells of the input and of the output; the pairs of a colour and a cell exist in both.
    tokens[:, : grid.shape[0], : grid.shape[1]] |= 1 << EXISTS | 1 << IN_INPUT
    tokens[:, : shape[0], : shape[1]] |= 1 << EXISTS | 1 << IN_OUTPUT
    tokens[:, : grid.shape[0], : grid.shape[1]] |= (grid == colours).astype(np.int64) << THIS_COLOUR
    # Bits of the colour itself, for all pairs that exist.
    exists = tokens & 1
    tokens |= exists * ((colours == 0).astype(np.int64) << BLACK | 1 << COLOUR + colours)
    # Planes are about the cells of the output.
    if named:
        for bit, plane in enumerate(planes(canvas).chosen(named[:MAX_PLANES])):
            tokens[:, : shape[0], : shape[1]] |= plane.astype(np.int64) << PLANES + bit
    return tokens


def _labels(answer: Grid, palette: tuple[int, ...], canvas: tuple[int, ...]) -> Bits:
    labels = np.full(canvas, IGNORED, np.int64)
    labels[: answer.shape[0], : answer.shape[1]] = np.searchsorted(palette, answer)
    return labels


def _turned(lesson: Lesson, way: int) -> Lesson:
    tokens = np.ascontiguousarray(dihedral.turned(lesson.tokens, way))
    # Planes keep their names when they are turned, so a bit says which orientation this is.
    tokens = tokens | (tokens & 1) << ORIENTATION + way
    labels = None if lesson.labels is None else np.ascontiguousarray(dihedral.turned(lesson.labels, way))
    return Lesson(tokens, labels, lesson.palette, lesson.size, way)
