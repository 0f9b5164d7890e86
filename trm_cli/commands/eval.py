"""`trm eval`: accuracy by steps, speed and halting of a model on files of puzzles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trm_cli import files, source
from trm_cli.errors import DataError
from trm_cli.program import evaluation, options


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...", shell_complete=options.complete_files)
@click.option("--data", multiple=True, metavar="FILE", help="Another way to give a FILE; may be repeated.")
@options.task
@options.weights
@click.option("--limit", type=click.IntRange(1), help="Use only this many puzzles (ARC: tasks) of each file.")
@options.solving(*evaluation.SETTINGS, max_steps=64, search="off")
@click.option("--json", "is_json", is_flag=True, help="Print JSON: one line per file.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write the JSON to a file as well.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a report: a page with charts (.html), or its data (.json).",
)
@options.force
@options.machine
@options.compiles
@options.color
def command(**given: Any) -> None:
    """Measure how many puzzles are solved after 1, 4, 16 and 64 steps of a single pass, with 95 % Wilson intervals.

    \b
    Examples:
      trm eval test.csv
      trm eval easy.csv hard.csv --report report.html
      trm eval evaluation.json --task arc --seconds 60

    A puzzle is exact at a step if the answer after that step equals the known answer in the file. Without a known
    answer it must follow the rules. Speed is measured with the default halting, as in `trm solve`.

    ARC tasks are learned from their demonstrations, for --seconds each. The table shows the shares of tasks that are
    solved with one attempt and with two. If a task has several test inputs, it counts by the share that is right.
    After a Ctrl-C the table is of the tasks until then.
    """
    from trm_cli import distributed

    for path in (given["out"], given["report"]):
        files.refuse(path, given["force"])
        source.refuse_input(path, (*given["files"], *given["data"]))
    if given["report"] and given["report"].suffix not in (".html", ".json"):
        raise DataError(f"{given['report']}: a report is .html or .json")
    if not (given["files"] or given["data"]):
        raise DataError("which puzzles? give a FILE with answers: trm eval test.csv")
    with distributed.group(distributed.device_name(given["device"])):
        code = evaluation.evaluate(given)
    click.get_current_context().exit(code)
