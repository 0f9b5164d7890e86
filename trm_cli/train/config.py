"""The settings of a training run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from trm_cli import schema
from trm_cli.errors import ConfigError
from trm_cli.model.config import MOST_BLOCKS, ModelConfig
from trm_cli.schema import setting

LOSSES = {"cross_entropy": "cross_entropy", "stablemax": "stablemax_cross_entropy"}
"""All losses of the answer, each with its function in `train/loss.py`, which is not imported here as it needs torch."""
OPTIMIZERS = ("muon", "adam_atan2")
FIXED = ("task", "kind")
"""Settings that --set cannot change, because others depend on them."""
ELSEWHERE = {"learning_rate": "lr", "batch_size": "slots", "epochs": "minutes", "max_steps": "halt_max_steps"}
"""Names that other programs give to settings."""


def grown(first: int, last: int, progress: float) -> int:
    """Return a whole number that grows with progress from first, or from last if that is less, to last half-way.

    >>> [grown(1, 3, progress) for progress in (0.0, 0.25, 0.5, 1.0)], grown(6, 3, 0.0)
    ([1, 2, 3, 3], 3)
    """
    first = min(first, last)
    return round(first + (last - first) * min(1.0, 2 * progress))


@dataclass(frozen=True, slots=True)
class Stream:
    """Slots for puzzles of one kind (shape), and the shares of the levels that they are drawn from."""

    kind: str = setting("shape of the puzzles, such as 9x9")
    slots: int = setting("puzzles worked on at once", low=1, high=65_536)
    share: float = setting("how often an update is for this stream, relative to the others", low=0, high=10**6)
    first: dict[str, float] = setting("shares of the levels at the start, as easy:0.7,hard:0.3")  # noqa: RUF009
    last: dict[str, float] = setting("shares of the levels in the second half; linear in between")  # noqa: RUF009
    puzzles: int = setting("puzzles to generate for each level, times its share", low=0, high=100_000_000)
    since: float = setting("progress of the run (0 to 1) at which this stream begins", 0.0, low=0, high=1)
    augment: int = setting(
        "copies of each puzzle under symmetries (at most 7 of a maze); all are one group", 0, low=0, high=10_000
    )

    def __post_init__(self) -> None:
        """Raise a ConfigError for values that make no sense."""
        schema.check(self, f"stream {schema.shown(self.kind)}")
        height, by, width = self.kind.partition("x")
        if not (by and height.isdecimal() and width.isdecimal() and 1 <= int(height[:9]) * int(width[:9]) <= 100_000):
            raise ConfigError(f"stream: kind is HEIGHTxWIDTH, not {schema.shown(self.kind)}")

    @property
    def shape(self) -> tuple[int, int]:
        """The height and the width of its puzzles."""
        height, width = map(int, self.kind.split("x"))
        return height, width

    def mix(self, progress: float) -> dict[str, float]:
        """Return the share of every level at a progress of 0 to 1; they add up to 1."""
        # From `first` to `last` over the first half of the run.
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
    """A training run. Names are the paper's or the published code's where those have one."""

    model: ModelConfig
    streams: tuple[Stream, ...]
    minutes: float = setting("training time; the learning rates fall over all of it", 60.0, low=0, high=10**7)
    steps: int = setting("number of updates; if above 0, it replaces minutes", 0, low=0, high=10**12)
    loss: str = setting("loss function of the answer", "cross_entropy", among=LOSSES)
    optimizer: str = setting("muon (with adamw for all but matrices), or the published one", "muon", among=OPTIMIZERS)
    muon_lr: float = setting("muon: learning rate of the matrices in the blocks", 0.01, low=0, high=1000)
    lr: float = setting("learning rate of all other parameters", 2e-3, low=0, high=1000)
    weight_decay: float = setting("weight decay", 0.1, low=0, high=1000)
    puzzle_emb_lr: float = setting("learning rate of the puzzle embeddings", 1e-4, low=0, high=1000)
    puzzle_emb_weight_decay: float = setting("weight decay of the puzzle embeddings", 1.0, low=0, high=1000)
    warmup_steps: int = setting("updates over which the learning rates rise at first", 100, low=0, high=10**9)
    lr_min_ratio: float = setting("share of the learning rates that is left at the end", 0.0, low=0, high=1)
    clip: float = setting("largest norm of the gradient; 0 means no limit", 1.0, low=0, high=10**9)
    accumulation: int = setting(
        "parts in which the slots pass the network; more parts need less memory", 1, low=1, high=65_536
    )
    recompute: bool = setting("compute activations again for the gradient, which needs less memory", False)
    ema: float = setting("decay of the moving average of the weights", 0.999, low=0, high=1)
    ema_warms_up: bool = setting("let the average forget the first weights faster", True)
    halt_exploration_prob: float = setting(
        "chance that a puzzle stays for at least a random number of steps", 0.1, low=0, high=1
    )
    stay_prob: float = setting("share of puzzles that stay for a fixed, random number of steps", 0.0, low=0, high=1)
    random_start_prob: float = setting("share of puzzles that start from a random state", 0.0, low=0, high=1)
    corrupt_prob: float = setting(
        "share of slots whose answer is spoiled before an update, to learn repairs; falls to 0", 0.0, low=0, high=1
    )
    halt_loss_weight: float = setting("weight of the halting loss", 0.5, low=0, high=10**6)
    first_max_steps: int = setting(
        "halt_max_steps at first; it grows in the first half of the run", 6, low=1, high=100_000
    )
    first_H_cycles: int = setting("H_cycles at first; they grow in the first half of the run", 1, low=1, high=1000)
    init: str = setting("weights to start from: a file, or the name of shipped ones", "")
    seed: int = setting("random seed", 0, low=0, high=2**63 - 1)
    device: str = setting("where to compute: auto, cpu, cuda, cuda:N or mps", "auto")
    dtype: str = setting("data type of the computations", "auto", among=("auto", "float32", "bfloat16", "float16"))
    compile: bool = setting("compile the network, if there is a compiler", True)
    checkpoint_minutes: float = setting("minutes between checkpoints", 3.0, low=0, high=10**7)
    eval_minutes: float = setting("minutes between evaluations", 10.0, low=0, high=10**7)
    eval_puzzles: int = setting("puzzles to generate for the evaluations", 256, low=0, high=10_000_000)
    eval_max_steps: int = setting("maximum number of steps of an evaluation", 32, low=1, high=100_000)
    validate: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise a ConfigError for values that make no sense."""
        schema.check(self, "train config")
        # What single fields cannot show: a budget, a step of possible length, streams that differ and that begin.
        if not (self.steps > 0 or self.minutes > 0):
            raise ConfigError("train config: a run needs minutes or steps above 0")
        if self.first_H_cycles * (self.model.L_cycles + 1) * self.model.L_layers > MOST_BLOCKS:
            raise ConfigError(f"train config: first_H_cycles={self.first_H_cycles} makes a step too long")
        if not all(isinstance(name, str) for name in self.validate):
            raise ConfigError(f"train config: validate must be names of files, not {schema.shown(self.validate)}")
        if self.validate and self.model.is_adapted:
            raise ConfigError("--validate is not for this network; try its weights: trm eval --task arc --weights FILE")
        kinds = [stream.kind for stream in self.streams]
        if not kinds or len({*kinds}) < len(kinds):
            raise ConfigError("train config: needs streams, each of another kind")
        if not any(stream.share > 0 and stream.since == 0 for stream in self.streams):
            raise ConfigError("train config: a stream with a share must begin at once (since=0)")

    def cycles(self, progress: float) -> int:
        """Return the cycles of a supervision step at a progress of 0 to 1."""
        return grown(self.first_H_cycles, self.model.H_cycles, progress)

    @property
    def parts(self) -> dict[str, Any]:
        """The objects with settings, by the prefix of their names: none, `model.`, or a stream's kind as in `9x9.`."""
        return {"": self, "model.": self.model, **{f"{stream.kind}.": stream for stream in self.streams}}

    def rows(self) -> list[schema.Row]:
        """Return every setting that `changed` can change, with the values of this config as the defaults."""
        return [row for prefix, part in self.parts.items() for row in schema.rows(part, prefix, FIXED)]

    def changed(self, settings: Iterable[str]) -> TrainConfig:
        """Apply `key=value` settings: `model.key` for the model's, `9x9.key` for a stream's.

        A ConfigError names what is wrong, with the nearest key there is.
        """
        parts, known = self.parts, [row.name for row in self.rows()]
        values: dict[str, dict[str, Any]] = {prefix: {} for prefix in parts}
        for text in settings:
            key, _, value = text.partition("=")
            key = key.strip()
            name = key.rpartition(".")[2]
            prefix = key.removesuffix(name)
            if key not in known:
                raise ConfigError(f"--set {text}: {self._unknown(prefix, name)}")
            try:
                values[prefix][name] = schema.parse(schema.settings(parts[prefix])[name], value)
            except ConfigError as error:
                raise ConfigError(f"--set {text}: {error}") from error
        streams = tuple(replace(stream, **values[f"{stream.kind}."]) for stream in self.streams)
        return replace(self, model=replace(self.model, **values["model."]), streams=streams, **values[""])

    def _unknown(self, prefix: str, name: str) -> str:
        """Return what is wrong with the name of a setting, and which name may be meant."""
        if prefix in self.parts and name in {field.name for field in fields(self.parts[prefix])}:
            return f"{prefix}{name} is for the preset or another option to set"
        known = [row.name for row in self.rows()]
        # The same name in another part, such as another stream, is nearer than a similar name.
        usual = ELSEWHERE.get(name, name)
        meant = [key for key in known if key.rpartition(".")[2] == usual] or get_close_matches(prefix + name, known, 1)
        near = f"; did you mean {' or '.join(map(repr, meant))}?" * bool(meant)
        return f"no such setting {prefix + name!r}{near} (trm train --task {self.model.task} --list shows all)"

    def to_dict(self) -> dict[str, Any]:
        """Return a plain dict that `from_dict` takes back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Any) -> TrainConfig:
        """Build from a plain dict; an unknown or missing key, or a value that does not fit, is a ConfigError."""
        schema.check_keys(cls, values, "train config")
        lists = {"streams": values["streams"], "validate": values.get("validate", ())}
        for name, value in lists.items():
            if not isinstance(value, list | tuple):
                raise ConfigError(f"train config: {name} must be a list, not {schema.shown(value)}")
        streams = tuple(schema.build(Stream, stream, "stream") for stream in lists["streams"])
        model = ModelConfig.from_dict(values["model"])
        return cls(**{**values, "model": model, "streams": streams, "validate": tuple(lists["validate"])})
