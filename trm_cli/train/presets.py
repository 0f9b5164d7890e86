"""The training presets of every task."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from trm_cli.errors import ConfigError
from trm_cli.model.config import ADAPTED, ModelConfig, published
from trm_cli.train.config import Stream, TrainConfig

_EASY_FIRST = {"easy": 0.6, "medium": 0.4}
_HARD_LAST = {"easy": 0.1, "medium": 0.2, "hard": 0.25, "extreme": 0.45}
_OTHER_SIZES = (
    Stream("6x6", 64, 0.08, {"easy": 0.6, "medium": 0.4}, {"easy": 0.4, "medium": 0.6}, puzzles=10_000),
    Stream("4x4", 64, 0.03, {"easy": 1.0}, {"easy": 1.0}, puzzles=2_000),
    Stream("16x16", 16, 0.05, {"easy": 1.0}, {"easy": 1.0}, puzzles=500, since=0.3),
)
_MAZE = ModelConfig("maze", net="neighbours", hidden_size=32, expansion=3.0, pool_size=16)
_SMALL = {"easy": 0.3, "medium": 0.3, "open": 0.1, "perfect": 0.2, "looped": 0.1}
_LARGE = {"easy": 0.1, "medium": 0.1, "hard": 0.5, "open": 0.1, "perfect": 0.15, "looped": 0.05}
_FAR = {"easy": 0.05, "medium": 0.05, "hard": 0.3, "open": 0.1, "perfect": 0.45, "looped": 0.05}

_PAPER = TrainConfig(  # what the published runs have in common; a batch is 768 slots
    model=published("sudoku", "mlp"),
    streams=(Stream("9x9", 768, 1.0, _HARD_LAST, _HARD_LAST, puzzles=1000, augment=1000),),
    steps=65_104,
    loss="stablemax",
    optimizer="adam_atan2",
    lr=1e-4,
    weight_decay=1.0,
    puzzle_emb_lr=1e-4,
    puzzle_emb_weight_decay=1.0,
    warmup_steps=2000,
    lr_min_ratio=1.0,
    clip=0.0,
    ema_warms_up=False,
    first_max_steps=16,
    first_H_cycles=3,
)
_HRM = replace(published("sudoku", "attention"), net="hrm", H_cycles=2, L_cycles=2, L_layers=4)

PRESETS = {
    "arc": {
        "default": TrainConfig(  # with --data FILE… of ARC tasks or RE-ARC's pairs
            model=ADAPTED,
            streams=(
                Stream("10x10", 16, 2.0, {"any": 1.0}, {"any": 1.0}, puzzles=0),
                Stream("20x20", 4, 2.0, {"any": 1.0}, {"any": 1.0}, puzzles=0),
                Stream("30x30", 2, 1.0, {"any": 1.0}, {"any": 1.0}, puzzles=0),
            ),
            minutes=120,
            muon_lr=0.003,
            weight_decay=0.1,
            halt_loss_weight=0.1,
            first_max_steps=4,
        ),
        "paper": replace(  # with --data FOLDER/train of trm dataset arc
            _PAPER,
            model=published("arc", "attention"),
            streams=(Stream("30x30", 768, 1.0, {"any": 1.0}, {"any": 1.0}, puzzles=0),),
            steps=518_071,
            weight_decay=0.1,
            puzzle_emb_lr=1e-2,
            puzzle_emb_weight_decay=0.1,
        ),
    },
    "sudoku": {
        "paper-mlp": _PAPER,
        "paper-attention": replace(_PAPER, model=published("sudoku", "attention")),
        "hrm": replace(_PAPER, model=_HRM, lr=7e-5, first_H_cycles=2),
        "transformer": replace(
            _PAPER,
            model=replace(_HRM, net="transformer", H_cycles=1, L_cycles=1, L_layers=8, halt_max_steps=1),
            first_max_steps=1,
            first_H_cycles=1,
        ),
        "default": TrainConfig(
            model=ModelConfig("sudoku"),
            streams=(
                Stream("9x9", 64, 1.0, _EASY_FIRST, _HARD_LAST, puzzles=60_000),
                *_OTHER_SIZES,
            ),
            minutes=120,
        ),
        "hard": TrainConfig(  # for weights that know the easy ones: trm train --preset hard --init sudoku
            model=ModelConfig("sudoku", halt_max_steps=32),
            streams=(
                Stream("9x9", 64, 1.0, _HARD_LAST, _HARD_LAST, puzzles=60_000),
                *_OTHER_SIZES,
            ),
            minutes=100,
            muon_lr=0.005,
            lr=1e-3,
            corrupt_prob=0.4,
            first_max_steps=16,
        ),
        "quick": TrainConfig(
            model=ModelConfig("sudoku", hidden_size=32),
            streams=(Stream("9x9", 64, 1.0, _EASY_FIRST, {"easy": 0.3, "medium": 0.7}, puzzles=20_000),),
            minutes=15,
        ),
    },
    "maze": {
        "paper": replace(
            _PAPER,
            model=published("maze", "attention"),
            streams=(Stream("30x30", 768, 1.0, {"hard": 1.0}, {"hard": 1.0}, puzzles=1000, augment=7),),
        ),
        "default": TrainConfig(
            model=_MAZE,
            streams=(
                Stream("10x10", 96, 0.7, {"easy": 1.0}, _SMALL, puzzles=40_000),
                Stream("15x15", 64, 0.8, {"easy": 0.5, "medium": 0.5}, _SMALL, puzzles=30_000, since=0.05),
                Stream("30x30", 24, 2.0, {"medium": 1.0}, _LARGE, puzzles=24_000, since=0.15),
                Stream("40x40", 12, 0.4, _LARGE, _LARGE, puzzles=4_000, since=0.6),
            ),
            minutes=120,
            halt_loss_weight=0.1,
        ),
        "hard": TrainConfig(  # for weights that know the small ones: trm train --task maze --preset hard --init maze
            model=replace(_MAZE, halt_max_steps=32),
            streams=(
                Stream("30x30", 24, 1.0, _LARGE, _LARGE, puzzles=40_000),
                Stream("40x40", 12, 0.5, _FAR, _FAR, puzzles=12_000),
                Stream("15x15", 64, 0.1, _SMALL, _SMALL, puzzles=30_000),
                Stream("10x10", 96, 0.05, _SMALL, _SMALL, puzzles=40_000),
            ),
            minutes=75,
            muon_lr=0.0015,
            lr=3e-4,
            halt_loss_weight=0.1,
            stay_prob=0.2,
            first_max_steps=32,
        ),
        "quick": TrainConfig(
            model=_MAZE,
            streams=(
                Stream("10x10", 128, 1.0, {"easy": 1.0}, _SMALL, puzzles=20_000),
                Stream("20x20", 32, 2.0, {"easy": 0.5, "medium": 0.5}, _SMALL, puzzles=10_000, since=0.3),
            ),
            minutes=20,
            halt_loss_weight=0.1,
        ),
    },
}
LISTED = "sudoku"
"""The task whose settings are listed if none is named."""


def preset(task: str, name: str) -> TrainConfig:
    """Return a preset; a ConfigError suggests the nearest name."""
    if task not in PRESETS:
        raise ConfigError(f"no training presets for {task!r}, only for {', '.join(PRESETS)}")
    if name not in PRESETS[task]:
        near = get_close_matches(name, PRESETS[task], 1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(PRESETS[task])}"
        raise ConfigError(f"no preset {name!r} for {task}; {hint}")
    return PRESETS[task][name]
