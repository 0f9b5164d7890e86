"""A classical Sudoku solver in plain Python: it counts solutions and rates difficulty, for `trm check`.

Candidate sets are bit masks; naked and hidden singles are followed, then the cell with the fewest
candidates is branched on. The model never sees it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from trm_cli.domains.sudoku.grid import BOXES, units_of
from trm_cli.puzzle import Cell, Grid, frozen


class Count(NamedTuple):
    """Solutions found (up to the limit), the first of them, and the guesses that it took to count."""

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
    """Count the solutions of a grid (V, V) up to `limit`; incomplete when `max_guesses` did not suffice.

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


def contradiction(given: Grid) -> tuple[str, tuple[Cell, ...]] | None:
    """Return what cannot be filled once all single candidates are followed, in words and as cells.

    None where that alone shows no contradiction.
    """
    size = len(given)
    candidates = [(1 << size) - 1] * size**2
    for cell, digit in enumerate(given.ravel().tolist()):
        if digit and not candidates[cell] >> (digit - 1) & 1:
            place = Cell(*divmod(cell, size))
            words = f"the other givens leave no {digit} for row {place.row + 1}, column {place.column + 1}"
            return words, (place,)
        if digit and not _assign(candidates, cell, 1 << (digit - 1), size):
            break
    else:
        _hidden_singles(candidates, size)
    for cell, bits in enumerate(candidates):
        if not bits:
            place = Cell(*divmod(cell, size))
            return f"no digit is left for row {place.row + 1}, column {place.column + 1}", (place,)
    for i, unit in enumerate(_geometry(size)[0]):
        for digit in range(size):
            if not any(candidates[cell] >> digit & 1 for cell in unit):
                name = f"{('row', 'column', 'box')[i // size]} {i % size + 1}"
                return f"{name} has no place for {digit + 1}", tuple(Cell(*divmod(cell, size)) for cell in unit)
    return None


def _search(candidates: list[int], size: int, limit: int, max_guesses: int) -> Count:
    stack, guesses = [candidates], 0
    solutions: list[list[int]] = []
    while stack and len(solutions) < limit:
        candidates = stack.pop()
        open_cells = [cell for cell, bits in enumerate(candidates) if bits & (bits - 1)]
        if not open_cells:
            solutions.append([bits.bit_length() for bits in candidates])
            continue
        cell = min(open_cells, key=lambda cell: candidates[cell].bit_count())
        bits = candidates[cell]
        guesses += bits.bit_count() - 1
        if guesses > max_guesses:
            return _count(solutions, size, guesses, False)
        while bits:
            bit = bits & -bits
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
            once = twice = 0
            for cell in unit:
                twice |= once & candidates[cell]
                once |= candidates[cell]
            if once != every:
                return False
            for cell in unit:
                bit = candidates[cell] & once & ~twice
                if bit and candidates[cell] != bit:
                    if bit & (bit - 1) or not _assign(candidates, cell, bit, size):
                        return False
                    changed = True
    return True
