"""Compiled Sudoku search: counting solutions, rating, digging and climbing, for `trm generate` (numba).

Cells are numbered row-major; `peers (cells, n_peers)` and `units (3 * size, size)` hold cell numbers; a
candidate set is an integer with bit `d - 1` for digit `d`. Randomness is numba's thread-local generator,
seeded at the start of `minimal_puzzles`, `climb` and `solve_and_rate`: a result depends on nothing else.
"""

from __future__ import annotations

import numpy as np

from trm_cli.domains.compiled import njit


@njit(cache=True, nogil=True)
def _size_of(bits):
    n = 0
    # Each turn clears the lowest bit.
    while bits:
        bits &= bits - 1
        n += 1
    return n


@njit(cache=True, nogil=True)
def _assign(candidates, cell, bit, peers):
    """Set a cell and follow the naked singles; False when a cell is left without a candidate."""
    if candidates[cell] & bit == 0:
        return False
    waiting = np.empty(candidates.size, np.int64)
    candidates[cell] = bit
    waiting[0] = cell
    n = 1
    while n:
        n -= 1
        # A decided cell takes its digit from every peer; a peer with one candidate left is decided too.
        taken = candidates[waiting[n]]
        for peer in peers[waiting[n]]:
            old = candidates[peer]
            if old & taken:
                new = old & ~taken
                if new == 0:
                    return False
                candidates[peer] = new
                if new & (new - 1) == 0:
                    waiting[n] = peer
                    n += 1
    return True


@njit(cache=True, nogil=True)
def _hidden_singles(candidates, peers, units):
    """Set digits that have one place left in a unit until none is left; False on a contradiction."""
    every = (1 << units.shape[1]) - 1
    changed = True
    while changed:
        changed = False
        for unit in units:
            # `once` has the digits with at least one place in the unit, `twice` those with two or more.
            once = 0
            twice = 0
            for cell in unit:
                twice |= once & candidates[cell]
                once |= candidates[cell]
            if once != every:
                return False
            # A digit with exactly one place must go there. Two such digits in one cell contradict each other.
            hidden = once & ~twice
            if not hidden:
                continue
            for cell in unit:
                bit = candidates[cell] & hidden
                if bit and candidates[cell] != bit:
                    if bit & (bit - 1) or not _assign(candidates, cell, bit, peers):
                        return False
                    changed = True
    return True


@njit(cache=True, nogil=True)
def _smallest_cell(candidates, first):
    """Return the undecided cell with the fewest candidates, looking from `first` on; -1 when none is left."""
    fewest, smallest = 1 << 30, -1
    for i in range(candidates.size):
        cell = (i + first) % candidates.size
        n = _size_of(candidates[cell])
        if 1 < n < fewest:
            fewest, smallest = n, cell
            # No undecided cell has fewer than two candidates, so the search can stop.
            if n == 2:
                break
    return smallest


@njit(cache=True, nogil=True)
def _random_bit(bits):
    # Drop a random number of the lowest bits and return the lowest that is left.
    for _ in range(np.random.randint(_size_of(bits))):
        bits &= bits - 1
    return bits & -bits


@njit(cache=True, nogil=True)
def search(given, max_guesses, peers, units, found):
    """Fill `found (limit, cells)` with solutions in random order; return (count, guesses), -1 past `max_guesses`.

    A guess is a branch left open beside the one that is tried.
    """
    # Enter the givens and follow what they imply.
    candidates = np.full(given.size, (1 << units.shape[1]) - 1, np.int64)
    for cell in range(given.size):
        if given[cell] and not _assign(candidates, cell, 1 << (given[cell] - 1), peers):
            return 0, 0
    if not _hidden_singles(candidates, peers, units):
        return 0, 0
    # A stack of positions: `cells` holds the cell that is guessed in at each depth, -1 before it is chosen,
    # and `untried` holds its digits that are still to be tried.
    states = np.empty((given.size + 1, given.size), np.int64)
    cells = np.empty(given.size + 1, np.int64)
    untried = np.empty(given.size + 1, np.int64)
    states[0] = candidates
    cells[0] = -1
    depth, count, guesses = 0, 0, 0
    while depth >= 0:
        if cells[depth] < 0:
            # A new position: choose a cell to guess in; with none left to choose it is a solution.
            cell = _smallest_cell(states[depth], np.random.randint(given.size))
            if cell < 0:
                for i in range(given.size):
                    # A decided cell holds one bit; the bits below it count up to digit - 1.
                    found[count, i] = _size_of(states[depth][i] - 1) + 1
                count += 1
                if count == found.shape[0]:
                    return count, guesses
                depth -= 1
                continue
            cells[depth] = cell
            untried[depth] = states[depth][cell]
        # All digits of this cell were tried: go back.
        if untried[depth] == 0:
            depth -= 1
            continue
        # Try one digit; it was a guess if others remain.
        bit = _random_bit(untried[depth])
        untried[depth] ^= bit
        if untried[depth]:
            guesses += 1
            if guesses > max_guesses:
                return -1, guesses
        # Go deeper unless the digit leads to a contradiction at once.
        states[depth + 1] = states[depth]
        child = states[depth + 1]
        if _assign(child, cells[depth], bit, peers) and _hidden_singles(child, peers, units):
            depth += 1
            cells[depth] = -1
    return count, guesses


@njit(cache=True, nogil=True)
def rate(puzzle, runs, max_guesses, peers, units):
    """Return the number of guesses that a proof of uniqueness takes, averaged over `runs` random orders."""
    found = np.empty((2, puzzle.size), np.int64)
    total = 0
    for _ in range(runs):
        total += search(puzzle, max_guesses, peers, units, found)[1]
    return total / runs


@njit(cache=True, nogil=True)
def solve_and_rate(seed, puzzles, max_guesses, peers, units, solutions, ratings):
    """Fill `solutions` and `ratings` for `puzzles (n, cells)`; return which puzzles have one solution only, (n,)."""
    is_unique = np.zeros(puzzles.shape[0], np.bool_)
    found = np.empty((2, puzzles.shape[1]), np.int64)
    for i in range(puzzles.shape[0]):
        # The seed is set again for each puzzle, so that its rating does not depend on its place in the list.
        np.random.seed(seed)
        is_unique[i] = search(puzzles[i], max_guesses, peers, units, found)[0] == 1
        solutions[i] = found[0]
        ratings[i] = rate(puzzles[i], 5, max_guesses, peers, units)
    return is_unique


@njit(cache=True, nogil=True)
def _random_solution(peers, units):
    empty = np.zeros(peers.shape[0], np.int64)
    found = np.zeros((1, empty.size), np.int64)
    # An unlucky search of an empty grid can be long, so it is cut off and started again. Every cell is a guess or two
    # at most until singles fill the rest.
    while search(empty, max(200, 2 * empty.size), peers, units, found)[0] != 1:
        pass
    return found[0]


@njit(cache=True, nogil=True)
def _dig(puzzle, min_clues, max_guesses, peers, units):
    """Take clues away in random order while the solution stays unique within `max_guesses` a proof."""
    found = np.empty((2, puzzle.size), np.int64)
    clues = np.count_nonzero(puzzle)
    # A clue stays out only if the puzzle keeps its one solution without it.
    for cell in np.random.permutation(puzzle.size):
        if clues <= min_clues:
            break
        digit = puzzle[cell]
        if digit:
            puzzle[cell] = 0
            if search(puzzle, max_guesses, peers, units, found)[0] == 1:
                clues -= 1
            else:
                puzzle[cell] = digit


@njit(cache=True, nogil=True)
def minimal_puzzles(seed, min_clues, max_guesses, most_rated, peers, units, puzzles, solutions, ratings):
    """Fill `puzzles` and `solutions (n, cells)` and `ratings (n,)` with random dug puzzles.

    A proof of uniqueness takes `max_guesses` at most while digging, in the order that is tried there; other orders may
    take more, of which a rating counts up to `most_rated`.
    """
    np.random.seed(seed)
    for i in range(puzzles.shape[0]):
        solution = _random_solution(peers, units)
        puzzle = solution.copy()
        _dig(puzzle, min_clues, max_guesses, peers, units)
        puzzles[i] = puzzle
        solutions[i] = solution
        ratings[i] = rate(puzzle, 5, most_rated, peers, units)


@njit(cache=True, nogil=True)
def _missing_clue(puzzle, solution, max_guesses, peers, units, found):
    """Return a cell whose clue rules out the most other solutions, at random among equals; -1 if there is no other."""
    count = search(puzzle, max_guesses, peers, units, found)[0]
    if count == 1:
        return -1
    # The search gave up, so nothing is known about other solutions: any blank cell will do.
    if count < 0:
        count = 0
    differs = np.zeros(puzzle.size, np.int64)
    for i in range(count):
        differs += found[i] != solution
    differs[puzzle > 0] = -1  # never a cell that has a clue already
    best = np.flatnonzero(differs == differs.max())
    return best[np.random.randint(best.size)]


@njit(cache=True, nogil=True)
def _neighbour(puzzle, solution, max_remove, max_guesses, peers, units):
    """Return a similar puzzle: some clues removed, others added until it is unique, then needless ones removed."""
    near = puzzle.copy()
    # Remove up to `max_remove` clues.
    clues = np.flatnonzero(near)
    for i in np.random.permutation(clues.size)[: 1 + np.random.randint(max_remove)]:
        near[clues[i]] = 0
    # Add clues until one solution is left; 32 solutions at a time show well enough where they differ.
    found = np.empty((32, near.size), np.int64)
    cell = _missing_clue(near, solution, max_guesses, peers, units, found)
    while cell >= 0:
        near[cell] = solution[cell]
        cell = _missing_clue(near, solution, max_guesses, peers, units, found)
    _dig(near, 0, max_guesses, peers, units)
    return near


@njit(cache=True, nogil=True)
def climb(seed, start, rating, slack, max_guesses, peers, units, met, solutions, ratings):
    """Fill `met (moves, cells)` and `ratings` with neighbours tried; go on from each that is `slack` times as hard."""
    np.random.seed(seed)
    puzzle = start
    for i in range(met.shape[0]):
        met[i] = _neighbour(puzzle, solutions[i], 1, max_guesses, peers, units)
        ratings[i] = rate(met[i], 5, 1 << 30, peers, units)
        # A slack below 1 lets the climb step down a little, and so leave a local summit.
        if ratings[i] >= slack * rating:
            puzzle, rating = met[i], ratings[i]
