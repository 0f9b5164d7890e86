"""Every command of README, in its order, in one folder with the files that a reader would have."""

import io
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from trm_cli.commands import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SHORTER = {"--n 1000 ": "--n 4 ", "--n 100 ": "--n 2 ", "--seconds 300": "--updates 0"}
"""What is made smaller here, as it takes minutes otherwise."""
TOO_LONG = {
    "trm train": "hours of training",
    "trm convert": "needs checkpoints of the published code",
    "trm export": "needs packages that not everybody has",
    "make ": "is how this test was set up",
    ".venv/bin/trm demo": "half a minute of show, which has tests of its own",
}
"""Commands that are not run, with the reason; that their options exist is tested."""


def commands():
    """Return every command line of a code block, without its prompt and comment."""
    blocks = re.findall(r"^```\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in lines if re.match(r"(trm|make|\.venv/bin/trm)\b", line)]


def shown():
    """Return (command, what README shows below it) where it shows anything."""
    blocks = re.findall(r"^```\n(\$ .*?)^```$", README, re.DOTALL | re.MULTILINE)
    parts = [part.split("\n", 1) for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE) if part]
    return [(command.split("  #")[0].strip(), output.rstrip()) for command, output in parts if output.strip()]


def without_times(text):
    """Leave out what differs from run to run, and blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in re.sub(r"[\d.]+ s\)", "", text).strip("\n").splitlines())


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The puzzles of the repository, and the files of a reader's own that README speaks of."""
    shutil.copytree(ROOT / "puzzles", tmp_path / "puzzles")
    (tmp_path / "tasks").mkdir()
    for name in ("task.json", "tasks/one.json"):
        shutil.copy(ROOT / "puzzles/arc/to-the-right.json", tmp_path / name)
    (tmp_path / "maze-without-ends.txt").write_text("\n".join(["." * 22, *["." * 10 + "##" + "." * 10] * 20, "." * 22]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(line, given=""):
    """Run one command of a pipe; return what it prints on stdout."""
    command, _, file = (part.strip() for part in line.partition(">"))
    found = CliRunner().invoke(main, shlex.split(command)[1:], input=io.BytesIO(given.encode()), prog_name="trm")
    assert found.exit_code == 0, (line, found.stderr, found.stdout[-500:])
    if file:
        Path(file).write_text(found.stdout)
    return found.stdout


@pytest.mark.weights
@pytest.mark.parametrize(("command", "output"), shown(), ids=[command[:30] for command, _ in shown()])
def test_what_it_shows_is_printed(folder, command, output):
    if command.startswith("trm export"):
        pytest.skip(TOO_LONG["trm export"])
    is_solved = command.startswith("trm solve")
    printed = run(command + " --format pretty" * is_solved)
    assert without_times(printed) == without_times(output)


@pytest.mark.slow
@pytest.mark.weights
def test_every_command_works(folder):
    reason = {line: why for line in commands() for start, why in TOO_LONG.items() if line.startswith(start)}
    ran = [
        line for line in commands() if line not in reason and "arc.safetensors" not in line and "mlp.saf" not in line
    ]
    assert len(ran) > 15
    for line in ran:
        short = line
        for long, shorter in SHORTER.items():
            short = short.replace(long, shorter)
        if line.startswith("trm show"):  # the trace that --save x.json writes
            run("trm solve puzzles/sudoku/easy.txt --save trace.json -qq")
        out = ""
        for part in short.split(" | "):
            out = run(part, out)
    answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    assert [answer["verdict"] for answer in answers] == ["solved"] * 4
    assert (folder / "submission.json").exists()
    assert (folder / "hard.svg").read_text().startswith("<svg")


def test_the_options_of_what_is_not_run_exist():
    for line in commands():
        if line.startswith(("trm train", "trm convert", "trm export")):
            _, name, *arguments = shlex.split(line)
            command = main.get_command(None, name)
            assert command is not None
            known = {option for parameter in command.params for option in parameter.opts}
            assert {argument for argument in arguments if argument.startswith("--")} <= known


def test_the_files_that_it_shows_are_there():
    for name in re.findall(r"(?:\]\(|srcset=\"|src=\"|`)((?:docs|puzzles|bench|weights|examples)/[\w./-]+)", README):
        assert (ROOT / name).exists(), name
