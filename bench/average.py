"""Average weights files of one config, tensor by tensor (a "model soup", arXiv:2203.05482).

    python bench/average.py --out mean.safetensors first.safetensors second.safetensors

It helps where one run went on from the other at a small rate, so that both lie in one basin of the loss.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from trm_cli.model import weights


def main() -> None:
    """Average and write; the card is that of the first file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    models, headers = zip(*(weights.load(path) for path in asked.files), strict=True)
    states = [model.state_dict() for model in models]
    mean = {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}
    models[0].load_state_dict(mean)
    weights.save(asked.out, models[0], headers[0].card)


if __name__ == "__main__":
    main()
