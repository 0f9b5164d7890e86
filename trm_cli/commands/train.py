"""`trm train`: begin or resume a training run."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from trm_cli.domains import TASKS
from trm_cli.errors import ExitCode
from trm_cli.program import options, runs
from trm_cli.view.text import clock
from trm_cli.view.training import TrainingView

if TYPE_CHECKING:
    from trm_cli.train.run import Run


OF_NEW_RUNS = ("preset", "init", "out", "data", "puzzles", "slots", "settings", "seed", "workers")
"""Options that --resume refuses, because the run already has its puzzles and settings."""
AGAIN = 0.5
"""Seconds after which a Ctrl-C counts as a second one; torchrun repeats the first one to its processes."""


@click.command()
@click.option("--task", type=click.Choice([*TASKS]), help="What to learn.")
@click.option(
    "--preset",
    default="default",
    show_default=True,
    help="quick, default, hard (to continue from --init), or a published one.",
)
@click.option("--resume", type=click.Path(path_type=Path), help="Folder of the run to continue.")
@click.option("--init", help="Weights to start from: a file, or the name of shipped ones.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run; default: runs/TASK-PRESET.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Training time; by default from the preset.")
@click.option("--steps", type=click.IntRange(0), help="Number of updates, in place of --minutes.")
@click.option("--data", multiple=True, help="File of solved puzzles to train on as well; may be repeated.")
@click.option("--validate", multiple=True, help="File of puzzles to evaluate on; by default generated ones.")
@click.option(
    "--puzzles", type=click.IntRange(0), help="Puzzles to generate for each size; by default from the preset."
)
@click.option(
    "--slots", type=click.IntRange(1), help="Puzzles of each size worked on at once; by default from the preset."
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="Change a setting, such as lr=1e-3 or 9x9.slots=32; may be repeated.",
)
@click.option("--list", "lists", is_flag=True, help="List all settings for --set and their values; train nothing.")
@click.option("--workers", type=click.IntRange(1), default=os.cpu_count() or 1, help="Threads that generate puzzles.")
@click.option("--compile/--no-compile", "compiles", default=None, help="Compile the network with torch.compile.")
@click.option("--dry-run", is_flag=True, help="Estimate memory and time of the run on this device; train nothing.")
@click.option("--tensorboard", is_flag=True, help="Write TensorBoard files too (needs tensorboard).")
@click.option("--live/--no-live", "is_live", default=True, help="Show curves on a terminal, or plain lines.")
@click.option(
    "--device", envvar="TRM_DEVICE", show_envvar=True, help="Where to compute: auto, cpu, cuda, cuda:N or mps."
)
@click.option("--threads", type=click.IntRange(1), help="CPU threads; by default all cores.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Random seed.")
@options.color
@options.ascii
def command(**values: Any) -> None:
    """Train a Tiny Recursive Model on generated puzzles, and on your own with --data.

    \b
    Examples:
      trm train --task sudoku --preset quick
      trm train --resume runs/sudoku-default

    The first Ctrl-C finishes the update, saves, and prints how to resume; the second leaves at once.

    A run with --minutes makes as many updates as there is time for. Only a run with a given number of --steps can be
    repeated exactly.
    """
    given = runs.RunOptions(**values)
    if given.lists:
        click.echo(runs.listing(given))
        return
    if not given.task and not given.resume:
        raise click.UsageError("give --task to begin a run, or --resume to continue one")
    _refuse(click.get_current_context())
    from trm_cli import device
    from trm_cli.train.loop import Diverged

    if given.dry_run:
        runs.tell_estimate(given)
        return
    options.use_threads(given.threads)
    device.keep_freed_memory()
    with runs.group(given), runs.opened(given) as run:
        try:
            is_finished = _follow(run, given)
        except Diverged as error:
            runs.say(
                f"{error}; {run.folder} keeps its last sound checkpoint: start anew with a lower rate (--set lr=...)"
            )
            click.get_current_context().exit(ExitCode.UNSOLVED)
        if is_finished:
            runs.say(f"finished after {clock(run.trainer.seconds)}; try: trm solve --weights {run.folder} "
                     f"puzzles/{run.config.model.task}/")  # fmt: skip
        else:
            missing = ", without its last evaluation" * (run.trainer.progress >= 1)
            runs.say(f"saved at step {run.trainer.step}{missing}; continue with: trm train --resume {run.folder}")
    if not is_finished:
        click.get_current_context().exit(ExitCode.INTERRUPTED)


def _refuse(context: click.Context) -> None:
    """Raise an error for an option that cannot be used with --resume or here, before anything is made."""
    for option in context.command.params if context.params["resume"] else ():
        if option.name in OF_NEW_RUNS and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{option.opts[0]} is for a new run; --resume keeps the settings of its run")
    if context.params["tensorboard"]:
        from trm_cli.train import tensorboard

        tensorboard.check()


def _follow(run: Run, given: runs.RunOptions) -> bool:
    """Train until the end or the first Ctrl-C, and show every record; return False after a Ctrl-C."""
    from trm_cli import distributed
    from trm_cli.train.loop import Progress
    from trm_cli.train.tensorboard import writer

    console = options.stderr(given.color)
    # Only the first process shows anything.
    console.quiet = distributed.rank() > 0
    glyphs = options.glyphs(given.is_ascii, given.color, sys.stderr)
    events = run.folder if given.tensorboard and distributed.rank() == 0 else None
    title = f"training {run.config.model.task}, {run.folder}"
    with TrainingView(console, title, glyphs, given.is_live) as view, writer(events) as write, _stopping(run, view):
        # Messages of the trainer appear above the panel.
        run.trainer.say = lambda words: view.say(f"trm: {words}")
        broken: OSError | None = None
        for record in run.records():
            try:
                write(record)
                if isinstance(record, Progress):
                    view.add(record)
                else:
                    view.add_evaluation(record)
            # The terminal or the reader of our output is gone; the work must not be lost with it. So all processes
            # stop after the next update, and save together.
            except OSError as error:
                broken, run.trainer.is_asked_to_stop = error, True
        if not run.is_complete:
            run.save()
        if broken:
            raise broken
    return run.is_complete


@contextmanager
def _stopping(run: Run, view: TrainingView) -> Iterator[None]:
    """At the first Ctrl-C, SIGTERM or hang-up, end the run after its update; at a second Ctrl-C, end it at once.

    Before its first update a run always ends at once: there is nothing to save, and the compiler might not stop.
    """
    asked_at: float | None = None
    begun = run.trainer.step

    def note(signum: int, frame: FrameType | None) -> None:
        nonlocal asked_at
        now = time.monotonic()
        if not run.trainer.n_updates:
            leave(f"stopped at step {begun}; continue with: trm train --resume {run.folder}")
        elif asked_at is None:
            asked_at, run.trainer.is_asked_to_stop = now, True
            with suppress(OSError):  # after a hang-up there is no terminal
                view.say("trm: stopping" + "; press Ctrl-C again to leave at once" * (signum == signal.SIGINT))
        elif signum == signal.SIGINT and now - asked_at > AGAIN:
            leave(f"stopped; continue from the last checkpoint with: trm train --resume {run.folder}")

    def go_on(signum: int, frame: FrameType | None) -> None:
        run.trainer.is_timed = False  # nobody knows how long the program was stopped
        if callable(on_continue):
            on_continue(signum, frame)

    def leave(words: str) -> None:
        with suppress(OSError):
            view.__exit__()
            runs.say(words)
        os._exit(ExitCode.INTERRUPTED)  # not by an exception, about which the compiler would print pages

    # After Ctrl-Z and `fg`; Windows has neither.
    on_continue = signal.signal(signal.SIGCONT, go_on) if hasattr(signal, "SIGCONT") else None
    signals = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {name: signal.getsignal(name) for name in signals}
    for name in signals:
        if before[name] is not signal.SIG_IGN:  # ignored under nohup and in background jobs: leave it so
            signal.signal(name, note)
    try:
        yield
    finally:
        for name in signals:
            signal.signal(name, before[name])
        if hasattr(signal, "SIGCONT"):
            signal.signal(signal.SIGCONT, on_continue)
