"""`trm dataset`: directories in the layout of the published data sets."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import click

from trm_cli import reading
from trm_cli.domains import TASKS, domain
from trm_cli.errors import DataError, TrmError
from trm_cli.puzzle import Puzzle


@click.command(short_help="Make a data set in the published layout.")
@click.argument("task", type=click.Choice([*TASKS]))
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the data set.")
@click.option("--split", type=click.Choice(["train", "test"]), default="train", show_default=True)
@click.option("--augment", default=0, show_default=True, type=click.IntRange(0), help="Copies under random symmetries.")
@click.option("--limit", type=click.IntRange(1), help="The first so many puzzles only.")
@click.option("--seed", default=42, show_default=True, help="Seed of the symmetries.")
def command(
    task: str, files: tuple[str, ...], out: Path, split: str, augment: int, limit: int | None, seed: int
) -> None:
    """Write puzzles with their answers as a split of a data set, as the published HRM and TRM code reads it.

    \b
    Examples:
      trm dataset sudoku train.csv --limit 1000 --augment 1000 --out data/sudoku
      trm dataset maze test.csv --split test --out data/maze

    
    Then:
      trm train --task sudoku --preset paper-mlp --data data/sudoku/train
    """
    import numpy as np

    from trm_cli.domains import published

    folder = out / split
    if published.is_split(folder):
        raise DataError(f"{folder}: already there; choose another --out")
    found = published.build(domain(task), islice(_puzzles(files, task), limit), augment, np.random.default_rng(seed))
    published.write(folder, found)
    published.write_identifiers(out, [published.BLANK])
    n_groups = found.metadata["total_groups"]
    click.echo(f"{folder}: {n_groups} puzzles in {len(found.inputs)} versions, {found.metadata['seq_len']} cells each")


def _puzzles(files: tuple[str, ...], task: str) -> list[Puzzle]:
    found = []
    for item in reading.puzzles(files, task):
        if isinstance(item, TrmError):
            raise item
        found.append(item)
    return found
