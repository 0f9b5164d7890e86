"""Many puzzles: results in input order, a journal to resume from, and the counts of the summary."""

from __future__ import annotations

import hashlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple, TypeVar

from trm_cli import files, records
from trm_cli.domains import domain
from trm_cli.errors import DataError, ExitCode, TrmError
from trm_cli.puzzle import Outcome, Puzzle

T = TypeVar("T")

Solve = Callable[[Iterable[Puzzle]], Iterator[tuple[int, Outcome]]]
"""Takes puzzles and yields (number of the puzzle, outcome) as they finish."""


def in_order(items: Iterable[Puzzle | TrmError], solve: Solve) -> Iterator[Outcome | TrmError]:
    """Solve the puzzles among the items and yield one result an item, in the items' order."""
    done: dict[int, Outcome | TrmError] = {}
    places: list[int] = []  # the place among the items of each puzzle handed on
    n_items = 0

    def only_puzzles() -> Iterator[Puzzle]:
        nonlocal n_items
        for item in items:
            n_items += 1
            if isinstance(item, TrmError):
                done[n_items - 1] = item
            else:
                places.append(n_items - 1)
                yield item

    # Outcomes come in any order: each waits until all results before it are out.
    n_out = 0
    for number, outcome in solve(only_puzzles()):
        done[places[number]] = outcome
        while n_out in done:
            yield done.pop(n_out)
            n_out += 1
    yield from (done[place] for place in sorted(done))


def arrivals(items: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yield the items in the groups in which they arrive, up to `most` at once: nothing waits for what comes later.

    A thread of its own reads the items; an error in it is raised here, after the items before it.
    """
    arrived: queue.Queue[T | _End] = queue.Queue(2 * most)

    def fetch() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                arrived.put(item)
        except BaseException as raised:
            error = raised
        arrived.put(_End(error))

    threading.Thread(target=fetch, daemon=True).start()
    while True:
        # Wait for one item, and take all others that are there already.
        group: list[T] = []
        item = arrived.get()
        while not isinstance(item, _End):
            group.append(item)
            if len(group) == most or arrived.empty():
                break
            item = arrived.get()
        if group:
            yield group
        if isinstance(item, _End):
            if item.error:
                raise item.error
            return


class _End(NamedTuple):
    """The end of the items, by an error if there was one."""

    error: BaseException | None


@dataclass(slots=True)
class Tally:
    """Counts of the results; those that `failed` could not be read, or the network had no answer.

    `steps` are the steps of all `n_refined` puzzles that were solved now, by a network that knew the task.
    """

    solved: int = 0
    unsolved: int = 0
    unverified: int = 0
    failed: int = 0
    skipped: int = 0
    n_refined: int = 0
    steps: int = 0
    started: float = field(default_factory=time.perf_counter)
    errors: list[str] = field(default_factory=list)

    def add(self, result: Outcome | TrmError) -> None:
        """Count one result."""
        if isinstance(result, TrmError):
            self.failed += 1
            self.errors.append(str(result))
        else:
            self.count(result.verdict.status)
            if not result.learning:
                self.n_refined += 1
                self.steps += result.steps
            if result.verdict.status == "failed":
                self.errors.append(f"{result.puzzle.name}: {result.verdict.reason}")

    def count(self, status: str) -> None:
        """Count a verdict."""
        if status == "unverified":
            self.unverified += 1
        elif status in ("failed", "unread"):
            self.failed += 1
        elif status == "unsolved":
            self.unsolved += 1
        else:
            assert status == "solved", status
            self.solved += 1

    @property
    def n(self) -> int:
        """All results."""
        return self.solved + self.unsolved + self.unverified + self.failed

    @property
    def exit_code(self) -> ExitCode:
        """The worst of all results."""
        if self.failed:
            return ExitCode.BAD_INPUT
        return ExitCode.UNSOLVED if self.unsolved else ExitCode.SOLVED

    def summary(self) -> str:
        """Return one line: solved, unsolved, failed, steps and puzzles a second of those done now."""
        seconds = time.perf_counter() - self.started
        tried = self.solved + self.unsolved + self.unverified
        parts = [
            f"solved {self.solved} of {tried} ({self.solved / tried:.1%})" if tried else "solved none",
            f"{self.unsolved} unsolved",
            f"{self.failed} failed",
        ]
        if self.unverified:
            parts.append(f"{self.unverified} unverified")
        if self.skipped:
            parts.append(f"{self.skipped} already done")
        if self.n_refined:
            parts.append(f"{self.steps / self.n_refined:.1f} steps each")
        if tried > self.skipped:
            parts.append(f"{(tried - self.skipped) / seconds:.1f} puzzles/s")
        return ", ".join([*parts, f"{seconds:.1f} s"])


class Journal:
    """A file of results that a later run continues: puzzles that are in it are skipped. Its suffix says its form.

    It is a context manager. `settings` returns, for a task, everything besides the puzzle that a result depends on. If
    it `starts_anew`, the new file replaces an old one when the context ends, and not before. If it `writes`, no other
    process may use the file meanwhile. A last line that was cut off by an interruption is dropped. Other lines that are
    not results are left out: `damage` names them, and their puzzles are solved again. Entering raises a DataError for a
    file of anything else.
    """

    def __init__(
        self, path: Path, settings: Callable[[str], dict[str, Any]], starts_anew: bool, writes: bool = True
    ) -> None:
        self._settings = settings
        self.damage: list[str] = []
        """A message for every damaged line."""
        self._done: dict[str, list[dict[str, Any]]] = {}
        self._path, self._starts_anew, self._writes = path, starts_anew, writes
        self._form = records.form(path)
        self._stack = ExitStack()
        self._file: IO[str] | None = None

    def __enter__(self) -> Journal:
        path = self._path
        if path.exists() and not path.is_file():
            raise DataError(f"{path}: not a regular file, so it cannot be continued; print to a pipe with --json")
        try:
            with ExitStack() as stack:
                if self._writes:
                    stack.enter_context(files.lock(path))
                if path.exists() and not self._starts_anew:
                    self._read(path)
                if self._writes:
                    target = stack.enter_context(files.whole(path)) if self._starts_anew else path
                    file = target.open("a", encoding="utf-8", errors="backslashreplace", newline="")
                    self._file = stack.enter_context(file)
                    if self._form.head and not self._file.tell():
                        self._append(self._form.head)
                self._stack = stack.pop_all()
        except OSError as error:  # also from closing the file, if the head did not fit on the disk
            raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is KeyboardInterrupt:  # keep the results until now: `files.whole` drops them after an error
            kind = error = trace = None
        try:
            self._stack.__exit__(kind, error, trace)
        except OSError as again:  # closing the file tries once more to write what did not fit on the disk
            raise self._unwritten(again) from again

    def _read(self, path: Path) -> None:
        content = path.read_bytes()
        # The last line is whole only if a line end follows it.
        whole = content[: content.rfind(b"\n") + 1]
        is_ours = False
        for number, line in enumerate(whole.splitlines(), 1):
            if self._form.head and line == self._form.head.encode():  # further down too, where files were joined
                is_ours = True
                continue
            value = self._parsed(line)
            is_ours |= not self._form.head and {"key", "verdict"} <= value.keys()
            # Nothing is left out of a file that does not begin as results do.
            if not is_ours:
                raise DataError(f"{path}:{number}: not a result of trm solve; choose another --out")
            if records.is_result(value):
                self._done.setdefault(value["key"], []).append(value)
            else:
                self.damage.append(f"{path}:{number}: a damaged result, which is left out; its puzzle is solved again")
        # If even the first line was cut off, its beginning shows whether it was ours.
        if not whole and not content.startswith(self._form.start[: len(content)].encode()):
            raise DataError(f"{path}: not results of trm solve; choose another --out")
        if len(whole) < len(content) and self._writes:
            with path.open("r+b") as file:
                file.truncate(len(whole))

    def _parsed(self, line: bytes) -> dict[str, Any]:
        """Return the record of a line, an empty one if there is none in it."""
        try:
            return self._form.record(line.decode())
        except (ValueError, RecursionError):  # lists in lists in lists
            return {}

    def key(self, item: Puzzle | TrmError) -> str:
        """Return the hash of all that a result depends on: the puzzle with its demonstrations, and the settings.

        The known answer counts only where a verdict depends on it.
        """
        digest = hashlib.sha256()
        if isinstance(item, TrmError):
            digest.update(f"unread\n{item}".encode(errors="backslashreplace"))
        else:
            settings = json.dumps(self._settings(item.task), sort_keys=True)
            digest.update(f"{settings}\n{item.task}\n{item.identifier}\n".encode(errors="backslashreplace"))
            known = () if item.solution is None or domain(item.task).knows_rules else (item.solution,)
            for grid in (item.given, *chain(*item.demos), *known):
                digest.update(f"{grid.shape}\n".encode() + grid.tobytes())
        return digest.hexdigest()[:16]

    def take(self, item: Puzzle | TrmError) -> dict[str, Any] | None:
        """Return the result for an item, if it was in the file when that was opened; each is returned only once."""
        results = self._done.get(self.key(item))
        return results.pop() if results else None

    def write(self, item: Puzzle | TrmError, result: dict[str, Any]) -> None:
        """Append a result and hand it to the operating system at once."""
        self._append(self._form.line({**result, "key": self.key(item)}))

    def _append(self, line: str) -> None:
        assert self._file
        try:
            self._file.write(line + "\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: OSError) -> DataError:
        remedy = "" if self._starts_anew else "; its results are kept, and the same command continues it"
        return DataError(f"{self._path}: cannot be written: {error.strerror or error}{remedy}")
