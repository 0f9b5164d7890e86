"""Data sets in the published layout: what is written is read back, and what does not fit is said."""

import json
from itertools import islice

import numpy as np
import pytest

from trm_cli import reading
from trm_cli.domains import domain, published
from trm_cli.errors import DataError
from trm_cli.train import pools


def made(task, kind, level, n, augment=0):
    puzzles = [*islice(domain(task).generate(kind, level, 0), n)]
    return puzzles, published.build(domain(task), puzzles, augment, np.random.default_rng(42))


@pytest.mark.parametrize(("task", "kind", "vocab_size"), [("sudoku", "9x9", 11), ("maze", "30x30", 6)])
def test_a_split_is_read_back(tmp_path, task, kind, vocab_size):
    puzzles, split = made(task, kind, "easy", 3, augment=2)
    published.write(tmp_path / "train", split)
    published.write_identifiers(tmp_path, [published.BLANK])
    again = published.read(tmp_path / "train")
    for name in published.ARRAYS:
        assert np.array_equal(getattr(again, name), getattr(split, name)), name
    assert again.metadata == split.metadata
    assert again.metadata["vocab_size"] == vocab_size
    assert again.metadata["total_groups"] == 3
    assert again.group.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert published.read_identifiers(tmp_path) == ["<blank>"]
    given, solution = published.grids(again, task)
    assert np.array_equal(given[0], puzzles[0].given)
    assert np.array_equal(solution[3], puzzles[1].solution)
    assert not all(np.array_equal(given[0], copy) for copy in given[1:3])


def test_tokens_are_the_published_ones():
    _, sudoku = made("sudoku", "9x9", "easy", 1)
    assert set(np.unique(sudoku.inputs)) == set(range(1, 11))  # 1 is blank, 2 to 10 are digits
    assert set(np.unique(sudoku.labels)) == set(range(2, 11))
    _, maze = made("maze", "30x30", "hard", 1)
    assert set(np.unique(maze.inputs)) == {1, 2, 3, 4}
    assert (maze.labels == 5).sum() >= 108


def test_a_pool_of_a_split_keeps_groups_and_supervises_blanks():
    puzzles, split = made("sudoku", "9x9", "easy", 3, augment=4)
    pool = pools.of_split(split, domain("sudoku"))
    assert pool.n_groups == 3
    assert np.array_equal(pool.tokens[5].numpy(), puzzles[1].given)
    drawn = pool.draw(6, {}, np.random.default_rng(0))
    assert drawn.tokens.shape == (6, 9, 9)
    assert (drawn.ids == 0).all()


@pytest.mark.parametrize(
    ("task", "kind"), [("sudoku", "9x9"), ("sudoku", "4x4"), ("sudoku", "25x25"), ("maze", "30x30"), ("maze", "4x4")]
)
def test_a_split_is_read_as_puzzles(tmp_path, task, kind):
    puzzles, split = made(task, kind, "easy", 3)
    published.write(tmp_path, split)
    again = [*reading.puzzles((str(tmp_path),))]
    assert [p.task for p in again] == [task] * 3
    assert all(np.array_equal(a.solution, p.solution) for a, p in zip(again, puzzles, strict=True))
    assert again[0].text(again[0].given) == puzzles[0].text(puzzles[0].given)
    assert again[0].text(again[0].solution) == puzzles[0].text(puzzles[0].solution)


def test_a_maze_without_a_way_is_refused(tmp_path):
    _, split = made("maze", "6x6", "perfect", 2)
    goal = int(np.argmax(split.inputs[1] == 4))
    for beside in (goal - 6, goal + 6, *[goal - 1] * (goal % 6 > 0), *[goal + 1] * (goal % 6 < 5)):
        if 0 <= beside < 36:
            split.inputs[1, beside] = 1
    published.write(tmp_path, split)
    (error,) = reading.puzzles((str(tmp_path),))
    assert "all__inputs.npy: in example 2 there is no way from S to G" in str(error)


def test_what_does_not_fit_is_said(tmp_path):
    _, split = made("sudoku", "4x4", "easy", 2)
    published.write(tmp_path, split._replace(group_indices=np.array([0, 1], np.int32)))
    with pytest.raises(DataError, match=r"all__group_indices.npy: does not fit"):
        published.read(tmp_path)
    (tmp_path / "all__labels.npy").unlink()
    with pytest.raises(DataError, match=r"all__labels.npy"):
        published.read(tmp_path)
    mixed = [next(domain("sudoku").generate(kind, "easy", 0)) for kind in ("4x4", "9x9")]
    with pytest.raises(DataError, match="not as large as the first"):
        published.build(domain("sudoku"), mixed, 0, np.random.default_rng(0))
    assert json.loads((tmp_path / "dataset.json").read_text())["seq_len"] == 16


def spoil(folder, name, text):
    (folder / name).write_text(text)


def put(folder, name, array):
    np.save(folder / f"all__{name}.npy", array)


def header(folder, descr, shape):
    start = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    (folder / "all__inputs.npy").write_bytes(b"\x93NUMPY\x01\x00v\x00" + start.encode())


SPOILED = {
    "a list for an object": lambda d: spoil(d, "dataset.json", "[]"),
    "deep JSON": lambda d: spoil(d, "dataset.json", "[" * 100_000),
    "a size in a text": lambda d: spoil(d, "dataset.json", '{"seq_len": "16", "vocab_size": 6}'),
    "no vocabulary": lambda d: spoil(d, "dataset.json", '{"seq_len": 16, "vocab_size": 0}'),
    "a billion of nothing": lambda d: header(d, "|S0", (10**9, 16)),
    "a billion of something": lambda d: header(d, "<i4", (10**9, 16)),
    "a header that is code": lambda d: (d / "all__inputs.npy").write_bytes(b"\x93NUMPY\x01\x00\x08\x00((((((((("),
    "no array": lambda d: (d / "all__labels.npy").write_bytes(b"PK"),
    "floats": lambda d: put(d, "inputs", np.ones((2, 16))),
    "one axis": lambda d: put(d, "labels", np.ones(32, np.int32)),
    "no examples": lambda d: put(d, "inputs", np.ones((0, 16), np.int32)),
    "labels below 0": lambda d: put(d, "labels", np.full((2, 16), -1, np.int32)),
    "padding for digits": lambda d: put(d, "labels", np.zeros((2, 16), np.int32)),
    "offsets backwards": lambda d: put(d, "puzzle_indices", np.array([0, 3, 2], np.int32)),
    "offsets from 1": lambda d: put(d, "puzzle_indices", np.array([1, 1, 2], np.int32)),
    "groups of nothing": lambda d: put(d, "group_indices", np.array([2], np.int32)),
    "identifiers that are none": lambda d: put(d, "puzzle_identifiers", np.array([0, 7], np.int32)),
}


@pytest.mark.parametrize("name", SPOILED)
def test_spoiled_data_sets_are_refused_in_a_line(tmp_path, name):
    _, split = made("sudoku", "4x4", "easy", 2)
    published.write(tmp_path, split)
    SPOILED[name](tmp_path)
    (error,) = reading.puzzles((str(tmp_path),))
    assert isinstance(error, DataError)
    assert str(tmp_path) in str(error)
    assert "\n" not in str(error)


def test_a_name_of_two_identifiers_is_refused(tmp_path):
    (tmp_path / "identifiers.json").write_text(json.dumps([published.BLANK, "a", "b", "a"]))
    with pytest.raises(DataError, match=r"identifiers.json: 'a' is in it more than once"):
        published.read_identifiers(tmp_path)


@pytest.mark.parametrize("text", ["{}", "[1]", '["a\\u001b"]', "[" * 100_000, "\xff"])
def test_spoiled_identifiers_are_refused(tmp_path, text):
    (tmp_path / "identifiers.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=r"identifiers.json: not"):
        published.read_identifiers(tmp_path)


def test_identifiers_are_read_from_the_file_that_is_named(tmp_path):
    for name in ("identifiers", "others"):
        (tmp_path / f"{name}.json").write_text(json.dumps([published.BLANK, name]))
    assert published.read_identifiers(tmp_path)[1] == "identifiers"
    assert published.read_identifiers(tmp_path / "others.json")[1] == "others"


def test_arrays_of_the_other_order_are_read(tmp_path):
    _, split = made("sudoku", "4x4", "easy", 3)
    published.write(tmp_path, split)
    put(tmp_path, "inputs", np.asfortranarray(split.inputs))
    assert np.array_equal(published.read(tmp_path).inputs, split.inputs)


def test_a_pool_is_of_its_task():
    _, sudoku = made("sudoku", "9x9", "easy", 1)
    for task in ("maze", "arc"):
        with pytest.raises(DataError, match="set of"):
            pools.of_split(sudoku, domain(task), "here")
