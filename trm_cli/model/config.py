"""The architecture of a model, as the header of its weights file stores it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from trm_cli import schema
from trm_cli.domains import TASKS
from trm_cli.domains.published import vocabulary_size
from trm_cli.errors import ConfigError
from trm_cli.model.nets import NETS
from trm_cli.schema import setting

MOST_BLOCKS = 10_000
"""Most passes through a block in one supervision step. More are a mistake: the program would seem to hang."""


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Sizes of a Tiny Recursive Model, under the names of the paper or of the published code."""

    task: str = setting("what it solves", among=TASKS)
    net: str = setting("network that is recursed over", "units", among=NETS)
    hidden_size: int = setting("D: features of a vector", 64, low=1, high=8192)
    L_layers: int = setting("blocks of the network", 2, low=1, high=64)
    H_cycles: int = setting("T: answer updates of a supervision step", 1, low=1, high=1000)
    L_cycles: int = setting("n: latent updates before each answer update", 12, low=1, high=1000)
    expansion: float = setting("width of a block's feed-forward part, in hidden_size", 2.0, low=0.01, high=64)
    pool_size: int = setting("units, neighbours, palette: channels that are averaged", 24, low=1, high=8192)
    halt_max_steps: int = setting("supervision steps after which a puzzle leaves training", 16, low=1, high=100_000)
    mlp_t: bool = setting("sequence: mix positions by an MLP instead of attention", False)
    num_heads: int = setting("sequence: heads of attention", 8, low=1, high=1024)
    pos_encodings: str = setting("sequence: how positions are encoded", "rope", among=("none", "rope", "learned"))
    vocab_size: int = setting("sequence: number of tokens", 0, high=1024)
    seq_len: int = setting("sequence: cells of a grid", 0, high=100_000)
    puzzle_emb_ndim: int = setting("sequence: numbers of a puzzle embedding", 0, high=100_000)
    puzzle_emb_len: int = setting("sequence: positions in front of the cells for the embedding", 0, high=1024)
    num_puzzle_identifiers: int = setting("sequence, palette: rows of the table of puzzles", 1, low=1, high=10_000_000)

    def __post_init__(self) -> None:
        """Raise a ConfigError for a value of a wrong type, out of range, or in conflict with another value."""
        schema.check(self, "model config")
        kind = NETS[self.net]
        if self.task not in kind.tasks:
            raise ConfigError(f"model config: net {self.net!r} is for {', '.join(kind.tasks)}, not {self.task}")
        if self.H_cycles * (self.L_cycles + 1) * self.L_layers > MOST_BLOCKS:
            raise ConfigError(
                f"model config: H_cycles * (L_cycles + 1) * L_layers must be at most {MOST_BLOCKS:,}, "
                f"not {self.H_cycles * (self.L_cycles + 1) * self.L_layers:,}"
            )
        # Which sizes must fit each other depends on the net.
        if kind.is_sequence:
            self._check_sequence()
        elif round(self.expansion * self.hidden_size) < 1:
            raise ConfigError("model config: expansion * hidden_size must be at least 1")
        if self.net == "palette" and self.num_heads > self.hidden_size:
            raise ConfigError(f"model config: num_heads={self.num_heads} must not be above hidden_size")

    def _check_sequence(self) -> None:
        """Check the settings of the published network."""
        if self.vocab_size == 0 or self.seq_len == 0:
            raise ConfigError(f"model config: net {self.net!r} needs vocab_size and seq_len")
        n_tokens = vocabulary_size(self.task, self.seq_len)
        if self.vocab_size != n_tokens:
            raise ConfigError(
                f"model config: vocab_size={self.vocab_size}: {self.task} of {self.seq_len} cells has {n_tokens} tokens"
            )
        if self.mlp_t:
            return
        if self.hidden_size % self.num_heads:
            raise ConfigError(f"model config: num_heads={self.num_heads} must divide hidden_size={self.hidden_size}")
        if self.pos_encodings == "rope" and self.hidden_size // self.num_heads % 2:
            raise ConfigError(
                f"model config: rope needs heads of an even size, not {self.hidden_size // self.num_heads}"
            )

    @property
    def is_adapted(self) -> bool:
        """Weights of this net are where the learning of a task begins; they do not answer by themselves."""
        return self.net == "palette"

    @classmethod
    def from_dict(cls, values: Any) -> ModelConfig:
        """Build from a plain dict; an unknown or missing key is a ConfigError with a suggestion."""
        return schema.build(cls, values, "model config")

    def to_dict(self) -> dict[str, Any]:
        """Return a plain dict that `from_dict` takes back."""
        return asdict(self)


ADAPTED = ModelConfig(
    "arc", net="palette", hidden_size=32, expansion=2.0, pool_size=16, num_heads=4, H_cycles=1, L_cycles=4,
    halt_max_steps=4,
)  # fmt: skip
"""The network that learns a task from its demonstrations: 60 thousand parameters."""


def published(task: str, mixer: str) -> ModelConfig:
    """Return a published configuration (`config/arch/trm.yaml`, README): `mixer` is mlp or attention."""
    seq_len, L_cycles = (81, 6) if task == "sudoku" else (900, 4)
    return ModelConfig(
        task=task,
        net="sequence",
        hidden_size=512,
        H_cycles=3,
        L_cycles=L_cycles,
        expansion=4.0,
        mlp_t=mixer == "mlp",
        pos_encodings="none" if mixer == "mlp" else "rope",
        vocab_size=vocabulary_size(task, seq_len),
        seq_len=seq_len,
        puzzle_emb_ndim=512,
        puzzle_emb_len=16,
    )
