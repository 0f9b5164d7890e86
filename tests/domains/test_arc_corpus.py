"""Pairs of ARC tasks to train on, from every form of file, and what is wrong with the others."""

import json

import numpy as np
import pytest

from trm_cli.domains.arc.corpus import Corpus, read
from trm_cli.errors import DataError
from trm_cli.puzzle import Example

PAIR = {"input": [[1, 2]], "output": [[2], [1]]}
OTHER = {"input": [[3]], "output": [[4]]}


def contents(corpus):
    return [(task, *(grid.tolist() for grid in pair)) for task, pair in corpus.named()]


def test_tasks_give_their_demonstrations_and_known_answers(tmp_path):
    file = tmp_path / "ab.json"
    file.write_text(json.dumps({"train": [PAIR, OTHER], "test": [{"input": [[5]]}, OTHER]}))
    pair, other = [("ab", one["input"], one["output"]) for one in (PAIR, OTHER)]
    assert contents(read([str(file)])) == [pair, other, other]


def test_folders_of_generated_pairs(tmp_path):
    """The layout of RE-ARC: a folder called tasks, one list of pairs a file."""
    (tmp_path / "tasks").mkdir()
    for name, pairs in (("b", [OTHER]), ("a", [PAIR, OTHER])):
        (tmp_path / "tasks" / f"{name}.json").write_text(json.dumps(pairs))
    corpus = read([str(tmp_path)])
    assert corpus.tasks.tolist() == ["a", "b"]
    assert [task for task, *_ in contents(corpus)] == ["a", "a", "b"]


def test_an_archive_is_read_back(tmp_path):
    pairs = [("a", Example(np.array([[1, 2]], np.uint8), np.array([[3]], np.uint8)))]
    file = tmp_path / "pairs.npz"
    np.savez_compressed(file, allow_pickle=False, **Corpus.of(pairs).arrays)
    assert contents(read([str(file)])) == [("a", [[1, 2]], [[3]])]
    both = read([str(file), str(file)])
    assert len(both.pairs) == 2
    assert both.tasks.tolist() == ["a"]
    (tmp_path / "b.json").write_text(json.dumps([OTHER]))
    assert contents(read([str(tmp_path)])) == [("b", [[3]], [[4]]), ("a", [[1, 2]], [[3]])]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"cells": np.array([1, 12], np.uint8)}, "cells must be colours"),
        ({"grids": np.array([[0, 1, 2], [1, 1, 2]])}, "in the cells"),
        ({"grids": np.array([[0, 1, 2], [0, 0, 1]])}, "from 1x1 to 30x30"),
        ({"pairs": np.array([[0, 0, 2, 9]])}, "that there are"),
        ({"pairs": np.zeros((0, 4), int)}, "there must be pairs"),
        ({"pairs": np.array([0, 0, 1])}, "expected cells, grids, pairs"),
        ({"tasks": np.array([1])}, "different names"),
        ({"tasks": np.array(["a\nb"])}, "cannot be the name"),
        ({"tasks": np.array(["<blank>"])}, "cannot be the name"),
    ],
)
def test_damaged_archives(tmp_path, changed, reason):
    arrays = {
        "cells": np.array([1, 2], np.uint8), "grids": np.array([[0, 1, 2], [0, 1, 1]]),
        "pairs": np.array([[0, 0, 1, 0]]), "tasks": np.array(["a"]),
    }  # fmt: skip
    np.savez(tmp_path / "good.npz", **arrays)
    assert len(read([str(tmp_path / "good.npz")]).pairs) == 1
    np.savez(tmp_path / "bad.npz", **(arrays | changed))
    with pytest.raises(DataError, match=rf"bad.npz: no pairs of ARC tasks to train on: .*{reason}"):
        read([str(tmp_path / "bad.npz")])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"input": [[1]]}]', r"bad.json\[0\].output: expected a grid"),
        ("[3]", r"bad.json\[0\]: expected a pair"),
        ("{", "not valid JSON"),
        ("[]", "there must be pairs|three columns"),
    ],
)
def test_files_without_pairs(tmp_path, text, reason):
    (tmp_path / "bad.json").write_text(text)
    with pytest.raises(DataError, match=reason):
        read([str(tmp_path / "bad.json")])


def test_what_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"no \.json or \.npz files"):
        read([str(tmp_path)])
    with pytest.raises(DataError, match=r"nothing.json: cannot be read"):
        read([str(tmp_path / "nothing.json")])
