"""Where puzzles are read from."""

from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import EASY, HARD
from trm_cli import assets, reading, source
from trm_cli.domains import domain, published
from trm_cli.errors import DataError, NoPuzzle, ParseError, TrmError
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
    (folder / "words.npy").write_text("nothing")
    (folder / "empty.npy").write_text("")
    np.save(folder / "complex.npy", np.array([[1j]]))
    np.savez(folder / "archive.npz", maze=maze)
    (folder / "archive.npz").rename(folder / "archive.npy")
    for name in ("words.npy", "empty.npy", "complex.npy", "archive.npy"):
        (error,) = reading.puzzles((name,))
        assert f"{name}: not an array of tokens" in str(error)


def test_results_of_several_tasks_are_read_back(folder):
    told = ['{"task": "sudoku", "question": "' + EASY + '"}', '{"task": "maze", "question": ["S#", " G"]}', "{"]
    (folder / "r.jsonl").write_text("\n".join(told))
    sudoku, maze, error = reading.puzzles(("r.jsonl",))
    assert (sudoku.task, maze.task, maze.name) == ("sudoku", "maze", "r.jsonl:2")
    assert isinstance(error, TrmError)


def test_a_folder_of_data_sets_is_read_like_its_splits(folder):
    maze = np.full((6, 6), 2, np.uint8)
    maze[0, 0], maze[5, 5] = 3, 4
    (puzzle,) = domain("maze").parse("\n".join("".join("0# SGo"[v] for v in row) for row in maze), "m")
    solved = replace(puzzle, solution=puzzle.given)
    for split in ("train", "test"):
        made = published.build(domain("maze"), [solved], 0, np.random.default_rng(0))
        published.write(folder / "set" / split, made)
    published.write_identifiers(folder / "set", ["<blank>"])
    found = [*reading.puzzles(("set",))]
    assert [puzzle.name for puzzle in found] == ["set/test#1", "set/train#1"]
    assert [puzzle.name for puzzle in reading.puzzles(("set/train",))] == ["set/train#1"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("all__inputs.npy", b""),
        ("dataset.json", b'{"seq_len": 36}'),
        ("dataset.json", b"[]"),
        ("dataset.json", b'{"seq_len": 36, "vocab_size": 2}'),
        ("all__group_indices.npy", None),
        ("all__puzzle_identifiers.npy", None),
    ],
)
def test_a_broken_data_set_is_one_error(folder, file, content):
    (puzzle,) = domain("maze").parse("\n".join(["S.....", *["......"] * 4, ".....G"]), "m")
    solved = replace(puzzle, solution=puzzle.given)
    published.write(folder / "set", published.build(domain("maze"), [solved], 0, np.random.default_rng(0)))
    if content is None:
        np.save(folder / "set" / file, np.array(1))
    else:
        (folder / "set" / file).write_bytes(content)
    (error,) = reading.puzzles(("set",))
    assert isinstance(error, DataError), error


def test_folders_with_nothing_to_solve_say_so(folder):
    (folder / "out").mkdir()
    (folder / "out" / "r.jsonl").write_text('{"schema": 1, "task": "sudoku", "key": "0123"}\n')
    assert names("out")[0].startswith("out: no puzzle files")


def test_a_bad_escape_in_json_is_told(folder):
    (folder / "x.json").write_text('{"question": "53..7\\x...."}')
    (error,) = reading.puzzles(("x.json",))
    assert "x.json:1:" in str(error)


def test_a_long_puzzle_is_no_name_of_a_file(folder):
    (puzzle,) = reading.puzzles(("." * 256,))
    assert puzzle.given.shape == (16, 16)
    (maze,) = reading.puzzles(("\n".join(["S" + "." * 39, *["." * 40] * 11, "." * 39 + "G"]),))
    assert maze.given.shape == (13, 40)


def test_suffixes_in_capitals(folder):
    (folder / "b" / "B.SDK").write_text(EASY)
    assert "b/B.SDK" in names("b")


@pytest.mark.parametrize(
    ("text", "task"),
    [
        (EASY, "sudoku"),
        ("." * 81, "sudoku"),
        ("# a Sudoku\n" + EASY, "sudoku"),
        ('{"name": "m-1", "question": "S# G", "rating": 12.0}', "maze"),
        ('[{"name": "s", "question": "' + EASY + '"}]', "sudoku"),
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


def test_files_without_a_suffix_are_read_and_what_holds_no_puzzle_is_counted(folder):
    (folder / "b" / ".git" / "objects").mkdir(parents=True)
    for name in (".git/config", ".git/objects/abc", ".hidden"):  # not read
        (folder / "b" / name).write_text(HARD)
    (folder / "b" / "plain").write_text(HARD)
    (folder / "b" / "README").write_text("Notes about Sudokus.\n")
    (folder / "b" / "nearly").write_text(EASY[:-1])  # with a suffix this would be an error
    (folder / "b" / "program").write_bytes(b"\x7fELF\0\0")
    items = [*reading.puzzles(("b",))]
    assert [item.name for item in items if isinstance(item, Puzzle)] == [
        "b/a.csv#1",
        "b/a.csv#2",
        "b/plain",
        "b/two.txt",
    ]
    others = [item for item in items if isinstance(item, NoPuzzle)]
    assert [item.name for item in others] == ["b/README", "b/nearly", "b/program"]
    assert len(items) == 7
    (error,) = reading.puzzles(("b/nearly",))
    assert isinstance(error, ParseError)


def test_rows_of_a_maze_may_be_joined_by_slashes(folder):
    for argument, shape in (("#####/#S G#/#####", (3, 5)), ("S00/110/00G", (3, 3))):
        (maze,) = reading.puzzles((argument,))
        assert maze.given.shape == shape
    for path in ("abc/def/ghi", "1.0/2.0/3.0", "a/b/c.txt", "###/##"):
        (error,) = source.read((path,))
        assert "no such file" in str(error)


@pytest.mark.parametrize("char", "/|;, ")
@pytest.mark.parametrize("size", [4, 6, 9, 16])
def test_rows_of_a_sudoku_may_be_joined_by_a_character(folder, char, size):
    puzzle = next(domain("sudoku").generate(f"{size}x{size}", "easy", 1))
    text = puzzle.text(puzzle.given)
    rows = [text[i : i + size] for i in range(0, size * size, size)]
    (read,) = reading.puzzles((char.join(rows),))
    assert np.array_equal(read.given, puzzle.given)


def test_an_existing_path_wins_over_a_literal(folder):
    assert names(EASY, HARD) == [EASY, "<argument>"]
    (puzzle,) = reading.puzzles((EASY,))
    assert puzzle.text(puzzle.given) == HARD


def test_one_bad_file_does_not_stop_the_others(folder):
    (folder / "b" / "bad.txt").write_bytes(b"\xff\xfe\x00")
    found = list(reading.puzzles(("nothing", "b")))
    assert [isinstance(item, Puzzle) for item in found] == [False, True, True, False, True]
    assert "no such file" in str(found[0])
    assert "b/bad.txt: not a text file: byte 2 is not UTF-16LE" in str(found[3])


def test_shipped_samples_are_found_from_anywhere(folder):
    (puzzle,) = reading.puzzles(("puzzles/sudoku/hard.txt",))
    assert puzzle.name == "puzzles/sudoku/hard.txt"
    assert "puzzles/sudoku/easy.txt" in names("puzzles")
    assert all(isinstance(item, Puzzle) for item in reading.puzzles(("puzzles",)))
    assert assets.folder("weights").is_dir()


def test_archives_and_weights_say_what_to_do(tmp_path):
    for name, content, words in (
        ("a.txt", b"\x02\0\0\0\0\0\0\0{}", "the weights of a model, not a puzzle; trm models "),
        ("a.zip", b"PK\3\4\x14\0\0\0", "a zip archive; unpack it"),
        ("a.json", b"\x1f\x8b\x08\0", "a gzip archive"),
        ("a.parquet", b"PAR1\x15\0", "a Parquet table; write it as CSV or JSON"),
    ):
        (tmp_path / name).write_bytes(content)
        (error,) = source.read((str(tmp_path / name),))
        assert words in str(error)


LONG = '{"schema": 1, "trace": "' + "x" * 200_000 + '", "key": "0"}\n'


def test_results_with_long_traces_are_left_out_of_a_folder(tmp_path):
    (tmp_path / "r.jsonl").write_text(LONG)
    (tmp_path / "a.txt").write_text(EASY)
    assert [text.name for text in source.read((str(tmp_path),))] == [str(tmp_path / "a.txt")]


@pytest.mark.parametrize("line", [LONG, ""])
def test_the_output_among_the_arguments_is_left_out_if_it_holds_results_and_refused_if_not(tmp_path, line):
    results, puzzle = tmp_path / "r.jsonl", tmp_path / "a.txt"
    results.write_text(line)
    puzzle.write_text(EASY)
    arguments = (str(puzzle), str(results))  # as the shell writes out `*`
    assert [text.name for text in source.read(arguments, but=results)] == [str(puzzle)]
    source.refuse_input(results, arguments)
    with pytest.raises(DataError, match=r"a\.txt: an input, which would be overwritten"):
        source.refuse_input(puzzle, arguments)


def test_a_name_with_a_line_break_is_on_one_line(tmp_path):
    (tmp_path / "a\nb.txt").write_text(EASY)
    (text,) = source.read((str(tmp_path),))
    assert text.name == f"{tmp_path}/a b.txt"
