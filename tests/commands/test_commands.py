"""The command line as one table: arguments, standard input, exit code, stdout, stderr."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from tests.conftest import EASY, HARD, SOLVED
from trm_cli import reading, records, source
from trm_cli.commands import COMMANDS, main
from trm_cli.model import weights
from trm_cli.model.nets import build
from trm_cli.train.presets import preset

ROOT = Path(__file__).parents[2]
CONTRADICTION = "55" + EASY[2:]


@pytest.fixture(autouse=True)
def weights_of_a_toy(toy, tmp_path, monkeypatch):
    """Untrained weights: they solve what has no blank cell, and nothing else."""
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {"accuracy": {"toys": 0.5}})
    monkeypatch.setenv("TRM_WEIGHTS", str(path))
    monkeypatch.chdir(tmp_path)
    return path


def trm(*arguments, stdin=None):
    return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin, prog_name="trm")


TABLE = {  # name: (arguments, stdin, exit code, in stdout, in stderr)
    "literal": (["solve", SOLVED, "--halt", "verified"], None, 0, SOLVED, ""),
    "stdin": (["solve", "-", "--halt", "verified"], SOLVED, 0, SOLVED, ""),
    "stdin without an argument": (["solve", "--halt", "verified"], SOLVED, 0, SOLVED, ""),
    "unsolved": (["solve", HARD, "--max-steps", "1", "--search", "off"], None, 1, "", "try --max-steps 64"),
    "unsolved by a search": (
        ["solve", HARD, "--max-steps", "1", "--search", "2", "--seconds", "1"],
        None,
        1,
        "",
        "try --search 16 --seconds 60",
    ),
    "grid": (["solve", SOLVED, "--format", "grid", "--halt", "verified"], None, 0, "534678912\n672195348", ""),
    "pretty": (["solve", SOLVED, "--format", "pretty", "--halt", "verified"], None, 0, "solved and checked", ""),
    "pretty unsolved": (
        ["solve", HARD, "--format", "pretty", "--max-steps", "1", "--search", "off"],
        None,
        1,
        "twice, at row",
        "",
    ),
    "quiet": (["solve", HARD, "-q", "--max-steps", "1", "--search", "0"], None, 1, "", None),
    "very quiet": (["solve", SOLVED, "-qq", "--halt", "verified"], None, 0, None, None),
    "verbose": (["solve", SOLVED, "-v", "--halt", "verified"], None, 0, SOLVED, "1 worker"),
    "many": (["solve", "-", "--halt", "verified"], f"{SOLVED}\n{SOLVED}", 0, f"{SOLVED}\n{SOLVED}", "solved 2 of 2"),
    "one bad of two": (
        ["solve", "-", "--halt", "verified"],
        f"{CONTRADICTION}\n{SOLVED}",
        2,
        SOLVED,
        "<stdin>:1:1 and",
    ),
    "only bad": (["solve", CONTRADICTION], None, 2, "", "contradict each other"),
    "no such file": (["solve", "nothing.txt"], None, 2, "", "nothing.txt: no such file"),
    "no such weights": (["solve", EASY, "--weights", "sudko"], None, 2, "", "no such weights"),
    "no such device": (["solve", EASY, "--device", "cuda:9"], None, 2, "", "present: "),
    "no such dtype": (["solve", EASY, "--dtype", "int8"], None, 2, "", "choose from auto"),
    "no such budget": (["solve", EASY, "--search", "soon"], None, 2, "", "auto, off or a number of branches"),
    "no such option": (["solve", "--max-stebs", "3"], None, 2, "", "--max-steps"),
    "no such command": (["slove", EASY], None, 2, "", "No such command"),
    "check unique": (["check", EASY], None, 0, "unique solution, easy (0 guesses)", ""),
    "check hard": (["check", HARD], None, 0, "unique solution, extreme", ""),
    "check ambiguous": (["check", "." * 81], None, 1, "more than one solution", ""),
    "check impossible": (["check", "." * 8 + "1" + "." * 9 + "2" * 0 + "." * 63], None, 1, "more than one", ""),
    "check solved": (["check", "-"], SOLVED, 0, "every rule holds", ""),
    "check bad": (["check", CONTRADICTION], None, 2, "", "contradict"),
    "generate": (["generate", "sudoku", "--n", "2", "--kind", "4x4", "--difficulty", "easy"], None, 0, ".", ""),
    "generate to standard output": (["generate", "sudoku", "--kind", "4x4", "--out", "-"], None, 0, ".", ""),
    "generate unknown": (["generate", "sudoku", "--kind", "5x5"], None, 2, "", "choose from 4x4"),
    "generate a maze": (["generate", "maze", "--kind", "6x8", "--difficulty", "perfect"], None, 0, "S", ""),
    "generate an impossible maze": (["generate", "maze", "--kind", "4x4", "--difficulty", "15"], None, 2, "", "hardly"),
    "generate a maze on a line": (
        ["generate", "maze", "--kind", "6x8", "--format", "csv"],
        None,
        2,
        "",
        "does not show the shape of a 6x8 maze",
    ),
    "check a maze": (["check", "S .\n#  \n# G"], None, 0, "shortest path 5 cells", ""),
    "check a path": (["check", "-"], "Soo\n# o\n# G", 0, "the path of 5 cells is a shortest one", ""),
    "check a wrong path": (["check", "-"], "So \n# o\n# G", 1, "does not join", ""),
    "a walled goal": (["solve", "-"], "S #\n ##\n #G", 2, "", "<stdin>:1: the goal cannot be reached"),
    "a maze for Sudoku weights": (
        ["solve", "S .\n#  \n# G"],
        None,
        2,
        "",
        "solve sudoku, not maze; try --weights maze",
    ),
    "a maze among Sudokus": (
        ["solve", "-", "S .\n#  \n# G", "--halt", "verified"],
        SOLVED,
        2,
        SOLVED,
        "<argument>: ",
    ),
    "convert what is no checkpoint": (
        ["convert", "toy.safetensors", "--task", "sudoku", "--out", "x"],
        None,
        2,
        "",
        "not a checkpoint of the published code",
    ),
    "convert nothing": (
        ["convert", "no.pt", "--task", "sudoku", "--out", "x"],
        None,
        2,
        "",
        "no.pt: cannot be read: No such",
    ),
    "generate where nobody may": (
        ["generate", "sudoku", "--kind", "4x4", "--out", "/proc/x.txt"],
        None,
        2,
        "",
        "No such file or directory\n",
    ),
    "convert without a task": (["convert", "toy.safetensors", "--out", "x"], None, 2, "", "give --task"),
    "convert the other way": (
        ["convert", "toy.safetensors", "--out", "x", "--to", "official"],
        None,
        2,
        "",
        "only the published network",
    ),
    "save as what": (["solve", EASY, "--save", "a.png"], None, 2, "", "one of .svg, .html"),
    "save many": (["solve", EASY, HARD, "--save", "a.svg"], None, 2, "", "--save is for one puzzle"),
    "save and out": (["solve", EASY, "--save", "a.svg", "--out", "r.jsonl"], None, 2, "", "give one of them"),
    "filmstrip of nothing": (["solve", EASY, "--filmstrip", "3"], None, 2, "", "give --save FILE too"),
    "tolerance of nothing": (["solve", EASY, "--tolerance", "0.1"], None, 2, "", "--tolerance is for --halt stable"),
    "out to nowhere": (["solve", EASY, "--out", "none/r.jsonl"], None, 2, "", "there is no folder none"),
    "submission to nowhere": (["solve", EASY, "--submission", "none/s.json"], None, 2, "", "there is no folder none"),
    "save where nobody may": (["solve", SOLVED, "--save", "/proc/x.svg"], None, 2, SOLVED, "cannot be written"),
    "inspect beyond": (["inspect", EASY, "--max-steps", "2", "--step", "3"], None, 2, "", "beyond the last step"),
    "inspect the first of good and bad": (["inspect", "-", "--max-steps", "1"], f"{EASY}\nx", 0, "z through", ""),
    "nothing as an argument": (["solve", ""], None, 2, "", "'': nothing in this argument; give"),
    "out to a stream": (["solve", EASY, "--out", "-"], None, 2, "", "use --json to print"),
    "out to a spreadsheet": (
        ["solve", EASY, "--out", "r.xlsx"],
        None,
        2,
        "",
        "as .jsonl (JSON lines), .csv or .tsv, not",
    ),
    "out to a numbered part": (["solve", SOLVED, "--out", "r.3", "--halt", "verified"], None, 0, "", "1 of 1"),
    "out to a device": (["solve", EASY, "--out", "/dev/null"], None, 2, "", "not a regular file"),
    "did you mean": (["chek", EASY], None, 2, "", "Did you mean 'check'?"),
    "a negative seed": (["generate", "sudoku", "--seed", "-1"], None, 2, "", "--seed"),
    "check a wrong full grid": (["check", "-"], SOLVED[:-1] + "8", 1, "twice, at row 9", ""),
    "what task": (["solve", "-"], "hello", 2, "", "<stdin>: neither a Sudoku nor a maze"),
    "inspect": (["inspect", EASY, "--max-steps", "2"], None, 0, "z through the answer head", ""),
    "inspect json": (["inspect", EASY, "--max-steps", "2", "--json"], None, 0, '"z_change"', ""),
    "inspect too far": (["inspect", EASY, "--number", "2"], None, 2, "", "there is no --number 2; it has 1 puzzle"),
    "inspect as what": (["inspect", EASY, "--save", "a.gif"], None, 2, "", "charts are saved as .svg"),
    "show what is no trace": (["show", "toy.safetensors"], None, 2, "", "the weights of a model"),
    "old line ends": (["check"], f"puzzle,solution\r{EASY},\r", 0, "unique solution", ""),
    "show nothing": (["show", "-"], "", 2, "", "<stdin>: no trace in it"),
    "submission of a Sudoku": (["solve", EASY, "--submission", "s.json"], None, 2, "", "is for ARC tasks"),
    "a seed below 0": (["train", "--task", "sudoku", "--seed", "-1"], None, 2, "", "Invalid value for '--seed'"),
    "generate of the only level": (["generate", "sudoku", "--kind", "4x4"], None, 0, "", ""),
    "models": (["models", "toy.safetensors"], None, 0, "toys 50.0%", ""),
    "models json": (["models", "toy.safetensors", "--json"], None, 0, '"hidden_size": 8', ""),
    "help for help": (["help", "help"], None, 0, "Every command explains its", ""),
    "a maze with a longer path than it has cells": (
        ["generate", "maze", "--difficulty", "99999999999999999999"],
        None,
        2,
        "",
        "a 30x30 maze has 900 cells",
    ),
    "a maze with a path of thousands of digits": (
        ["generate", "maze", "--kind", "5x5", "--difficulty", "9" * 5000],
        None,
        2,
        "",
        "a 5x5 maze has 25 cells",
    ),
    "a kind of thousands of digits": (["generate", "maze", "--kind", f"{'9' * 5000}x5"], None, 2, "", "from 2 to 64"),
    "doctor": (["doctor"], None, 0, "torch", ""),
    "completion": (["completion", "bash"], None, 0, "_TRM_COMPLETE", ""),
    "version": (["--version"], None, 0, "trm 0.", ""),
    "train nothing": (["train"], None, 2, "", "give --task"),
    "train unknown preset": (["train", "--task", "sudoku", "--preset", "quik"], None, 2, "", "did you mean 'quick'"),
    "dry run": (
        ["train", "--task", "sudoku", "--preset", "quick", "--dry-run", "--set", "model.hidden_size=8"],
        None,
        0,
        "TFLOP an update",
        "",
    ),
    "dry run of few slots": (
        [
            "train",
            "--task",
            "sudoku",
            "--preset",
            "paper-mlp",
            "--slots",
            "2",
            "--dry-run",
            "--set",
            "accumulation=2",
            "--set",
            "model.hidden_size=16",
            "--set",
            "model.puzzle_emb_ndim=16",
        ],
        None,
        0,
        "updates     65,104",
        "",
    ),
    "dry run with a level that is none": (
        ["train", "--task", "maze", "--preset", "quick", "--dry-run", "--set", "10x10.first=easy:1,hrd:1"],
        None,
        2,
        "",
        "stream 10x10: no level 'hrd'; did you mean 'hard'?",
    ),
    "dry run on nothing": (["train", "--task", "sudoku", "--dry-run", "--data", "no.csv"], None, 2, "", "no.csv"),
    "dry run on puzzles without solutions": (
        ["train", "--task", "sudoku", "--dry-run", "--data", "puzzles/sudoku/hard.txt"],
        None,
        2,
        "",
        "--out solved.csv",
    ),
    "dry run on weights of another task": (
        ["train", "--task", "sudoku", "--dry-run", "--init", "maze"],
        None,
        2,
        "",
        "try --weights sudoku",
    ),
    "dry run on no puzzles to validate on": (
        ["train", "--task", "sudoku", "--dry-run", "--validate", "no.csv"],
        None,
        2,
        "",
        "no.csv",
    ),
    "dry run of no run": (["train", "--resume", "x", "--dry-run"], None, 2, "", "no checkpoint.pt"),
    "resume nothing": (["train", "--resume", "nowhere"], None, 2, "", "no checkpoint.pt"),
}


@pytest.mark.parametrize("name", TABLE)
def test_table(name):
    arguments, stdin, code, stdout, stderr = TABLE[name]
    found = trm(*arguments, stdin=stdin)
    assert found.exit_code == code, found.output
    assert (found.stdout == "") if stdout is None else (stdout in found.stdout)
    assert (found.stderr == "") if stderr is None else (stderr in found.stderr)
    assert "Traceback" not in found.output


def test_every_command_has_help_with_two_examples():
    for name in COMMANDS:
        for flag in ("-h", "--help"):
            found = trm(name, flag)
            assert found.exit_code == 0, (name, found.output)
        assert found.output.count(f"trm {name}") >= 3 or name in ("doctor",), name
    overview = trm("--help").output
    assert all(f"  {name} " in overview for name in COMMANDS)


def test_every_command_and_exit_code_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    assert all(f"trm {name}" in readme for name in COMMANDS)
    assert all(str(code) in readme for code in (130, 141))


JSON_KEYS = {
    "schema", "task", "name", "given", "answer", "verdict", "reason", "steps", "seconds", "searched", "weights", "seed",
}  # fmt: skip


def test_json_is_one_object_a_line_in_input_order(weights_of_a_toy):
    found = trm(
        "solve",
        "-",
        "--json",
        "--halt",
        "verified",
        "--max-steps",
        2,
        "--search",
        "off",
        stdin=f"{HARD}\n{SOLVED}\n{EASY}",
    )
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert all(line.keys() >= JSON_KEYS for line in lines)
    assert [line["given"] for line in lines] == [HARD, SOLVED, EASY]
    assert [line["verdict"] for line in lines] == ["unsolved", "solved", "unsolved"]
    assert [line["steps"] for line in lines] == [2, 1, 2]
    assert all(line["schema"] == 1 and line["searched"] is False for line in lines)
    assert [line["answer"] for line in lines] == [None, SOLVED, None]
    assert len(lines[0]["attempt"]) == len(lines[2]["attempt"]) == 81
    assert {line["weights"] for line in lines} == {weights.digest(weights_of_a_toy)}


def test_results_beside_puzzles_are_no_puzzles(tmp_path):
    (tmp_path / "a.txt").write_text(SOLVED)
    (tmp_path / "empty").mkdir()
    for _ in range(2):
        found = trm("solve", ".", "--out", "results.jsonl", "--halt", "verified", "--search", "off")
        assert found.exit_code == 0
        assert "solved 1 of 1" in found.stderr
        assert len((tmp_path / "results.jsonl").read_text().splitlines()) == 1
        (tmp_path / "printed.jsonl").write_text(trm("solve", "a.txt", "--json", "--halt", "verified").stdout)
    assert "no puzzle files" in trm("solve", "empty").stderr


def test_json_of_mazes_is_read_back(tmp_path):
    text = "S ##\n#  G\n\nS #\n  G\n"
    weights_of_mazes = tmp_path / "maze.safetensors"
    torch.manual_seed(0)
    weights.save(weights_of_mazes, build(preset("maze", "quick").model), {})
    lines = trm("solve", "-", "--json", "--max-steps", 1, "--search", "off", "--weights", weights_of_mazes, stdin=text)
    assert [json.loads(line)["shape"] for line in lines.stdout.splitlines()] == [[2, 4], [2, 3]]
    (tmp_path / "m.jsonl").write_text(lines.stdout)
    checked = trm("check", "m.jsonl")
    assert checked.stderr == ""
    assert checked.stdout.count("\n") == 2


def test_results_in_a_folder_are_no_puzzles(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.txt").write_text(f"{SOLVED}\n{SOLVED}\n")
    assert trm("solve", "set", "--out", "set/r.jsonl").exit_code == 0
    assert len(trm("solve", "set", "--json").stdout.splitlines()) == 2
    assert len(trm("check", "set/r.jsonl").stdout.splitlines()) == 2


def test_a_batch_resumes_and_force_redoes(tmp_path):
    arguments = ["solve", "list.txt", "--out", "out.jsonl", "--halt", "verified", "--max-steps", "2", "--search", "off"]
    (tmp_path / "list.txt").write_text(f"{SOLVED}\n")
    assert trm(*arguments).exit_code == 0
    (tmp_path / "list.txt").write_text(f"{SOLVED}\n{SOLVED}\n{HARD}\n")
    first = (tmp_path / "out.jsonl").read_text()
    found = trm(*arguments)
    assert found.exit_code == 1
    assert "solved 2 of 3" in found.stderr
    whole = (tmp_path / "out.jsonl").read_text().splitlines()
    assert len(whole) == 3
    again = trm(*arguments)
    assert "3 already done" in again.stderr
    assert again.exit_code == 1
    assert (tmp_path / "out.jsonl").read_text().splitlines() == whole
    assert whole[0] == first.strip()
    trm(*arguments, "--force")
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3


def test_generate_solve_check_read_each_other(tmp_path):
    made = trm("generate", "sudoku", "--n", "3", "--difficulty", "easy", "--format", "grid").stdout
    checked = trm("check", "-", stdin=made)
    assert checked.exit_code == 0
    assert checked.stdout.count("unique solution, easy") == 3
    assert trm("generate", "sudoku", "--n", "3", "--format", "csv", "--out", "a.csv").exit_code == 0
    assert trm("check", "a.csv").stdout.count("unique") == 3
    refused = trm("generate", "sudoku", "--out", "a.csv")
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert (
        trm("generate", "sudoku", "--n", "3", "--seed", "5").stdout
        == trm("generate", "sudoku", "--n", "3", "--seed", "5", "--workers", "1").stdout
    )


@pytest.mark.parametrize(
    ("puzzle", "words"),
    [
        ("12..34..........", "like.txt:1: a grid of another size; only extreme 9x9"),
        ("." * 81, "none of the Sudokus to start from has exactly one solution"),
    ],
)
def test_what_no_sudokus_can_be_made_like(tmp_path, puzzle, words):
    (tmp_path / "like.txt").write_text(puzzle)
    found = trm("generate", "sudoku", "--difficulty", "extreme", "--like", "like.txt", "--workers", 1)
    assert found.exit_code == 2
    assert words in found.stderr


WRONG = "2" + SOLVED[1:]


@pytest.mark.parametrize(
    ("answer", "words"), [(WRONG, "a.csv:3: the answer beside the puzzle is wrong: "), ("", "needs the answer beside")]
)
def test_a_data_set_has_right_answers(tmp_path, answer, words):
    (tmp_path / "a.csv").write_text(f"question,answer\n{EASY},{SOLVED}\n{EASY},{answer}\n")
    found = trm("dataset", "sudoku", "a.csv", "--out", "set")
    assert found.exit_code == 2
    assert words in found.stderr
    assert not (tmp_path / "set").exists()
    assert trm("dataset", "sudoku", "a.csv", "--out", "set", "--limit", 1).exit_code == 0  # no more is read


def test_data_sets_may_be_of_any_size(tmp_path, monkeypatch):
    """Without --max-bytes no command says that it allows more."""
    (tmp_path / "a.csv").write_text(f"question,answer\n{EASY},{SOLVED}\n")
    assert trm("solve", SOLVED, "--save", "t.json").exit_code == 0
    for read in (reading.puzzles, source.read):
        *others, _ = read.__defaults__
        monkeypatch.setattr(read, "__defaults__", (*others, 80))
    for command in (
        "eval a.csv --max-steps 1", "inspect a.csv --max-steps 1", "dataset sudoku a.csv --out set", "show t.json",
    ):  # fmt: skip
        assert trm(*command.split()).exit_code == 0, command


@pytest.mark.parametrize("rating", ["nan", "inf", "-inf", "1e999"])
def test_a_rating_that_is_no_number_is_none(tmp_path, rating):
    (tmp_path / "a.csv").write_text(f"question,answer,rating\n{EASY},{SOLVED},{rating}\n")
    found = trm("eval", "a.csv", "--max-steps", 1, "--report", "r.json")
    assert found.exit_code == 0, found.output
    assert json.loads((tmp_path / "r.json").read_text())[0]["report"]["by_level"].keys() == {"easy"}
    assert "a.csv: 1 puzzle\n" in found.stdout


def test_eval_of_odd_files(tmp_path):
    """A name that looks like markup, a puzzle without blanks, and the same file twice."""
    name = "x[bold].csv"
    (tmp_path / name).write_text(f"question,answer\n{SOLVED},{SOLVED}\n{EASY},{SOLVED}\n")
    found = trm("eval", name, "--data", name, "--max-steps", 1)
    assert found.exit_code == 0, found.output
    assert found.stdout.count(f"{name}: 2 puzzles") == 2
    line = json.loads(trm("eval", name, "--max-steps", 1, "--json").stdout)
    assert 0.5 <= line["by_steps"][0]["cells"] < 1


def test_eval_reports_by_steps(tmp_path):
    (tmp_path / "a.csv").write_text(f"question,answer\n{EASY},{SOLVED}\n{HARD},\n")
    found = trm("eval", "--task", "sudoku", "--data", "a.csv", "--max-steps", "4", "--json", "--out", "e.json")
    assert found.exit_code == 0, found.output
    (line,) = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["steps"] for row in line["by_steps"]] == [1, 4]
    assert line["puzzles"] == 2
    assert json.loads((tmp_path / "e.json").read_text()) == line
    assert trm("eval", "a.csv", "--max-steps", "2").stdout.count("95 % interval") == 1
    assert "which puzzles?" in trm("eval").stderr
    (tmp_path / "b.csv").write_text("question,answer\n")
    assert "b.csv: no puzzle in it" in trm("eval", "b.csv").stderr


def test_eval_writes_a_report(tmp_path):
    (tmp_path / "a.csv").write_text(f"question,answer\n{EASY},{SOLVED}\n{HARD},\n")
    for name in ("r.json", "r.html"):
        found = trm("eval", "--task", "sudoku", "--data", "a.csv", "--max-steps", 4, "--report", name, "--json")
        assert found.exit_code == 0, found.output
        assert "report" not in json.loads(found.stdout)
    (report,) = json.loads((tmp_path / "r.json").read_text())
    assert report["report"]["by_level"] == {
        "easy": {"puzzles": 1, "accuracy": 0.0}, "extreme": {"puzzles": 1, "accuracy": 0.0},
    }  # fmt: skip
    assert [row["source"] for row in report["report"]["hit_the_limit"]] == ["a.csv:2", "a.csv:3"]
    assert "a.csv:3" in (tmp_path / "r.html").read_text()
    assert "already there" in trm("eval", "--task", "sudoku", "--data", "a.csv", "--report", "r.html").stderr
    assert "is .html or .json" in trm("eval", "--task", "sudoku", "--data", "a.csv", "--report", "r.txt").stderr


def test_eval_takes_puzzles_whose_difficulty_nobody_knows(tmp_path):
    (tmp_path / "a.csv").write_text(f"question,answer\n{'.' * 80}1,\n")
    found = trm("eval", "a.csv", "--max-steps", 2, "--report", "r.json")
    assert found.exit_code == 0, found.output
    (report,) = json.loads((tmp_path / "r.json").read_text())
    assert [*report["report"]["by_level"]] == ["unknown"]
    late = trm("eval", "a.csv", "missing.csv", "--max-steps", 2)
    assert late.exit_code == 2
    assert late.stdout == ""  # told before the work


@pytest.fixture
def broken(toy, tmp_path, monkeypatch):
    """Weights whose answers are not numbers."""
    for parameter in toy.parameters():
        torch.nn.init.constant_(parameter, float("nan"))
    path = tmp_path / "broken.safetensors"
    weights.save(path, toy, {})
    monkeypatch.setenv("TRM_WEIGHTS", str(path))


def test_weights_that_are_not_sound_fail_puzzles_and_say_so(broken):
    one = trm("solve", EASY, "--json")
    assert one.exit_code == 2
    assert json.loads(one.stdout)["verdict"] == "failed"
    assert "are the weights sound?" in one.stderr
    many = trm("solve", EASY, HARD)
    assert many.exit_code == 2
    assert "2 failed" in many.stderr
    assert many.stderr.count("are the weights sound?") == 2
    looked = trm("inspect", EASY)
    assert looked.exit_code == 2
    assert "are the weights sound?" in looked.stderr


def test_a_trace_is_saved_shown_and_drawn(tmp_path):
    found = trm("solve", HARD, "--max-steps", 3, "--search", "off", "--save", "t.json", "--save", "s.svg", "-qq")
    assert found.exit_code == 1
    assert (tmp_path / "s.svg").stat().st_size > 1000
    shown = trm("show", "t.json")
    assert shown.exit_code == 0, shown.output
    assert "unsolved" in shown.stdout
    names = ("t.svg", "t.html", "t.cast", "t.gif")
    assert trm("show", "t.json", *(word for name in names for word in ("--save", name))).exit_code == 0
    assert all((tmp_path / name).stat().st_size > 1000 for name in names)
    assert trm("show", "t.json", "--save", "t.svg").exit_code == 2
    line = json.loads(trm("solve", HARD, "--max-steps", 3, "--search", "off", "--json", "--trace").stdout)
    saved = json.loads((tmp_path / "t.json").read_text())
    assert line.keys() == saved.keys()
    assert [frame["step"] for frame in line["trace"]["frames"]] == [1, 2, 3]
    assert line["trace"]["frames"][2]["cells"] == saved["trace"]["frames"][2]["cells"]
    many = trm("solve", HARD, EASY, "--max-steps", 2, "--search", "off", "--json", "--trace").stdout
    (tmp_path / "many.jsonl").write_text(many)
    assert trm("show", "many.jsonl").stdout.count("unsolved") == 2
    assert trm("show", "-", stdin=(tmp_path / "many.jsonl").read_text()).stdout.count("unsolved") == 2


def test_inspect_saves_charts(tmp_path):
    assert trm("inspect", EASY, "--max-steps", 2, "--save", "a.svg", "--save", "b.svg").exit_code == 0
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    assert "already there" in trm("inspect", EASY, "--max-steps", 2, "--save", "a.svg").stderr


def test_train_then_solve(tmp_path):
    tiny = ["--set", "model.hidden_size=8", "--set", "model.pool_size=4", "--set", "eval_puzzles=4", "--no-compile"]
    found = trm(
        "train", "--task", "sudoku", "--preset", "quick", "--steps", 3, "--puzzles", 20, "--out", "run", *tiny,
        "--set", "eval_max_steps=2", "--threads", 1,
    )  # fmt: skip
    assert found.exit_code == 0, found.output
    assert "trm solve --weights run puzzles/sudoku/" in found.stderr
    assert (
        trm("solve", EASY, "--weights", "run/weights.safetensors", "--max-steps", 1, "--search", "off").exit_code == 1
    )
    again = trm("train", "--task", "sudoku", "--out", "run")
    assert again.exit_code == 2
    assert "trm train --resume run" in again.stderr
    (tmp_path / "v.csv").write_text(f"question,answer\n{EASY},{SOLVED}\n")
    listed = [line.split() for line in trm("train", "--resume", "run", "--list").stdout.splitlines()]
    assert next(row for row in listed if row[0] == "model.hidden_size")[5] == "8"
    estimated = trm("train", "--resume", "run", "--dry-run", "--threads", 1)
    assert ["updates", "3"] in [line.split() for line in estimated.stdout.splitlines()], estimated.output
    longer = trm("train", "--resume", "run", "--steps", 4, "--validate", "v.csv", "--threads", 1)
    assert longer.exit_code == 0, longer.output
    assert "of 1 validation puzzles" in longer.stderr
    longer = trm("train", "--resume", "run", "--steps", 5, "--threads", 1)
    assert "of 1 validation puzzles" in longer.stderr
    assert "a run of --task sudoku" in trm("train", "--resume", "run", "--task", "maze").stderr
    assert "--seed is for a new run" in trm("train", "--resume", "run", "--seed", 2).stderr
    assert "--set is for a new run" in trm("train", "--resume", "run", "--set", "lr=1").stderr


def test_what_keeps_a_training_from_beginning_leaves_nothing(tmp_path):
    for wrong, message in (
        (["--device", "cuda:99"], "no such device"),
        (["--set", "accumulation=7"], "does not divide"),
    ):
        found = trm("train", "--task", "sudoku", "--preset", "quick", "--out", "run", *wrong)
        assert (found.exit_code, message in found.stderr) == (2, True), found.output
        assert "making puzzles" not in found.stderr
    assert not (tmp_path / "run").exists()


def heeds_ctrl_c():
    """A shell's background jobs ignore SIGINT, and so would what the tests start there."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def process(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "trm_cli", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=ROOT, env=os.environ | {"OMP_NUM_THREADS": "1"}, preexec_fn=heeds_ctrl_c, **options,
    )  # fmt: skip


def test_a_closed_pipe_ends_quietly():
    with process("generate", "sudoku", "--n", 100000, "--difficulty", "easy") as made:
        made.stdout.readline()
        made.stdout.close()
        assert made.wait(60) == 141
        assert made.stderr.read() == ""


def test_ctrl_c_leaves_whole_lines(tmp_path):
    file = tmp_path / "a.txt"
    with process("generate", "sudoku", "--n", 10**6, "--difficulty", "easy", "--out", file) as made:
        while not file.exists() or file.stat().st_size < 1000:
            assert made.poll() is None
            time.sleep(0.05)
        made.send_signal(signal.SIGINT)
        assert made.wait(60) == 130
        assert "written whole" in made.stderr.read()
    assert {len(line) for line in (tmp_path / "a.txt").read_text().splitlines()} == {81}


QUICK = "--no-compile", "--search", "off"
"""Options with which the first results come soon."""


def test_a_second_ctrl_c_while_workers_compute_is_no_crash(tmp_path):
    (tmp_path / "a.txt").write_text(f"{EASY}\n" * 1000)
    out = tmp_path / "r.jsonl"
    with process("solve", tmp_path / "a.txt", "--out", out, "--threads", 2, "--slots", 8, *QUICK) as made:
        while not out.exists() or not out.stat().st_size:
            assert made.poll() is None
            time.sleep(0.05)
        for _ in range(2):
            made.send_signal(signal.SIGINT)
            time.sleep(0.05)
        assert made.wait(60) == 130
        assert made.stderr.read().splitlines()[-1].endswith(f"the same command continues {out}")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_results_begun_anew_are_kept_whatever_ends_the_program(tmp_path, name):
    (tmp_path / "a.txt").write_text(f"{EASY}\n" * 1000)
    out = tmp_path / "r.csv"
    out.write_text(f"{','.join(records.COLUMNS)}\n")
    with process("solve", tmp_path / "a.txt", "--out", out, "--slots", 8, *QUICK, "--force") as made:
        new = tmp_path / f".r.csv.{made.pid}"
        while not new.exists() or len(new.read_text().splitlines()) < 3:
            assert made.poll() is None
            time.sleep(0.05)
        made.send_signal(getattr(signal, name))
        assert made.wait(60) == 130
        assert "the same command without --force continues" in made.stderr.read()
    assert 3 <= len(out.read_text().splitlines()) < 1000
    assert {file.name for file in tmp_path.iterdir()} == {"a.txt", "r.csv", "toy.safetensors"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_first_signal_saves_a_training_run_that_nobody_else_may_train(tmp_path, name):
    run = tmp_path / "run"
    with process(
        "train", "--task", "sudoku", "--preset", "quick", "--puzzles", 20, "--out", run, "--no-compile",
        "--set", "model.hidden_size=8", "--set", "eval_puzzles=4", "--minutes", 5, "--slots", 4,
    ) as made:  # fmt: skip
        while not (run / "metrics.jsonl").exists():
            assert made.poll() is None, made.stderr.read()
            time.sleep(0.1)
        if name == "SIGINT":
            for again in (["--resume", run], ["--task", "sudoku", "--preset", "quick", "--out", run]):
                second = trm("train", *again)
                assert second.exit_code == 2
                assert f"in use by process {made.pid}" in second.stderr or "not empty" in second.stderr
        made.send_signal(getattr(signal, name))
        assert made.wait(60) == 130
        told = made.stderr.read()
    assert f"trm train --resume {run}" in told
    assert "Traceback" not in told
    assert not (run / ".lock").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_training_that_is_stopped_and_continued_loses_no_time(tmp_path):
    metrics = tmp_path / "run" / "metrics.jsonl"
    with process(
        "train", "--task", "sudoku", "--preset", "quick", "--puzzles", 20, "--out", tmp_path / "run", "--no-compile",
        "--set", "model.hidden_size=8", "--set", "eval_puzzles=4", "--minutes", 5, "--slots", 4,
    ) as made:  # fmt: skip
        while not metrics.exists():
            assert made.poll() is None, made.stderr.read()
            time.sleep(0.1)
        made.send_signal(signal.SIGSTOP)
        time.sleep(10)
        n_lines = len(metrics.read_text().splitlines())
        made.send_signal(signal.SIGCONT)
        while len(metrics.read_text().splitlines()) < n_lines + 2:
            assert made.poll() is None, made.stderr.read()
            time.sleep(0.1)
        before, after = (json.loads(line)["seconds"] for line in metrics.read_text().splitlines()[n_lines - 1 :][:2])
        assert after < before + 10
        made.kill()


def test_a_run_that_was_over_says_what_continues_it(tmp_path):
    tiny = ["--puzzles", 20, "--slots", 4, "--no-compile", "--set", "model.hidden_size=8", "--set", "eval_puzzles=4"]
    made = trm("train", "--task", "sudoku", "--preset", "quick", *tiny, "--steps", 1, "--out", tmp_path / "run")
    assert made.exit_code == 0, made.stderr
    again = trm("train", "--resume", tmp_path / "run")
    assert "at step 1, where its training was over: give it more --minutes or --steps" in again.stderr
    more = trm("train", "--resume", tmp_path / "run", "--steps", 2)
    assert "at step 1\n" in more.stderr


def test_tensorboard_is_missed_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr("trm_cli.train.tensorboard.find_spec", lambda name: None)
    found = trm("train", "--task", "sudoku", "--preset", "quick", "--tensorboard", "--out", tmp_path / "run")
    assert found.exit_code == 2
    assert "pip install 'trm-cli[tensorboard]'" in found.stderr
    assert not (tmp_path / "run").exists()


def test_ctrl_c_before_the_first_update_leaves_at_once(tmp_path):
    """The network is being compiled then: nothing is lost, and the compiler would answer with pages."""
    with process(
        "train", "--task", "sudoku", "--preset", "quick", "--puzzles", 20, "--out", tmp_path / "run",
        "--set", "model.hidden_size=8", "--set", "eval_puzzles=4", start_new_session=True,
    ) as made:  # fmt: skip
        while "compiling" not in (line := made.stderr.readline()):
            if not line:
                pytest.skip("no compiler here")
        os.killpg(made.pid, signal.SIGINT)
        assert made.wait(20) == 130
        told = made.stderr.read()
    assert told == f"trm: stopped at step 0; continue with: trm train --resume {tmp_path / 'run'}\n"


INTERRUPTED = """
import os, runpy, signal, sys
module, sys.argv = sys.argv[1], ["trm", "generate", "sudoku", "--n", "100000"]
class Interrupting:
    def find_spec(self, name, *others):
        if name == module:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
runpy.run_module("trm_cli", run_name="__main__")
"""


@pytest.mark.parametrize(
    "module", ["trm_cli.commands", "click.core", "rich.progress", "numpy", "numba", "trm_cli.files"]
)
def test_ctrl_c_while_the_program_starts_is_no_traceback(module):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module], capture_output=True, text=True, check=False, cwd=ROOT,
        preexec_fn=heeds_ctrl_c,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_what_can_be_set_is_listed():
    found = trm("train", "--list")
    assert found.exit_code == 0, found.output
    assert "model.hidden_size" in found.stdout
    assert "1 to 8,192" in found.stdout
    assert "96" in next(
        line for line in trm("train", "--list", "--task", "maze").stdout.splitlines() if "10x10.slots" in line
    )
    near = trm("train", "--task", "sudoku", "--set", "model.hiden_size=3")
    assert near.exit_code == 2
    assert "did you mean 'model.hidden_size'" in near.stderr


def test_training_without_numba_says_what_is_missing(tmp_path):
    code = (
        "import sys; sys.modules['numba'] = None; sys.argv = ['trm', 'train', '--task', 'sudoku', '--preset', 'quick',"
    )
    code += f"'--out', {str(tmp_path / 'run')!r}]; from trm_cli.commands import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert "trm: making puzzles needs numba: pip install numba" in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_ends_with_1_and_says_what_is_left():
    found = trm(
        "train", "--task", "sudoku", "--preset", "quick", "--puzzles", 20, "--out", "run", "--no-compile",
        "--steps", 300, "--set", "model.hidden_size=8", "--set", "eval_puzzles=4", "--set", "lr=1000",
        "--set", "muon_lr=1000", "--set", "weight_decay=100", "--set", "warmup_steps=0", "--slots", 2,
    )  # fmt: skip
    assert found.exit_code == 1, found.output
    assert "training diverged" in found.stderr
    assert "run keeps its last sound checkpoint" in found.stderr
    assert "finished" not in found.stderr


def test_streams_that_are_closed_full_or_narrow(tmp_path):
    program = f"{sys.executable} -m trm_cli"

    def shell(command):
        return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT)

    assert shell(f"{program} check {EASY} >&-").returncode == 0
    assert shell(f"{program} check <&-").returncode == 2
    full = shell(f"{program} -h >/dev/full")
    assert (full.returncode, full.stderr) == (2, "trm: No space left on device\n")
    (tmp_path / "数独.txt").write_text(EASY)
    found = shell(f"PYTHONIOENCODING=latin-1 {program} check {tmp_path}/数独.txt")
    assert found.returncode == 0, found.stderr
    assert "??.txt: unique solution" in found.stdout


def test_what_cannot_be_generated_leaves_the_file(tmp_path):
    (tmp_path / "a.csv").write_text("mine")
    for wrong in (["--difficulty", "bogus"], ["--kind", "7x7"]):
        assert trm("generate", "sudoku", *wrong, "--out", "a.csv", "--force").exit_code == 2
        assert trm("generate", "sudoku", *wrong, "--out", "b.csv").exit_code == 2
    assert (tmp_path / "a.csv").read_text() == "mine"
    assert not (tmp_path / "b.csv").exists()


def test_help_needs_no_torch():
    code = "import sys; from trm_cli.commands import main\ntry: main(['solve', '--help'])\nexcept SystemExit: pass\n"
    code += "assert 'torch' not in sys.modules, 'torch'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_published_checkpoint_is_converted_solves_and_is_converted_back(tmp_path):
    case = ROOT / "tests/cases/published/attention_sudoku.pt"
    mine, theirs = tmp_path / "mine.safetensors", tmp_path / "step_1"
    cycles = ("--set", "H_cycles=1", "--set", "L_cycles=2", "--set", "num_heads=4")
    assert trm("convert", case, "--task", "sudoku", "--out", mine, *cycles).exit_code == 0
    assert "already there" in trm("convert", case, "--task", "sudoku", "--out", mine).stderr
    found = trm(
        "solve",
        "-",
        "--weights",
        mine,
        "--json",
        "--max-steps",
        1,
        "--search",
        "off",
        stdin=f"{HARD}\n{SOLVED}\n1234341221434321",
    )
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [line["given"] for line in lines] == [HARD, SOLVED, None]
    assert lines[-1]["verdict"] == "unread"
    assert "takes grids of 81 cells, not 16" in found.stderr
    written = trm("convert", mine, "--to", "official", "--out", theirs)
    assert written.exit_code == 0
    assert "not in them, and needed to read it: --set H_cycles=" in written.stdout
    settings = written.stdout.partition("read it: ")[2].split()
    back = trm("convert", theirs, "--task", "sudoku", *settings, "--out", tmp_path / "back.safetensors")
    assert back.exit_code == 0, back.stderr
    configs = [json.loads(trm("models", file, "--json").stdout)["config"] for file in (mine, "back.safetensors")]
    assert configs[0] == configs[1]
    before, after = (torch.load(path, weights_only=True) for path in (case, theirs))
    assert all(torch.equal(tensor, after[key]) for key, tensor in before.items())


def test_a_failed_or_stopped_generation_leaves_the_file_that_was_there(tmp_path):
    (tmp_path / "a.txt").write_text("mine")
    limited = f"ulimit -f 1; {sys.executable} -m trm_cli generate sudoku --n 200000 --difficulty easy"
    full = subprocess.run(
        ["sh", "-c", f"trap '' XFSZ; {limited} --out {tmp_path}/a.txt --force"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert full.returncode == 2, full.stderr
    assert "a.txt: cannot be written: File too large" in full.stderr
    assert (tmp_path / "a.txt").read_text() == "mine"
    with process(
        "generate", "sudoku", "--n", 10**6, "--difficulty", "easy", "--out", tmp_path / "a.txt", "--force"
    ) as made:
        while len([*tmp_path.glob(".a.txt.*")]) == 0:
            assert made.poll() is None
            time.sleep(0.05)
        made.send_signal(signal.SIGINT)
        assert made.wait(60) == 130
        assert "a.txt is as it was" in made.stderr.read()
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.txt", "toy.safetensors"]


def test_a_card_of_anything_is_listed(toy, tmp_path):
    weights.save(tmp_path / "odd.safetensors", toy, {"accuracy": {"a\x1b[2Jb": 0.5, "words": "all", "easy": 0.25}})
    weights.save(tmp_path / "list.safetensors", toy, {"accuracy": [1]})
    weights.save(tmp_path / "large.safetensors", toy, {"accuracy": {"x": 10**400, "y": float("nan"), "z": 1}})
    found = trm("models", "odd.safetensors", "list.safetensors", "large.safetensors")
    assert found.exit_code == 0, found.output
    assert "  easy 25.0%  " in found.stdout
    assert "no accuracy on its card" in found.stdout
    assert "  z 100.0%  " in found.stdout
    assert "\x1b" not in found.stdout


def test_weights_are_told_in_the_lines_of_a_narrow_terminal(toy, tmp_path, monkeypatch):
    weights.save(tmp_path / "many.safetensors", toy, {"accuracy": {f"list number {n}": 0.5 for n in range(9)}})
    monkeypatch.setattr("trm_cli.commands.models.options.width", lambda: 50)
    head, *accuracies = trm("models", "many.safetensors").stdout.splitlines()
    assert head.startswith("many             sudoku")
    assert head.endswith("  many.safetensors")
    assert len(accuracies) > 1
    assert all(line.startswith("  ") and len(line) <= 50 for line in accuracies)
    assert sum(line.count("50.0%") for line in accuracies) == 9


def test_strict_accepts_no_answer_of_several_in_a_batch_either(tmp_path):
    several = "12..34.........."
    arguments = ["solve", "-", "--weights", "sudoku", "--out", "out.jsonl"]
    assert trm(*arguments, stdin=several).exit_code == 0
    for _ in "new", "kept":
        found = trm(*arguments, "--strict", stdin=several)
        assert found.exit_code == 1
        assert "1 answer to puzzles with several solutions, which --strict does not accept" in found.stderr


@pytest.mark.parametrize(
    "arguments", ["hint --digits", "hint --compile", "inspect --compile", "generate --ascii", "eval --digits"]
)
def test_commands_have_no_options_that_do_nothing_there(arguments):
    command, option = arguments.split()
    found = trm(command, *["sudoku"] * (command == "generate"), option, *[EASY] * (command != "generate"))
    assert found.exit_code == 2
    assert f"No such option {option!r}" in found.stderr.replace(":", "")
