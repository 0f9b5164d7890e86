"""The architecture of a model, as it is stored in the header of its weights file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any

from trm_cli.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Sizes of a Tiny Recursive Model, under the names of the paper or of the published code.

    `H_cycles` is the paper's T, the answer updates of a supervision step; `L_cycles` its n, the latent
    updates before each of them; `L_layers` the blocks of the one network. `expansion` is the hidden width
    of a block's feed-forward part in units of `hidden_size`. `pool_size` channels are averaged over each
    kind of unit (net `units`) or sent to each neighbour (net `neighbours`).

    The rest is for the published network (net `sequence`): `mlp_t` mixes positions by an MLP instead of attention
    with `num_heads`; `seq_len` cells of `vocab_size` tokens stand behind `puzzle_emb_len` positions that hold an
    embedding of `puzzle_emb_ndim` numbers, one of `num_puzzle_identifiers`.
    """

    task: str
    net: str = "units"
    hidden_size: int = 64
    L_layers: int = 2
    H_cycles: int = 1
    L_cycles: int = 12
    expansion: float = 2.0
    pool_size: int = 24
    halt_max_steps: int = 16
    mlp_t: bool = False
    num_heads: int = 8
    pos_encodings: str = "rope"
    vocab_size: int = 0
    seq_len: int = 0
    puzzle_emb_ndim: int = 0
    puzzle_emb_len: int = 0
    num_puzzle_identifiers: int = 1

    def __post_init__(self) -> None:
        may_be_0 = ("mlp_t", "vocab_size", "seq_len", "puzzle_emb_ndim", "puzzle_emb_len")
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float) and not (value > 0 or (value == 0 and field.name in may_be_0)):
                raise ConfigError(f"model config: {field.name} must be above 0, not {value}")
        if self.pos_encodings not in ("none", "rope", "learned"):
            raise ConfigError(f"model config: pos_encodings is none, rope or learned, not {self.pos_encodings!r}")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ModelConfig:
        """Build from a plain dict; an unknown or missing key is a ConfigError with a suggestion."""
        known = [field.name for field in fields(cls)]
        for key in values:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ConfigError(f"model config: unknown key {key!r}{hint}")
        if "task" not in values:
            raise ConfigError("model config: the key 'task' is missing")
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Return a plain dict that `from_dict` takes back."""
        return asdict(self)
