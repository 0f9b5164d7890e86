"""One puzzle of `trm solve`: its refinement is shown, then the answer printed."""

from __future__ import annotations

import sys

import click

from trm_cli.errors import ExitCode
from trm_cli.program import options
from trm_cli.program.settings import Settings, advice, load, print_outcome, tell
from trm_cli.puzzle import Puzzle
from trm_cli.trace import Traced
from trm_cli.view import record
from trm_cli.view.arc import render_demos
from trm_cli.view.live import LiveView, Shown, moments


def solve(puzzle: Puzzle, settings: Settings) -> ExitCode:
    """Show the given grid at once, load the model behind it, and refine it before the reader's eyes."""
    console = options.stderr(settings.color)
    is_live = settings.is_live and not settings.quiet and console.is_terminal
    step = 0
    try:
        if is_live:
            glyphs = options.glyphs(settings.is_ascii, settings.color, sys.stderr)
            if puzzle.demos:
                console.print(render_demos(puzzle, glyphs))
            shown = Shown(puzzle, "", settings.max_steps, glyphs)
            with LiveView(console, shown, settings.fps, settings.hold) as view:
                solver = load(settings, puzzle.task)
                view.tell(solver.summary)
                for moment in moments(puzzle, solver.frames(puzzle), solver.domain):
                    step = moment.frame.step if moment.frame else 0
                    view.show(moment)
        else:
            solver = load(settings, puzzle.task)
            for frame in solver.frames(puzzle):
                step = frame.step
    except KeyboardInterrupt:
        click.echo(f"trm: stopped at step {step}", err=True)
        return ExitCode.INTERRUPTED
    outcome = solver.outcome
    tell(settings, solver)
    if settings.quiet < 2:
        print_outcome(outcome, settings, solver.stamp)
    if settings.save:
        traced = Traced(outcome, solver.summary, settings.max_steps)
        record.save(settings.save, traced, solver.stamp, settings.filmstrip or 0)
    if outcome.verdict.status == "unsolved" and not settings.quiet:
        click.echo(f"trm: not solved; {advice(settings, [puzzle.task])}", err=True)
    if outcome.verdict.status == "failed":
        click.echo(f"trm: {puzzle.name}: {outcome.verdict.reason}", err=True)
        return ExitCode.BAD_INPUT
    is_bad = outcome.verdict.status == "unsolved" or (settings.strict and outcome.verdict.status == "unverified")
    return ExitCode.UNSOLVED if is_bad else ExitCode.SOLVED
