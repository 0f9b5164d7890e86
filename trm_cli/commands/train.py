"""`trm train`: begin or resume a training run."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from trm_cli import reading
from trm_cli.commands import options
from trm_cli.domains import TASKS, domain
from trm_cli.errors import ConfigError, ExitCode, TrmError
from trm_cli.puzzle import Puzzle
from trm_cli.view.training import TrainingView, clock

if TYPE_CHECKING:
    from trm_cli.train.run import Run


@click.command(short_help="Train a model, or resume a run.")
@click.option("--task", type=click.Choice([*TASKS]), help="What to learn.")
@click.option("--preset", default="default", show_default=True, help="quick, default, or hard to go on with --init.")
@click.option("--resume", type=click.Path(path_type=Path), help="Folder of a run to continue.")
@click.option("--init", help="Weights to begin from: a file, or the name of shipped ones.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the new run; runs/TASK-PRESET by default.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Training time; by preset.")
@click.option("--steps", type=click.IntRange(0), help="Updates instead of minutes.")
@click.option("--data", multiple=True, help="File of puzzles with solutions to train on too; may be repeated.")
@click.option("--validate", multiple=True, help="File of puzzles to evaluate on; a generated set by default.")
@click.option("--puzzles", type=click.IntRange(0), help="Puzzles to generate for each stream; by preset.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a field of the config, such as model.hidden_size=64 or lr=1e-3; may be repeated.",
)
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, help="Threads that make puzzles.")
@click.option("--compile/--no-compile", "compiles", default=None, help="torch.compile the net.")
@click.option("--tensorboard", is_flag=True, help="Write TensorBoard events too (extra: tensorboard).")
@click.option("--live/--no-live", "is_live", default=True, help="Show curves on a terminal.")
@click.option("--device", envvar="TRM_DEVICE", show_envvar=True, help="auto, cpu, cuda, cuda:N or mps.")
@click.option("--threads", type=click.IntRange(1), help="CPU threads; all cores by default.")
@click.option("--seed", type=int, help="Seed of everything random.")
@options.looks
def command(**given: Any) -> None:
    """Train a Tiny Recursive Model on puzzles that it generates itself.

    \b
    Examples:
      trm train --task sudoku --preset quick
      trm train --resume runs/sudoku-default

    The first Ctrl-C finishes the update, saves, and prints how to resume; the second leaves at once.
    """
    if not given["task"] and not given["resume"]:
        raise click.UsageError("give --task to begin a run, or --resume to continue one")
    from trm_cli import device

    console = options.stderr(given["color"])
    options.use_threads(given["threads"])
    device.keep_freed_memory()
    run = _resumed(given) if given["resume"] else _begun(given)
    if run.config.compile and not device.can_compile():
        _say("no C++ compiler here: training goes on without torch.compile, two to three times slower")
    title = f"training {run.config.model.task}, {run.folder}"
    glyphs = options.glyphs(given["is_ascii"], given["color"], sys.stderr)
    with TrainingView(console, title, glyphs, given["is_live"]) as view:
        is_finished = _follow(run, view, given["tensorboard"])
    if is_finished:
        _say(f"finished after {clock(run.trainer.seconds)}; try: trm solve --weights {run.folder}/weights.safetensors "
             f"puzzles/{run.config.model.task}/")  # fmt: skip
    else:
        _say(f"saved at step {run.trainer.step}; go on with: trm train --resume {run.folder}")
        click.get_current_context().exit(ExitCode.INTERRUPTED)


def _say(words: str) -> None:
    click.echo(f"trm: {words}", err=True)


def _follow(run: Run, view: TrainingView, writes_tensorboard: bool) -> bool:
    """Train until the end or the first Ctrl-C, showing every record; False when it was interrupted."""
    from trm_cli.train.loop import Progress
    from trm_cli.train.tensorboard import writer

    interrupted = False

    def note(signum: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        signal.signal(signal.SIGINT, before)
        view.say("trm: finishing this update; press Ctrl-C again to leave at once")

    before = signal.signal(signal.SIGINT, note)
    try:
        with writer(run.folder if writes_tensorboard else None) as write:
            for record in run.records():
                write(record)
                if isinstance(record, Progress):
                    view.add(record)
                else:
                    view.add_evaluation(record)
                if interrupted:
                    run.save()
                    return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def _begun(given: dict[str, Any]) -> Run:
    """Make the puzzles and begin a run."""
    from trm_cli.train import pools
    from trm_cli.train.presets import preset
    from trm_cli.train.run import Run, held_out

    task = given["task"]
    config = preset(task, given["preset"])
    changed = {
        "minutes": given["minutes"],
        "steps": given["steps"],
        "seed": given["seed"],
        "compile": given["compiles"],
        "init": given["init"],
        "device": given["device"],
    }
    config = replace(config, **{key: value for key, value in changed.items() if value is not None})
    config = config.changed(given["settings"])
    if given["puzzles"] is not None:
        config = replace(config, streams=tuple(replace(s, puzzles=given["puzzles"]) for s in config.streams))
    folder = given["out"] or Path("runs") / f"{task}-{given['preset']}"
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(f"{folder}: already there; resume it (trm train --resume {folder}) or choose another --out")
    validation = _validation(given, task) or held_out(config)
    _say(f"making puzzles for {', '.join(stream.kind for stream in config.streams)} ...")
    for made in pools.make(config, domain(task), given["data"], given["workers"]):
        if isinstance(made, list):
            return Run.create(folder, config, made, validation)
        if made % 10_000 == 0:
            _say(f"{made} puzzles")
    raise AssertionError("no pools were made")


def _resumed(given: dict[str, Any]) -> Run:
    from trm_cli.train.run import Run, held_out

    changed = {key: given[key] for key in ("minutes", "steps", "device") if given[key] is not None}
    run = Run.resume(given["resume"], **changed)
    run.validation = _validation(given, run.config.model.task) or held_out(run.config)
    _say(f"resuming {run.folder} at step {run.trainer.step}")
    return run


def _validation(given: dict[str, Any], task: str) -> list[Puzzle]:
    found = []
    for item in reading.puzzles(given["validate"], task):
        if isinstance(item, TrmError):
            raise item
        found.append(item)
    return found
