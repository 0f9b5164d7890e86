"""Saving a refinement to a file; the suffix chooses between svg, html, cast, gif and json."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from textwrap import fill

from rich.console import Group, RenderableType
from rich.text import Text

from trm_cli import files
from trm_cli.errors import ConfigError
from trm_cli.trace import Traced
from trm_cli.view import gif, html, page, svg
from trm_cli.view.drawing import MARGIN, WIDTH, Drawing, drawing, level, recording_console
from trm_cli.view.grid import render_grid
from trm_cli.view.moment import Moment, Shown, moments_of
from trm_cli.view.panel import render_moment
from trm_cli.view.report import Stamp, as_json, learned, sentence
from trm_cli.view.story import chosen, far
from trm_cli.view.text import printable
from trm_cli.view.theme import UNICODE

LINE = 80
"""Characters of a line of words below a picture."""
ACROSS = 3
"""Pictures side by side in a filmstrip."""
STEP_SECONDS = 0.6
SHOW_SECONDS = 8.0
"""Length of the longest film, without the LAST_SECONDS of its last picture."""
LAST_SECONDS = 3.0


def check(path: Path, is_forced: bool) -> None:
    """Raise a ConfigError for an unknown suffix, and a DataError for a file that exists already."""
    if path.suffix not in WRITERS:
        ends = ", ".join(WRITERS)
        raise ConfigError(
            f"{path}: the end of the name says what to save, one of {ends}; this is {path.suffix or 'none'}"
        )
    if path.suffix == ".gif" and find_spec("PIL") is None:
        raise ConfigError(f"{path}: GIFs need Pillow; install it with: pip install 'trm-cli[gif]'")
    files.refuse(path, is_forced)


def save(path: Path, traced: Traced, stamp: Stamp, n_pictures: int = 0) -> None:
    """Write a refinement to a file, or nothing if that fails; `n_pictures` above 0 ask for a filmstrip of that many."""
    files.write(path, WRITERS[path.suffix](traced, stamp, n_pictures))


def _json(traced: Traced, stamp: Stamp, n_pictures: int) -> bytes:
    return (printable(json.dumps(as_json(traced.outcome, stamp), ensure_ascii=False)) + "\n").encode()


def _svg(traced: Traced, stamp: Stamp, n_pictures: int) -> bytes:
    drawings = _drawings(traced, n_pictures)
    picture = svg.strip(drawings, ACROSS) if n_pictures else svg.film(drawings, _durations(len(drawings)))
    return picture.encode()


def _html(traced: Traced, stamp: Stamp, n_pictures: int) -> bytes:
    if not n_pictures:
        return page.page(traced).encode()
    title = f"{traced.outcome.puzzle.task} {printable(traced.outcome.puzzle.name)}"
    return html.strip(title, _drawings(traced, n_pictures)).encode()


def _gif(traced: Traced, stamp: Stamp, n_pictures: int) -> bytes:
    drawings = [_lettered(picture) for picture in _drawings(traced, n_pictures)]
    return gif.film(drawings, _durations(len(drawings)))


def _cast(traced: Traced, stamp: Stamp, n_pictures: int) -> bytes:
    """Write an asciinema recording, version 2: a header line, then `[seconds, "o", text]` lines."""
    # The recording is as large as its largest picture.
    columns = (_drawings(traced, n_pictures)[0].width - 2 * MARGIN) // WIDTH
    pictures = [_ansi(picture) for picture in _pictures(traced, n_pictures)]
    header = {
        "version": 2,
        "width": columns + 1,
        "height": max(text.count("\n") for text in pictures) + 1,
        "title": f"trm solve {printable(traced.outcome.puzzle.name)}",
    }
    lines, now = [json.dumps(header)], 0.0
    for text, seconds in zip(pictures, _durations(len(pictures)), strict=True):
        # Every picture begins with an empty screen, so that a player can jump to any of them.
        screen = "\x1b[H\x1b[2J" + text.replace("\n", "\r\n")
        lines.append(json.dumps([round(now, 3), "o", screen], ensure_ascii=False))
        now += seconds
    # An empty event at the end keeps the last picture for its time.
    lines.append(json.dumps([round(now, 3), "o", ""]))
    return ("\n".join(lines) + "\n").encode()


WRITERS: dict[str, Callable[[Traced, Stamp, int], bytes]] = {
    ".svg": _svg,
    ".html": _html,
    ".cast": _cast,
    ".gif": _gif,
    ".json": _json,
}


def _ansi(picture: RenderableType) -> str:
    console = recording_console()
    with console.capture() as printed:
        console.print(picture)
    return printed.get()


def _moments(traced: Traced) -> list[Moment]:
    """Return the moment of the given grid, and those of all steps."""
    return [Moment(), *moments_of(traced.outcome, traced.max_steps)]


def _drawings(traced: Traced, n_pictures: int) -> list[Drawing]:
    return level([drawing(picture) for picture in _pictures(traced, n_pictures)])


def _lettered(picture: Drawing) -> Drawing:
    """Return a drawing with letters instead of the marks that the font of Pillow lacks."""
    marks = {UNICODE.good: "v", UNICODE.bad: "x"}
    return picture._replace(words=[word._replace(text=marks.get(word.text, word.text)) for word in picture.words])


def _pictures(traced: Traced, n_pictures: int) -> list[RenderableType]:
    return _stills(traced, n_pictures) if n_pictures else _film(traced)


def _film(traced: Traced) -> list[RenderableType]:
    """Return the pictures of the live view, the last one with the verdict below."""
    shown = Shown(traced.outcome.puzzle, traced.model, traced.max_steps, UNICODE)
    # The verdict belongs to the last picture only.
    pictures = [render_moment(shown, moment) for moment in _moments(traced)]
    how = traced.outcome.learning
    words = [Text(fill(learned(how), LINE))] if how else []
    return [*pictures[:-1], Group(pictures[-1], *words, sentence(traced.outcome, UNICODE))]


def _stills(traced: Traced, n: int) -> list[RenderableType]:
    """Return up to n pictures of the grid alone: the puzzle, the last step, and the most important steps between."""
    puzzle = traced.outcome.puzzle
    found = _moments(traced)
    places = chosen(far(puzzle, found), n)
    pictures: list[RenderableType] = []
    for moment in (found[place] for place in places):
        # Each picture is named by its step and the cells that it changed.
        frame = moment.frame
        unit = "update" if moment.learning else "step"
        caption = f"{unit} {frame.step}, {moment.changed[-1][1]} cells changed" if frame else "the puzzle"
        grid = puzzle.given if frame is None else frame.grid
        picture = render_grid(puzzle, grid, UNICODE, frame, moment.before, moment.conflicts)
        pictures.append(Group(Text(caption, "bold"), picture))
    return pictures


def _durations(n: int) -> Sequence[float]:
    """Return for each of n pictures how many seconds it is shown."""
    step = min(STEP_SECONDS, SHOW_SECONDS / n)
    return [*[step] * (n - 1), LAST_SECONDS]
