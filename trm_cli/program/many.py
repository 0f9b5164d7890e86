"""Many puzzles of `trm solve`: a bar while they are solved, a result each in their order, a journal to resume from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from trm_cli import batch
from trm_cli.errors import ConfigError, ExitCode, TrmError
from trm_cli.program import options
from trm_cli.program.settings import Settings, advice, load, print_outcome, tell
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.view.progress import Bar
from trm_cli.view.report import as_json, write_submission

if TYPE_CHECKING:
    from trm_cli.solving.solver import Solvers

AHEAD = 20_000
"""Puzzles read ahead to know how many there are; longer lists are streamed without a total."""

Items = Iterable[Puzzle | TrmError]


def solve(items: Items, settings: Settings) -> ExitCode:
    """Solve a stream of puzzles of any tasks; errors are gathered and told at the end."""
    ahead = list(islice(items := iter(items), AHEAD))
    total = len(ahead) if len(ahead) < AHEAD else None
    tasks = Counter(item.task for item in ahead if isinstance(item, Puzzle))
    if not tasks:
        tally = batch.Tally()
        for item in ahead:
            assert isinstance(item, TrmError)
            tally.add(item)
        _conclude(tally, settings, tasks, is_counted=False)
        return tally.exit_code
    if settings.submission and "arc" not in tasks:
        raise ConfigError(f"{settings.submission}: --submission is for ARC tasks, and there are none")
    from trm_cli import distributed

    with distributed.group(distributed.device_name(settings.device)):
        return _solve(chain(ahead, items), total, tasks, settings)


def _solve(items: Items, total: int | None, tasks: Counter[str], settings: Settings) -> ExitCode:
    from trm_cli import distributed
    from trm_cli.solving.solver import Solvers

    solvers = Solvers(partial(load, settings), tasks)
    for solver in solvers:
        tell(settings, solver)
    tally = batch.Tally()  # the clock starts with the models in memory
    try:
        _drain(items, total, solvers, tally, settings)
    except KeyboardInterrupt:
        resume = f"; the same command goes on from {settings.out}" if settings.out else ""
        click.echo(f"trm: stopped after {tally.n} puzzle{'s' * (tally.n != 1)}{resume}", err=True)
        return ExitCode.INTERRUPTED
    if distributed.rank() == 0:
        _conclude(tally, settings, tasks, is_counted=True)
    is_unverified = settings.strict and tally.unverified > 0
    return max(tally.exit_code, ExitCode.UNSOLVED if is_unverified else ExitCode.SOLVED)


def _conclude(tally: batch.Tally, settings: Settings, tasks: Iterable[str], is_counted: bool) -> None:
    for error in tally.errors:
        click.echo(f"trm: {error}", err=True)
    if settings.quiet or not is_counted:
        return
    click.echo(tally.summary(), err=True)
    if tally.unsolved:
        click.echo(f"trm: {tally.unsolved} not solved; {advice(settings, tasks)}", err=True)


def _drain(items: Items, total: int | None, solvers: Solvers, tally: batch.Tally, settings: Settings) -> None:
    from trm_cli import distributed

    console = options.stderr(settings.color)
    is_first = distributed.rank() == 0
    journal = None
    attempts: list[Outcome] = []
    items = solvers.fitting(items)
    if settings.out is not None:
        journal = batch.Journal(settings.out, lambda task: solvers.of(task).settings, settings.force)
        distributed.everyone(None)  # all have read the file before one writes
        items = _skipping(items, journal, tally)
    with Bar(console, total, is_shown=is_first and not settings.quiet) as bar:
        for result in distributed.divided(items, partial(batch.in_order, solve=solvers.outcomes), 4 * settings.slots):
            tally.add(result)
            if isinstance(result, Outcome) and is_first:
                stamp = solvers.of(result.puzzle.task).stamp
                if journal:
                    journal.write(result.puzzle, as_json(result, stamp))
                elif settings.quiet < 2:
                    with bar.paused():
                        print_outcome(result, settings, stamp)
            bar.update(tally)
            if settings.submission and isinstance(result, Outcome) and result.puzzle.task == "arc":
                attempts.append(result)
    if journal:
        journal.close()
    if settings.submission and is_first:
        write_submission(settings.submission, attempts)


def _skipping(items: Items, journal: batch.Journal, tally: batch.Tally) -> Iterator[Puzzle | TrmError]:
    """Leave out what the journal has, counting it as it was."""
    for item in items:
        result = None if isinstance(item, TrmError) else journal.take(item)
        if result is None:
            yield item
        else:
            tally.skipped += 1
            tally.count(result["verdict"], result["steps"])
