"""Average weights files of one config, tensor by tensor (a "model soup", arXiv:2203.05482).

    python bench/average.py --out mean.safetensors first.safetensors second.safetensors

It helps where one run went on from the other at a small rate, so that both lie in one basin of the loss.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from trm_cli import __version__
from trm_cli.model import weights

MEASURED = ("accuracy", "accuracy_by")


def main() -> None:
    """Average and write; the card has the files' own cards, without what was measured of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    models, headers = zip(*(weights.load(path) for path in asked.files), strict=True)
    for path, model, header in zip(asked.files, models, headers, strict=True):
        for name, value in replace(header.config, halt_max_steps=headers[0].config.halt_max_steps).to_dict().items():
            if value != (first := getattr(headers[0].config, name)):
                parser.error(f"{path}: {name} is {value}, and {first} in {asked.files[0]}: only equals can be averaged")
        if models[0].identifiers != model.identifiers:
            parser.error(f"{path}: the puzzle embeddings are of other tasks than those of {asked.files[0]}")
    states = [model.state_dict() for model in models]
    mean = {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}
    models[0].load_state_dict(mean)
    cards = [{key: value for key, value in header.card.items() if key not in MEASURED} for header in headers]
    weights.save(asked.out, models[0], {"version": __version__, "mean_of": cards})


if __name__ == "__main__":
    main()
