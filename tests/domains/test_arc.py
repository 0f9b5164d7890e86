"""ARC: its JSON, the canvas, every augmentation and its name, and data sets in the published layout."""

import json

import numpy as np
import pytest

from trm_cli import reading
from trm_cli.domains import domain, published
from trm_cli.domains.arc import dataset as arc_dataset
from trm_cli.domains.arc import grid as arc_grid
from trm_cli.errors import ConfigError, DataError, ParseError

ARC = domain("arc")
TASK = {
    "train": [{"input": [[1, 0], [0, 2]], "output": [[2, 0, 0]]}, {"input": [[3]], "output": [[3, 3], [3, 3]]}],
    "test": [{"input": [[1, 2, 3]], "output": [[3], [2]]}, {"input": [[9]]}],
}


def parse(content, name="folder/abc.json"):
    return list(ARC.parse(content if isinstance(content, str) else json.dumps(content), name))


@pytest.fixture
def puzzle():
    return parse(TASK)[0]


def test_a_task_gives_a_puzzle_for_every_test_input():
    first, second = parse(TASK)
    assert (first.name, second.name, first.identifier) == ("abc#1", "abc#2", "abc")
    assert first.given.tolist() == [[1, 2, 3]]
    assert [(a.tolist(), b.tolist()) for a, b in first.demos][1] == ([[3]], [[3, 3], [3, 3]])
    assert second.solution is None
    assert [p.identifier for p in parse({"one": TASK, "two": TASK})] == ["one", "one", "two", "two"]
    assert reading.detect(json.dumps(TASK)) == reading.detect(json.dumps({"x": TASK})) == "arc"


def with_input(rows):
    return {"train": TASK["train"], "test": [{"input": rows}]}


ERRORS = {
    "json": ('{"train": [', ":1:12: not valid JSON"),
    "list": ([1], "expected an ARC task"),
    "no test": ({"train": TASK["train"]}, "expected 'test' to be a list of pairs"),
    "ragged": (with_input([[1, 2], [1]]), ".test[0].input[1]: expected 2 cells in this row, found 1"),
    "colour": (with_input([[1, 10]]), ".test[0].input[0][1]: expected a colour from 0 to 9, found 10"),
    "no grid": (with_input(None), ".test[0].input: expected a grid"),
    "large": (with_input([[0]] * 31), "31x1; grids go from 1x1 to 30x30"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_where(case):
    content, words = ERRORS[case]
    (error,) = parse(content)
    assert isinstance(error, ParseError)
    assert words in str(error)
    assert str(error).startswith("folder/abc.json")


def test_verdicts(puzzle):
    assert ARC.verify(puzzle, puzzle.solution).status == "solved"
    assert ARC.verify(puzzle, np.array([[3, 2]], np.uint8)).reason == "the answer is 1x2 instead of 2x1"
    wrong = ARC.verify(puzzle, np.array([[3], [7]], np.uint8))
    assert (wrong.reason, wrong.cells) == ("1 cell differs from the known answer", ((1, 0),))
    assert ARC.verify(parse(TASK)[1], puzzle.given).status == "unverified"
    assert "2 demonstrations, input 1x3, output 2x1" in ARC.diagnose(puzzle).words
    with pytest.raises(ConfigError, match="cannot be generated"):
        ARC.generate("30x30", "any", 0)


def test_demonstrations_that_contradict_each_other_are_named():
    pairs = [([[1]], [[2]]), ([[3]], [[4]]), ([[1]], [[5]]), ([[3]], [[4]])]
    task = {"train": [{"input": a, "output": b} for a, b in pairs], "test": [{"input": [[1]]}]}
    (puzzle,) = ARC.parse(json.dumps(task), "two")
    assert ARC.diagnose(puzzle) == (False, "demonstrations 1 and 3 have the same input and different outputs")
    (puzzle,) = ARC.parse(json.dumps(task | {"train": task["train"][:2]}), "fine")
    assert ARC.diagnose(puzzle).words.startswith("2 demonstrations, ")
    (puzzle,) = ARC.parse(json.dumps(task | {"train": task["train"][:1]}), "one")
    assert ARC.diagnose(puzzle).words.startswith("1 demonstration, ")


def test_the_canvas_has_end_markers_and_is_cropped_again(puzzle, rng):
    tokens, labels = ARC.encode(puzzle)
    assert tokens[:3, :5].tolist() == [[3, 4, 5, 1, 0], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]]
    assert (labels == -100).sum() == 900 - 5
    assert np.array_equal(ARC.decode(puzzle, np.where(labels < 0, 0, labels)), puzzle.solution)
    for shape in ((30, 30), (30, 1), (1, 30), (7, 11)):
        grid = rng.integers(0, 10, shape).astype(np.uint8)
        assert np.array_equal(arc_grid.cropped(arc_grid.canvas(grid)), grid)
    assert arc_grid.cropped(np.zeros((30, 30), np.int64)).size == 0


@pytest.mark.parametrize("way", range(8))
def test_augmentations_are_undone_and_named(way, rng):
    grid = rng.integers(0, 10, (4, 7)).astype(np.uint8)
    seen = set()
    for _ in range(20):
        drawn = arc_grid.drawn("abc", rng)._replace(way=way)
        assert drawn.colours[0] == 0
        assert np.array_equal(drawn.undo(drawn(grid)), grid)
        assert arc_grid.named(drawn.name) == drawn
        seen.add(drawn(grid).tobytes())
    assert len(seen) == 20
    assert arc_grid.named("abc") == arc_grid.original("abc")


def test_colours_come_before_turning():
    way = arc_grid.Augmentation("abc", 1, (0, 2, 1, 3, 4, 5, 6, 7, 8, 9))
    assert way.name == "abc|||t1|||0213456789"
    assert way(np.array([[1, 2]], np.uint8)).tolist() == [[1], [2]]


def test_augment_moves_everything_and_back(puzzle, rng):
    moved, back, _ = ARC.augment(puzzle, rng)
    assert np.array_equal(back(moved.given), puzzle.given)
    assert np.array_equal(back(moved.demos[0][1]), puzzle.demos[0][1])
    assert moved.identifier.startswith("abc|||t")


def test_a_data_set_of_tasks(tmp_path, rng):
    pairs = [(np.full((2, 3), c, np.uint8), np.full((3, 2), c, np.uint8)) for c in range(1, 5)]
    known = arc_dataset.Task("known", pairs, [])
    asked = arc_dataset.Task("asked", pairs[:2], pairs[2:3])
    train, test, names = arc_dataset.build([known, asked], 6, rng)
    assert names[:2] == ["<blank>", "known"]
    assert len(names) == 1 + 7 + 7
    assert len(set(names)) == len(names)
    assert train.group_indices.tolist() == [0, 7, 14]
    assert len(train.inputs) == 7 * 4 + 7 * 2
    assert len(test.inputs) == 7
    assert set(test.puzzle_identifiers) == set(range(8, 15))
    for split in (train, test):
        for tokens, identifier in zip(split.inputs, split.ids, strict=True):
            board = tokens.reshape(30, 30)
            rows, columns = np.nonzero(board > 1)
            grid = board[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] - 2
            back = arc_grid.named(names[identifier]).undo(grid.astype(np.uint8))
            assert back.shape == (2, 3)
    corners = train.inputs.reshape(-1, 30, 30)[:, 0, 0] > 1
    assert 14 <= corners.sum() < len(corners)  # one of each version's stays in the corner
    assert (test.inputs.reshape(-1, 30, 30)[:, 0, 0] > 1).all()
    published.write(tmp_path / "train", train)
    again = published.read(tmp_path / "train")
    assert again.metadata["mean_puzzle_examples"] == len(train.inputs) / 14
    assert published.task_of(again) == "arc"


def test_a_data_set_has_one_task_of_a_name(rng):
    task = arc_dataset.Task("a", [(np.ones((1, 1), np.uint8), np.ones((1, 1), np.uint8))], [])
    with pytest.raises(DataError, match="more than one task is called 'a'"):
        arc_dataset.build([task, task], 0, rng)
    with pytest.raises(DataError, match="more than one task is called '<blank>'"):
        arc_dataset.build([task._replace(name=published.BLANK)], 0, rng)
