"""Draw README's picture: a Sudoku, a maze and an ARC task, each in four moments of its refinement.

    python bench/picture.py docs

Writes `refinement-light.svg` and `refinement-dark.svg`. The frames are real: those of the shipped weights for
Sudoku and maze, and those of a network that learns the ARC task from its three demonstrations and nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from trm_cli import files, reading
from trm_cli.domains.arc import sizes
from trm_cli.domains.arc.lessons import lessons
from trm_cli.domains.maze.grid import GOAL, PATH, START, WALL
from trm_cli.puzzle import Frame, Grid, Puzzle
from trm_cli.solving.adapt import Adaptation
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.solver import Solver
from trm_cli.view.arc import PALETTE

WIDTH, MARGIN, GAP, SIDE = 860, 20, 20, 190
THEMES = {
    "light": {"back": "#ffffff", "text": "#1d2228", "soft": "#56606b", "cell": "#ffffff", "given": "#e6e9ee",
              "edge": "#aeb6c0", "wall": "#3c444d", "sure": "#0b62c4", "new": "#ffe0b3", "wrong": "#d11f3a"},
    "dark": {"back": "#0d1117", "text": "#e8ebef", "soft": "#9aa6b2", "cell": "#161b22", "given": "#2b323c",
             "edge": "#4a545f", "wall": "#59636e", "sure": "#6db3ff", "new": "#6b4310", "wrong": "#ff6b81"},
}  # fmt: skip
START_COLOUR, GOAL_COLOUR = "#13a35b", "#9a5cff"
UPDATES, MOMENTS = 300, (0, 66, 108, 300)
"""Of the network that learns the ARC task, and after which of them it is shown."""

Colours = dict[str, str]
Mask = npt.NDArray[np.bool_]


class Moment(NamedTuple):
    """A grid at one moment, what to say of it, and which of its cells are new since the moment before or wrong."""

    words: str
    grid: Grid
    is_new: Mask
    is_wrong: Mask


def solved(path: str) -> tuple[Puzzle, list[Moment]]:
    """Return a puzzle, and the moments before the first step and after the first, second and last one."""
    (puzzle,) = (item for item in reading.puzzles((path,)) if isinstance(item, Puzzle))
    outcome = Solver.load(None, puzzle.task, SolveOptions(64, trace=True)).solve(puzzle)
    assert outcome.verdict.status == "solved"
    nothing = np.zeros(puzzle.given.shape, bool)
    moments = [Moment("the puzzle", puzzle.given, nothing, nothing)]
    for frame in (*outcome.frames[:2], outcome.frames[-1]):
        wrong = nothing.copy()
        for cell in frame.verdict.cells:
            wrong[cell] = True
        # In the first step all is new, which need not be shown.
        new = frame.grid != moments[-1].grid if len(moments) > 1 else nothing
        moments.append(Moment(f"step {frame.step}: {_state(puzzle, frame)}", frame.grid, new, wrong))
    return puzzle, moments


def _state(puzzle: Puzzle, frame: Frame) -> str:
    if frame.verdict.status == "solved":
        return "solved"
    return f"{len(frame.verdict.cells)} digits conflict" if puzzle.task == "sudoku" else "not one way yet"


def learned(path: str) -> tuple[Puzzle, list[Moment]]:
    """Return an ARC task, and a network's answer to its test input after some of its updates."""
    torch.set_num_threads(1)
    (puzzle,) = (item for item in reading.puzzles((path,)) if isinstance(item, Puzzle))
    size = sizes.size(puzzle.demos, puzzle.given)
    assert size is not None
    *demos, asked = lessons(puzzle, size.shape, ())
    looks = {look.updates: look for look in Adaptation(demos, asked, seed=0).run(UPDATES)}
    shown = [looks[min(looks, key=lambda n: abs(n - moment))] for moment in MOMENTS]
    nothing = np.zeros(size.shape, bool)
    return puzzle, [Moment(f"after {look.updates} updates", look.answer, nothing, nothing) for look in shown]


def rect(x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"{more}/>'


def text(x: float, y: float, words: str, size: float, fill: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" fill="{fill}" {more}>{escape(words)}</text>'


def sudoku(puzzle: Puzzle, moment: Moment, x: float, y: float, of: Colours) -> list[str]:
    """Draw the digits: given ones on grey, the network's in blue, new ones on orange, conflicts in red."""
    side, parts = SIDE / 9, []
    for (row, column), value in np.ndenumerate(moment.grid):
        left, top = x + column * side, y + row * side
        is_given = bool(puzzle.given[row, column])
        back = of["given"] if is_given else of["new"] if moment.is_new[row, column] else of["cell"]
        parts.append(rect(left, top, side, side, back, f' stroke="{of["edge"]}" stroke-width="0.5"'))
        if value:
            wrong = moment.is_wrong[row, column] and not is_given
            ink = of["text"] if is_given else of["wrong"] if wrong else of["sure"]
            weight = "700" if is_given or wrong else "500"
            middle = f'text-anchor="middle" font-weight="{weight}"'
            parts.append(text(left + side / 2, top + side * 0.74, str(value), side * 0.68, ink, middle))
    for i in range(0, 10, 3):
        line = f'stroke="{of["text"]}" stroke-width="1.4" stroke-linecap="square"'
        parts.append(f'<path d="M{x + i * side:.1f} {y}v{SIDE}M{x} {y + i * side:.1f}h{SIDE}" {line}/>')
    return parts


def maze(puzzle: Puzzle, moment: Moment, x: float, y: float, of: Colours) -> list[str]:
    """Draw walls, the way in blue, and the ends."""
    height, width = moment.grid.shape
    side = SIDE / max(height, width)
    parts = [rect(x, y, width * side, height * side, of["cell"])]
    for value, ink in ((WALL, of["wall"]), (PATH, of["sure"])):
        # One path for all cells of a kind, in units of a cell: a rectangle for each would make a large file.
        cells = "".join(f"M{column} {row}h1v1h-1z" for row, column in np.argwhere(moment.grid == value))
        place = f"translate({x:.1f} {y:.1f}) scale({side})"
        parts.append(f'<path transform="{place}" d="{cells}" fill="{ink}" shape-rendering="crispEdges"/>')
    for value, ink in ((START, START_COLOUR), (GOAL, GOAL_COLOUR)):
        row, column = np.argwhere(moment.grid == value)[0]
        at = f'cx="{x + (column + 0.5) * side:.1f}" cy="{y + (row + 0.5) * side:.1f}"'
        parts.append(f'<circle {at} r="5" fill="{ink}" stroke="{of["back"]}" stroke-width="1.2"/>')
    return parts


def colours(grid: Grid, x: float, y: float, side: float, of: Colours) -> list[str]:
    """Draw a grid of ARC's colours."""
    line = f' stroke="{of["edge"]}" stroke-width="0.6"'
    return [
        rect(x + column * side, y + row * side, side, side, PALETTE[int(value)], line)
        for (row, column), value in np.ndenumerate(grid)
    ]


def arc(puzzle: Puzzle, moment: Moment, x: float, y: float, of: Colours) -> list[str]:
    """Draw the answer so far."""
    return colours(moment.grid, x, y, SIDE / moment.grid.shape[1], of)


def strip(puzzle: Puzzle, y: float, of: Colours) -> list[str]:
    """Draw the demonstrations of a task and its test input, small."""
    side, x, parts = 8.0, float(MARGIN), []
    for question, answer in puzzle.demos:
        parts += colours(question, x, y, side, of)
        x += question.shape[1] * side + 6
        parts.append(text(x, y + 22, "→", 15, of["soft"]))
        x += 20
        parts += colours(answer, x, y, side, of)
        x += answer.shape[1] * side + 30
    parts.append(text(x, y + 22, "and now:", 14, of["soft"]))
    return [*parts, *colours(puzzle.given, x + 66, y, side, of)]


Draw = Callable[[Puzzle, Moment, float, float, Colours], list[str]]


def picture(rows: Sequence[tuple[str, Puzzle, list[Moment], Draw]], of: Colours) -> str:
    """Return the whole picture as SVG."""
    y, parts = 14.0, []
    for title, puzzle, moments, draw in rows:
        name, _, sentence = title.partition(": ")
        said = f'<tspan dx="10" fill="{of["soft"]}">{escape(sentence)}</tspan>'
        both = f'<tspan font-weight="700">{escape(name)}</tspan>{said}'
        parts.append(f'<text x="{MARGIN}" y="{y + 16}" font-size="17" fill="{of["text"]}">{both}</text>')
        y += 28
        if puzzle.demos:
            parts += strip(puzzle, y, of)
            y += max(grid.shape[0] for demo in puzzle.demos for grid in demo) * 8 + 14
        height = SIDE * moments[0].grid.shape[0] / max(moments[0].grid.shape)
        for i, moment in enumerate(moments):
            x = MARGIN + i * (SIDE + GAP)
            parts += draw(puzzle, moment, x, y, of)
            middle = 'text-anchor="middle"'
            parts.append(text(x + SIDE / 2, y + height + 20, moment.words, 14, of["soft"], middle))
        y += height + 48
    font = 'font-family="ui-sans-serif, system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"'
    size = f'viewBox="0 0 {WIDTH} {y:.0f}" width="{WIDTH}" height="{y:.0f}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>'
    named = "<title>A Sudoku, a maze and an ARC task, each refined in four frames</title>"
    return "\n".join([head, named, rect(0, 0, WIDTH, y, of["back"]), *parts, "</svg>", ""])


def main() -> None:
    """Solve, learn, draw both files."""
    (folder,) = map(Path, sys.argv[1:])
    rows = [
        ("Sudoku: all digits at once, then again, until none conflicts", *solved("puzzles/sudoku/hard.txt"), sudoku),
        ("Maze: the whole way at once, then again, until it is one", *solved("puzzles/maze/perfect-21x41.txt"), maze),
        ("ARC: a network that starts from nothing learns one task from three demonstrations",
         *learned("puzzles/arc/to-the-right.json"), arc),
    ]  # fmt: skip
    for name, theme in THEMES.items():
        with files.whole(folder / f"refinement-{name}.svg") as path:
            path.write_text(picture(rows, theme))


if __name__ == "__main__":
    main()
