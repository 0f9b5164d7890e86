"""The training presets by task: one dict that fits a screen."""

from __future__ import annotations

from difflib import get_close_matches

from trm_cli.errors import ConfigError
from trm_cli.model.config import ModelConfig
from trm_cli.train.config import Stream, TrainConfig

_EASY_FIRST = {"easy": 0.6, "medium": 0.4}
_HARD_LAST = {"easy": 0.1, "medium": 0.2, "hard": 0.25, "extreme": 0.45}

PRESETS = {
    "sudoku": {
        "default": TrainConfig(
            model=ModelConfig("sudoku"),
            streams=(
                Stream("9x9", 64, 1.0, _EASY_FIRST, _HARD_LAST, puzzles=60_000),
                Stream("6x6", 64, 0.06, {"easy": 0.6, "medium": 0.4}, {"easy": 0.4, "medium": 0.6}, puzzles=10_000),
                Stream("4x4", 64, 0.02, {"easy": 1.0}, {"easy": 1.0}, puzzles=2_000),
            ),
            minutes=120,
        ),
        "hard": TrainConfig(  # for weights that know the easy ones: trm train --preset hard --init sudoku
            model=ModelConfig("sudoku"),
            streams=(
                Stream("9x9", 64, 1.0, _HARD_LAST, _HARD_LAST, puzzles=60_000),
                Stream("6x6", 64, 0.06, {"easy": 0.4, "medium": 0.6}, {"easy": 0.4, "medium": 0.6}, puzzles=10_000),
                Stream("4x4", 64, 0.02, {"easy": 1.0}, {"easy": 1.0}, puzzles=2_000),
            ),
            minutes=120,
            first_max_steps=16,
        ),
        "quick": TrainConfig(
            model=ModelConfig("sudoku", hidden_size=32),
            streams=(Stream("9x9", 64, 1.0, _EASY_FIRST, {"easy": 0.3, "medium": 0.7}, puzzles=20_000),),
            minutes=15,
        ),
    },
}


def preset(task: str, name: str) -> TrainConfig:
    """Return a preset; a ConfigError suggests the nearest name."""
    if task not in PRESETS:
        raise ConfigError(f"no training presets for {task!r}, only for {', '.join(PRESETS)}")
    if name not in PRESETS[task]:
        near = get_close_matches(name, PRESETS[task], 1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(PRESETS[task])}"
        raise ConfigError(f"no preset {name!r} for {task}; {hint}")
    return PRESETS[task][name]
