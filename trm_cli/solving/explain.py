"""The ladder of explanations of an ARC task: few planes first, then more, then the answer is looked at again.

logit(colour k, cell) = sum over planes of (weight of k's kind + weight of k) * plane. The strongest penalty under which all
demonstrations come out right gives the simplest explanation; it can be said in words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from trm_cli.domains.arc import sizes
from trm_cli.domains.arc.canvas import COLOURS, Canvas
from trm_cli.domains.arc.planes import Planes, planes
from trm_cli.puzzle import Grid, Puzzle, frozen
from trm_cli.solving.sparse import Design, Path

PENALTIES = (0.05, 0.02, 0.008, 0.003)
"""One for each rung, from the simplest explanation to the most complicated."""
DEPTHS = 3
"""How often the answer may be looked at."""
FED = 1
"""The rung whose answer is looked at again."""
KINDS = ("the commonest colour", "a colour that the input lacks", "another colour")
"""Kinds of colours that share weights; groups after these are single colours."""
N_GROUPS = len(KINDS) + len(COLOURS)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a plane says for (or against) colours of a kind, or one colour: `group` counts KINDS, then COLOURS."""

    plane: str
    is_of_colour: bool
    group: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One answer of the ladder and why.

    `depth` is how often an answer was looked at before, `rung` counts from 1. It `fits` where all demonstrations come out
    right. `loss` is what the ladder minimises: cross-entropy and penalty.
    """

    depth: int
    rung: int
    fits: bool
    answer: Grid
    weights: tuple[Weight, ...]
    loss: float
    n_right: int = 0


@dataclass(slots=True)
class _Sheet:
    """A demonstration or the test: its planes as rows, colours first, and the answers so far."""

    question: Grid
    palette: tuple[int, ...]
    shape: tuple[int, int]
    answer: Grid | None
    values: npt.NDArray[np.bool_]

    @property
    def n_cells(self) -> int:
        return self.shape[0] * self.shape[1]

    @property
    def groups(self) -> npt.NDArray[np.int64]:
        """The two groups of weights of every colour of the palette, (K, 2)."""
        count = np.bincount(self.question.reshape(-1), minlength=10)
        kind = [0 if c == count.argmax() else 2 if count[c] else 1 for c in self.palette]
        return np.array([(k, len(KINDS) + c) for k, c in zip(kind, self.palette, strict=True)])


def explanations(puzzle: Puzzle, n_depths: int = DEPTHS) -> Iterator[Explanation]:
    """Yield the explanations of a task's demonstrations with their answers to its test input, simple ones first.

    None where no function of `sizes` gives the size of the answer.
    """
    found = sizes.size(puzzle.demos, puzzle.given)
    if found is None:
        return
    added = {int(c) for question, answer in puzzle.demos for c in np.setdiff1d(answer, question)}
    names: Planes | None = None
    sheets = []
    for question, answer in (*puzzle.demos, (puzzle.given, None)):
        palette = set(question.reshape(-1).tolist()) | added
        shape = found.shape if answer is None else (answer.shape[0], answer.shape[1])
        ordered = tuple(sorted(palette))
        names = planes(Canvas(question, ordered, shape))
        values = names.values.reshape(len(names.names), -1)
        sheets.append(_Sheet(question, ordered, shape, answer, values))
    assert names is not None
    yield from _climbed(sheets, list(zip(names.names, names.is_of_colour, strict=True)), n_depths)


def _climbed(sheets: list[_Sheet], names: list[tuple[str, bool]], n_depths: int) -> Iterator[Explanation]:
    """Yield the explanations of every rung, then of the planes of the answers so far, up to the last depth."""
    test = sheets[-1]
    first = names
    for depth in range(n_depths):
        fit = _Fit(sheets[:-1])
        is_explained = False
        fed: list[Grid] = []
        for rung, penalty in enumerate(PENALTIES, 1):
            fit.path.descend(penalty)
            n_right = fit.n_right()
            fits = n_right == len(sheets) - 1
            is_explained |= fits and rung <= 2
            weights = fit.full_weights()
            answer = _answer(test, weights)
            yield Explanation(depth, rung, fits, answer, _named(weights, names), fit.path.loss(penalty), n_right)
            if rung == FED + 1 and depth + 1 < n_depths:
                fed = [*fit.left_out(), answer]
        if is_explained or not fed:
            return
        sheets = [_looked_at(sheet, answer, len(first)) for sheet, answer in zip(sheets, fed, strict=True)]
        test = sheets[-1]
        names = first + [(f"{name} in the answer so far", of) for name, of in first]


def _looked_at(sheet: _Sheet, answer: Grid, n_first: int) -> _Sheet:
    """Return a sheet with the planes of an answer beside those of the question."""
    more = planes(Canvas(answer, sheet.palette, sheet.shape)).values.reshape(n_first, -1)
    return replace(sheet, values=np.concatenate((sheet.values[:n_first], more)))


class _Fit:
    """The path of some demonstrations, over the planes that differ."""

    def __init__(self, sheets: Sequence[_Sheet]) -> None:
        self.sheets = list(sheets)
        values = np.concatenate([sheet.values for sheet in self.sheets], 1)
        self.n_planes = len(values)
        self.kept = _different(values)
        self.path = Path(_design(self.sheets, values[self.kept]), N_GROUPS, self._factors())

    def _factors(self) -> npt.NDArray[np.float64]:
        import os
        factors = np.ones((N_GROUPS, len(self.kept)))
        factors[3:] = float(os.environ.get("CF", "1.5"))
        return factors

    def full_weights(self) -> npt.NDArray[np.float64]:
        weights = np.zeros((N_GROUPS, self.n_planes))
        weights[:, self.kept] = self.path.weights
        return weights

    def n_right(self) -> int:
        """Return how many demonstrations come out right in every cell."""
        weights = self.full_weights()
        return sum(bool((_answer(sheet, weights) == sheet.answer).all()) for sheet in self.sheets)

    def left_out(self) -> list[Grid]:
        """Return the answer to each demonstration of weights that are fitted to the others."""
        if len(self.sheets) == 1:
            return [_answer(self.sheets[0], self.full_weights())]
        answers = []
        for i, sheet in enumerate(self.sheets):
            fit = _Fit(self.sheets[:i] + self.sheets[i + 1 :])
            for penalty in PENALTIES[: FED + 1]:
                fit.path.descend(penalty)
            answers.append(_answer(sheet, fit.full_weights()))
        return answers


def _different(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return the first plane of each sort that says the same everywhere, without those that are never true."""
    first: dict[bytes, int] = {}
    packed = np.packbits(values, 1)
    for n in np.flatnonzero(values.any(1)).tolist():
        first.setdefault(packed[n].tobytes(), n)
    return np.array(sorted(first.values()), np.int64)


def _design(sheets: list[_Sheet], values: npt.NDArray[np.bool_]) -> Design:
    groups, lengths, cells, is_right, shares = [], [], [], [], []
    n = 0
    for sheet in sheets:
        n_colours, n_cells = len(sheet.palette), sheet.n_cells
        assert sheet.answer is not None
        groups.append(sheet.groups)
        lengths += [n_cells] * n_colours
        cells.append(np.tile(np.arange(n, n + n_cells), n_colours))
        is_right.append((sheet.answer.reshape(1, -1) == np.array(sheet.palette)[:, None]).reshape(-1))
        shares.append(np.full(n_cells, 1 / n_cells / len(sheets)))
        n += n_cells
    edges = np.concatenate(([0], np.cumsum(lengths)))
    joined = np.concatenate
    return Design(values, joined(groups), edges, joined(cells), joined(is_right), joined(shares))


def _answer(sheet: _Sheet, weights: npt.NDArray[np.float64]) -> Grid:
    """Return the grid that weights (groups, N) give to a sheet."""
    used = np.flatnonzero(weights.any(0))
    groups = sheet.groups
    each = weights[groups[:, 0]][:, used] + weights[groups[:, 1]][:, used]  # (K, used)
    values = sheet.values[used].reshape(len(used), len(groups), -1)
    scores = np.einsum("nkp,kn->kp", values, each)
    choice = np.round(scores, 6).argmax(0).reshape(sheet.shape)
    return frozen(np.array(sheet.palette, np.uint8)[choice])


def _named(weights: npt.NDArray[np.float64], names: list[tuple[str, bool]]) -> tuple[Weight, ...]:
    """Return the weights that are not zero, the largest first."""
    at = np.argwhere(weights)
    order = np.argsort(-np.abs(weights[at[:, 0], at[:, 1]]), kind="stable")
    return tuple(Weight(*names[n], int(group), float(weights[group, n])) for group, n in at[order].tolist())


def attempts(puzzle: Puzzle, found: Sequence[Explanation], n: int = 2) -> list[Grid]:
    """Return up to `n` different answers: of those that fit the simplest first, then of those that nearly do."""
    is_copied = any(np.array_equal(question, answer) for question, answer in puzzle.demos)
    ordered = [e for e in found if e.fits] + [e for e in reversed(found) if not e.fits]
    chosen: list[Grid] = []
    for explanation in ordered:
        answer = explanation.answer
        if not is_copied and np.array_equal(answer, puzzle.given):
            continue
        if not any(np.array_equal(answer, other) for other in chosen):
            chosen.append(answer)
    return chosen[:n] or [explanation.answer for explanation in ordered[:1]]
