"""`trm check` as users call it: what it says, its exit code, and what it takes."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tests.conftest import EASY
from trm_cli.commands import main


def check(*arguments, stdin=None):
    return CliRunner().invoke(main, ["check", *map(str, arguments)], input=stdin, prog_name="trm")


def test_ends_of_mazes_are_said():
    ran = check("-", "--start", "2,2", "--goal", "2,4", stdin="#####\n#   #\n#####\n")
    assert (ran.exit_code, ran.stdout) == (0, "<stdin>: can be solved, shortest path 3 cells, perfect\n")
    ran = check("-", "--start", "2,2", stdin="#####\n#   #\n#####\n")
    assert ran.exit_code == 2
    assert "no goal (G); say where: --goal ROW,COLUMN" in ran.stderr
    assert check("-", "--start", "2", stdin=EASY).exit_code == 2


def test_files_without_a_puzzle_are_counted(tmp_path):
    (tmp_path / "a.txt").write_text(EASY)
    for name in "bcd":
        (tmp_path / f"{name}.txt").write_text("nothing to see here, move on")
    ran = check(tmp_path)
    assert (ran.exit_code, ran.stdout.count("\n")) == (0, 1)
    assert ran.stderr == "trm: skipped 3 files without a puzzle\n"
    assert check(tmp_path / "b.txt").exit_code == 2
    inspected = CliRunner().invoke(main, ["inspect", str(tmp_path), "--number", "2"], prog_name="trm")
    assert "no --number 2; it has 1 puzzle" in inspected.stderr


@pytest.mark.parametrize("command", ["check", "hint", "solve"])
def test_a_folder_without_any_puzzle_is_an_error(command, tmp_path):
    def said(*folders):
        ran = CliRunner().invoke(main, [command, *map(str, folders)], prog_name="trm")
        assert ran.exit_code == 2
        return ran.stderr

    assert "; name other files one by one\n" in said(tmp_path)
    for name in "bc":
        (tmp_path / f"{name}.txt").write_text("nothing to see here, move on")
    words = f"trm: {tmp_path}: no puzzle in the files of this folder (2 read); docs/formats.md lists the forms"
    assert words in said(tmp_path)
    assert words in said(EASY, tmp_path)


def test_the_size_limit_can_be_set(tmp_path):
    (tmp_path / "a.txt").write_text(EASY)
    ran = check(tmp_path / "a.txt", "--max-bytes", "10")
    assert (ran.exit_code, "more than 10 bytes" in ran.stderr) == (2, True)


@pytest.mark.parametrize("literal", ["[[1,2,3,4],[3,4,1,2],[2,1,4,3],[4,3,2,1]]", "board = {{1,2},{3,4}}"])
def test_literals(literal):
    assert "no such file" not in check(literal).stderr


def test_an_answer_comes_before_the_input_ends():
    command = [sys.executable, "-u", "-m", "trm_cli", "check", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{EASY}\n".encode())
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"<stdin>: unique solution")  # stdin is open still
        process.stdin.close()
        assert process.wait() == 0
