"""Explanations of ARC tasks in words, and a description of a task that needs no network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import sizes
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.puzzle import Grid, Puzzle
from trm_cli.solving.explain import Explanation, Weight, attempts, explanations
from trm_cli.solving.sheets import GROUPS, KINDS

COPIED = "it has"
"""Name of the plane that is the colour of the cell itself."""


def words(explanation: Explanation, n: int = 4) -> str:
    """Return an explanation in a sentence or two, its `n` heaviest statements: "a cell takes the colour that ..."."""
    # Only statements of some weight; copies of the cell's own colour are said once, at the end.
    chosen = [weight for weight in explanation.weights if weight.weight > 0.2 * explanation.weights[0].weight]
    statements: dict[str, None] = {}
    is_copied = False
    for weight in chosen:
        if weight.plane == COPIED and explanation.rung:
            is_copied = True
        else:
            statements.setdefault(_statement(weight))
    # The heaviest statements in full, and how many more there are.
    phrases = list(statements)[:n]
    more = len(statements) - len(phrases)
    if more:
        phrases.append(f"and {more} more")
    if is_copied:
        phrases.append("the rest is copied" if phrases else "every cell is copied")
    start = f"looking at {explanation.through} instead of the input: " if explanation.through else ""
    return start + "; ".join(phrases or ["every cell takes the same colour"])


def _statement(weight: Weight) -> str:
    """Return what one weight says."""
    if weight.is_of_colour:
        if weight.group < len(KINDS):
            return f"a cell takes the colour that {weight.plane}"
        return f"a cell is {GROUPS[weight.group]} where {GROUPS[weight.group]} is the colour that {weight.plane}"
    where = "" if weight.plane == "is anywhere" else f" where it {weight.plane}"
    colour = GROUPS[weight.group]
    return f"a cell {'takes' if weight.group < len(KINDS) else 'is'} {colour}{where}"


def proof(explanation: Explanation) -> str:
    """Return in words how many demonstrations an explanation gets right, and how sure that makes it."""
    n, right = explanation.n_demos, explanation.n_right
    demos = "the only demonstration" if n == 1 else f"{'both' if n == 2 else f'all {n}'} demonstrations"
    if not explanation.fits:
        return f"right in {right} of {n} demonstrations: not explained"
    if explanation.is_consistent:
        follows = "" if explanation.rung == 0 else f", and each follows from the other{'s' if n > 2 else ''}"
        few = "one demonstration is" if n == 1 else "two demonstrations are"
        doubt = ", but it takes many statements" if explanation.is_proven else f", but {few} too few to be sure"
        return f"right in {demos}{follows}{'' if explanation.is_explained else doubt}"
    return f"right in {demos}, of which {explanation.n_predicted} follow from the others: a guess"


def description(puzzle: Puzzle) -> Iterator[str]:
    """Yield lines on a task: its sizes, its palette, how the size of the answer follows, and its best explanation."""
    pairs = ", ".join(f"{_size(question)} to {_size(answer)}" for question, answer in puzzle.demos)
    yield f"demonstrations: {pairs}; input {_size(puzzle.given)}"
    grids = [grid for demo in puzzle.demos for grid in demo] + [puzzle.given]
    used = sorted({int(colour) for grid in grids for colour in np.unique(grid)})
    yield f"colours: {', '.join(COLOURS[colour] for colour in used)}"
    size = sizes.size(puzzle.demos, puzzle.given)
    if size is None:
        yield "size of the answer: no function of the input fits all demonstrations"
        return
    yield f"size of the answer: {'x'.join(map(str, size.shape))}, {size.words}"
    best = attempts(puzzle, list(explanations(puzzle)), 1)
    for explanation in best:
        kind = "explanation" if explanation.is_explained else "best guess"
        yield f"{kind}: {words(explanation)} ({proof(explanation)})"


def _size(grid: Grid) -> str:
    return "x".join(map(str, grid.shape))
