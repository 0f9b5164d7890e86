"""A model loaded for solving: weights, device and options in one object, for the commands and for Python."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy.typing as npt
import torch

from trm_cli import SEARCH_SECONDS, device, reading
from trm_cli.domain import Domain
from trm_cli.domains import domain
from trm_cli.errors import ParseError, TrmError, WeightsError
from trm_cli.model import weights
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.puzzle import Frame, Outcome, Puzzle
from trm_cli.solving import engine, vote
from trm_cli.solving.engine import SolveOptions
from trm_cli.solving.search import Search

COMPILES_FROM = 200
"""Puzzles from which torch.compile is worth its ten seconds."""


Asked = Puzzle | str | Sequence[Sequence[int]] | npt.NDArray[Any]
"""What can be asked for to be solved: a puzzle, its text, or its rows."""


def load(name: str, device: str = "auto", **options: Any) -> Solver:
    """Load weights for solving, by the name of shipped ones or by path; `options` are fields of SolveOptions.

    Search is on as in `trm solve`; `search=0` is the single pass alone.
    """
    return Solver.load(name, options=SolveOptions(**{"search": SEARCH_SECONDS, **options}), on=device)


def solve(puzzle: Asked, task: str | None = None, seconds: float | None = None) -> Outcome:
    """Solve one puzzle with the shipped weights of its task, which is told by its content; they are loaded once."""
    found = puzzle.task if isinstance(puzzle, Puzzle) else task or reading.detect(_text(puzzle))
    return _shipped(found).solve(puzzle, seconds)


def _text(puzzle: str | Sequence[Sequence[int]] | npt.NDArray[Any]) -> str:
    """Return the text of a puzzle that may be given as rows."""
    return puzzle if isinstance(puzzle, str) else json.dumps([[int(value) for value in row] for row in puzzle])


@cache
def _shipped(task: str) -> Solver:
    return load(task)


@dataclass(slots=True)
class Solver:
    """Solves puzzles of one task. `outcome` is that of the puzzle whose frames were read last."""

    model: TinyRecursiveModel
    domain: Domain
    options: SolveOptions
    device: torch.device
    dtype: torch.dtype
    path: Path
    seed: int
    digest: str
    outcome: Outcome = field(init=False)

    @classmethod
    def load(
        cls,
        name: str | None,
        task: str | None = None,
        options: SolveOptions | None = None,
        on: str = "auto",
        dtype: str = "auto",
        seed: int = 0,
    ) -> Solver:
        """Load weights by name or path, `None` for those shipped for the task, onto the device named `on`."""
        path = weights.find(name) if name else weights.shipped_for(task or "")
        model, header = weights.load(path, task)
        place = device.choose(on)
        torch.manual_seed(seed)
        return cls(
            model=model,
            domain=domain(header.config.task),
            options=options or SolveOptions(search=SEARCH_SECONDS),
            device=place,
            dtype=device.choose_dtype(dtype, place),
            path=path,
            seed=seed,
            digest=weights.digest(path),
        )

    def expect(self, n_puzzles: int) -> None:
        """Compile the net where so many puzzles are to come that it pays, and there is a compiler."""
        if n_puzzles >= COMPILES_FROM and device.can_compile():
            self.model.net.compile(dynamic=True)

    def refusal(self, puzzle: Puzzle) -> str:
        """Return why these weights cannot take a puzzle; "" when they can."""
        if puzzle.task != self.domain.task:
            return f"{self.path} solves {self.domain.task}, not {puzzle.task}"
        if self.model.identifiers and puzzle.identifier not in self.model.identifiers:
            return (
                f"{self.path} was not trained on the task {puzzle.identifier!r}: the network knows a task by the "
                "embedding it learned for it, so it answers only the tasks of its training"
            )
        if not self.model.config.seq_len:
            return ""
        n_cells = self.domain.encode(puzzle)[0].size
        if n_cells == self.model.config.seq_len:
            return ""
        takes = f"{self.path} takes grids of {self.model.config.seq_len} cells, not {n_cells}"
        fitting = [f"--weights {name}" for name in weights.names_of(puzzle.task)]
        return f"{takes}; try {' or '.join(fitting)}" if fitting else takes

    def read(self, puzzle: Asked) -> Puzzle:
        """Return one puzzle of this solver's task from a text in any form that files have, or from rows of symbols.

        A ParseError says what is wrong with it.
        """
        if isinstance(puzzle, Puzzle):
            return puzzle
        found = [*self.domain.parse(_text(puzzle), "<argument>")]
        for item in found:
            if isinstance(item, TrmError):
                raise item
        if len(found) != 1:
            raise ParseError(f"<argument>: {len(found)} puzzles instead of one")
        (item,) = found
        assert isinstance(item, Puzzle)
        return item

    def solve(self, puzzle: Asked, seconds: float | None = None) -> Outcome:
        """Return the outcome of one puzzle, after about so many `seconds` at most: the best answer by then.

        At least one step is done. Of a vote over augmentations (ARC) those count that were asked by then.
        """
        for _ in self.frames(puzzle, seconds):
            pass
        return self.outcome

    def events(self, puzzles: Iterable[Puzzle]) -> Iterator[engine.Event]:
        """Yield the engine's events: a frame a step of every puzzle in work."""
        return engine.solve(puzzles, self.model, self.domain, self.options, self.device, self.dtype)

    def frames(self, puzzle: Asked, seconds: float | None = None) -> Iterator[Frame]:
        """Yield the frames of one puzzle, with `outcome` at each of them what there is so far, for so many seconds.

        A puzzle that the weights cannot take is a WeightsError.
        """
        deadline = time.perf_counter() + (math.inf if seconds is None else seconds)
        puzzle = self.read(puzzle)
        if refusal := self.refusal(puzzle):
            raise WeightsError(f"{puzzle.name}: {refusal}")
        is_voted = bool(self.model.identifiers)
        shown = replace(self, options=replace(self.options, halt="none")) if is_voted else self
        for event in shown.events([puzzle]):
            frame, verdict = event.frame, self.domain.verify(puzzle, event.frame.grid)
            self.outcome = event.outcome or Outcome(puzzle, frame, verdict, frame.step, frame.seconds)
            yield frame
            if time.perf_counter() > deadline:
                return
        if is_voted:
            for _, outcome in vote.outcomes([puzzle], self, deadline):
                self.outcome = outcome
        else:
            for better in self.improved(self.outcome, deadline - time.perf_counter()):
                self.outcome = better
                yield better.frame

    def improved(self, outcome: Outcome, seconds: float = math.inf) -> Iterator[Outcome]:
        """Yield ever better outcomes of the search for what is unsolved; nothing where there is no search.

        A vote (ARC) is not searched further: its verdict is that of a known answer, which must not guide.

        It takes no longer than the options say, nor than `seconds`.
        """
        budget = min(self.options.search, seconds)
        if budget > 0 and not self.model.identifiers and outcome.verdict.status == "unsolved":
            options = replace(self.options, search=budget)
            yield from Search(self.model, self.domain, options, self.device, self.dtype).improve(outcome)

    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish."""
        if self.model.identifiers:
            return vote.outcomes(puzzles, self)
        return (
            (event.number, [event.outcome, *self.improved(event.outcome)][-1])
            for event in self.events(puzzles)
            if event.outcome
        )

    @property
    def n_parameters(self) -> int:
        """Trained numbers of the model."""
        return sum(p.numel() for p in self.model.parameters())

    @property
    def summary(self) -> str:
        """A few words for the head of the live view."""
        size = f"{self.n_parameters / 1000:.0f}k parameters"
        return f"{self.path.stem}  {size}  {self.device} {self._dtype}"

    @property
    def details(self) -> str:
        """One line for `--verbose`."""
        return f"trm: weights {self.path} ({self.digest}), {self.summary}, {torch.get_num_threads()} threads"

    @property
    def stamp(self) -> dict[str, Any]:
        """What every result of this solver has in common."""
        told = {"model": self.summary, "max_steps": self.options.max_steps} if self.options.trace else {}
        return {"weights": self.digest, "seed": self.seed, **told}

    @property
    def settings(self) -> dict[str, Any]:
        """Everything besides the puzzle that a result depends on."""
        options = self.options
        return {
            **self.stamp,
            "max_steps": options.max_steps,
            "halt": options.halt,
            **({"tolerance": options.tolerance} if options.tolerance else {}),
            **({key: getattr(options, key) for key in ("search", "samples", "noise")} if options.search else {}),
            **({"votes": options.votes} if self.model.identifiers else {}),
            "dtype": self._dtype,
        }

    @property
    def _dtype(self) -> str:
        return str(self.dtype).removeprefix("torch.")


class Solvers:
    """One solver for every task among many puzzles. `expected` counts the puzzles known so far, by task.

    Raises the first TrmError when there are weights for none of the tasks.
    """

    def __init__(self, load: Callable[[str], Solver], expected: Mapping[str, int]) -> None:
        self._load = load
        self._loaded: dict[str, Solver | TrmError] = {}
        for task, n in expected.items():
            solver = self._try(task)
            if isinstance(solver, Solver):
                solver.expect(n)
        errors = [found for found in self._loaded.values() if isinstance(found, TrmError)]
        if errors and len(errors) == len(self._loaded):
            raise errors[0]

    def __iter__(self) -> Iterator[Solver]:
        return (found for found in self._loaded.values() if isinstance(found, Solver))

    def of(self, task: str) -> Solver:
        """Return the solver of a task that has one."""
        solver = self._loaded[task]
        assert isinstance(solver, Solver), task
        return solver

    def _try(self, task: str) -> Solver | TrmError:
        if task not in self._loaded:
            try:
                self._loaded[task] = self._load(task)
            except TrmError as error:
                self._loaded[task] = error
        return self._loaded[task]

    def fitting(self, items: Iterable[Puzzle | TrmError]) -> Iterator[Puzzle | TrmError]:
        """Yield the items, with an error in the place of each puzzle that no weights are there for."""
        for item in items:
            if isinstance(item, Puzzle):
                solver = self._try(item.task)
                refusal = str(solver) if isinstance(solver, TrmError) else solver.refusal(item)
                yield WeightsError(f"{item.name}: {refusal}") if refusal else item
            else:
                yield item

    def outcomes(self, puzzles: Iterable[Puzzle]) -> Iterator[tuple[int, Outcome]]:
        """Yield (number of the puzzle, outcome) as puzzles finish; one task after the other as they come."""
        n_before = 0
        for task, run in groupby(puzzles, key=lambda puzzle: puzzle.task):
            n = 0
            for number, outcome in self.of(task).outcomes(run):
                n += 1
                yield n_before + number, outcome
            n_before += n
