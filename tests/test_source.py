"""Where puzzles are read from."""

import numpy as np
import pytest

from tests.conftest import EASY, HARD
from trm_cli import assets, reading, source
from trm_cli.errors import DataError
from trm_cli.puzzle import Puzzle


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.txt").write_text(HARD)
    (tmp_path / "b" / "a.csv").write_text(f"question\n{EASY}\n{EASY}")
    (tmp_path / "b" / "notes.md").write_text("not a puzzle")
    (tmp_path / EASY).write_text(HARD)
    return tmp_path


def names(*arguments):
    return [str(item) if isinstance(item, DataError) else item[0] for item in source.read(arguments)]


def test_arrays_of_tokens(folder):
    maze = np.array([[3, 2, 1], [1, 2, 4]], np.uint8)
    np.save(folder / "one.npy", maze)
    np.save(folder / "many.npy", np.array([[3, 2, 1, 2, 2, 4, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0]] * 2))
    (found,) = reading.puzzles(("one.npy",))
    assert np.array_equal(found.given, maze)
    (folder / "bad.npy").write_text("nothing")
    (error,) = reading.puzzles(("bad.npy",))
    assert "bad.npy: not an array of tokens" in str(error)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        (EASY, "sudoku"),
        ("." * 81, "sudoku"),
        ("# a Sudoku\n" + EASY, "sudoku"),
        ("+---+\n|12|34|\n|34|12|\n|21|43|\n|43|21|", "sudoku"),
        (f"question,answer\n{EASY},", "sudoku"),
        ("[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,1]]", "sudoku"),
        ("#####\n#S G#\n#####", "maze"),
        ("# a maze\nS.\n#G", "maze"),
        ("#####\n#   #\n#####", "maze"),
        ("+--+\n|S |\n+  +\n|G |\n+--+", "maze"),
        ("question,answer\nS# G,", "maze"),
        ("question,rating\nS# G,12.0", "maze"),
        ("[[3,2],[1,4]]", "maze"),
        ('["S#", " G"]', "maze"),
        ("S..\n...\n..G", "maze"),
        ("[[[1,0,0,0],[0,0,3,0],[0,4,0,0],[0,0,0,2]],[[1,0,4,0],[0,0,3,0],[0,4,0,0],[0,0,0,2]]]", "sudoku"),
        ("[[1,0,0,0],[0,3,0,0],[0,4,0,0],[0,0,3,2]]", "sudoku"),
    ],
)
def test_the_task_is_detected_by_content(text, task):
    assert reading.detect(text) == task


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[1,0,0,0],[0,3,0,0],[0,0,4,0],[0,0,0,2]]", "may be Sudokus or mazes; say which"),
        ("Dear reader,\nhello!", "neither a Sudoku nor a maze nor an ARC task"),
        ("# Notes\n\n1. Solve 3 | 4 puzzles, quietly.\n", "neither a Sudoku nor a maze nor an ARC task"),
    ],
)
def test_what_may_be_anything_asks_for_the_task(folder, text, told):
    (folder / "what.txt").write_text(text)
    (error, good) = reading.puzzles(("what.txt", EASY))
    assert str(error).startswith("what.txt: ")
    assert told in str(error)
    assert good.task == "sudoku"


def test_folders_are_sorted_and_keep_to_puzzle_files(folder):
    assert names("b") == ["b/a.csv", "b/two.txt"]
    assert [p.name for p in reading.puzzles(("b",))] == ["b/a.csv#1", "b/a.csv#2", "b/two.txt"]


def test_an_existing_path_wins_over_a_literal(folder):
    assert names(EASY, HARD) == [EASY, "<argument>"]
    (puzzle,) = reading.puzzles((EASY,))
    assert puzzle.text(puzzle.given) == HARD


def test_one_bad_file_does_not_stop_the_others(folder):
    (folder / "b" / "bad.txt").write_bytes(b"\xff\xfe\x00")
    found = list(reading.puzzles(("nothing", "b")))
    assert [isinstance(item, Puzzle) for item in found] == [False, True, True, False, True]
    assert "no such file" in str(found[0])
    assert "b/bad.txt: not a text file: byte 0" in str(found[3])


def test_shipped_samples_are_found_from_anywhere(folder):
    (puzzle,) = reading.puzzles(("puzzles/sudoku/hard.txt",))
    assert puzzle.name == "puzzles/sudoku/hard.txt"
    assert {"puzzles/sudoku/easy.txt", "puzzles/invalid/letter.txt"} <= {*names("puzzles")}
    assert assets.folder("weights").is_dir()
