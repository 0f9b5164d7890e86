"""What `trm solve` leaves behind of many puzzles: tables, shards of them, and submissions."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import EASY, HARD, SOLVED
from tests.test_learner import mirrored
from trm_cli import batch
from trm_cli.commands import main
from trm_cli.model import weights
from trm_cli.program import many

ROOT = Path(__file__).parents[2]
FAST = ["--max-steps", 1, "--search", "off", "--halt", "verified", "--threads", 1, "--no-compile"]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRM_WEIGHTS", raising=False)


@pytest.fixture
def sudokus(toy, tmp_path, monkeypatch):
    """Five lines, of which one cannot be read, for a toy that solves what has no blank."""
    weights.save(tmp_path / "toy.safetensors", toy, {})
    monkeypatch.setenv("TRM_WEIGHTS", str(tmp_path / "toy.safetensors"))
    (tmp_path / "list.txt").write_text("\n".join([SOLVED, EASY, "55" + EASY[2:], HARD, SOLVED]) + "\n")
    return "list.txt"


def trm(*arguments, stdin=None):
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, prog_name="trm")


def rows(name):
    text = Path(name).read_text()
    return [*csv.DictReader(text.splitlines(), delimiter="\t" if name.endswith(".tsv") else ",")]


@pytest.mark.parametrize("name", ["r.csv", "r.tsv"])
def test_a_table_has_a_row_an_input_and_is_continued(sudokus, name):
    found = trm("solve", sudokus, "--out", name, *FAST)
    assert found.exit_code == 2, found.output
    verdicts = [row["verdict"] for row in rows(name)]
    assert verdicts == ["solved", "unsolved", "unread", "unsolved", "solved"]
    assert rows(name)[0]["answer"] == SOLVED
    assert rows(name)[2]["reason"]
    before = Path(name).read_bytes()
    again = trm("solve", sudokus, "--out", name, *FAST)
    assert "5 already done" in again.stderr
    assert Path(name).read_bytes() == before
    folder = trm("solve", ".", "--out", "other.csv", *FAST)
    assert "4 " in folder.stderr  # of the list alone: results are no puzzles
    assert len(rows("other.csv")) == 5


def test_a_long_list_in_a_file_is_no_pipe(sudokus, monkeypatch):
    """Its length is not known, but nothing has to be answered before the next puzzle comes."""
    monkeypatch.setattr(many, "AHEAD", 2)
    monkeypatch.setattr(batch, "arrivals", None)
    assert trm("solve", sudokus, "--out", "r.csv", *FAST).exit_code == 2
    assert len(rows("r.csv")) == 5


def test_inputs_that_all_cannot_be_read_have_rows_too(tmp_path):
    (tmp_path / "bad.txt").write_text("55" + EASY[2:] + "\n")
    for _ in range(2):
        assert trm("solve", "bad.txt", "none.txt", "--out", "r.csv").exit_code == 2
        assert [row["verdict"] for row in rows("r.csv")] == ["unread", "unread"]


def test_a_table_has_no_trace(sudokus):
    assert "no place for a --trace" in trm("solve", sudokus, "--out", "r.csv", "--trace").stderr


@pytest.mark.parametrize("verdict", ["", "x"])
def test_a_result_without_a_verdict_is_no_solved_puzzle(sudokus, tmp_path, verdict):
    (tmp_path / "one.txt").write_text(EASY)
    trm("solve", "one.txt", "--out", "r.csv", *FAST)
    Path("r.csv").write_text(Path("r.csv").read_text().replace("unsolved", verdict))
    again = trm("solve", "one.txt", "--out", "r.csv", *FAST)
    assert again.exit_code == 1
    assert "r.csv:2: a damaged result" in again.stderr
    assert "solved 0 of 1" in again.stderr
    assert "already done" not in again.stderr


@pytest.mark.parametrize("form", ["r.csv", "r.jsonl"])
def test_inputs_whose_names_are_not_utf_8(sudokus, tmp_path, form):
    name = os.fsdecode(b"\xff.txt")
    (tmp_path / name).write_text("no puzzle")
    (tmp_path / os.fsdecode(b"\xff")).mkdir()
    for _ in range(2):
        found = trm("solve", "none" + name, name, os.fsdecode(b"\xff"), "--out", form, *FAST)
        assert found.exit_code == 2, found.output
    text = Path(form).read_text(encoding="utf-8")
    assert text.count("unread") == 3
    assert "none\ufffd.txt" in text


@pytest.mark.parametrize(
    "how", [["solve", "--out"], ["solve", "--submission"], ["eval", "--out"], ["eval", "--report"]]
)
def test_no_output_overwrites_an_input(tmp_path, how):
    (tmp_path / "a.json").write_text(json.dumps([EASY]))
    found = trm(how[0], "a.json", how[1], "a.json", "--force")
    assert found.exit_code == 2
    assert "a.json: an input, which would be overwritten" in found.stderr
    assert json.loads((tmp_path / "a.json").read_text()) == [EASY]


def test_generate_does_not_overwrite_what_it_begins_from(tmp_path):
    (tmp_path / "hard.txt").write_text(HARD + "\n")
    found = trm("generate", "sudoku", "--difficulty", "extreme", "--like", "hard.txt", "--out", "hard.txt", "--force")
    assert found.exit_code == 2
    assert "hard.txt: an input, which would be overwritten" in found.stderr
    assert (tmp_path / "hard.txt").read_text() == HARD + "\n"


@pytest.mark.parametrize("how", [["solve", EASY, "--out", ""], ["generate", "sudoku", "--out", ""]])
def test_an_output_without_a_name(how):
    found = trm(*how)
    assert found.exit_code == 2
    assert found.stderr == "trm: the name of the file to write is empty\n"


def test_results_among_the_arguments_are_not_solved_again(sudokus):
    for words in ("solved 2", "5 already done"):
        assert words in trm("solve", sudokus, *Path().glob("r.*"), "--out", "r.jsonl", *FAST).stderr
        assert Path("r.jsonl").read_text().count("\n") == 5


@pytest.mark.parametrize("arguments", [["--shard", "auto"], ["--shard", "3/2"], ["--shard", ""]])
def test_no_such_shard(sudokus, arguments):
    end = trm("solve", sudokus, *arguments)
    assert end.exit_code == 2
    assert "shard" in end.stderr


def test_two_shards_one_after_the_other_are_the_whole(sudokus):
    """As two processes, and as two that torchrun tells who they are: each has its part, and nobody waits for others."""
    trm("solve", sudokus, "--out", "whole.csv", *FAST)
    whole = rows("whole.csv")
    for how in (["1/2", "2/2"], ["auto", "auto"]):
        processes = []
        for rank, shard in enumerate(how):
            command = ["solve", sudokus, "--shard", shard, "--out", f"{how[0][0]}-{{shard}}.csv", *FAST]
            processes.append(subprocess.Popen(
                [sys.executable, "-m", "trm_cli", *map(str, command)],
                env={**os.environ, "PYTHONPATH": str(ROOT), "RANK": str(rank), "WORLD_SIZE": "2"}
                if shard == "auto" else {**os.environ, "PYTHONPATH": str(ROOT)},
                stderr=subprocess.DEVNULL,
            ))  # fmt: skip
        assert [process.wait(100) for process in processes] == [2, 1]
        parts = [rows(f"{how[0][0]}-{n}-of-2.csv") for n in (1, 2)]
        told = [[row["key"] for row in part] for part in parts]
        assert told == [[row["key"] for row in whole[n::2]] for n in (0, 1)]
    joined = "".join(Path(f"1-{n}-of-2.csv").read_text() for n in (1, 2))
    Path("joined.csv").write_text(joined)
    assert "5 already done" in trm("solve", sudokus, "--out", "joined.csv", *FAST).stderr
    assert Path("joined.csv").read_text() == joined


def test_a_shard_of_the_environment_needs_a_file_of_its_own(sudokus, monkeypatch):
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "7")
    monkeypatch.setenv("SLURM_ARRAY_TASK_MIN", "7")
    monkeypatch.setenv("SLURM_ARRAY_TASK_COUNT", "9")
    assert "put {shard} into its name" in trm("solve", sudokus, "--shard", "auto", "--out", "r.csv").stderr
    assert trm("solve", sudokus, "--shard", "auto", "--out", "{shard}.csv", *FAST).exit_code == 0
    assert [row["verdict"] for row in rows("1-of-9.csv")] == ["solved"]


def task(n_tests, has_outputs=True):
    puzzle, _ = mirrored(n_demos=3)
    pairs = [{"input": a.tolist(), "output": b.tolist()} for a, b in puzzle.demos]
    tests = []
    for i in range(n_tests):
        given = puzzle.given.copy()
        given[0, 0] = i
        right = given[:, ::-1] if i % 2 == 0 else given  # every second answer is one that nobody could know
        tests.append({"input": given.tolist(), **({"output": right.tolist()} if has_outputs else {})})
    return {"train": pairs, "test": tests}


def test_a_submission_answers_every_test_input_in_its_order(tmp_path):
    tasks = {"first": task(2, False), "second": task(1, False)}
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    arguments = ["solve", "tasks.json", "--updates", 0, "--threads", 1, "--out", "r.csv", "--submission", "s.json"]
    found = trm(*arguments)
    assert found.exit_code == 0, found.output
    written = json.loads((tmp_path / "s.json").read_text())
    for name, content in tasks.items():
        assert [set(answer) for answer in written[name]] == [{"attempt_1", "attempt_2"}] * len(content["test"])
        for answer, pair in zip(written[name], content["test"], strict=True):
            assert answer["attempt_1"] == [row[::-1] for row in pair["input"]]
    again = trm(*arguments[:-1], "again.json")
    assert again.exit_code == 0, again.output
    assert "3 already done" in again.stderr
    assert json.loads((tmp_path / "again.json").read_text()) == written
    assert "leave out --shard" in trm(*arguments, "--force", "--shard", "1/2").stderr


def test_an_interrupt_says_what_becomes_of_a_submission(tmp_path, monkeypatch):
    (tmp_path / "tasks.json").write_text(json.dumps({"first": task(1), "second": task(1)}))

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("trm_cli.batch.Tally.add", stop)
    how = ["solve", "tasks.json", "--updates", 0, "--threads", 1, "--submission", "s.json"]
    found = trm(*how)
    assert found.exit_code == 130
    assert "stopped after 0 puzzles; s.json is not written, and with --out FILE nothing would be lost" in found.stderr
    assert "continues r.csv" in trm(*how, "--out", "r.csv").stderr
    assert not (tmp_path / "s.json").exists()


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (["s1", "s2"], "in s1/t.json and in s2/t.json"),
        (["s1", "s1/t.json"], "both in s1/t.json"),
        (["s2/t.json", "-"], "in s2/t.json and in <stdin>[t]"),
    ],
)
def test_a_submission_refuses_two_tasks_of_one_name(tmp_path, arguments, where):
    for i, folder in enumerate(("s1", "s2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.json").write_text(json.dumps(task(i + 1, False)))
    how = ["--updates", 0, "--threads", 1, "--submission", "s.json"]
    found = trm("solve", *arguments, *how, stdin=json.dumps({"t": task(1, False)}))
    assert found.exit_code == 2
    assert f"s.json: two tasks have the name 't', {where}; rename one, or leave it out" in found.stderr
    assert not (tmp_path / "s.json").exists()


def test_outputs_that_are_added_later_count(tmp_path):
    for has_outputs, words in ((False, "1 unverified"), (True, "solved 1 of 1")):
        (tmp_path / "t.json").write_text(json.dumps(task(1, has_outputs)))
        assert words in trm("solve", "t.json", "--updates", 0, "--threads", 1, "--out", "r.jsonl").stderr


def test_eval_scores_tasks_of_one_name_apart(tmp_path):
    for folder in ("set/s1", "set/s2"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "t.json").write_text(json.dumps(task(1)))
    found = trm("eval", "set", "--task", "arc", "--updates", 0, "--threads", 1, "--json")
    assert json.loads(found.stdout)["all"]["tasks"] == 2


def test_eval_scores_tasks_that_are_learned(tmp_path):
    (tmp_path / "tasks.json").write_text(json.dumps({"a": task(2), "b": task(1)}))
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "c.json").write_text(json.dumps(task(1)))
    how = ["--task", "arc", "--updates", 0, "--seconds", 5, "--threads", 1]
    found = trm("eval", "tasks.json", "set", *how, "--json")
    assert found.exit_code == 0, found.output
    whole, folder = map(json.loads, found.stdout.splitlines())
    assert (whole["all"]["tasks"], whole["test_inputs"]) == (2, 3)
    assert whole["all"]["pass_1"]["share"] == pytest.approx(1.5 / 2)
    assert 0 < whole["all"]["pass_1"]["low"] < 1.5 / 2 < whole["all"]["pass_1"]["high"] < 1
    assert whole["by_size"]["small"] == whole["all"] == whole["by_way"]["explained"]
    assert (whole["updates"], whole["seconds"]) == (0, 5)
    assert folder["all"]["pass_2"]["share"] == 1
    table = trm("eval", "tasks.json", *how, "--limit", 1).stdout
    assert "1 task, 2 test inputs" in table
    assert "pass@1" in table
    assert "explained" in table
    assert "there is --json" in trm("eval", "tasks.json", *how, "--limit", 1, "--report", "r.html").stderr
    (tmp_path / "unknown.json").write_text(json.dumps(task(1, False)))
    assert "no output to compare with" in trm("eval", "unknown.json", *how).stderr


def test_generate_on_a_full_disk_names_the_file(tmp_path):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    out = tmp_path / "mazes.txt"
    trm("generate", "maze")  # imports and compiles all, as Python would write modules that are cut off into its caches
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, limits[1]))
    try:
        result = CliRunner().invoke(main, ["generate", "maze", "--kind", "20x20", "--n", "9", "--out", str(out)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert result.exit_code == 2
    assert f"{out}: cannot be written: " in result.stderr
