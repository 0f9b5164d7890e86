"""A classical Sudoku solver in plain Python, which starts at once: it counts solutions for checks, hints and notes.

Candidate sets are bit masks. The solver follows naked and hidden singles, then branches on the cell with the
fewest candidates. No answer of the model comes from it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from trm_cli.domains.sudoku.grid import BOXES, units_of
from trm_cli.puzzle import Cell, Grid, frozen


class Count(NamedTuple):
    """The number of solutions (up to the limit), the first of them, and the guesses that counting took."""

    n_solutions: int
    solution: Grid | None
    guesses: int
    is_complete: bool


@cache
def _geometry(size: int) -> tuple[list[list[int]], list[list[int]]]:
    """Return (units, peers of every cell) as cell numbers, row-major."""
    units: list[list[int]] = units_of(size).tolist()
    peers = [sorted({j for unit in units if i in unit for j in unit} - {i}) for i in range(size**2)]
    return units, peers


def solve(given: Grid, limit: int = 2, max_guesses: int = 100_000) -> Count:
    """Count the solutions of a grid (V, V) up to `limit`; the count is incomplete if it takes over `max_guesses`.

    >>> solve(np.zeros((4, 4), np.uint8)).n_solutions
    2
    """
    size = len(given)
    assert size in BOXES, size
    candidates = [(1 << size) - 1] * size**2
    for cell, digit in enumerate(given.ravel().tolist()):
        if digit and not _assign(candidates, cell, 1 << (digit - 1), size):
            return Count(0, None, 0, True)
    if not _hidden_singles(candidates, size):
        return Count(0, None, 0, True)
    return _search(candidates, size, limit, max_guesses)


def contradiction(given: Grid, symbols: str) -> tuple[str, tuple[Cell, ...]] | None:
    """Return a cell or a unit that cannot be filled after all singles are followed, in words and as cells.

    `symbols` are the characters of a blank, of 1, of 2 and so on, as in `Puzzle`.
    None if following singles shows no contradiction.
    """
    size = len(given)
    candidates = [(1 << size) - 1] * size**2
    # Enter the givens one by one, until one has no place or leaves another cell without a digit.
    for cell, digit in enumerate(given.ravel().tolist()):
        if digit and not candidates[cell] >> (digit - 1) & 1:
            place = Cell(*divmod(cell, size))
            return f"the other givens leave no {symbols[digit]} for {place.words}", (place,)
        if digit and not _assign(candidates, cell, 1 << (digit - 1), size):
            break
    else:
        _hidden_singles(candidates, size)
    # A cell without any candidate.
    for cell, bits in enumerate(candidates):
        if not bits:
            place = Cell(*divmod(cell, size))
            return f"no digit is left for {place.words}", (place,)
    # A unit in which no cell has a digit among its candidates.
    for i, unit in enumerate(_geometry(size)[0]):
        for digit in range(size):
            if not any(candidates[cell] >> digit & 1 for cell in unit):
                name = f"{('row', 'column', 'box')[i // size]} {i % size + 1}"
                cells = tuple(Cell(*divmod(cell, size)) for cell in unit)
                return f"{name} has no place for {symbols[digit + 1]}", cells
    return None


def _search(candidates: list[int], size: int, limit: int, max_guesses: int) -> Count:
    stack, guesses = [candidates], 0
    solutions: list[list[int]] = []
    # Depth first: a position without open cells is a solution, any other is split at its smallest cell.
    while stack and len(solutions) < limit:
        candidates = stack.pop()
        # A number with one bit has nothing in common with the number below it; other cells are undecided.
        open_cells = [cell for cell, bits in enumerate(candidates) if bits & (bits - 1)]
        if not open_cells:
            solutions.append([bits.bit_length() for bits in candidates])
            continue
        # Fewest candidates first keeps the tree small. Every candidate beyond the first is a guess.
        cell = min(open_cells, key=lambda cell: candidates[cell].bit_count())
        bits = candidates[cell]
        guesses += bits.bit_count() - 1
        if guesses > max_guesses:
            return _count(solutions, size, guesses, False)
        while bits:
            bit = bits & -bits  # the lowest bit
            bits ^= bit
            child = candidates.copy()
            if _assign(child, cell, bit, size) and _hidden_singles(child, size):
                stack.append(child)
    return _count(solutions, size, guesses, True)


def _count(solutions: list[list[int]], size: int, guesses: int, is_complete: bool) -> Count:
    first = frozen(np.array(solutions[0], np.uint8).reshape(size, size)) if solutions else None
    return Count(len(solutions), first, guesses, is_complete)


def _assign(candidates: list[int], cell: int, bit: int, size: int) -> bool:
    """Set a cell and follow the naked singles; False on a contradiction."""
    peers = _geometry(size)[1]
    if not candidates[cell] & bit:
        return False
    candidates[cell] = bit
    waiting = [cell]
    while waiting:
        # A decided cell takes its digit from every peer; a peer with one candidate left is decided too.
        taken_by = waiting.pop()
        taken = candidates[taken_by]
        for peer in peers[taken_by]:
            if candidates[peer] & taken:
                candidates[peer] &= ~taken
                left = candidates[peer]
                if not left:
                    return False
                if not left & (left - 1):
                    waiting.append(peer)
    return True


def _hidden_singles(candidates: list[int], size: int) -> bool:
    """Set digits that have one place left in a unit, until there are none; False on a contradiction."""
    every = (1 << size) - 1
    changed = True
    while changed:
        changed = False
        for unit in _geometry(size)[0]:
            # `once` has the digits with at least one place in the unit, `twice` those with two or more.
            once = twice = 0
            for cell in unit:
                twice |= once & candidates[cell]
                once |= candidates[cell]
            if once != every:
                return False
            for cell in unit:
                # A digit with exactly one place must go there. Two such digits in one cell contradict each other.
                bit = candidates[cell] & once & ~twice
                if bit and candidates[cell] != bit:
                    if bit & (bit - 1) or not _assign(candidates, cell, bit, size):
                        return False
                    changed = True
    return True
