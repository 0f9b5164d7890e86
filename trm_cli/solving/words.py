"""Explanations of ARC tasks in words, and a description of a task that needs no network."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trm_cli.domains.arc import sizes
from trm_cli.domains.arc.grid import COLOURS
from trm_cli.puzzle import Grid, Puzzle, all_demos
from trm_cli.solving.explain import Explanation, Weight, attempts, explanations
from trm_cli.solving.sheets import COPIED, GROUPS, KINDS, SO_FAR

LIMITS = (", if it is that of the background", ", if the input lacks it", "")
"""For each kind of colours, to which colours a statement of what a cell does not take is limited."""


def words(explanation: Explanation, n: int = 4) -> str:
    """Return an explanation in a sentence or two, its `n` heaviest statements: "a cell takes the colour that ...".

    A weight below zero makes a statement of what a cell does not take.
    """
    # Only statements of some weight; copies of the cell's own colour are said once, at the end.
    chosen = [weight for weight in explanation.weights if abs(weight.weight) > 0.2 * abs(explanation.weights[0].weight)]
    statements: dict[str, bool] = {}
    is_copied = False
    for weight in chosen:
        if weight.plane == COPIED and weight.weight > 0:
            is_copied = True
        else:
            statements.setdefault(_statement(weight), weight.weight < 0)
    # The heaviest statements in full, those of what a cell takes first, and how many more there are.
    phrases = sorted(list(statements)[:n], key=statements.__getitem__)
    more = len(statements) - len(phrases)
    if more:
        phrases.append(f"and {more} more")
    if is_copied:
        phrases.append("the rest is copied" if phrases else "every cell is copied")
    # What follows a comma ends with one.
    through = explanation.through.removesuffix(",") + "," * ("," in explanation.through)
    start = f"looking at {through} instead of the input: " if through else ""
    if any(phrase.endswith(SO_FAR) for phrase in phrases):
        start = "looking again, also at a first answer: "
    return start + "; ".join(phrases or ["every cell takes the same colour"])


def _statement(weight: Weight) -> str:
    """Return what one weight says."""
    colour, is_kind, is_for = GROUPS[weight.group], weight.group < len(KINDS), weight.weight > 0
    verb = ("takes" if is_for else "does not take") if is_kind else ("is" if is_for else "is not")
    if weight.is_of_colour and is_kind:
        return f"a cell {verb} the colour that {weight.plane}{'' if is_for else LIMITS[weight.group]}"
    if weight.is_of_colour:
        return f"a cell {verb} {colour} where {colour} is the colour that {weight.plane}"
    return f"a cell {verb} {colour}" + ("" if weight.plane == "is anywhere" else f" where it {weight.plane}")


def proof(explanation: Explanation) -> str:
    """Return in words how many demonstrations an explanation gets right, and how sure that makes it."""
    n, right = explanation.n_demos, explanation.n_right
    if not explanation.fits:
        return f"right in {right} of {n} demonstrations" if right else f"wrong in {all_demos(n)}"
    follows = f", and each follows from {_others(n)}" if explanation.rung and explanation.n_predicted == n else ""
    doubt = _doubt(explanation)
    return f"right in {all_demos(n)}{follows}" + (f", but {doubt}" if doubt else "")


def _doubt(explanation: Explanation) -> str:
    """Return why an explanation that fits is not sure, in words; "" if it is."""
    n, n_predicted = explanation.n_demos, explanation.n_predicted
    if explanation.is_explained:
        return ""
    if n == 1:
        return "one demonstration is too few to be sure"
    if explanation.is_consistent:
        return "it takes many statements" if explanation.is_proven else "two demonstrations are too few to be sure"
    if explanation.rung and n_predicted < n:
        share = f"only {n_predicted}" if n_predicted else "none"
        return f"{share} follow{'s' * (n_predicted < 2)} from {_others(n)}"
    return "their cells are too few to be sure" if explanation.is_agreed else "another answer fits them too"


def _others(n: int) -> str:
    return "the others" if n > 2 else "the other"


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
