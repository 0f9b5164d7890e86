"""The Sudoku task: what a puzzle is in tokens, what its rules are, and which symmetries it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import final

import numpy as np
import numpy.typing as npt

from trm_cli.domain import Belief, Candidates, Certainty, Diagnosis, Domain, Hints, Soundness
from trm_cli.domains import dihedral
from trm_cli.domains.sudoku import branch as sudoku_branch
from trm_cli.domains.sudoku import hints as sudoku_hints
from trm_cli.domains.sudoku import solver as sudoku_solver
from trm_cli.domains.sudoku import text as sudoku_text
from trm_cli.domains.sudoku.alphabet import alphabet, spoken, symbols
from trm_cli.domains.sudoku.grid import BOXES, KINDS, LEVELS, LEVELS_OF, level_of, units_of
from trm_cli.domains.sudoku.text import BLANKS, Written
from trm_cli.domains.written import Mark, numbered
from trm_cli.errors import ConfigError, DataError, ParseError
from trm_cli.puzzle import IGNORED, Array, Cell, Grid, Puzzle, Tokens, Verdict, View, cells_of, frozen

MAX_GUESSES = {4: 1000, 6: 1000, 9: 2000, 16: 2000, 25: 2500}
"""Guesses that the counting of solutions may take, by the side of the grid; they last a second or two."""


@final
class Sudoku(Domain):
    """Sudoku of 4x4, 6x6 (boxes of 2 rows and 3 columns), 9x9, 16x16 and 25x25."""

    task = "sudoku"
    kind = "9x9"
    kinds = "4x4, 6x6, 9x9, 16x16 or 25x25"
    levels = tuple(LEVELS)
    layout = "line"
    tokens = "0 is a blank cell, 1 and more are the given digits"
    classes = "class k is the digit k + 1"

    def levels_of(self, kind: str) -> tuple[str, ...]:
        """Return which levels the generator can make of a size."""
        if kind not in KINDS:
            raise ConfigError(f"no {kind} Sudokus; choose from {', '.join(KINDS)}")
        return LEVELS_OF[KINDS[kind]]

    def parse(self, text: str, name: str) -> Iterator[Puzzle | ParseError]:
        """Yield the puzzles of a text, or errors with file, line and column; see `sudoku_text` for the forms."""
        is_empty = True
        for number, item in numbered(sudoku_text.read(text, name)):
            is_empty = False
            # Ready grids are checked already, in batches.
            if isinstance(item, sudoku_text.Ready):
                yield item.puzzle(name, number)
            else:
                yield item if isinstance(item, ParseError) else _puzzle(item, name, number)
        if is_empty:
            yield ParseError(f"{name}: no puzzle in it; a Sudoku is 81 characters, or 9 lines of 9")

    def certainty(self, text: str) -> Certainty:
        """Return how sure it is that the first part of a text is Sudokus."""
        return sudoku_text.certainty(text)

    def is_puzzle(self, given: Grid, symbols: str) -> bool:
        """Tell whether a grid has the size of a Sudoku, and its symbols are as many as it needs."""
        size = len(given)
        return size in BOXES and given.shape == (size, size) and len(symbols) == size + 1

    def encode(self, puzzle: Puzzle) -> tuple[Tokens, Tokens | None]:
        """Return tokens (V, V), 0 for blank and else the digit, and labels: digit - 1 in the blank cells."""
        tokens = puzzle.given.astype(np.int64)
        if puzzle.solution is None:
            return tokens, None
        return tokens, np.where(tokens > 0, IGNORED, puzzle.solution.astype(np.int64) - 1)

    def decode(self, puzzle: Puzzle, classes: Tokens) -> Grid:
        """Return the digits of the classes (V, V), each one more than its class, with the givens in place."""
        return np.where(puzzle.given > 0, puzzle.given, classes + 1).astype(np.uint8)

    def verify(self, puzzle: Puzzle, grid: Grid) -> Verdict:
        """Check that every row, column and box has every digit once, and that no given was changed."""
        changed = cells_of((puzzle.given > 0) & (puzzle.given != grid))
        if changed:
            return Verdict("unsolved", f"the given at {changed[0].words} was changed", changed, (1, len(changed)))
        blank = cells_of(grid == 0)
        if blank:
            return Verdict("unsolved", f"{len(blank)} cells are blank", blank, (0, len(blank)))
        # Sorted, a correct unit is 1, 2 and so on.
        if (np.sort(grid.ravel()[units_of(len(grid))], axis=1) == np.arange(1, len(grid) + 1)).all():
            return Verdict("solved")
        # The reason names the first pair of equal digits, and the view marks every cell of a pair.
        pairs = list(conflicts(grid))
        cells = tuple(sorted({cell for _, *both in pairs for cell in both}))
        return Verdict("unsolved", _clash(*pairs[0], puzzle.symbols[grid[pairs[0][1]]]), cells, (0, len(cells)))

    def diagnose(self, puzzle: Puzzle) -> Diagnosis:
        """Count the solutions, and the guesses they take; check a full grid against the rules."""
        if np.all(puzzle.given > 0):
            verdict = self.verify(puzzle, puzzle.given)
            return Diagnosis(verdict.status == "solved", verdict.reason or "solved, every rule holds")
        count = sudoku_solver.solve(puzzle.given)
        if not count.is_complete:
            return Diagnosis(False, f"undecided after {count.guesses} guesses")
        if count.n_solutions != 1:
            return Diagnosis(False, "more than one solution" if count.n_solutions else "no solution")
        if puzzle.solution is not None and not np.array_equal(puzzle.solution, np.asarray(count.solution)):
            return Diagnosis(False, "unique solution, but not the answer given beside it")
        guesses = f"{count.guesses} {'guess' if count.guesses == 1 else 'guesses'}"
        return Diagnosis(True, f"unique solution, {level_of(count.guesses)} ({guesses})")

    def soundness(self, puzzle: Puzzle) -> Soundness:
        """Count the solutions up to two; if there are none, name the cell or the unit that is left without a digit."""
        count = sudoku_solver.solve(puzzle.given, max_guesses=MAX_GUESSES[len(puzzle.given)])
        if count.n_solutions > 1:
            return Soundness(2, "it has several solutions")
        if not count.is_complete:
            return Soundness()
        if count.n_solutions == 1:
            return Soundness(1)
        stuck = sudoku_solver.contradiction(puzzle.given, puzzle.symbols)
        if stuck is None:
            return Soundness(0, "the puzzle has no solution")
        words, cells = stuck
        return Soundness(0, f"the puzzle has no solution: {words}", cells)

    def hints(self, puzzle: Puzzle, belief: Belief) -> Hints:
        """Return hints at one digit, see `sudoku_hints`; none where the puzzle has not exactly one solution."""
        if reason := self._why_no_hint(puzzle):
            return Hints(reason=reason)
        solution = sudoku_solver.solve(puzzle.given, limit=1).solution
        assert solution is not None
        return sudoku_hints.hints(puzzle, solution, belief())

    def candidates(self, puzzle: Puzzle, belief: Belief) -> Candidates:
        """Return the digits that no cell of the same row, column or box has, with a model's belief in each."""
        size = len(puzzle.given)
        reason = self._why_no_hint(puzzle)
        nothing = np.zeros((size, size, size), np.float32)
        free = sudoku_branch.allowed(puzzle.given)
        shares = nothing if reason else sudoku_branch.shares(free, belief())
        return Candidates(shares, puzzle.symbols[1:], BOXES[size], reason)

    def _why_no_hint(self, puzzle: Puzzle) -> str:
        """Return why there is no hint that is certainly right; "" if there is one."""
        if (puzzle.given > 0).all():
            return "no cell is blank; trm check says whether it is right"
        sound = self.soundness(puzzle)
        if sound.n_solutions is None:
            return "it is not known within a second whether it has one solution, so a hint might be wrong"
        return sound.reason

    def generate(
        self, kind: str, level: str, seed: int, workers: int = 1, like: Sequence[Puzzle] = ()
    ) -> Iterator[Puzzle]:
        """Yield puzzles with exactly one solution for ever; `like` others can be only extreme 9x9 ones."""
        if level not in self.levels_of(kind):
            raise ConfigError(f"no {level} {kind} Sudokus; choose from {', '.join(self.levels_of(kind))}")
        other = next((puzzle for puzzle in like if puzzle.given.shape != (9, 9)), None)
        if like and (other or (kind, level) != ("9x9", "extreme")):
            where = f"{other.source or other.name}: a grid of another size; " if other else ""
            raise ConfigError(f"{where}only extreme 9x9 Sudokus can be made like others")
        from trm_cli.domains.sudoku import generate as sudoku_generate

        ancestors = np.stack([puzzle.given.ravel() for puzzle in like]) if like else None
        size, n = KINDS[kind], 0
        rng = np.random.default_rng(seed)
        for chunk in sudoku_generate.generate(BOXES[size], level, seed, workers, ancestors):
            for given, solution, rating in zip(*chunk, strict=True):
                n += 1
                puzzle = Puzzle(
                    task=self.task,
                    name=f"{kind}-{level}-{seed}-{n}",
                    given=frozen(given.reshape(size, size).astype(np.uint8)),
                    symbols=alphabet(size),
                    solution=frozen(solution.reshape(size, size).astype(np.uint8)),
                    rating=float(rating),
                )
                yield self.augment(puzzle, rng).puzzle  # puzzles of one climb look alike

    def branches(
        self, puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int
    ) -> list[tuple[Puzzle, float]]:
        """Return the puzzle with one more digit that the rules allow, in the least sure cells; see `sudoku_branch`."""
        return sudoku_branch.branches(puzzle, probabilities, n_cells)

    def is_open(self, puzzle: Puzzle) -> bool:
        """Tell whether a puzzle must have several solutions, as it gives too little: see `sudoku_branch`."""
        return sudoku_branch.is_open(puzzle.given)

    def filled(
        self, puzzle: Puzzle, probabilities: npt.NDArray[np.float32], n_cells: int, rng: np.random.Generator
    ) -> Puzzle | None:
        """Commit digits that the rules allow, one after another; see `sudoku_branch`."""
        return sudoku_branch.filled(puzzle, probabilities, n_cells, rng)

    def views(self, puzzle: Puzzle) -> list[View]:
        """Return the other orientations that keep the boxes' shape."""
        is_square = len({*BOXES[len(puzzle.given)]}) == 1
        return [dihedral.view(puzzle, way) for way in (dihedral.WAYS if is_square else dihedral.UPRIGHT)[1:]]

    def level(self, puzzle: Puzzle) -> str:
        """Return the level of a puzzle by its rating, which is measured if it has none yet.

        Raises a DataError if that cannot be measured, as the puzzle has no solution or several.
        """
        if puzzle.rating is not None:
            return level_of(puzzle.rating)
        from trm_cli.domains.sudoku import generate as sudoku_generate

        rating = sudoku_generate.rate(puzzle.given)
        if rating is None:
            raise DataError(f"{puzzle.source or puzzle.name}: it has not one solution, but none or several")
        return level_of(rating)

    def augment(self, puzzle: Puzzle, rng: np.random.Generator) -> View:
        """Relabel the digits, permute bands, stacks, rows and columns, and transpose where boxes are square."""
        size = len(puzzle.given)
        box_rows, box_columns = BOXES[size]
        rows, columns = _shuffled(size, box_rows, rng), _shuffled(size, box_columns, rng)
        digits = np.r_[0, 1 + rng.permutation(size)].astype(np.uint8)
        transposes = box_rows == box_columns and bool(rng.integers(2))

        # Forward: relabel and transpose, then permute. Back: the inverse of each, in the opposite order.
        def forward(grid: Grid) -> Grid:
            grid = digits[grid.T if transposes else grid]
            return frozen(grid[rows][:, columns])

        def back_cells(cells: Array) -> Array:
            cells = cells[np.argsort(rows)][:, np.argsort(columns)]
            return frozen(cells.T if transposes else cells)

        def back(grid: Array) -> Array:
            return back_cells(np.argsort(digits).astype(np.uint8)[grid])

        solution = None if puzzle.solution is None else forward(puzzle.solution)
        return View(replace(puzzle, given=forward(puzzle.given), solution=solution), back, back_cells)


def conflicts(grid: Grid) -> Iterator[tuple[str, Cell, Cell]]:
    """Yield (unit, cell, cell) for every two equal digits in a row, a column or a box; blanks do not count."""
    size = len(grid)
    values = grid.ravel().tolist()
    for i, unit in enumerate(units_of(size).tolist()):
        # The cell where each digit occurs first in this unit.
        first: dict[int, int] = {}
        for number in unit:
            digit = values[number]
            if digit and first.setdefault(digit, number) != number:
                name = f"{('row', 'column', 'box')[i // size]} {i % size + 1}"
                yield name, Cell(*divmod(first[digit], size)), Cell(*divmod(number, size))


def _clash(unit: str, first: Cell, second: Cell, symbol: str) -> str:
    return f"{unit} has {symbol} twice, at {first.words} and at {second.words}"


def _shuffled(size: int, box: int, rng: np.random.Generator) -> np.ndarray:
    """Return a permutation of rows or columns that keeps every band or stack together: (size,)."""
    return np.concatenate([band * box + rng.permutation(box) for band in rng.permutation(size // box)])


def _puzzle(written: Written, name: str, number: int) -> Puzzle | ParseError:
    """Turn characters into digits and check them; `number` is the place in the file, or 0 for the only puzzle."""
    size = sudoku_text.SIZES[len(written.marks)]
    chars = symbols([mark.char for mark in written.marks], size)
    values = _values(written.marks, chars, name)
    if isinstance(values, ParseError):
        return values
    given = frozen(np.array(values, np.uint8).reshape(size, size))
    solution = None
    if written.answer is not None:
        answer = _values(written.answer, chars, name)
        if isinstance(answer, ParseError):
            return answer
        solution = frozen(np.array(answer, np.uint8).reshape(size, size))
    # Givens that contradict each other are shown where the user wrote them, by line and column.
    clash = next(conflicts(given), None)
    if clash and not given.all():  # a full grid is an answer, right or wrong
        unit, first, second = clash
        marks = [written.marks[cell.row * size + cell.column] for cell in (first, second)]
        places = " and ".join(f"{name}:{mark.line}:{mark.column}" for mark in marks)
        return ParseError(f"{places}: the givens contradict each other: {_clash(unit, first, second, marks[0].char)}")
    line = written.marks[0].line
    return Puzzle(
        Sudoku.task, f"{name}#{number}" if number else name, given, chars, solution, f"{name}:{line}", written.rating
    )


def _values(marks: list[Mark], chars: str, name: str) -> list[int] | ParseError:
    values = []
    for mark in marks:
        value = chars.find(mark.char.upper(), 1)
        if value < 0 and mark.char not in BLANKS:
            place = f"{name}:{mark.line}:{mark.column}"
            return ParseError(f"{place}: expected {spoken(chars)}, '.' or '0', found {mark.char!r}")
        values.append(max(value, 0))
    return values
