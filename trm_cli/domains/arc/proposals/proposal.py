"""The proposal: a name in words and a grid."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Cells = npt.NDArray[np.integer]


class Proposal(NamedTuple):
    """A grid that may be the answer; None if the idea makes no sense here. A negative cell proposes nothing."""

    name: str
    grid: Cells | None
