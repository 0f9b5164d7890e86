"""The run of `trm train`: a new one with its puzzles, or one that is resumed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
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
    from trm_cli.train.data import Pool
    from trm_cli.train.run import Run


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


@contextmanager
def opened(given: RunOptions) -> Iterator[Run]:
    """Yield the new or resumed run, with its folder locked while the context lasts."""
    from trm_cli import device, distributed
    from trm_cli.train.run import check, refuse

    folder = given.resume or given.out or Path("runs") / f"{given.task}-{given.preset}"
    # Refuse mistakes in the options before the folder is made and locked.
    config, names, corpus = (None, [], None) if given.resume else _new(given)
    is_first = distributed.rank() == 0
    if config is not None:
        if is_first:
            refuse(folder)
        check(config)
        if is_first:
            folder.mkdir(parents=True, exist_ok=True)
    try:
        with files.lock(folder) if is_first and folder.is_dir() else nullcontext():
            run = _resumed(folder, given) if config is None else _begun(given, folder, config, names, corpus)
            if run.config.compile and not device.can_compile():
                missing = "no C++ compiler or no Python headers here"
                say(f"{missing}: training works without torch.compile, but two to three times slower")
            yield run
    finally:
        if is_first and config is not None:
            with suppress(OSError):
                folder.rmdir()  # this works only if it is empty, because the run did not begin


@contextmanager
def _made() -> Iterator[None]:
    """Explain which package is missing for making puzzles."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(f"making puzzles needs {error.name}: pip install {error.name}") from error


def _new(given: RunOptions) -> tuple[TrainConfig, list[str], Corpus | None]:
    """Return the settings of a new run, the names of the puzzle embeddings of its data, and pairs of ARC tasks."""
    from trm_cli.domains import published

    config, corpus = configured(given), None
    if config.model.is_adapted:
        corpus, config = _pairs(given, config)
        names = [published.BLANK, *corpus.tasks.tolist()]
    else:
        # Read the first puzzle of every file now, so that a bad file is refused before puzzles are made.
        for name in (*given.data, *config.validate):
            if name != "-" and not published.is_split(Path(name)):
                next(reading.strict((name,), config.model.task), None)
        names = _identifiers(config, given)
    if names:
        config = replace(config, model=replace(config.model, num_puzzle_identifiers=len(names)))
    return config, names, corpus


def _pairs(given: RunOptions, config: TrainConfig) -> tuple[Corpus, TrainConfig]:
    """Return the pairs of the data, and the settings with those streams that there are pairs for."""
    from trm_cli.domains.arc import corpus
    from trm_cli.train import pairs

    if not given.data:
        raise ConfigError(f"--task {given.task} needs --data: files or folders of ARC tasks, or of RE-ARC's pairs")
    read = corpus.read(given.data)
    return read, replace(config, streams=pairs.with_pairs(read, config.streams))


def _begun(given: RunOptions, folder: Path, config: TrainConfig, names: list[str], corpus: Corpus | None) -> Run:
    """Make the puzzles and begin a run in its folder."""
    from trm_cli import distributed
    from trm_cli.train import pairs
    from trm_cli.train.run import Run

    if corpus is not None:
        return Run.create(folder, config, pairs.of_streams(corpus, config.streams), [], names)

    with _made():
        # The first process makes the puzzles and shares them with the others.
        validation = distributed.shared(_validation(config) if distributed.rank() == 0 else None)
        made = distributed.shared(_pools(config, given) if distributed.rank() == 0 else None)
    return Run.create(folder, config, made, validation, names)


def _resumed(folder: Path, given: RunOptions) -> Run:
    """Continue the run of a folder."""
    from trm_cli.train.run import Run

    run = Run.resume(folder, **_changes(given))
    if given.task not in (None, run.config.model.task):
        raise ConfigError(f"{run.folder}: a run of --task {run.config.model.task}, not {given.task}")
    if run.damage:
        say(f"{run.damage.rpartition(';')[0] or run.damage}: continuing from the checkpoint before it")
    with _made():
        run.validate_on(_validation(run.config))
    run.write_settings()
    say(f"resuming {run.folder} at step {run.trainer.step}")
    return run


def listing(given: RunOptions) -> str:
    """Return the table of all settings for --set, with their values in a preset."""
    from trm_cli.train.presets import LISTED

    config = configured(replace(given, task=given.task or LISTED))
    rows = [("setting", "type", "values", "now", "what it does"), *config.rows()]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    )


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

    if not given.task:
        raise click.UsageError("--dry-run needs --task")
    options.use_threads(given.threads)
    # Data say which streams and how many puzzle embeddings there are.
    config = _new(given)[0] if given.data else configured(given)
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


def _pools(config: TrainConfig, given: RunOptions) -> list[Pool]:
    from trm_cli.train import pools

    say(f"making puzzles for {', '.join(stream.kind for stream in config.streams)} ...")
    for made in pools.make(config, domain(config.model.task), given.data, given.workers):
        if isinstance(made, list):
            return made
        if made % 10_000 == 0:
            say(f"{made} puzzles")
    raise AssertionError("no pools were made")


def _identifiers(config: TrainConfig, given: RunOptions) -> list[str]:
    """Return the names of the puzzle embeddings that an ARC data set asks for."""
    from trm_cli.domains import published

    folders = [Path(name) for name in given.data if published.is_split(Path(name))]
    has_names = domain(config.model.task).has_embeddings and folders
    return published.read_identifiers(folders[0].parent) if has_names else []


def _validation(config: TrainConfig) -> list[Puzzle]:
    """Return the puzzles of the files to validate on, or generated ones where the task has a generator."""
    from trm_cli.train.run import held_out

    found = [*reading.strict(config.validate, config.model.task)]
    return found or (held_out(config) if domain(config.model.task).can_generate else [])
