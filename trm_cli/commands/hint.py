"""`trm hint`: gives as much help with a puzzle as the user asks for, and no more."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

import click

from trm_cli import reading
from trm_cli.domain import Belief
from trm_cli.domains import domain
from trm_cli.errors import ExitCode, NoPuzzle, TrmError
from trm_cli.program import loading, options
from trm_cli.puzzle import Puzzle
from trm_cli.solving.options import SolveOptions
from trm_cli.view.candidates import render_candidates
from trm_cli.view.report import SCHEMA, WIDTH, unread_json
from trm_cli.view.text import plural, printable, say

Ask = Callable[[Puzzle], Any]


@click.command()
@click.argument("arguments", nargs=-1, metavar="[FILE | FOLDER | - | PUZZLE]...", shell_complete=options.complete_files)
@options.task
@options.sources
@options.weights
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True,
              help="How much to say: 1 where to look, 2 the cell, 3 its value.")  # fmt: skip
@click.option("--candidates", "is_candidates", is_flag=True,
              help="Draw the candidates of every blank cell, with the model's belief.")  # fmt: skip
@options.solving("max_steps")
@click.option("--json", "is_json", is_flag=True, help="Print JSON: one line per puzzle.")
@options.machine
@options.color
@options.ascii
def command(arguments: tuple[str, ...], **given: Any) -> None:
    """Say where to look next in a Sudoku or a maze; --level 2 and 3 say more.

    \b
    Examples:
      trm hint puzzles/sudoku/hard.txt
      trm hint puzzles/sudoku/hard.txt --level 3
      trm hint puzzles/maze/small-8x8.txt

    The model chooses the cell that it is most sure of, and a classical solver checks the digit, so that no hint is
    ever wrong. Exit code: 0 if every puzzle has a hint, 1 if some have no solution or several, 2 if an input cannot
    be read.
    """
    if not arguments and sys.stdin.isatty():
        click.echo(click.get_current_context().get_help())
        return
    items = reading.puzzles(
        arguments or ("-",), given["task"], ends=(given["start"], given["goal"]), max_bytes=given["max_bytes"]
    )
    click.get_current_context().exit(_tell_all(items, given))


def _tell_all(items: Iterable[Puzzle | TrmError], given: dict[str, Any]) -> ExitCode:
    """Print a hint, or what is wrong, for every puzzle; return the worst exit code."""
    tell = partial(_tell_candidates if given["is_candidates"] else _tell_hint, given)
    ask = _asked(given)
    code, n_others = ExitCode.SOLVED, 0
    for item in items:
        if isinstance(item, NoPuzzle):
            n_others += 1
            continue
        try:
            if isinstance(item, TrmError):
                raise item
            is_there = tell(item, partial(ask, item))
            code = max(code, ExitCode.SOLVED if is_there else ExitCode.UNSOLVED)
        except TrmError as error:
            say(error)
            if given["is_json"]:
                click.echo(printable(json.dumps(unread_json(error), ensure_ascii=False)))
            code = ExitCode.BAD_INPUT
    if n_others:
        say(f"skipped {plural(n_others, 'file')} without a puzzle")
    return code


def _asked(given: dict[str, Any]) -> Ask:
    """Return a function that asks a model about a puzzle; the model is loaded at the first question."""

    @cache
    def loaded(task: str) -> Any:
        from trm_cli.solving.solver import Solver

        machine = loading.machine(given["device"], given["dtype"], given["threads"])
        return Solver.load(given["weights"], task, SolveOptions(given["max_steps"]), machine)

    def ask(puzzle: Puzzle) -> Any:
        from trm_cli.solving.belief import belief

        return belief(loaded(puzzle.task), puzzle)

    return ask


def _tell_hint(given: dict[str, Any], puzzle: Puzzle, belief: Belief) -> bool:
    """Print the hint of a puzzle at the level of `--level`; return whether there is one."""
    levels, reason = domain(puzzle.task).hints(puzzle, belief)
    hint = levels[given["level"] - 1] if levels else None
    if given["is_json"]:
        fields = {"level": given["level"], "hint": hint.words if hint else None, **(hint.values if hint else {})}
        _print_json(puzzle, {**fields, "reason": reason})
    elif hint:
        click.echo(printable(f"{puzzle.name}: {hint.words}"))
    else:
        say(f"{puzzle.name}: no hint: {reason}")
    return hint is not None


def _tell_candidates(given: dict[str, Any], puzzle: Puzzle, belief: Belief) -> bool:
    """Draw the candidates of a puzzle's blank cells; return whether they are known."""
    found = domain(puzzle.task).candidates(puzzle, belief)
    if given["is_json"]:
        cells = [
            [{symbol: round(float(share), 4) for symbol, share in zip(found.symbols, cell, strict=True) if share}
             or None for cell in row] for row in found.shares
        ]  # fmt: skip
        _print_json(puzzle, {"candidates": None if found.reason else cells, "reason": found.reason})
    elif not found.reason:
        glyphs = options.glyphs(given["is_ascii"], given["color"], sys.stdout)
        picture = render_candidates(puzzle, found, glyphs, options.width() or WIDTH)
        click.echo(options.drawn(given["color"], picture), color=True)
    else:
        say(f"{puzzle.name}: no candidates: {found.reason}")
    return not found.reason


def _print_json(puzzle: Puzzle, fields: dict[str, Any]) -> None:
    line = {"schema": SCHEMA, "task": puzzle.task, "name": puzzle.name, **fields}
    click.echo(printable(json.dumps(line, ensure_ascii=False)))
