"""The picture of a moment: the grid with its measures beside it, laid out to fit the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trm_cli.puzzle import Learning
from trm_cli.view.grid import PAINTERS, render_grid
from trm_cli.view.moment import Moment, Searching, Shown
from trm_cli.view.text import plural, printable

WIDE = 200
BAR = 11
GAP = 3
NARROW_GAP = 2
LOADING = "loading the model ..."


def render_moment(shown: Shown, moment: Moment, width: int = WIDE, height: int | None = None) -> RenderableType:
    """Draw a puzzle and the state of its refinement in `width` columns and `height` lines.

    Parts that do not fit are left out as a whole: first the bars, then words of the legend and of the first line.
    """
    grid = shown.puzzle.given if moment.frame is None else moment.frame.grid
    picture = render_grid(shown.puzzle, grid, shown.glyphs, moment.frame, moment.before, moment.conflicts)
    picture, note = _cut(picture, width, None if height is None else height - 1)
    columns = max(map(len, picture.plain.split("\n")))
    # Take the most detailed measures that fit beside the grid.
    tall = [measures for measures in _measures(moment, shown) if height is None or len(measures) < height]
    beside = next((m for m in tall if columns + NARROW_GAP + _width(m) <= width), None)
    body: RenderableType = picture
    if beside is not None:
        gap = GAP if columns + GAP + _width(beside) <= width else NARROW_GAP
        body = _pair(picture, Text("\n").join(beside), columns, gap)
    # Below the grid, the remaining lines hold the legend, after short measures if there was no room beside it.
    n_lines = max(picture.plain.count("\n") + 1, len(beside or []))
    legend = PAINTERS[shown.puzzle.task].legend(shown.glyphs)
    below = [note] if note else [*([] if beside else _brief(moment, shown)), *legend]
    n_left = None if height is None else height - 1 - n_lines
    return Group(_head(shown, moment, width), body, *_filled(below, width, n_left))


def _head(shown: Shown, moment: Moment, width: int) -> Text:
    """Return the line above the grid; if it gets too long, words are left out, the step last of all."""
    last = moment.frame.step if moment.frame else 0
    step = f"{moment.since}-{last}" if moment.since < last else f"{last:>2}"
    step = f"step {step}/{shown.max_steps}" if moment.search is None else f"searching, step {last}"
    if moment.learning:
        step = f"update {last}/{moment.learning.n_updates}" if moment.learning.n_updates else "explaining"
    name = printable(PurePath(shown.puzzle.name).name)
    words = [(shown.puzzle.task, "bold", 1), (name, "bold", 2), (step, "", 0), (printable(shown.model), "note", 3)]
    # Keep words by rank while they fit, then show them in their usual order.
    kept: set[int] = set()
    for text, _, rank in sorted(words, key=lambda word: word[2]):
        used = sum(len(text) + GAP for text, _, rank in words if rank in kept)
        if text and used + len(text) <= width:
            kept.add(rank)
    return Text(" " * GAP, no_wrap=True).join(Text(text, style) for text, style, rank in words if rank in kept)


def _cut(picture: Text, width: int, height: int | None) -> tuple[Text, Text | None]:
    """Return the part of a grid that there is room for, and a note if it is cut."""
    lines = picture.split("\n")
    n_rows, n_columns = len(lines), max(map(len, lines))
    if n_columns <= width and (height is None or n_rows <= height):
        return picture, None
    room = n_rows if height is None else max(1, height - 1)
    note = Text("too large for this terminal", "note")
    return Text("\n").join(line[:width] for line in lines[:room]), note


def _measures(moment: Moment, shown: Shown) -> list[list[Text]]:
    """Return the measures of a moment as lines, in several versions, the most detailed first."""
    if moment.frame is None:
        return [[Text("" if shown.model else LOADING)]]
    if moment.learning is not None:
        return [_learning(moment, moment.learning, shown), []]
    if moment.search is not None:
        return [_searching(moment, moment.search, shown), []]
    # The longest bar is that of the step that changed most cells.
    most = moment.most_changed or 1
    bars = []
    for step, n in moment.changed:
        bar = shown.glyphs.bar * max(round(BAR * n / most), int(n > 0))
        bars.append(Text(f"step {step:>3}  ").append(f"{bar:<{BAR}}", "bar").append(f"{n:>4} cells changed"))
    counts = [Text(f"step {step:>3}{n:>5}", "bold" if n else "note") for step, n in moment.changed]
    return [[*bars, Text(), *_facts(moment, 9)], [*counts, Text(), *_facts(moment)], _facts(moment)]


def _facts(moment: Moment, n_columns: int = 0) -> list[Text]:
    frame = moment.frame
    assert frame
    residual = f"{frame.residual:.2f}" if np.isfinite(frame.residual) else ""
    facts = {"halt": f"{frame.halt:.2f}", "residual": residual, "conflicts": str(len(moment.conflicts)),
             "time": f"{frame.seconds:.1f} s"}  # fmt: skip
    return [Text(f"{name:<{n_columns}} {value}".rstrip()) for name, value in facts.items()]


def _searching(moment: Moment, search: Searching, shown: Shown) -> list[Text]:
    """Return the lines of a search: branches tried, the best answer, and the rest of the budget."""
    assert moment.frame
    n = len(moment.conflicts)
    best = plural(n, "conflict") if n else "no conflict"
    lines = [Text("searching", "bold"), Text(f"best      {best}", "bad" if n else "good")]
    if search.branches is not None:
        lines.insert(1, Text(f"branches  {search.branches}"))
    lines.append(Text(f"time      {moment.frame.seconds:.1f} s"))
    if search.left is not None:
        lines.append(Text(f"left      {search.left:.0%}"))
        full = round(BAR * search.left)
        bar = (
            Text("          ").append(shown.glyphs.bar * full, "bar").append(shown.glyphs.blank * (BAR - full), "note")
        )
        lines.append(bar)
    return lines


def _learning(moment: Moment, learning: Learning, shown: Shown) -> list[Text]:
    """Return the lines of learning: whether the task is explained, the progress of training, and the vote so far."""
    assert moment.frame
    waiting = "compiling, only this first time ..." if learning.is_compiling else "not explained yet"
    lines = [Text("explained", "good") if learning.is_proven else Text(waiting, "note")]
    if learning.n_updates:
        done = round(BAR * learning.updates / learning.n_updates)
        bar = Text(shown.glyphs.bar * done, "bar").append(shown.glyphs.blank * (BAR - done), "note")
        lines.append(Text("learning      ").append(bar))
    if np.isfinite(learning.loss):
        demos = f"all {learning.n_demos} right" if learning.n_demos > 1 else "demo right"
        lines += [
            Text(f"loss          {learning.loss:.3f}"),
            Text(f"{demos:<13} in {learning.n_ways_right} of 8 orientations"),
        ]
    lines.append(Text(f"votes         {_votes(learning)}"))
    return [*lines, Text(f"time          {moment.frame.seconds:.1f} s")]


def _votes(learning: Learning) -> str:
    return ", ".join(f"{share:.0%}" for share in learning.shares[:2])


def _brief(moment: Moment, shown: Shown) -> list[Text]:
    """Return the measures in a few words, for narrow terminals."""
    if moment.frame is None:
        return [] if shown.model else [Text(LOADING)]
    if moment.learning:
        return [Text(f"votes {_votes(moment.learning)}")]
    words = [f"{moment.changed[-1][1]} changed" if moment.changed else "", f"{len(moment.conflicts)} conflicts"]
    return [Text(word) for word in words if word]


def _width(lines: Iterable[Text]) -> int:
    return max((len(line) for line in lines), default=0)


def _pair(left: Text, right: Text, width: int, gap: int) -> Table:
    table = Table.grid(padding=(0, gap, 0, 0))
    table.add_column(no_wrap=True, overflow="crop", min_width=width)
    table.add_column(no_wrap=True, overflow="crop")
    table.add_row(left, right)
    return table


def _filled(parts: Sequence[Text], width: int, n_lines: int | None) -> list[Text]:
    """Return parts in lines of a width, with commas between them, as many parts as there is room for."""
    lines: list[Text] = []
    for part in parts:
        if len(part) + 1 > width:
            continue
        if lines and len(lines[-1]) + len(part) + 3 <= width:
            lines[-1].append(", ").append_text(part)
        elif n_lines is None or len(lines) < n_lines:
            lines.append(Text(no_wrap=True).append_text(part))
    return lines
