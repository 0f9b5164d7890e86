"""Read and write the folder layout of the published data sets (HRM and TRM code, `puzzle_dataset.py`).

`ROOT/{train,test}/dataset.json` and `all__*.npy`, and `ROOT/identifiers.json`. Examples are rows of `inputs` and
`labels`; a puzzle is a run of examples, and a group is a run of puzzles: an original and its augmentations.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from trm_cli import arrays, files, source
from trm_cli.domain import Domain
from trm_cli.domains.arc.grid import SIDE
from trm_cli.domains.maze.grid import GOAL, PATH, START, SYMBOLS, WALL, path_length
from trm_cli.domains.sudoku.alphabet import alphabet
from trm_cli.domains.sudoku.grid import BOXES
from trm_cli.errors import DataError
from trm_cli.puzzle import Puzzle, Tokens, frozen

SHIFTS = {"sudoku": 1, "maze": 0}
"""The number that is added to a grid's values to make tokens, because token 0 is padding."""
VOCABULARY = {"maze": 6, "arc": 12}
PUBLISHED = ("sudoku", *VOCABULARY)
"""The tasks that have a vocabulary, so that a sequence of tokens can stand for a puzzle."""
BLANK = "<blank>"
SIZES = ("seq_len", "vocab_size", "num_puzzle_identifiers")
LONGEST_JSON = 200_000_000
"""Bytes of a data set's JSON: the names of a million augmented tasks are a tenth of that."""
ARRAYS = ("inputs", "labels", "puzzle_identifiers", "puzzle_indices", "group_indices")

Ints = npt.NDArray[np.int32]


class Split(NamedTuple):
    """One of `train` and `test`.

    `inputs` and `labels` (N, L) are tokens, 0 for padding and for what has no label; `puzzle_identifiers` (P,) number
    the puzzles in `identifiers.json`; `puzzle_indices` (P + 1,) are offsets of puzzles into examples and
    `group_indices` (G + 1,) of groups into puzzles. `metadata` is `dataset.json`.
    """

    inputs: Ints
    labels: Ints
    puzzle_identifiers: Ints
    puzzle_indices: Ints
    group_indices: Ints
    metadata: dict[str, Any]

    @property
    def group(self) -> npt.NDArray[np.int64]:
        """The group of every example, from 0: (N,)."""
        return np.repeat(np.arange(len(self.group_indices) - 1), np.diff(self.group_indices))[self.puzzle]

    @property
    def puzzle(self) -> npt.NDArray[np.int64]:
        """The puzzle of every example, from 0: (N,)."""
        return np.repeat(np.arange(len(self.puzzle_indices) - 1), np.diff(self.puzzle_indices))

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """The identifier of every example: (N,)."""
        return self.puzzle_identifiers[self.puzzle].astype(np.int64)


def is_split(folder: Path) -> bool:
    """Tell whether a folder is one of a published data set's splits."""
    return (folder / "dataset.json").is_file() and (folder / "all__inputs.npy").is_file()


def splits(path: Path) -> list[Path]:
    """Return the folders of splits: the path itself, if it is one, and those below it."""
    try:
        # The folder itself may be a split, or hold several.
        folders = [path, *sorted(file.parent for file in path.rglob("dataset.json"))] if path.is_dir() else []
    except (OSError, ValueError):  # a puzzle given as an argument may be no possible file name
        return []
    return [folder for folder in dict.fromkeys(folders) if is_split(folder)]


def build(domain: Domain, puzzles: Iterable[Puzzle], augment: int, rng: np.random.Generator) -> Split:
    """Make a split of square puzzles of one size, each a group with `augment` copies under random symmetries.

    A DataError names a puzzle of another size or without a solution.
    """
    inputs, labels = list[Ints](), list[Ints]()
    shift, groups = SHIFTS[domain.task], [0]
    for puzzle in puzzles:
        for copy in domain.copies(puzzle, augment, rng):
            if copy.solution is None:
                raise DataError(f"{puzzle.source or puzzle.name}: a data set needs the solution beside the puzzle")
            if inputs and copy.given.size != len(inputs[0]):
                raise DataError(f"{puzzle.source or puzzle.name}: not as large as the first puzzle of the data set")
            inputs.append(copy.given.ravel() + np.int32(shift))
            labels.append(copy.solution.ravel() + np.int32(shift))
        groups.append(len(inputs))
    if not inputs:
        raise DataError("no puzzles to make a data set of")
    n, n_cells = len(inputs), len(inputs[0])
    vocab_size = vocabulary_size(domain.task, n_cells)
    return Split(
        inputs=np.stack(inputs).astype(np.int32),
        labels=np.stack(labels).astype(np.int32),
        puzzle_identifiers=np.zeros(n, np.int32),
        puzzle_indices=np.arange(n + 1, dtype=np.int32),
        group_indices=np.array(groups, np.int32),
        metadata=metadata(n_cells, vocab_size, 1, len(groups) - 1, n, n),
    )


def joined(groups: list[list[list[tuple[Tokens, Tokens]]]], ids: list[int], n_identifiers: int) -> Split:
    """Return the split of ARC groups: lists of versions, which are lists of (input, label) canvases.

    `ids` are the puzzle identifiers of all versions, in order, of the `n_identifiers` that the data set has.
    """
    versions = [version for group in groups for version in group]
    examples = [example for version in versions for example in version]
    n_cells = SIDE**2
    inputs, labels = (
        np.array([pair[side].ravel() for pair in examples], np.int32).reshape(-1, n_cells) for side in (0, 1)
    )
    # Versions are the puzzles of this layout; offsets count from 0 to the total.
    return Split(
        inputs=inputs,
        labels=labels,
        puzzle_identifiers=np.array(ids, np.int32),
        puzzle_indices=np.cumsum([0, *map(len, versions)]).astype(np.int32),
        group_indices=np.cumsum([0, *map(len, groups)]).astype(np.int32),
        metadata=metadata(n_cells, 12, n_identifiers, len(groups), max(1, len(versions)), len(examples)),
    )


def vocabulary_size(task: str, n_cells: int) -> int:
    """Return the size of the vocabulary: padding, blank and a digit for each row in a Sudoku, a constant elsewhere."""
    return round(n_cells**0.5) + 2 if task == "sudoku" else VOCABULARY[task]


def metadata(
    seq_len: int, vocab_size: int, n_identifiers: int, n_groups: int, n_puzzles: int, n_examples: int
) -> dict[str, Any]:
    """Return the content of `dataset.json`."""
    return {
        "pad_id": 0,
        "ignore_label_id": 0,
        "blank_identifier_id": 0,
        "vocab_size": vocab_size,
        "seq_len": seq_len,
        "num_puzzle_identifiers": n_identifiers,
        "total_groups": n_groups,
        "mean_puzzle_examples": n_examples / n_puzzles,
        "total_puzzles": n_puzzles,
        "sets": ["all"],
    }


def write(folder: Path, split: Split) -> None:
    """Write a split into a folder, its `dataset.json` last, so that a split with this file is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    # A killed program leaves no half file, and no `dataset.json` before all arrays are there.
    for name in ARRAYS:
        with files.whole(folder / f"all__{name}.npy") as temporary, temporary.open("wb") as file:
            np.save(file, getattr(split, name))
    files.write(folder / "dataset.json", json.dumps(split.metadata) + "\n")


def write_identifiers(root: Path, names: list[str]) -> None:
    """Write the names of the puzzle identifiers; the first is the blank one."""
    assert names[0] == BLANK
    files.write(root / "identifiers.json", json.dumps(names) + "\n")


def read_identifiers(place: Path, n: int | None = None) -> list[str]:
    """Read the names of puzzle identifiers, which must be `n`, from a file or from `identifiers.json` in a folder."""
    path = place / "identifiers.json" if place.is_dir() else place
    names = _json(path)
    if not isinstance(names, list) or not all(isinstance(name, str) and name.isprintable() for name in names):
        raise DataError(f"{path}: not a list of puzzle identifiers")
    # The rows of the table of puzzle embeddings are looked up by name.
    if (twice := repeated(names)) is not None:
        raise DataError(f"{path}: {twice!r} is in it more than once; give the file that belongs to the data set")
    if n is not None and len(names) != n:
        raise DataError(f"{path}: {len(names)} names for a table of {n} puzzle embeddings")
    return names


def repeated(names: Sequence[str]) -> str | None:
    """Return the first name that occurs more than once."""
    return next((name for name, n in Counter(names).items() if n > 1), None)


def _json(path: Path) -> Any:
    """Read a JSON file of reasonable size."""
    try:
        if path.stat().st_size > LONGEST_JSON:
            raise DataError(f"{path}: larger than any of a data set")
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON: {error}") from error


def read(folder: Path) -> Split:
    """Read a split; a DataError names the file that is missing or does not fit the others."""
    content = _metadata(folder / "dataset.json")
    loaded = {name: _array(folder / f"all__{name}.npy", 2 if name in ARRAYS[:2] else 1) for name in ARRAYS}
    split = Split(**loaded, metadata=content)
    shape, n_puzzles = (len(split.inputs), content["seq_len"]), len(split.puzzle_identifiers)
    n_tokens = content["vocab_size"]
    # Every array is compared with the sizes in `dataset.json`, so that nothing later reads past an end.
    fits = {
        "inputs": len(split.inputs) > 0 and split.inputs.shape == shape and _are_below(split.inputs, n_tokens),
        "labels": split.labels.shape == shape and _are_below(split.labels, n_tokens),
        "puzzle_identifiers": _are_below(split.puzzle_identifiers, content["num_puzzle_identifiers"]),
        "puzzle_indices": _are_offsets(split.puzzle_indices, n_puzzles, shape[0]),
        "group_indices": _are_offsets(split.group_indices, len(split.group_indices) - 1, n_puzzles),
    }
    for name, is_so in fits.items():
        if not is_so:
            raise DataError(f"{folder}/all__{name}.npy: does not fit the other arrays of the data set")
    return split


def _metadata(path: Path) -> dict[str, Any]:
    """Read the `dataset.json` of a split and check its sizes."""
    content = _json(path)
    numbers = {name: content.get(name, 1) if isinstance(content, dict) else None for name in SIZES}
    for name, value in numbers.items():
        if type(value) is not int or not 1 <= value < 2**31:
            raise DataError(f"{path}: expected {name} to be a number above 0, found {str(value)[:40]}")
    return {**content, **numbers}


def _array(path: Path, n_axes: int) -> Ints:
    """Read an array of whole numbers."""
    try:
        array = arrays.read(path)
        if array.ndim != n_axes or array.dtype.kind not in "iub":
            raise ValueError(f"{array.ndim} axes of {array.dtype}, not {n_axes} of whole numbers")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or 'no such file'}") from error
    except ValueError as error:
        raise DataError(f"{path}: not an array of a data set: {error}") from error
    return array if array.dtype.kind == "i" else array.astype(np.int64)


def _are_below(values: Ints, bound: int) -> bool:
    """Tell whether all values are from 0 up to a bound."""
    return not len(values) or bool(values.min() >= 0 and values.max() < bound)


def _are_offsets(offsets: Ints, n_parts: int, n: int) -> bool:
    """Tell whether offsets (n_parts + 1,) cut n things into `n_parts` parts, none of them empty."""
    return (
        len(offsets) == n_parts + 1 > 1
        and offsets[0] == 0
        and offsets[-1] == n
        and bool((np.diff(offsets.astype(np.int64)) > 0).all())
    )


def grids(
    split: Split, task: str, name: Path | str = "data set"
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Return given and solved grids (N, V, V) of square puzzles, in the values of the task.

    A DataError begins with `name` and says what is not a puzzle of the task.
    """
    side = round(split.inputs.shape[1] ** 0.5)
    if task_of(split) != task or task == "arc":
        n_cells = split.inputs.shape[1]
        raise DataError(f"{name}: a data set of {task_of(split)} of {n_cells} cells, not of {task} grids")
    if side * side != split.inputs.shape[1] or (task == "sudoku" and side not in BOXES):
        raise DataError(f"{name}: {split.inputs.shape[1]} cells are no grid of a {task}")
    given, solution = (tokens - SHIFTS[task] for tokens in (split.inputs, split.labels))
    if task == "sudoku":
        # A Sudoku's solution is full; a maze has exactly one start and one goal, and no path in the question.
        is_one = (given >= 0).all(1) & (solution >= 1).all(1)
    else:
        has_ends = ((given == START).sum(1) == 1) & ((given == GOAL).sum(1) == 1)
        is_one = (given >= WALL).all(1) & (given < PATH).all(1) & (solution >= WALL).all(1) & has_ends
    if not is_one.all():
        raise DataError(f"{name}/all__inputs.npy: example {int(is_one.argmin()) + 1} is no {task}")
    shape = (-1, side, side)
    questions, answers = given.astype(np.uint8).reshape(shape), solution.astype(np.uint8).reshape(shape)
    for n, maze in enumerate(questions, 1) if task == "maze" else ():
        if path_length(maze) is None:
            raise DataError(f"{name}/all__inputs.npy: in example {n} there is no way from S to G")
    return questions, answers


def task_of(split: Split) -> str:
    """Return the task of a split, by the size of its vocabulary and by its labels."""
    if split.metadata["vocab_size"] == VOCABULARY["arc"]:
        return "arc"
    # A Sudoku has a digit for each row, and token 1 (blank, or a wall in a maze) is never in its answer.
    fits = split.metadata["vocab_size"] == vocabulary_size("sudoku", split.metadata["seq_len"])
    return "sudoku" if fits and not (split.labels == 1).any() else "maze"


def puzzles(folder: Path) -> Iterator[Puzzle]:
    """Yield the examples of a split as puzzles with their solutions."""
    split = read(folder)
    task = task_of(split)
    if task == "arc":
        raise DataError(f"{folder}: the data set of ARC has no whole tasks; solve the JSON files it was made of")
    name = source.shown_name(str(folder))
    given, solution = grids(split, task, name)
    symbols = SYMBOLS if task == "maze" else alphabet(given.shape[1])
    for n, (question, answer) in enumerate(zip(given, solution, strict=True), 1):
        yield Puzzle(task, f"{name}#{n}", frozen(question), symbols, frozen(answer), f"{name}:{n}")
