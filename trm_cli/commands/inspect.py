"""`trm inspect`: shows the inside of the network while it refines one puzzle."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli import files, reading
from trm_cli.errors import ConfigError, DataError, NoPuzzle, TrmError, WeightsError
from trm_cli.program import loading, options
from trm_cli.solving.options import SolveOptions
from trm_cli.source import NO_LIMIT
from trm_cli.view import inside
from trm_cli.view.text import plural

if TYPE_CHECKING:
    from trm_cli.puzzle import Outcome, Puzzle


@click.command()
@click.argument("puzzle", metavar="FILE | - | PUZZLE", shell_complete=options.complete_files)
@options.task
@options.weights
@click.option(
    "--number", type=click.IntRange(1), default=1, show_default=True, help="Which puzzle, if there are several."
)
@options.solving("max_steps", "seed")
@click.option("--step", type=click.IntRange(1), help="Step whose y and z are drawn; by default the last.")
@click.option(
    "--save",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.svg",
    help="Save charts of all measures; may be repeated.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON: one line per step.")
@options.force
@options.machine
@options.looks
def command(puzzle: str, **given: Any) -> None:
    """Run all steps without stopping early, and show how the answer y and the latent z change in each.

    \b
    Examples:
      trm inspect puzzles/sudoku/hard.txt
      trm inspect puzzles/maze/small-8x8.txt --max-steps 32 --save charts.svg
    """
    for path in given["save"]:
        if path.suffix != ".svg":
            raise DataError(f"{path}: charts are saved as .svg")
        files.refuse(path, given["force"])
    if given["step"] and given["step"] > given["max_steps"]:
        raise ConfigError(
            f"--step {given['step']} is beyond the last step, which is {given['max_steps']}; raise --max-steps"
        )
    outcome = _run(_chosen(puzzle, given), given)
    if outcome.verdict.status == "failed":
        raise WeightsError(f"{outcome.puzzle.name}: {outcome.verdict.reason}")
    rows = inside.rows(outcome)
    for path in given["save"]:
        files.write(path, inside.charts(rows))
    if given["is_json"]:
        for row in rows:
            click.echo(json.dumps(row._asdict()))
        return
    glyphs = options.glyphs(given["is_ascii"], given["color"], sys.stdout, given["has_digits"])
    shown = outcome.frames[(given["step"] or len(rows)) - 1]
    curves = inside.render_curves(rows, glyphs)
    pair = inside.render_pair(outcome.puzzle, shown, glyphs)
    words = inside.render_words(rows)
    click.echo(options.drawn(given["color"], inside.render_table(rows), "", words, "", curves, "", pair), color=True)


def _chosen(argument: str, given: dict[str, Any]) -> Puzzle:
    number: int = given["number"]
    # Read no further than the chosen puzzle, and skip files of a folder without a puzzle.
    items = reading.puzzles((argument,), given["task"], max_bytes=NO_LIMIT)
    found = [*islice((item for item in items if not isinstance(item, NoPuzzle)), number)]
    if number > len(found):
        raise DataError(f"{argument}: there is no --number {number}; it has {plural(len(found), 'puzzle')}")
    chosen = found[-1]
    if isinstance(chosen, TrmError):
        raise chosen
    return chosen


def _run(puzzle: Puzzle, given: dict[str, Any]) -> Outcome:
    from trm_cli.solving.solver import Solver
    from trm_cli.solving.task_solver import last

    machine = loading.machine(given["device"], given["dtype"], given["threads"])
    # Never halt and keep every frame, so that all steps can be seen.
    how = SolveOptions(given["max_steps"], "none", trace=True, seed=given["seed"])
    solver = Solver.load(given["weights"], puzzle.task, how, machine)
    if refusal := solver.refusal(puzzle):
        raise WeightsError(f"{puzzle.name}: {refusal}")
    event = last(solver.events([puzzle]))
    assert event.outcome
    return event.outcome
