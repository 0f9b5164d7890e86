"""Results in input order, and the journal that a batch resumes from."""

import json
import re
import time
from dataclasses import replace

import numpy as np
import pytest

from tests.conftest import EASY, HARD, read
from trm_cli import batch
from trm_cli.errors import DataError, ExitCode, ParseError
from trm_cli.puzzle import Example, Frame, Learning, Outcome, Puzzle, Verdict
from trm_cli.view.report import unread_json


def outcome(puzzle, status="solved"):
    frame = Frame(1, puzzle.given, np.ones((9, 9), np.float32), 0.5, 0.0, Verdict(status))
    return Outcome(puzzle, frame, 3, 0.1)


def backwards(puzzles):
    """A solver that finishes the puzzles in the opposite order."""
    for number, puzzle in reversed(list(enumerate(puzzles))):
        yield number, outcome(puzzle)


def test_results_come_in_the_order_of_the_items():
    first, last = read(EASY), read(HARD)
    bad = [ParseError(str(i)) for i in range(3)]
    items = [bad[0], first, bad[1], last, bad[2]]
    found = list(batch.in_order(items, backwards))
    assert [r if isinstance(r, ParseError) else r.puzzle for r in found] == [bad[0], first, bad[1], last, bad[2]]


def test_tally_and_exit_code():
    tally = batch.Tally()
    assert tally.exit_code == ExitCode.SOLVED
    tally.add(outcome(read(EASY)))
    tally.add(outcome(read(HARD), "unsolved"))
    assert tally.exit_code == ExitCode.UNSOLVED
    tally.add(ParseError("x"))
    assert tally.exit_code == ExitCode.BAD_INPUT
    tally.count("solved")  # in a run before this one
    assert re.match(r"solved 2 of 3 \(66.7%\), 1 unsolved, 1 failed, 3.0 steps each, .* puzzles/s", tally.summary())
    learned = batch.Tally()
    learned.add(replace(outcome(read(EASY)), learning=Learning(3)))
    assert "steps" not in learned.summary()


def test_journal_resumes_after_a_torn_line(tmp_path):
    path, settings = tmp_path / "out.jsonl", {"weights": "a"}
    first, second = read(EASY), read(HARD)
    journal = batch.Journal(path, lambda task: settings, starts_anew=False).__enter__()
    journal.write(first, {"verdict": "solved", "steps": 1})
    journal.__exit__(None, None, None)
    with path.open("a") as file:
        file.write('{"verdict": "sol')
    journal = batch.Journal(path, lambda task: settings, starts_anew=False).__enter__()
    assert journal.take(first)["verdict"] == "solved"
    assert journal.take(second) is None
    journal.write(second, {"verdict": "unsolved", "steps": 2})
    journal.__exit__(None, None, None)
    assert [json.loads(line)["verdict"] for line in path.read_text().splitlines()] == ["solved", "unsolved"]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
def test_a_first_line_that_was_cut_off_anywhere_is_written_again(tmp_path, name):
    path = tmp_path / name
    with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
        journal.write(read(EASY), {"schema": 1, "verdict": "solved", "steps": 1})
    whole = path.read_bytes()
    for n_bytes in (0, 1, 5, 20, whole.index(b"\n")):
        path.write_bytes(whole[:n_bytes])
        with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
            assert journal.take(read(EASY)) is None
            journal.write(read(EASY), {"schema": 1, "verdict": "solved", "steps": 1})
        assert path.read_bytes() == whole


def test_a_puzzle_that_comes_twice_is_solved_twice(tmp_path):
    path = tmp_path / "out.jsonl"
    journal = batch.Journal(path, lambda task: {}, starts_anew=False).__enter__()
    journal.write(read(EASY), {"verdict": "solved", "steps": 1})
    journal.__exit__(None, None, None)
    journal = batch.Journal(path, lambda task: {}, starts_anew=False).__enter__()
    assert journal.take(read(EASY))
    assert journal.take(read(EASY)) is None
    journal.__exit__(None, None, None)


def test_other_settings_are_another_result(tmp_path):
    path = tmp_path / "out.jsonl"
    journal = batch.Journal(path, lambda task: {"weights": "a"}, starts_anew=False).__enter__()
    journal.write(read(EASY), {"verdict": "solved", "steps": 1})
    journal.__exit__(None, None, None)
    journal = batch.Journal(path, lambda task: {"weights": "b"}, starts_anew=False).__enter__()
    assert journal.take(read(EASY)) is None
    journal.__exit__(None, None, None)


RESULT = {"verdict": "solved", "steps": 1}
DAMAGED = [
    {**RESULT, "verdict": ""}, {**RESULT, "verdict": ["solved"]}, {"verdict": "solved"}, {**RESULT, "steps": -1},
    {**RESULT, "steps": 1.5}, {**RESULT, "attempts": [[[1]]]}, {**RESULT, "attempts": [[[1]], [[10]]]},
]  # fmt: skip


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize("result", DAMAGED, ids=str)
def test_damaged_lines_are_left_out_and_named(tmp_path, name, result):
    path = tmp_path / name
    with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
        journal.write(read(EASY), result)
        journal.write(read(HARD), RESULT)
    with path.open("a") as file:
        file.write("[" * 100_000 + "\n")
    before = path.read_bytes()
    n = 1 + name.endswith(".csv")
    with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
        assert journal.take(read(EASY)) is None
        assert journal.take(read(HARD))["steps"] == 1
        assert [words.partition(": ")[0] for words in journal.damage] == [f"{path}:{n}", f"{path}:{n + 2}"]
        assert "solved again" in journal.damage[0]
    assert path.read_bytes() == before


def test_an_answer_that_becomes_known_is_another_arc_task(tmp_path):
    """The verdict on an ARC task compares with the known answer; that on a Sudoku follows from the rules."""
    journal = batch.Journal(tmp_path / "out.jsonl", lambda task: {}, starts_anew=False)
    for puzzle, n_keys in ((Puzzle("arc", "a", np.ones((2, 2), np.uint8), "0123456789"), 2), (read(EASY), 1)):
        asked = [replace(puzzle, solution=solution) for solution in (None, puzzle.given)]
        assert len({journal.key(one) for one in asked}) == n_keys


@pytest.mark.parametrize("content", ["hello", "hello\n", "[1]\n", '{"a": 1}\n', '{"key": "a"}\n', "[" * 100_000 + "\n"])
def test_a_foreign_file_is_left_alone(tmp_path, content):
    path = tmp_path / "thesis.txt"
    path.write_text(content)
    with pytest.raises(DataError, match=r"not .*results? of trm solve"):
        batch.Journal(path, lambda task: {}, starts_anew=False).__enter__()
    assert path.read_text() == content


def test_tasks_that_share_a_test_input_have_keys_of_their_own(tmp_path):
    """An ARC puzzle is its demonstrations too: the same input may ask for other things."""
    journal = batch.Journal(tmp_path / "out.jsonl", lambda task: {}, starts_anew=False).__enter__()
    first = Puzzle("arc", "a", np.ones((2, 2), np.uint8), "0123456789", identifier="a")
    demo = Example(np.ones((1, 1), np.uint8), np.zeros((1, 1), np.uint8))
    other = Example(np.ones((1, 1), np.uint8), np.ones((1, 1), np.uint8))
    asked = [first, replace(first, identifier="b"), replace(first, demos=(demo,)), replace(first, demos=(other,))]
    assert len({journal.key(puzzle) for puzzle in asked}) == 4
    assert journal.key(replace(first, name="elsewhere")) == journal.key(first)
    journal.__exit__(None, None, None)


def test_what_could_not_be_read_has_a_line_once(tmp_path):
    path, error = tmp_path / "out.jsonl", ParseError("a.txt:1: no puzzle")
    journal = batch.Journal(path, lambda task: {}, starts_anew=False).__enter__()
    assert journal.take(error) is None
    journal.write(error, unread_json(error))
    journal.__exit__(None, None, None)
    (line,) = map(json.loads, path.read_text().splitlines())
    assert (line["verdict"], line["name"], line["reason"]) == ("unread", "a.txt:1", "no puzzle")
    journal = batch.Journal(path, lambda task: {}, starts_anew=False).__enter__()
    assert journal.take(error)["verdict"] == "unread"
    journal.__exit__(None, None, None)


def test_results_begun_anew_replace_the_old_ones_at_the_end(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text('{"key": "old"}\n')
    journal = batch.Journal(path, lambda task: {}, starts_anew=True).__enter__()
    journal.write(read(EASY), {"verdict": "solved", "steps": 1})
    assert path.read_text() == '{"key": "old"}\n'
    journal.__exit__(None, None, None)
    assert [json.loads(line)["verdict"] for line in path.read_text().splitlines()] == ["solved"]
    assert [*tmp_path.iterdir()] == [path]


def test_arrivals_come_in_groups_and_wait_for_nothing():
    def slowly():
        yield from (1, 2)
        time.sleep(0.3)
        yield 3

    started = time.monotonic()
    groups = batch.arrivals(slowly(), 10)
    first = next(groups)
    assert time.monotonic() - started < 0.25
    assert first + [item for group in groups for item in group] == [1, 2, 3]
    assert max(map(len, batch.arrivals(range(100), 7))) <= 7


def test_arrivals_raise_what_their_source_raises():
    def broken():
        yield 1
        raise ValueError("pipe")

    groups = batch.arrivals(broken(), 1)
    assert next(groups) == [1]
    with pytest.raises(ValueError, match="pipe"):
        next(groups)


def test_arrivals_lose_nothing_before_an_error():
    def broken():
        yield from (1, 2, 3)
        raise ValueError("pipe")

    found = []
    with pytest.raises(ValueError, match="pipe"):
        found.extend(item for group in batch.arrivals(broken(), 16) for item in group)
    assert found == [1, 2, 3]


def test_two_writers_do_not_share_a_file(tmp_path):
    path = tmp_path / "out.jsonl"
    with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
        with pytest.raises(DataError, match=r"in use by process \d+"), batch.Journal(path, lambda task: {}, False):
            pass
        journal.write(read(EASY), {"verdict": "solved", "steps": 1})
    with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
        assert journal.take(read(EASY))


def test_results_begun_anew_are_kept_on_ctrl_c_and_dropped_on_a_failure(tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_text("")
    with pytest.raises(KeyboardInterrupt), batch.Journal(path, lambda task: {}, starts_anew=True) as journal:
        journal.write(read(EASY), {"verdict": "solved", "steps": 1})
        raise KeyboardInterrupt
    kept = path.read_text()
    assert json.loads(kept)["verdict"] == "solved"
    with pytest.raises(DataError), batch.Journal(path, lambda task: {}, starts_anew=True) as journal:
        raise DataError("no space left")
    assert path.read_text() == kept
    assert [*tmp_path.iterdir()] == [path]


def test_a_full_disk_is_told_with_the_file_and_what_to_do(tmp_path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "results.jsonl"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    error = ParseError("x" * 300)
    journal = batch.Journal(path, lambda task: {}, starts_anew=False)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with (
            pytest.raises(DataError, match=r"results.jsonl: cannot be written: .*the same command continues it"),
            journal,
        ):
            for _ in range(9):
                journal.write(error, unread_json(error))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    with batch.Journal(path, lambda task: {}, starts_anew=False) as journal:
        assert journal.take(error)


def test_a_table_whose_head_does_not_fit_on_the_disk_is_named(tmp_path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "results.csv"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(DataError, match=r"results.csv: cannot be written: "):
            batch.Journal(path, lambda task: {}, starts_anew=False).__enter__()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
