"""Latency, throughput, memory and training speed on this machine, as JSON and a Markdown table.

    python bench/speed.py                              all of it, about ten minutes
    python bench/speed.py --only cold train            parts of it: cold, batch, published, train, arc
    python bench/speed.py --easy EASY.csv --hard HARD.csv --maze MAZE.csv    on files instead of generated puzzles

Every figure stands beside the goal it is held against, as a ratio: above 1 is better than the goal.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from trm_cli.device import Machine
    from trm_cli.puzzle import Puzzle
    from trm_cli.train.data import Pool

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("cold", "batch", "published", "train", "arc")
TRM = [sys.executable, "-m", "trm_cli"]


def run(command: list[str], output: int | None = None) -> float:
    """Return the wall time of a command; one that fails ends the measurement."""
    started = time.perf_counter()
    code = subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, check=False).returncode
    if code not in (0, 1):  # 1 is a puzzle unsolved
        raise SystemExit(f"{' '.join(command)}: exit code {code}")
    return time.perf_counter() - started


def seconds_of(command: list[str], runs: int = 5) -> float:
    """Return the median wall time of a command after one warm-up, its output thrown away."""
    return statistics.median([run(command, subprocess.DEVNULL) for _ in range(runs + 1)][1:])


def first_picture(command: list[str], runs: int = 5) -> float:
    """Return the median time until a command has drawn a grid on a pseudo-terminal."""
    times = []
    for _ in range(runs + 1):
        parent, child = pty.openpty()
        started = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdin=child, stdout=child, stderr=child) as process:
            seen = b""
            while "└".encode() not in seen:
                seen += os.read(parent, 65536)
            times.append(time.perf_counter() - started)
            process.terminate()
        os.close(child)
        os.close(parent)
    return statistics.median(times[1:])


def cold() -> Iterator[tuple[str, float, float, str]]:
    """Yield (what, value, goal, unit) of one puzzle and of the help, each in a fresh process."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without it Python keeps compiled modules, as for most users
    yield "help", seconds_of([*TRM, "--help"]), 0.1, "s"
    one = [*TRM, "solve", "puzzles/sudoku/hard.txt"]
    yield "given grid visible", first_picture(one), 0.2, "s"
    torch = seconds_of([sys.executable, "-c", "import torch"])
    yield "import of PyTorch alone", torch, 4.0, "s"
    yield "answer", seconds_of(one), torch + 0.2, "s"
    yield "answer of a 30x30 maze", seconds_of([*TRM, "solve", "puzzles/maze/looped-31x31.txt"]), torch + 0.2, "s"


def batch(easy: Path, hard: Path, maze: Path) -> Iterator[tuple[str, float, float, str]]:
    """Yield puzzles a second, by the clock, and the peak memory."""
    for name, file, goal in (("easy", easy, 50.0), ("hard", hard, 10.0), ("hard mazes", maze, 20.0)):
        command = [*TRM, "solve", str(file), "-qq", "--max-steps", "64"]
        elapsed = run(command)
        n = sum(1 for _ in file.open()) - 1
        yield f"batch, {name} ({n} puzzles, start included)", n / elapsed, goal, "puzzles/s"
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    yield "peak memory", peak, 1.5, "GB"


def published(hard: Path, folder: Path) -> Iterator[tuple[str, float, float, str]]:
    """Yield how much faster the shipped network solves hard Sudokus than the published one, which takes all 16 steps.

    The published one has random weights, as its time does not depend on them.
    """
    from trm_cli import load, reading
    from trm_cli.model import weights
    from trm_cli.model.nets import build
    from trm_cli.train.presets import preset

    weights.save(folder / "published.safetensors", build(preset("sudoku", "paper-mlp").model), {})
    puzzles = [*islice(reading.strict((str(hard),)), 200)]
    seconds = []
    for name, n, options in (
        (str(folder / "published.safetensors"), 8, {"max_steps": 16, "halt": "none"}),
        ("sudoku", 200, {"max_steps": 64}),
    ):
        solver = load(name, search=0, **options)
        list(solver.solve_many(puzzles[:2]))
        started = time.perf_counter()
        list(solver.solve_many(puzzles[:n]))
        seconds.append((time.perf_counter() - started) / n)
    yield "times as fast as the published network with 5 million weights", seconds[0] / seconds[1], 30.0, "times"


def train() -> Iterator[tuple[str, float, float, str]]:
    """Yield the arithmetic of a default training update as a share of this machine's bf16 matrix rate."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from trm_cli import device
    from trm_cli.train.loop import Trainer
    from trm_cli.train.presets import preset

    device.keep_freed_memory()
    dtype = device.choose_dtype("auto", torch.device("cpu"))
    config = preset("sudoku", "default")
    config = replace(config, streams=config.streams[:1], steps=10**6)
    pool = generated_pool()
    eager = Trainer(replace(config, compile=False), [pool], dtype)
    with FlopCounterMode(display=False) as counter:
        next(eager.run())
    trainer = Trainer(config, [pool], dtype).run()
    for _ in range(5):
        next(trainer)
    started, n = time.perf_counter(), 30
    for _ in islice(trainer, n):
        pass
    seconds = (time.perf_counter() - started) / n
    reached = counter.get_total_flops() / seconds / 1e9
    yield "updates", 1 / seconds, 3.0, "updates/s"
    yield "training arithmetic", reached, 0.4 * matrix_rate(dtype), "GFLOP/s (goal: 40 % of matrix rate)"


def arc() -> Iterator[tuple[str, float, float, str]]:
    """Yield the time to the first answers to ARC tasks, and how fast two workers' networks learn them."""
    import torch

    from trm_cli import device
    from trm_cli.device import Machine
    from trm_cli.solving.explain import explanations

    device.keep_freed_memory()
    mirrored = [*TRM, "solve", "puzzles/arc/mirrored.json", "--updates", "0"]
    yield "ARC, answer by an explanation, start included", seconds_of(mirrored), 3.0, "s"
    for side, n_colours, goal in ((10, 4, 0.6), (30, 10, 3.0)):
        list(explanations(chance_task(side, n_colours)))
        started = time.perf_counter()
        list(explanations(chance_task(side, n_colours, seed=1)))
        what = f"ARC, the whole ladder at {side}x{side} with {n_colours} colours"
        yield what, time.perf_counter() - started, goal, "s"
    torch.set_num_threads(1)
    machine = Machine.named(workers=2)
    for side, n_colours, n_batches, goal in ((12, 6, 12, 150.0), (30, 10, 4, 8.0)):
        n_samples, _, seconds = learned(chance_task(side, n_colours), machine, n_batches)
        yield f"ARC, learning at {side}x{side} with {n_colours} colours", n_samples / seconds, goal, "samples x steps/s"
    _, n_updates, seconds = learned(chance_task(3, 3), machine, 60)
    yield "ARC, learning at 3x3 with 3 colours", n_updates / seconds, 40.0, "updates/s"


def chance_task(side: int, n_colours: int, seed: int = 0) -> Puzzle:
    """Return an ARC task of three demonstrations that nothing explains, as all of its cells are drawn by chance."""
    import numpy as np

    from trm_cli.puzzle import Example, Puzzle

    grids = np.random.default_rng(seed).integers(n_colours, size=(7, side, side)).astype(np.uint8)
    grids[:, 0, :n_colours] = np.arange(n_colours)  # every grid has all colours
    demos = tuple(Example(grids[i], grids[i + 1]) for i in (0, 2, 4))
    return Puzzle("arc", "chance", grids[6], "0123456789", demos=demos)


def learned(puzzle: Puzzle, machine: Machine, n_batches: int) -> tuple[int, int, float]:
    """Return the samples times supervision steps, the updates and the seconds of all workers learning side by side."""
    from trm_cli.domains.arc.lessons import lessons
    from trm_cli.solving.adapt import Adaptation
    from trm_cli.solving.workers import spread

    *demos, asked = lessons(puzzle, puzzle.given.shape, ())
    networks = [Adaptation(demos, asked, seed, machine.device, machine.dtype) for seed in range(machine.workers)]

    def learn(some: Iterable[Adaptation]) -> Iterator[tuple[int, int]]:
        for number, network in enumerate(some):
            for _ in range(n_batches):
                network.learn(0.5, 10**6)
            yield number, network.updates

    # The first batches are slower than the rest.
    list(spread(networks, machine.workers, learn))
    started = time.perf_counter()
    before = sum(network.updates for network in networks)
    list(spread(networks, machine.workers, learn))
    n_updates = sum(network.updates for network in networks) - before
    return n_updates * networks[0].batch_size, n_updates, time.perf_counter() - started


def generated_pool() -> Pool:
    """Return a small pool of 9x9 puzzles."""
    from trm_cli.domains import domain
    from trm_cli.train.data import Pool

    task = domain("sudoku")
    return Pool.encode(task, ((puzzle, "easy") for puzzle in islice(task.generate("9x9", "medium", 0), 200)))


def matrix_rate(dtype: torch.dtype, size: int = 2048) -> float:
    """Return the GFLOP/s of a large matrix product."""
    import torch

    a, b = torch.randn(size, size, dtype=dtype), torch.randn(size, size, dtype=dtype)
    times = []
    for _ in range(12):
        started = time.perf_counter()
        torch.mm(a, b)
        times.append(time.perf_counter() - started)
    return 2 * size**3 / statistics.median(times[2:]) / 1e9


def made(task: str, level: str, n: int, folder: Path) -> Path:
    """Generate a file of puzzles."""
    file = folder / f"{task}-{level}.csv"
    options = ["--n", str(n), "--difficulty", level, "--format", "csv", "--out", str(file), "--seed", "77"]
    subprocess.run([*TRM, "generate", task, *options], cwd=ROOT, check=True)
    return file


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--easy", type=Path)
    parser.add_argument("--hard", type=Path)
    parser.add_argument("--maze", type=Path)
    parser.add_argument("--out", type=Path, default=Path("bench-speed.json"))
    asked = parser.parse_args()
    rows: list[tuple[str, float, float, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        if "cold" in asked.only:
            rows += cold()
        if "batch" in asked.only:
            easy = asked.easy or made("sudoku", "easy", 1000, Path(folder))
            hard = asked.hard or made("sudoku", "extreme", 250, Path(folder))
            maze = asked.maze or made("maze", "hard", 250, Path(folder))
            rows += batch(easy.resolve(), hard.resolve(), maze.resolve())
        if "published" in asked.only:
            rows += published(asked.hard or made("sudoku", "extreme", 250, Path(folder)), Path(folder))
        if "train" in asked.only:
            rows += train()
        if "arc" in asked.only:
            rows += arc()
    table = []
    for what, value, goal, unit in rows:
        ratio = goal / value if unit in ("s", "GB") else value / goal
        table.append(
            {"what": what, "value": round(value, 3), "goal": round(goal, 3), "unit": unit, "ratio": round(ratio, 2)}
        )
    asked.out.write_text(json.dumps(table, indent=2) + "\n")
    print("| what | value | goal | unit | ratio |\n|---|---|---|---|---|")
    for row in table:
        print("| " + " | ".join(str(cell) for cell in row.values()) + " |")


if __name__ == "__main__":
    main()
