"""The nets of the recursion, by their names in a model's config."""

from __future__ import annotations

from collections.abc import Callable

from trm_cli.model.config import ModelConfig
from trm_cli.model.nets.hrm import HierarchicalReasoningModel, PlainTransformer, TwoLevels
from trm_cli.model.nets.neighbours import Neighbours
from trm_cli.model.nets.palette import Palette
from trm_cli.model.nets.sequence import SequenceNet
from trm_cli.model.nets.units import Units
from trm_cli.model.trm import Net, TinyRecursiveModel

NETS: dict[str, Callable[[ModelConfig], Net]] = {
    "units": Units,
    "neighbours": Neighbours,
    "palette": Palette,
    "sequence": SequenceNet,
    "hrm": TwoLevels,
    "transformer": SequenceNet,
}
RECURSIONS: dict[str, Callable[..., TinyRecursiveModel]] = {
    "hrm": HierarchicalReasoningModel,
    "transformer": PlainTransformer,
}
"""The baselines that do not recurse as TRM does."""


def build(config: ModelConfig) -> TinyRecursiveModel:
    """Return a newly initialised model in float32; under `torch.device("meta")` it has only shapes."""
    return RECURSIONS.get(config.net, TinyRecursiveModel)(config, NETS[config.net](config))
