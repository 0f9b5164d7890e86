"""`trm show`: replays a trace on the terminal, or saves it in another format."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from trm_cli import source, trace
from trm_cli.errors import DataError, TrmError
from trm_cli.program import options
from trm_cli.source import NO_LIMIT, Text
from trm_cli.trace import Traced
from trm_cli.view import record
from trm_cli.view.arc import render_demos
from trm_cli.view.live import LiveView, Shown
from trm_cli.view.moment import moments_of
from trm_cli.view.report import write_outcome
from trm_cli.view.theme import Glyphs


@click.command()
@click.argument("file", metavar="FILE | -", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Save it as .svg, .html, .cast, .gif or .json; may be repeated.",
)
@options.film
@options.force
@options.looks
def command(
    file: str, save: tuple[Path, ...], filmstrip: int | None, force: bool, is_live: bool, fps: float | None,
    instant: bool, hold: float, color: str, is_ascii: bool, has_digits: bool,
) -> None:  # fmt: skip
    """Replay a trace that `trm solve --save trace.json` or `--json --trace` wrote; this needs no model.

    \b
    Examples:
      trm show trace.json
      trm show trace.json --save refinement.svg
      trm solve puzzles/ --json --trace | trm show -
    """
    name, text, _ = _text(file)
    found = trace.read(text, name)
    for path in save:
        record.check(path, force)
    if save and len(found) > 1:
        raise DataError(f"{name}: it holds {len(found)} traces; --save takes one")
    for path in save:
        record.save(path, found[0], json.loads(text), filmstrip or 0)
    if save:
        return
    console = options.stderr(color)
    for traced in found:
        # Replay on stderr, then print the result on stdout as `trm solve` does.
        if is_live and console.is_terminal:
            drawn = options.glyphs(is_ascii, color, sys.stderr, has_digits)
            if traced.outcome.puzzle.demos:
                console.print(render_demos(traced.outcome.puzzle, drawn.on(console), console.width))
            _replay(traced, LiveView(console, _shown(traced, drawn), fps, hold, instant))
        glyphs = options.glyphs(is_ascii, color, sys.stdout, has_digits)
        is_colour = options.is_colour(color, sys.stdout)
        click.echo(write_outcome(traced.outcome, "pretty", {}, glyphs, is_colour, options.width()), color=True)


def _text(file: str) -> Text:
    (text,) = source.read((file,), max_bytes=NO_LIMIT)
    if isinstance(text, TrmError):
        raise text
    return text


def _shown(traced: Traced, glyphs: Glyphs) -> Shown:
    return Shown(traced.outcome.puzzle, traced.model, traced.max_steps, glyphs)


def _replay(traced: Traced, view: LiveView) -> None:
    with view:
        for moment in moments_of(traced.outcome, traced.max_steps):
            view.show(moment)
