"""The ladder of explanations of an ARC task: few planes first, then more, then the answer is looked at again.

logit(colour k, cell) = sum over planes of (weight of k's kind + weight of k) * plane. The strongest penalty under which
all demonstrations come out right gives the simplest explanation. The best proof is that weights which are
fitted to the other demonstrations get each demonstration right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from trm_cli.domains.arc import proposals, sizes
from trm_cli.domains.arc.planes import planes
from trm_cli.puzzle import Grid, Puzzle, frozen
from trm_cli.solving.ballot import Key, key_of
from trm_cli.solving.sheets import COPIED, GROUPS, KINDS, SO_FAR, Name, Sheet, design, different, sheets
from trm_cli.solving.sparse import Floats, Path

PENALTIES = (0.05, 0.02, 0.008, 0.003)
"""One for each rung, from the simplest explanation to the most complicated."""
BY_NAME = 1.5
"""How much more a weight for a single colour costs than one for a kind of colours."""
DEPTHS = 3
"""How many times the ladder is climbed: over the planes of the input, then twice with those of the answer so far."""
FED = 1
"""The rung, counted from 0, whose answer is looked at again."""
EVIDENCE = 20
"""Cells in the answers of all demonstrations, below which nothing but a single plane is proven."""
ENOUGH = 3
"""Demonstrations below which no explanation is proven: two leave room for too many."""
ALIKE = 0.5
"""Share of cells in which a proposal must be like the answers to be tried in the place of an input of another size."""
BASES = 4
"""How many proposals are tried in the place of the input."""
CONSISTENT, FITS, UNFIT, DETOUR = 100.0, 0.3, 0.02, 0.7
"""What votes weigh, see `Explanation.belief`."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a plane says for (or against) the colours of a group of `sheets.GROUPS`."""

    plane: str
    is_of_colour: bool
    group: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One answer of the ladder, and why.

    `depth` is how often an answer was looked at before; `through` names the proposal that took the place of the input,
    or is empty. `rung` counts from 1; rung 0 is a single plane that is right everywhere. `n_right` of `n_demos`
    demonstrations come out right, and `n_predicted` of weights that are fitted to the others; their answers have
    `n_cells` in all. It `is_agreed` where all that fit in the same climb give the same answer to the test.
    """

    depth: int
    through: str
    rung: int
    answer: Grid
    weights: tuple[Weight, ...]
    n_demos: int
    n_right: int
    n_predicted: int = 0
    n_cells: int = EVIDENCE
    is_agreed: bool = True

    @property
    def fits(self) -> bool:
        """Whether all demonstrations come out right."""
        return self.n_right == self.n_demos

    @property
    def is_consistent(self) -> bool:
        """Whether a single plane explains all, or every demonstration follows from the others too, and all rungs agree.

        A few cells say nothing: there are planes for any of them.
        """
        is_evident = self.n_predicted == self.n_demos > 1 and self.n_cells >= EVIDENCE
        return self.fits and self.is_agreed and (self.rung == 0 or is_evident)

    @property
    def is_proven(self) -> bool:
        """Whether it is consistent with as many demonstrations as a proof takes."""
        return self.is_consistent and self.n_demos >= ENOUGH

    @property
    def is_explained(self) -> bool:
        """Whether it is proven and simple too: on the first rung, or a single plane."""
        return self.is_proven and self.rung <= 1

    @property
    def belief(self) -> float:
        """How much its vote for its answer weighs, as training tasks taught.

        A demonstration that follows from the others tells most; a detour, through a proposal or an answer so far, makes
        a vote less. A single plane has no weights that others could be wrong for.
        """
        if self.is_consistent:
            return CONSISTENT
        if not self.fits:
            return UNFIT * self.n_right / self.n_demos
        share = self.n_predicted / self.n_demos if self.rung else 1.0
        return (FITS + share) * (DETOUR if self.through or self.depth else 1.0)

    @property
    def planes(self) -> tuple[str, ...]:
        """The names of its planes, those with the largest weights first."""
        return tuple(dict.fromkeys(weight.plane for weight in self.weights))


def explanations(puzzle: Puzzle, depths: int = DEPTHS, bases: int = BASES) -> Iterator[Explanation]:
    """Yield the explanations of a task's demonstrations with their answers to its test input, simple ones first.

    The first that is consistent ends the search, after the other rungs of its ladder. None where no function of `sizes`
    gives the size of the answer. The work is bounded by `depths` and `bases`, and the same for the same task.
    """
    size = sizes.size(puzzle.demos, puzzle.given)
    if size is None:
        return
    made, names = sheets(puzzle, size.shape)
    # If every demonstration is a copy, so is the answer, whatever else would explain copies.
    if all(np.array_equal(question, answer) for question, answer in puzzle.demos):
        copies = (found for found in _alone(made, names, "") if np.array_equal(found.answer, puzzle.given))
        if copy := next(copies, None):
            yield copy
            return
    ladders = [_climbed(made, names)]
    if bases:
        ladders.append(_through(made, names, bases))
    if depths > 1:
        ladders.append(_looked_again(made, names, depths))
    for ladder in ladders:
        is_consistent = False
        for explanation in ladder:
            yield explanation
            is_consistent |= explanation.is_consistent
        if is_consistent:
            return


def by_votes(puzzle: Puzzle, found: Sequence[Explanation]) -> list[tuple[Explanation, float]]:
    """Return the best explanation of every different answer with the sum of its votes, the most believed answer first.

    A copy of the input gets no votes, where no demonstration copies.
    """
    is_copied = any(np.array_equal(question, answer) for question, answer in puzzle.demos)
    votes: dict[Key, float] = {}
    best: dict[Key, Explanation] = {}
    for explanation in found:
        key = key_of(explanation.answer)
        is_copy = not is_copied and np.array_equal(explanation.answer, puzzle.given)
        votes[key] = votes.get(key, 0.0) + (0.0 if is_copy else explanation.belief)
        if key not in best or explanation.belief > best[key].belief:
            best[key] = explanation
    return [(best[key], votes[key]) for key in sorted(votes, key=lambda key: -votes[key])]


def attempts(puzzle: Puzzle, found: Sequence[Explanation], n: int = 2) -> list[Explanation]:
    """Return up to `n` explanations with different answers, those with the most votes first."""
    return [explanation for explanation, _ in by_votes(puzzle, found)[:n]]


def selection(found: Sequence[Explanation], n: int = 24) -> tuple[str, ...]:
    """Return the names of the `n` planes of the input with the largest weights on the last rung of the first ladder.

    A network that learns the task sees these: with all planes together it would overfit.
    """
    # A single plane, which has no rung, may be one of an answer so far.
    rungs = [one for one in found if one.rung and not one.depth and not one.through]
    return rungs[-1].planes[:n] if rungs else ()


class _Fit:
    """Paths over some demonstrations, of the planes that differ in them."""

    def __init__(self, answered: list[Sheet]) -> None:
        self.sheets = answered
        values = np.concatenate([sheet.values for sheet in answered], 1)
        self.n_planes = len(values)
        self.kept = different(values)
        self.design = design(answered, values[self.kept])
        self.factors = np.ones((len(GROUPS), len(self.kept)))
        self.factors[len(KINDS) :] = BY_NAME
        self.path = Path(self.design, self.factors)

    def full(self, path: Path) -> Floats:
        """Return the weights (groups, all planes) of a path."""
        weights = np.zeros((len(GROUPS), self.n_planes))
        weights[:, self.kept] = path.weights
        return weights

    def held_out(self, n_rungs: int) -> list[Grid]:
        """Return the answer to each demonstration, on some rung, of weights that are fitted to the others."""
        # Without a demonstration means with a weight of zero for its blocks: the lists of rows stay as they are.
        answers = []
        ends = np.cumsum([0, *(len(sheet.palette) for sheet in self.sheets)])
        for i, sheet in enumerate(self.sheets):
            shares = self.design.shares.copy()
            shares[ends[i] : ends[i + 1]] = 0
            path = Path(self.design, self.factors, like=self.path)
            path.shares = shares * len(self.sheets) / max(1, len(self.sheets) - 1)
            for penalty in PENALTIES[:n_rungs]:
                path.descend(penalty)
            answers.append(sheet.answered(self.full(path)))
        return answers


def _climbed(made: list[Sheet], names: list[Name], depth: int = 0, through: str = "") -> Iterator[Explanation]:
    """Yield the explanations by a single plane, then those of every rung."""
    alone = list(_alone(made, names, through))
    found = [*alone, *_rungs(made, names, depth, through, bool(alone))]
    answers = {explanation.answer.tobytes() for explanation in found if explanation.fits}
    yield from (replace(explanation, is_agreed=len(answers) < 2) for explanation in found)


def _rungs(made: list[Sheet], names: list[Name], depth: int, through: str, is_proven: bool) -> Iterator[Explanation]:
    """Yield the explanation of every rung; what follows from other demonstrations is counted until all is proven."""
    fit, n_demos = _Fit(made[:-1]), len(made) - 1
    n_cells = sum(sheet.n_cells for sheet in made[:-1])
    for rung, penalty in enumerate(PENALTIES, 1):
        fit.path.descend(penalty)
        weights = fit.full(fit.path)
        n_right = _n_equal([sheet.answered(weights) for sheet in made[:-1]], made)
        n_predicted = 0
        if n_right == n_demos > 1 and not is_proven:
            n_predicted = _n_equal(fit.held_out(rung), made)
            # Later rungs need no proof of their own: the simplest explanation that is proven counts.
            is_proven = n_predicted == n_demos and n_cells >= EVIDENCE
        answer = made[-1].answered(weights)
        yield Explanation(depth, through, rung, answer, _named(weights, names), n_demos, n_right, n_predicted, n_cells)


def _n_equal(answers: list[Grid], made: list[Sheet]) -> int:
    """Return how many answers are those of the demonstrations."""
    return sum(bool((grid == sheet.answer).all()) for grid, sheet in zip(answers, made, strict=False))


def _alone(made: list[Sheet], names: list[Name], through: str) -> Iterator[Explanation]:
    """Yield the planes that are right in every cell of all demonstrations by themselves."""
    # A plane answers a cell by the one colour for which it is true there.
    exact = np.ones(len(names), bool)
    for sheet in made[:-1]:
        exact &= (sheet.values == sheet.is_right()).all(1)
    test = made[-1]
    for n in np.flatnonzero(exact).tolist():
        cells = test.values[n].reshape(len(test.palette), -1)
        if (cells.sum(0) == 1).all():
            answer = np.array(test.palette, np.uint8)[cells.argmax(0)].reshape(test.shape)
            weights = tuple(Weight(*names[n], group, 1.0) for group in range(len(KINDS)))
            yield Explanation(0, through, 0, frozen(answer), weights, len(made) - 1, len(made) - 1)


def _through(made: list[Sheet], names: list[Name], n_bases: int) -> Iterator[Explanation]:
    """Yield explanations by the planes of a proposal instead of the input's, until one is consistent.

    The proposals that are nearest to the answers come first.
    """
    rows = [_fitting(sheet) for sheet in made]
    names_of_all = [name for name in rows[0] if all(name in row for row in rows)]
    alike = {
        name: float(np.mean([np.mean(row[name] == sheet.answer) for row, sheet in zip(rows, made[:-1], strict=False)]))
        for name in names_of_all
    }
    # Where the input has the answer's size, what is less like the answer than the input itself is no base.
    copied = [np.mean(s.question == s.answer) for s in made[:-1] if s.question.shape == s.shape]
    least = float(np.mean(copied)) if len(copied) == len(made) - 1 else ALIKE
    # For an answer of another size, the input's planes are of whole colours, and go with those of any base.
    is_other = len(copied) < len(made) - 1
    listed = [*names, *((f"{name}, in the input", of) for name, of in names)] if is_other else names
    tried: set[bytes] = set()
    for name in sorted((name for name in names_of_all if alike[name] >= least), key=lambda name: -alike[name]):
        key = b"".join(row[name].tobytes() for row in rows)
        if key in tried:
            continue
        if len(tried) == n_bases:
            return
        tried.add(key)
        based = []
        for sheet, row in zip(made, rows, strict=True):
            values = planes(sheet.canvas(row[name])).values.reshape(len(names), -1)
            if is_other:
                values = np.concatenate((values, sheet.values))
            based.append(replace(sheet, values=values, question=row[name]))
        is_consistent = False
        for explanation in _climbed(based, listed, through=name):
            yield explanation
            is_consistent |= explanation.is_consistent
        if is_consistent:
            return


def _fitting(sheet: Sheet) -> dict[str, Grid]:
    """Return the proposals that have the size of the answer, by name."""
    canvas = sheet.canvas(sheet.question)
    if canvas.shape == canvas.grid.shape:
        proposed = list(proposals.of_its_size(canvas))
    else:
        # A proposal of another size is stretched to the answer's, and laid out again and again.
        # Around a grid that is put into the canvas there is background.
        proposed = [
            proposals.Proposal(name, None if grid is None else np.where(grid < 0, canvas.background, grid))
            for name, grid in proposals.of_size(canvas)
        ]
        for name, grid in proposals.of_any_size(canvas):
            proposed.append(proposals.Proposal(name, proposals.stretched(grid, canvas.shape)))
            proposed.append(proposals.Proposal(f"{name}, repeated", proposals.repeated(grid, canvas.shape)))
    return {
        name: np.ascontiguousarray(grid, np.uint8)
        for name, grid in proposed
        if grid is not None and grid.shape == sheet.shape and grid.min() >= 0
    }


def _looked_again(made: list[Sheet], names: list[Name], depths: int) -> Iterator[Explanation]:
    """Yield the explanations by the planes of the input and of the answer so far."""
    both = [*names, *((f"{name}{SO_FAR}", is_of_colour) for name, is_of_colour in names)]
    looked = made
    for depth in range(1, depths):
        fit = _Fit(looked[:-1])
        for penalty in PENALTIES[: FED + 1]:
            fit.path.descend(penalty)
        weights = fit.full(fit.path)
        # A demonstration must be answered as the test is: by weights that have not seen it.
        answers = fit.held_out(FED + 1) if len(made) > 2 else [looked[0].answered(weights)]
        answers.append(looked[-1].answered(weights))
        looked = [_beside(sheet, answer) for sheet, answer in zip(made, answers, strict=True)]
        for found in _climbed(looked, both, depth):
            # What copies the answer so far is explained by the statements that gave it.
            is_copy = not found.rung and found.planes == (COPIED + SO_FAR,)
            yield replace(found, weights=_named(weights, names if depth == 1 else both)) if is_copy else found


def _beside(sheet: Sheet, answer: Grid) -> Sheet:
    """Return a sheet with the planes of an answer beside its own."""
    more = planes(sheet.canvas(answer)).values.reshape(len(sheet.values), -1)
    return replace(sheet, values=np.concatenate((sheet.values, more)))


def _named(weights: Floats, names: list[Name]) -> tuple[Weight, ...]:
    """Return the weights that are not zero, the largest first."""
    at = np.argwhere(weights)
    order = np.argsort(-np.abs(weights[at[:, 0], at[:, 1]]), kind="stable")
    return tuple(Weight(names[n][0], names[n][1], int(group), float(weights[group, n])) for group, n in at[order])
