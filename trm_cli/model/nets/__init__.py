"""The nets of the recursion, by their names in a model's config; this file imports no torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from trm_cli.domains.published import PUBLISHED

if TYPE_CHECKING:
    from trm_cli.model.config import ModelConfig
    from trm_cli.model.trm import TinyRecursiveModel


class Kind(NamedTuple):
    """A net: its class as FILE.CLASS of this folder, and the tasks that it can solve.

    `is_sequence`: it is the published network or a variant, which needs `vocab_size` and `seq_len`. `recursion` is the
    class of its recursion, if that is not TRM's.
    """

    place: str
    tasks: tuple[str, ...]
    is_sequence: bool = False
    recursion: str = ""


NETS = {
    "units": Kind("units.Units", ("sudoku",)),
    "neighbours": Kind("neighbours.Neighbours", ("maze",)),
    "palette": Kind("palette.Palette", ("arc",)),
    "sequence": Kind("sequence.SequenceNet", PUBLISHED, is_sequence=True),
    "hrm": Kind("hrm.TwoLevels", PUBLISHED, is_sequence=True, recursion="hrm.HierarchicalReasoningModel"),
    "transformer": Kind("sequence.SequenceNet", PUBLISHED, is_sequence=True, recursion="hrm.PlainTransformer"),
}
"""All nets."""


def build(config: ModelConfig) -> TinyRecursiveModel:
    """Return a newly initialised model in float32; under `torch.device("meta")` it has only shapes."""
    from trm_cli.model import trm

    kind = NETS[config.net]
    recursion = _class(kind.recursion) if kind.recursion else trm.TinyRecursiveModel
    model: TinyRecursiveModel = recursion(config, _class(kind.place)(config))
    return model


def _class(place: str) -> Any:
    """Return a class of this folder, whose file is imported only now."""
    file, _, name = place.partition(".")
    return getattr(import_module(f"{__name__}.{file}"), name)
