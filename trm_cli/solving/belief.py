"""What a model believes of every cell of a puzzle, over one single pass."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from trm_cli.errors import WeightsError
from trm_cli.puzzle import Puzzle
from trm_cli.solving import engine
from trm_cli.solving.solver import Solver


def belief(solver: Solver, puzzle: Puzzle) -> npt.NDArray[np.float32]:
    """Return the probability of every class in every cell, (H, W, K), as the mean over the steps of a single pass.

    The pass ends at the first answer that passes the rules. The mean keeps the doubts of the first steps, while
    at the last one the model is sure of everything. A WeightsError says that the weights cannot take the puzzle.
    """
    if refusal := solver.refusal(puzzle):
        raise WeightsError(f"{puzzle.name}: {refusal}")
    seen: list[npt.NDArray[np.float32]] = []
    for event in engine.solve([puzzle], solver.loaded, replace(solver.options, halt="verified", trace=False)):
        if event.frame.verdict.status == "failed":
            raise WeightsError(f"{puzzle.name}: {event.frame.verdict.reason}")
        seen.append(event.reading.probabilities)
    height, width = puzzle.given.shape
    mean: npt.NDArray[np.float32] = np.mean(seen, axis=0)[:height, :width]
    return mean
