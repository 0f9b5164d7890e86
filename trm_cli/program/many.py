"""Many puzzles of `trm solve`: a progress bar, their results in order, and a journal to resume from."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, nullcontext
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trm_cli import batch
from trm_cli.domains import domain
from trm_cli.errors import ConfigError, DataError, ExitCode, TrmError
from trm_cli.program import options
from trm_cli.program.settings import Settings, load, print_result, tell
from trm_cli.puzzle import Outcome, Puzzle
from trm_cli.view.progress import Bar
from trm_cli.view.report import as_json, two_attempts, unread_json, write_submission
from trm_cli.view.text import plural, say

if TYPE_CHECKING:
    from trm_cli.solving.solvers import Solvers
    from trm_cli.solving.task_solver import TaskSolver

AHEAD = 20_000
"""Puzzles that are read ahead from files, to know how many there are; the bar of a longer list has no total."""

Items = Iterable[Puzzle | TrmError]
Rows = list[list[int]]


def solve(items: Items, settings: Settings) -> ExitCode:
    """Solve a stream of puzzles of any tasks, and print all errors at the end.

    Puzzles from a pipe are solved as they come; files are read ahead.
    """
    is_piped = "-" in settings.arguments
    ahead = [] if is_piped else list(islice(items := iter(items), AHEAD))
    total = None if is_piped or len(ahead) == AHEAD else len(ahead)
    tasks = Counter(item.task for item in ahead if isinstance(item, Puzzle))
    if settings.submission:
        deque(_apart(ahead, settings.submission), maxlen=0)  # raises an error now, and not after hours of learning
    if settings.submission and tasks and not any(domain(task).has_demos for task in tasks):
        raise ConfigError(f"{settings.submission}: --submission is for ARC tasks, and the input has none")
    if total is not None and not tasks:  # no model is needed
        return _Batch(settings, tasks).unread(ahead)
    from trm_cli import distributed

    is_alone = settings.shard is not None and settings.shard.is_alone
    with nullcontext() if is_alone else distributed.group(distributed.device_name(settings.device)):
        return _Batch(settings, tasks).run(chain(ahead, items), total)


class _Batch:
    """One batch: its solvers, its counts, and where its results go."""

    def __init__(self, settings: Settings, expected: Counter[str]) -> None:
        self._settings = settings
        self._expected = expected
        self._tally = batch.Tally()
        self._several = 0
        """Solved puzzles with several solutions; only --strict counts them."""
        self._answered: dict[str, list[Rows]] = {}
        self._asked: list[Puzzle] = []
        self._journal: batch.Journal | None = None
        self._bar: Bar

    def unread(self, errors: Items) -> ExitCode:
        """Report inputs of which none could be read."""
        out = self._settings.out
        journal = batch.Journal(out, lambda task: {}, self._settings.force) if out else None
        with journal or nullcontext():
            for words in journal.damage if journal else ():
                say(words)
            for item in errors:
                assert isinstance(item, TrmError)
                self._tally.add(item)
                if journal is None:
                    print_result(item, self._settings, {})
                elif journal.take(item) is None:
                    journal.write(item, unread_json(item))
        self._conclude()
        return self._tally.exit_code

    def run(self, items: Items, total: int | None) -> ExitCode:
        """Solve the items, and conclude."""
        from trm_cli import distributed
        from trm_cli.solving.solvers import Solvers

        solvers = Solvers(self._load)
        is_shown = distributed.rank() == 0 and not self._settings.quiet
        try:
            with Bar(options.stderr(self._settings.color), total, is_shown) as self._bar:
                self._bar.begin("loading the model")
                solvers.expect(self._expected)
                self._tally = batch.Tally()  # the clock starts when the models are in memory
                self._drain(items, solvers)
        except KeyboardInterrupt:
            n, out = self._tally.n, self._settings.out
            resume = f"; the same command{' without --force' * self._settings.force} continues {out}" if out else ""
            lost = self._settings.submission if not out else None
            hint = f"; {lost} is not written, and with --out FILE nothing would be lost" if lost else ""
            say(f"stopped after {n} puzzle{'s' * (n != 1)}{resume}{hint}")
            return ExitCode.INTERRUPTED
        if distributed.rank() == 0:
            self._conclude(solvers.advice)
        is_doubtful = self._settings.strict and self._tally.unverified + self._several > 0
        return max(self._tally.exit_code, ExitCode.UNSOLVED if is_doubtful else ExitCode.SOLVED)

    def _load(self, task: str) -> TaskSolver:
        solver = load(self._settings, task, self._expected[task])
        with self._bar.paused():
            tell(self._settings, solver)
        self._bar.begin("solving the first puzzles")
        return solver

    def _conclude(self, advice: str = "") -> None:
        """Print what went wrong, how many puzzles were solved, and what may help with the others."""
        for error in self._tally.errors:
            say(error)
        if self._several and not self._settings.quiet:
            say(f"{plural(self._several, 'answer')} to puzzles with several solutions, which --strict does not accept")
        if self._settings.quiet or (self._tally.n < 2 and not self._settings.out):
            return
        click.echo(self._tally.summary(), err=True)
        if self._tally.unsolved:
            say(f"{self._tally.unsolved} not solved; {advice}")

    def _drain(self, items: Items, solvers: Solvers) -> None:
        """Solve the items, and pass every result on as it comes."""
        from trm_cli import distributed

        settings = self._settings
        is_first = distributed.rank() == 0
        items = solvers.fitting(self._noted(items) if settings.submission else items)
        with ExitStack() as stack:
            if settings.out is not None:
                journal = batch.Journal(
                    settings.out, lambda task: solvers.of(task).settings, settings.force, writes=is_first
                )
                self._journal = stack.enter_context(journal)
                for words in journal.damage if is_first else ():
                    with self._bar.paused():
                        say(words)
                distributed.everyone(None)  # wait until all processes have read the file, as one of them will write it
                items = self._skipping(items, journal)
            for result in self._results(items, solvers, is_piped="-" in settings.arguments):
                self._tally.add(result)
                if isinstance(result, Outcome):
                    self._count_several(result.puzzle, result.verdict.status)
                if is_first:
                    self._write(result, solvers)
                self._bar.update(self._tally)
        if settings.submission and is_first:
            attempts = ((p.identifier, self._answered.get(_asked_for(p), [p.given.tolist()] * 2)) for p in self._asked)
            write_submission(settings.submission, attempts)

    def _results(self, items: Items, solvers: Solvers, is_piped: bool) -> Iterator[Outcome | TrmError]:
        """Yield the results in order; those of puzzles from a pipe come before we wait for more puzzles."""
        from trm_cli import distributed

        solve_all = partial(batch.in_order, solve=solvers.outcomes)
        if is_piped and distributed.world_size() == 1:
            for arrived in batch.arrivals(items, 16 * self._settings.solving.slots):
                yield from solve_all(arrived)
        else:
            yield from distributed.divided(items, solve_all, 4 * self._settings.solving.slots)

    def _write(self, result: Outcome | TrmError, solvers: Solvers) -> None:
        settings, stamp = self._settings, {}
        if isinstance(result, Outcome):
            stamp = solvers.of(result.puzzle.task).stamp
            if settings.submission:
                self._answered[_asked_for(result.puzzle)] = [grid.tolist() for grid in two_attempts(result)]
        if self._journal:
            line = as_json(result, stamp) if isinstance(result, Outcome) else unread_json(result)
            self._journal.write(result.puzzle if isinstance(result, Outcome) else result, line)
        elif settings.quiet < 2:
            with self._bar.paused():
                print_result(result, settings, stamp)

    def _noted(self, items: Items) -> Iterator[Puzzle | TrmError]:
        """Remember the test inputs that the submission must answer, in their order."""
        assert self._settings.submission
        for item in _apart(items, self._settings.submission):
            if isinstance(item, Puzzle) and domain(item.task).has_demos:
                self._asked.append(item)
            yield item

    def _skipping(self, items: Items, journal: batch.Journal) -> Iterator[Puzzle | TrmError]:
        """Leave out puzzles that the journal has, and count their results."""
        for item in items:
            result = journal.take(item)
            if result is None:
                yield item
                continue
            self._tally.skipped += 1
            if isinstance(item, TrmError):
                self._tally.add(item)
            else:
                self._tally.count(result["verdict"])
                self._count_several(item, result["verdict"])
                if result.get("attempts"):
                    self._answered[_asked_for(item)] = result["attempts"]

    def _count_several(self, puzzle: Puzzle, status: str) -> None:
        """With --strict, count a solved puzzle that has several solutions."""
        if self._settings.strict and status == "solved":
            self._several += domain(puzzle.task).soundness(puzzle).n_solutions == 2


def _apart(items: Items, submission: Path) -> Iterator[Puzzle | TrmError]:
    """Yield the items; raise a DataError if two tasks have one name, as a submission knows tasks by their names."""
    places: dict[str, str] = {}
    met = set()
    for item in items:
        if isinstance(item, Puzzle) and domain(item.task).has_demos:
            place = places.setdefault(item.identifier, item.origin)
            if place != item.origin or item.source in met:
                where = f"in {place} and in {item.origin}" if place != item.origin else f"both in {place}"
                raise DataError(
                    f"{submission}: two tasks have the name {item.identifier!r}, {where}; rename one, or leave it out"
                )
            met.add(item.source)
        yield item


def _asked_for(puzzle: Puzzle) -> str:
    """Return a text that identifies a test input among those of all tasks."""
    return f"{puzzle.identifier}\n{puzzle}"
