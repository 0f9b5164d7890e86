"""The run of `trm train`: a new one with its puzzles, or one that is resumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trm_cli import files, reading
from trm_cli.domains import domain
from trm_cli.errors import ConfigError
from trm_cli.program import options
from trm_cli.puzzle import Puzzle

if TYPE_CHECKING:
    from trm_cli.domains.arc.corpus import Corpus
    from trm_cli.train.config import TrainConfig
    from trm_cli.train.data import Drawn
    from trm_cli.train.run import Run


OWED = ", where only its last evaluation is missing"
OVER = ", where its training was over: give it more --minutes or --steps in all to train on"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of `trm train`, as click collects them; None means that an option is not given."""

    task: str | None
    preset: str
    resume: Path | None
    init: str | None
    out: Path | None
    minutes: float | None
    steps: int | None
    data: tuple[str, ...]
    validate: tuple[str, ...]
    puzzles: int | None
    slots: int | None
    settings: tuple[str, ...]
    lists: bool
    workers: int
    compiles: bool | None
    dry_run: bool
    tensorboard: bool
    is_live: bool
    device: str | None
    threads: int | None
    seed: int | None
    color: str
    is_ascii: bool


def say(words: str) -> None:
    """Write a line to stderr, in the first process only."""
    from trm_cli import distributed

    if distributed.rank() == 0:
        click.echo(f"trm: {words}", err=True)


def asked_device(given: RunOptions) -> str:
    """Return the device of a new or a resumed run, as users name it."""
    from trm_cli.train import checkpoint

    if given.resume is None:
        return configured(given).device
    return given.device or str(checkpoint.load(given.resume)[0]["config"]["device"])


def group(given: RunOptions) -> AbstractContextManager[None]:
    """Join the processes of torchrun, if that has started this one, as the device of the run needs it."""
    from trm_cli import distributed

    if not distributed.is_asked_for():
        return nullcontext()
    return distributed.group(distributed.device_name(asked_device(given)))


@contextmanager
def opened(given: RunOptions) -> Iterator[Run]:
    """Yield the new or resumed run, with its folder locked while the context lasts."""
    from trm_cli import device, distributed
    from trm_cli.train.run import check, refuse

    folder = given.resume or given.out or Path("runs") / f"{given.task}-{given.preset}"
    # Refuse mistakes in the options before the folder is made and locked.
    new = None if given.resume else _New(given)
    is_first = distributed.rank() == 0
    if new is not None:
        if is_first:
            refuse(folder)
        check(new.config)
        if is_first:
            folder.mkdir(parents=True, exist_ok=True)
    try:
        with files.lock(folder) if is_first and folder.is_dir() else nullcontext():
            run = _resumed(folder, given) if new is None else new.begin(folder)
            if run.config.compile and not device.can_compile():
                missing = "no C++ compiler or no Python headers here"
                say(f"{missing}: training works without torch.compile, but two to three times slower")
            yield run
    finally:
        if is_first and new is not None:
            with suppress(OSError):
                folder.rmdir()  # this works only if it is empty, because the run did not begin


class _New:
    """A new run: its settings and the names of its puzzle embeddings. Only the first process reads the data."""

    def __init__(self, given: RunOptions) -> None:
        from trm_cli import distributed

        self._given = given
        self._corpus: Corpus | None = None
        self.config, self._names = distributed.once(self._read)

    def _read(self) -> tuple[TrainConfig, list[str]]:
        """Return the settings and the names that the data ask for, and keep pairs of ARC tasks."""
        from trm_cli.domains import published
        from trm_cli.domains.arc import corpus
        from trm_cli.train import pairs, pools

        config, data = configured(self._given), self._given.data
        if config.model.is_adapted:
            if not data:
                raise ConfigError(
                    f"--task {config.model.task} needs --data: files or folders of ARC tasks, or of RE-ARC's pairs"
                )
            self._corpus = corpus.read(data)
            say(f"training on {len(self._corpus.pairs):,} pairs of {len(self._corpus.tasks):,} tasks")
            config = replace(config, streams=pairs.with_pairs(self._corpus, config.streams))
            names = [published.BLANK, *self._corpus.tasks.tolist()]
        else:
            # Read the first puzzle of every file now, so that a bad file is refused before puzzles are made.
            for name in (*data, *config.validate):
                if name != "-" and not published.is_split(Path(name)):
                    first = next(reading.strict((name,), config.model.task), None)
                    if first is not None and name in data:
                        pools.check_solution(first, domain(config.model.task))
            splits = [Path(name) for name in data if published.is_split(Path(name))]
            has_names = domain(config.model.task).has_embeddings and splits
            names = published.read_identifiers(splits[0].parent) if has_names else []
        if names:
            config = replace(config, model=replace(config.model, num_puzzle_identifiers=len(names)))
        return config, names

    def begin(self, folder: Path) -> Run:
        """Make the puzzles, in the first process, and begin the run in its folder."""
        from trm_cli import distributed
        from trm_cli.train import pools
        from trm_cli.train.run import Run

        made: Sequence[Drawn] | None = None

        def make() -> list[Puzzle]:
            nonlocal made
            validation = [] if self._corpus is not None else _validation(self.config)
            made = self._pools()
            if n := pools.shared(made, validation, domain(self.config.model.task)):
                say(f"{n} of the {len(validation)} puzzles to validate on are in the training data too")
            return validation

        validation = distributed.once(make)
        return Run.create(folder, self.config, made, validation, self._names)

    def _pools(self) -> Sequence[Drawn]:
        from trm_cli.train import pairs, pools

        config = self.config
        if self._corpus is not None:
            return pairs.of_streams(self._corpus, config.streams)
        say(f"making puzzles for {', '.join(stream.kind for stream in config.streams)} ...")
        with _making():
            for made in pools.make(config, domain(config.model.task), self._given.data, self._given.workers):
                if isinstance(made, list):
                    return made
                if made % 10_000 == 0:
                    say(f"{made} puzzles")
        raise AssertionError("no pools were made")


@contextmanager
def _making() -> Iterator[None]:
    """Explain which package is missing for making puzzles."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(f"making puzzles needs {error.name}: pip install {error.name}") from error


def _validation(config: TrainConfig) -> list[Puzzle]:
    """Return the puzzles of the files to validate on, or generated ones where the task has a generator."""
    from trm_cli.train.run import held_out

    with _making():
        found = [*reading.strict(config.validate, config.model.task)]
        if found or not domain(config.model.task).can_generate:
            return found
        say(f"making {config.eval_puzzles} puzzles to validate on ...")
        return held_out(config)


def _resumed(folder: Path, given: RunOptions) -> Run:
    """Continue the run of a folder."""
    from trm_cli import distributed
    from trm_cli.train.run import Run

    run = Run.resume(folder, **_changes(given))
    if given.task not in (None, run.config.model.task):
        raise ConfigError(f"{run.folder}: a run of --task {run.config.model.task}, not {given.task}")
    if run.damage:
        say(f"{run.damage.rpartition(';')[0] or run.damage}: continuing from the checkpoint before it")
    run.validate_on(distributed.once(lambda: _validation(run.config)))
    run.write_settings()
    left = OVER if run.is_complete else OWED if run.trainer.progress >= 1 else ""
    say(f"resuming {run.folder} at step {run.trainer.step}{left}")
    return run


def listing(given: RunOptions) -> str:
    """Return the table of all settings for --set, with their values in a preset, or in the run to be resumed."""
    from trm_cli.train.presets import LISTED

    config = _of_run(given.resume) if given.resume else configured(replace(given, task=given.task or LISTED))
    rows = [("setting", "type", "values", "now", "what it does"), *config.rows()]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    )


def _of_run(folder: Path) -> TrainConfig:
    from trm_cli.train import checkpoint
    from trm_cli.train.config import TrainConfig

    return TrainConfig.from_dict(checkpoint.load(folder)[0]["config"])


def configured(given: RunOptions) -> TrainConfig:
    """Return the preset with the changes that the options ask for."""
    from trm_cli.train.presets import preset

    assert given.task is not None
    config = preset(given.task, given.preset)
    of_new = _without_none({"seed": given.seed, "init": given.init})
    config = replace(config, **of_new, **_changes(given)).changed(given.settings)
    # Options for puzzles and slots change every stream of the preset.
    of_streams = _without_none({"puzzles": given.puzzles, "slots": given.slots})
    return replace(config, streams=tuple(replace(stream, **of_streams) for stream in config.streams))


def _changes(given: RunOptions) -> dict[str, Any]:
    """Return the given options that both a new run and a resumed one accept."""
    # A budget in minutes replaces one in steps.
    steps = 0 if given.steps is None and given.minutes is not None else given.steps
    return _without_none({
        "compile": given.compiles, "validate": given.validate or None, "minutes": given.minutes, "steps": steps,
        "device": given.device,
    })  # fmt: skip


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def tell_estimate(given: RunOptions) -> None:
    """Print the size, work, memory and time of a run on this device."""
    from trm_cli import device
    from trm_cli.train.estimate import estimate
    from trm_cli.train.run import check

    options.use_threads(given.threads)
    if given.resume:
        config = replace(_of_run(given.resume), **_changes(given))
    else:
        # What a run would refuse is refused here too. The size of a run on ARC tasks is known without its data.
        is_adapted = configured(given).model.is_adapted
        config = configured(given) if is_adapted and not given.data else _New(given).config
    check(config)
    place = device.choose(config.device)
    say(f"measuring a few updates on {place} ...")
    dtype = device.choose_dtype(config.dtype, place)
    cost = estimate(config, dtype, place)
    name = str(dtype).removeprefix("torch.")
    rows = {
        "parameters": f"{cost.parameters:,}",
        "updates": f"{cost.updates:,}",
        "arithmetic": f"{cost.flops / 1e12:.3g} TFLOP an update, {cost.flops * cost.updates / 1e15:.3g} PFLOP",
        "memory": f"{size(cost.weights)} for weights and optimizer, {size(cost.activations)} for activations",
        "speed": f"{cost.seconds:.3g} s an update on {place} in {name}, not compiled",
        "time": f"{duration(cost.total_seconds)}, not compiled",
    }
    # With a budget in minutes the time is known, and the number of updates is the estimate.
    if not config.steps:
        rows["updates"] += f" in the {config.minutes:g} minute{'s' * (config.minutes != 1)} asked for, not compiled"
        del rows["time"]
    for key, words in rows.items():
        click.echo(f"{key:<11} {words}")


def size(n_bytes: int) -> str:
    """Return a number of bytes in a readable unit.

    >>> size(48_700_000_000), size(250_000)
    ('48.7 GB', '0.2 MB')
    """
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """Return a time in the largest unit that leaves at least two.

    >>> duration(100), duration(10_000), duration(1e6)
    ('100 seconds', '167 minutes', '12 days')
    """
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length and (unit != "hours" or seconds >= 5 * length):
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"
