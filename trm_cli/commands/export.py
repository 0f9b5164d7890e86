"""`trm export`: writes one supervision step of a model as ONNX."""

from __future__ import annotations

from pathlib import Path

import click

from trm_cli import files
from trm_cli.domains import domain
from trm_cli.program import options


@click.command()
@click.argument("name", metavar="NAME | FILE | FOLDER")
@click.option("--onnx", "path", required=True, type=click.Path(path_type=Path, dir_okay=False), help="File to write.")
@click.option("--kind", help="Sudokus: 4x4, 6x6, 9x9, 16x16 or 25x25 (9x9 by default). Mazes may have any size.")
@options.force
def command(name: str, path: Path, kind: str | None, force: bool) -> None:
    """Write one supervision step of a model, in float32: tokens, y, z -> y_next, z_next, logits, halt.

    \b
    Examples:
      trm export sudoku --onnx sudoku.onnx
      trm export runs/maze-default --onnx maze.onnx

    Repeat the step with y_next and z_next as y and z. In the first step, y and z are y_init and z_init at every
    position: two lists of numbers in the file's metadata, in the JSON of the entry "trm", which also says what tokens
    and classes mean. The batch is of any size, and so are height and width of mazes.

    It takes about a minute, and needs an extra: pip install 'trm-cli[onnx]'.
    """
    files.refuse(path, force)
    from trm_cli.model import onnx, weights

    model, header = weights.load(weights.find(name))
    shapes = onnx.write(path, model, domain(header.config.task), kind)
    inputs = ", ".join(f"{tensor} ({', '.join(map(str, shape))})" for tensor, shape in shapes.items())
    click.echo(f"{path}: one step of {header.config.task}; takes {inputs}")
