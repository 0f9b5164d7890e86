"""`trm dataset`: writes data sets in the layout of the published code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trm_cli import reading
from trm_cli.domains import TASKS, domain
from trm_cli.errors import DataError
from trm_cli.program import options
from trm_cli.puzzle import Puzzle

if TYPE_CHECKING:
    from trm_cli.domains.arc import dataset as arc_dataset


@click.command()
@click.argument("task", type=click.Choice([*TASKS]))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=options.complete_files)
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the data set.")
@click.option("--split", type=click.Choice(["train", "test"]), default="train", show_default=True,
              help="Part to write; ARC always writes both.")  # fmt: skip
@click.option("--evaluate", multiple=True, metavar="FILE", help="ARC: tasks whose test pairs become the test part.")
@click.option(
    "--augment",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Copies of each puzzle under random symmetries.",
)
@click.option("--limit", type=click.IntRange(1), help="Use only the first puzzles, this many.")
@click.option("--seed", default=42, type=click.IntRange(0), show_default=True, help="Seed for the symmetries.")
def command(
    task: str,
    files: tuple[str, ...],
    out: Path,
    split: str,
    evaluate: tuple[str, ...],
    augment: int,
    limit: int | None,
    seed: int,
) -> None:
    """Write puzzles with their answers as a data set that the published HRM and TRM code can read.

    \b
    Examples:
      trm dataset sudoku train.csv --limit 1000 --augment 1000 --out data/sudoku
      trm dataset arc train.json --evaluate eval.json --out data/arc

    \b
    Then:
      trm train --task sudoku --preset paper-mlp --data data/sudoku/train
    """
    import numpy as np

    from trm_cli.domains import published
    from trm_cli.domains.arc import dataset as arc_dataset

    has_both = domain(task).has_embeddings  # training uses demonstrations, evaluation the test inputs
    if any(published.is_split(out / name) for name in ("train", "test") if has_both or name == split):
        raise DataError(f"{out}: already there; choose another --out")
    rng = np.random.default_rng(seed)
    if has_both:
        tasks = chain(_tasks(_puzzles(files, task), is_evaluated=False), _tasks(_puzzles(evaluate, task), True))
        train, test, names = arc_dataset.build([*islice(tasks, limit)], augment, rng)
        made = {"train": train, "test": test}
    else:
        puzzles = islice(_puzzles(files, task), limit)
        made, names = {split: published.build(domain(task), puzzles, augment, rng)}, [published.BLANK]
    for name, found in made.items():
        published.write(out / name, found)
        n_groups = found.metadata["total_groups"]
        click.echo(f"{out / name}: {n_groups} puzzles, {len(found.inputs)} examples, {found.metadata['seq_len']} cells")
    published.write_identifiers(out, names)


def _puzzles(files: tuple[str, ...], task: str) -> Iterator[Puzzle]:
    for item in reading.strict(files, task):
        if item.solution is None:
            raise DataError(f"{item.source}: a data set needs the answer beside the puzzle")
        verdict = domain(task).verify(item, item.solution)
        if not verdict.is_solved:
            raise DataError(f"{item.source}: the answer beside the puzzle is wrong: {verdict.reason}; correct it")
        yield item


def _tasks(puzzles: Iterable[Puzzle], is_evaluated: bool) -> Iterator[arc_dataset.Task]:
    """Join the test inputs of each task; in tasks for evaluation they stay apart from the demonstrations."""
    from trm_cli.domains.arc import dataset as arc_dataset

    for name, group in groupby(puzzles, key=lambda puzzle: puzzle.identifier):
        members = [*group]
        tests = [(puzzle.given, puzzle.solution) for puzzle in members if puzzle.solution is not None]
        demos = [(demo.input, demo.output) for demo in members[0].demos]
        yield arc_dataset.Task(name, demos if is_evaluated else demos + tests, tests if is_evaluated else [])
