"""The published network against ours on Sudoku, on this machine: seconds, FLOPs, training speed; a table and JSON.

    python bench/compare.py                      both networks, eager and compiled, float32 and bfloat16
    python bench/compare.py --slots 8            fewer puzzles at once, for little memory

The published one has fresh random weights: its cost does not depend on them. A puzzle is 16 supervision steps here.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from speed import generated_pool
from torch.utils.flop_counter import FlopCounterMode

from trm_cli import device
from trm_cli.model.nets import build
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.train.loop import Trainer
from trm_cli.train.presets import preset

STEPS = 16
NETWORKS = {"ours (units)": "default", "published (mlp)": "paper-mlp"}


def seconds_of(work: Callable[[], Any], at_least: float = 5.0) -> float:
    """Return the mean time of a piece of work, after one warm-up, over at least so many seconds."""
    work()
    started, n = time.perf_counter(), 0
    while time.perf_counter() - started < at_least:
        work()
        n += 1
    return (time.perf_counter() - started) / n


def solving(model: TinyRecursiveModel, tokens: torch.Tensor, dtype: torch.dtype) -> float:
    """Return the seconds a puzzle of all supervision steps."""

    @torch.inference_mode()
    def step() -> None:
        x = model.net.embed(tokens, dtype)
        model.deep_recursion(x, *model.start(x))

    return STEPS * seconds_of(step) / len(tokens)


def flops(model: TinyRecursiveModel, tokens: torch.Tensor) -> float:
    """Return the FLOPs a puzzle of all supervision steps."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        x = model.net.embed(tokens)
        model.deep_recursion(x, *model.start(x))
    return STEPS * counter.get_total_flops() / len(tokens)


def row(name: str, preset_name: str, slots: int, dtype: torch.dtype, compiles: bool) -> dict[str, Any]:
    """Measure one network in one way."""
    config = preset("sudoku", preset_name)
    stream = replace(config.streams[0], slots=slots, augment=0, first={"easy": 1.0}, last={"easy": 1.0})
    config = replace(config, streams=(stream,), steps=10**9, compile=compiles, first_H_cycles=config.model.H_cycles)
    made = generated_pool()
    torch.manual_seed(0)
    model = build(config.model).eval()
    tokens = made.tokens[:slots].long()
    n_flops = flops(model, tokens)
    if compiles:
        model.net.compile(dynamic=False)
    seconds = solving(model, tokens, dtype)
    updates = Trainer(config, [made], dtype).run()
    update = seconds_of(lambda: next(updates))
    return {
        "network": name,
        "parameters": sum(p.numel() for p in model.parameters()),
        "dtype": str(dtype).removeprefix("torch."),
        "compiled": compiles,
        "GFLOP a puzzle": round(n_flops / 1e9, 2),
        "seconds a puzzle": round(seconds, 4),
        "GFLOP/s solving": round(n_flops / seconds / 1e9),
        "training puzzle-steps/s": round(slots / update, 1),
    }


def main() -> None:
    """Measure, print a Markdown table and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slots", type=int, default=32)
    parser.add_argument("--out", type=Path, default=Path("bench-compare.json"))
    asked = parser.parse_args()
    device.keep_freed_memory()
    rows = []
    for name, preset_name in NETWORKS.items():
        for dtype in (torch.float32, torch.bfloat16):
            for compiles in (False, True):
                rows.append(row(name, preset_name, asked.slots, dtype, compiles))
                print(json.dumps(rows[-1]), flush=True)
    asked.out.write_text(json.dumps(rows, indent=2) + "\n")
    print("| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for found in rows:
        print("| " + " | ".join(str(cell) for cell in found.values()) + " |")


if __name__ == "__main__":
    main()
