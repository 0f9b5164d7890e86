"""Everything a training run can be told, and the presets by task."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from trm_cli.errors import ConfigError
from trm_cli.model.config import ModelConfig

LOSSES = ("cross_entropy", "stablemax")
OPTIMIZERS = ("muon", "adam_atan2")
_COUNTS = ("accumulation", "first_max_steps", "first_H_cycles", "eval_max_steps")
_SHARES = ("halt_exploration_prob", "stay_prob", "random_start_prob", "ema", "lr_min_ratio")
_READ: dict[str, Callable[[str], Any]] = {
    "bool": {"true": True, "false": False}.__getitem__,
    "int": int,
    "float": float,
    "str": str,
}
"""How a setting is read from the command line, by the type of its field."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Slots that hold puzzles of one kind (shape), with the difficulty they are drawn from.

    `share` is how often this stream gets the optimizer update, relative to the others, from progress
    `since` (0 to 1) on. `first` and `last` are the shares of the levels at the start and from half-way on,
    linear in between. `puzzles` is how many are generated of each level that has a share; with `augment`
    copies of each under random symmetries they form groups, which are drawn from in epochs, without levels.
    """

    kind: str
    slots: int
    share: float
    first: dict[str, float]
    last: dict[str, float]
    puzzles: int
    since: float = 0.0
    augment: int = 0

    def mix(self, progress: float) -> dict[str, float]:
        """Return the share of every level at a progress of 0 to 1; they add up to 1."""
        late = min(1.0, 2 * progress)
        levels = {*self.first, *self.last}
        shares = {
            level: (1 - late) * self.first.get(level, 0.0) + late * self.last.get(level, 0.0)
            for level in sorted(levels)
        }
        total = sum(shares.values())
        return {level: share / total for level, share in shares.items()}


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """A training run. Names are the paper's or the published code's where those have one.

    The run ends after `minutes` of training time or, if `steps` is above 0, after so many optimizer updates instead;
    the learning rates fall to `lr_min_ratio` of themselves over that budget. Over its first half the depth grows:
    `H_cycles` from `first_H_cycles` to the model's (as in CGAR, arXiv:2511.08653), and `halt_max_steps` from
    `first_max_steps`. `loss` is `cross_entropy` or the published `stablemax`; `optimizer` is `muon` (with AdamW for
    what is no matrix) or the published `adam_atan2`. For little memory, the slots go through the network in
    `accumulation` parts, and `recompute` computes activations anew for the gradient. `clip` 0 is none.
    Puzzles halt when the head says so, but with `halt_exploration_prob` at each step only after a random minimum of
    steps (the published rule), and the share `stay_prob` of them after one drawn as they begin, which shows training
    far more late steps. The share `random_start_prob` begins at random states instead of the fixed ones. Both are to
    make answers fixed points (arXiv:2202.05826, arXiv:2211.09961).
    `ema_warms_up` lets the average forget its beginning faster. `init` is a weights file (or the name of a shipped
    one) to begin from instead of random weights; its tensors must fit, its recursion may differ. `validate` are files
    of puzzles to evaluate on instead of generated ones.
    """

    model: ModelConfig
    streams: tuple[Stream, ...]
    minutes: float = 60.0
    steps: int = 0
    loss: str = "cross_entropy"
    optimizer: str = "muon"
    muon_lr: float = 0.01
    lr: float = 2e-3
    weight_decay: float = 0.1
    puzzle_emb_lr: float = 1e-4
    puzzle_emb_weight_decay: float = 1.0
    warmup_steps: int = 100
    lr_min_ratio: float = 0.0
    clip: float = 1.0
    accumulation: int = 1
    recompute: bool = False
    ema: float = 0.999
    ema_warms_up: bool = True
    halt_exploration_prob: float = 0.1
    stay_prob: float = 0.0
    random_start_prob: float = 0.0
    halt_loss_weight: float = 0.5
    first_max_steps: int = 6
    first_H_cycles: int = 1
    init: str = ""
    seed: int = 0
    device: str = "auto"
    dtype: str = "auto"
    compile: bool = True
    checkpoint_minutes: float = 3.0
    eval_minutes: float = 10.0
    eval_puzzles: int = 256
    eval_max_steps: int = 32
    validate: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise a ConfigError for a value that means nothing."""
        for name, known in (("loss", LOSSES), ("optimizer", OPTIMIZERS)):
            if getattr(self, name) not in known:
                raise ConfigError(f"train config: {name} is {' or '.join(known)}, not {getattr(self, name)!r}")
        for name in _COUNTS:
            if getattr(self, name) < 1:
                raise ConfigError(f"train config: {name} must be at least 1, not {getattr(self, name)}")
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ConfigError(f"train config: {name} must be from 0 to 1, not {getattr(self, name)}")
        for name in ("steps", "seed", "clip"):
            if getattr(self, name) < 0:
                raise ConfigError(f"train config: {name} must not be below 0, but is {getattr(self, name)}")
        if not (self.steps > 0 or self.minutes > 0):
            raise ConfigError("train config: a run needs minutes or steps above 0")

    def changed(self, settings: Iterable[str]) -> TrainConfig:
        """Apply `key=value` settings, `model.key=value` for the model's; a ConfigError names what is wrong."""
        config = self
        for setting in settings:
            key, _, text = setting.partition("=")
            of_model = key.startswith("model.")
            part: Any = config.model if of_model else config
            name = key.removeprefix("model.")
            kind = {f.name: str(f.type) for f in fields(part)}.get(name)
            if kind not in _READ:
                raise ConfigError(f"--set {setting}: no such setting {key!r}")
            try:
                value = _READ[kind](text)
            except (ValueError, KeyError) as error:
                raise ConfigError(f"--set {setting}: expected a {kind}") from error
            part = replace(part, **{name: value})
            config = replace(config, model=part) if of_model else part
        return config

    def to_dict(self) -> dict[str, Any]:
        """Return a plain dict that `from_dict` takes back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainConfig:
        """Build from a plain dict; an unknown key is a ConfigError."""
        unknown = values.keys() - {f.name for f in fields(cls)}
        if unknown:
            raise ConfigError(f"train config: unknown key {sorted(unknown)[0]!r}")
        model = ModelConfig.from_dict(values["model"])
        streams = tuple(Stream(**stream) for stream in values["streams"])
        validate = tuple(values.get("validate", ()))
        return cls(**{**values, "model": model, "streams": streams, "validate": validate})
