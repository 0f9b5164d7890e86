"""Sparse multinomial regression on true-or-false planes: coordinate descent along a path of penalties (numba).

Minimises the mean cross-entropy over cells plus an L1 penalty, as in Friedman, Hastie and Tibshirani, "Regularization
paths for generalized linear models via coordinate descent" (2010). A plane is true for a set of rows, a row is a colour
of a cell, and a weight belongs to a group of rows: a kind of colour or one colour.

As most planes are true in few rows, each has a list of its rows, and all sums run over those lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trm_cli.domains.compiled import is_ready, njit

Floats = npt.NDArray[np.float64]
Lists = tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]]

LIMIT = 60.0
"""Largest logit of which the exponential is taken."""
PRECISE = 5e-3
"""Change of a weight that is too small to go on for."""
PASSES, SWEEPS, NEW = 12, 20, 24
"""Most passes for a penalty, most sweeps over the weights of a pass, and most weights that a pass adds."""


@dataclass(slots=True)
class Design:
    """Rows of all demonstrations, sorted by block: a block is one colour in one demonstration.

    `planes` (N, R) says for which rows a plane is true; `groups` (B, 2) are the two groups of weights of every block;
    `edges` (B + 1,) are the blocks' first rows. `cells` (R,) is the cell of every row, one after the other in a block,
    `is_right` (R,) whether the cell has that colour, and `shares` (B,) are the weights of a block's cells in the mean.
    """

    planes: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]
    edges: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int64]
    is_right: npt.NDArray[np.bool_]
    shares: Floats


class Path:
    """The weights (groups, N) of a design, descended to the optimum of one penalty after the other.

    `factors` (groups, N) multiply the penalty. `shares` are the design's, unless they are set. A path `like` another
    over the same design lists its rows only once.
    """

    def __init__(self, design: Design, factors: Floats, like: Path | None = None) -> None:
        self.design = design
        self.shares = design.shares
        self.weights = np.zeros_like(factors)
        self.factors = factors
        self.lists: Lists = like.lists if like else _listed(design)
        self._reach = np.ones_like(self.weights)

    def descend(self, penalty: float) -> None:
        """Go on from the weights as they are to those of a penalty; every pass lets in the NEW most wanted."""
        design = self.design
        strengths = penalty * self.factors
        # From a block's rows to their cells is the same distance for all of them.
        shifts = design.cells[design.edges[:-1]] - design.edges[:-1]
        for n_pass in range(PASSES):
            # The weights that take part are those that are not zero, and those that the gradient wants most.
            is_active = self.weights != 0
            exps = np.exp(np.clip(self.scores(), -LIMIT, LIMIT))
            sums = np.bincount(design.cells, exps)
            probabilities = (exps / sums[design.cells]).astype(np.float32)
            gradient = _gradient(*self.lists, design.groups, self.shares, probabilities, len(self.weights))
            wanted = np.where(is_active, 0.0, np.abs(gradient) / strengths).reshape(-1)
            new = np.flatnonzero(wanted > 1.0)
            new = new[np.argsort(-wanted[new], kind="stable")[:NEW]]
            if n_pass and not len(new):
                break
            is_active.reshape(-1)[new] = True
            at = np.argwhere(is_active)
            # Descend with these alone, then look at the gradient of all others again.
            blocks = *self.lists, design.groups, shifts, self.shares
            _sweep(*blocks, exps, sums, self.weights, self._reach, strengths, at, SWEEPS, PRECISE)

    def scores(self) -> Floats:
        """Return the logit of every row (R,)."""
        return np.asarray(_scores(*self.lists[:2], self.design.groups, self.weights, len(self.design.cells)))


def _listed(design: Design) -> Lists:
    """Return the rows for which each plane is true, plane by plane, with what is known of every plane and block.

    `starts` (N, B + 1) are the places in `rows` where those of each block start, `n_right` (N, B) how many are right.
    """
    n_planes, n_blocks = len(design.planes), len(design.groups)
    starts = np.empty((n_planes, n_blocks + 1), np.int64)
    rows = np.empty(np.count_nonzero(design.planes), np.int32)
    n_right = np.zeros((n_planes, n_blocks), np.int32)
    _list(design.planes, design.edges, design.is_right, starts, rows, n_right)
    return starts, rows, n_right


@njit(cache=True, nogil=True)
def _list(planes, edges, is_right, starts, rows, n_right):
    """Fill in what `_listed` returns; `n_right` is zero at first."""
    at = 0
    for n in range(starts.shape[0]):
        for b in range(n_right.shape[1]):
            starts[n, b] = at
            for row in range(edges[b], edges[b + 1]):
                if planes[n, row]:
                    rows[at] = row
                    n_right[n, b] += is_right[row]
                    at += 1
        starts[n, -1] = at


@njit(cache=True, nogil=True)
def _scores(starts, rows, groups, weights, n_rows):
    """Return the logit of every row: the sum of the weights of the planes that are true there."""
    scores = np.zeros(n_rows)
    for n in range(starts.shape[0]):
        for b in range(groups.shape[0]):
            weight = weights[groups[b, 0], n] + weights[groups[b, 1], n]
            if weight != 0:
                for i in range(starts[n, b], starts[n, b + 1]):
                    scores[rows[i]] += weight
    return scores


@njit(cache=True, nogil=True)
def _gradient(starts, rows, n_right, groups, shares, probabilities, n_groups):
    """Return the gradient (groups, N) of the cross-entropy: the `probabilities` of rows, less 1 for each right one."""
    gradient = np.zeros((n_groups, starts.shape[0]))
    for n in range(starts.shape[0]):
        for b in range(groups.shape[0]):
            if shares[b] == 0:
                continue
            total = 0.0
            for i in range(starts[n, b], starts[n, b + 1]):
                total += probabilities[rows[i]]
            total = shares[b] * (total - n_right[n, b])
            gradient[groups[b, 0], n] += total
            gradient[groups[b, 1], n] += total
    return gradient


@njit(cache=True, nogil=True)
def _sweep(starts, rows, n_right, groups, shifts, shares, exps, sums, weights, reach, strengths, at, n_sweeps, precise):
    """Descend along single weights until a sweep over those `at` (n, 2) changes none by more than `precise`."""
    inverse = 1 / sums
    for _ in range(n_sweeps):
        largest = 0.0
        for j in range(len(at)):
            group, n = at[j]
            # Slope and curve of the cross-entropy along this one weight, from the probabilities p of its rows.
            slope, curve = 0.0, 1e-9
            for b in range(groups.shape[0]):
                if shares[b] and (groups[b, 0] == group or groups[b, 1] == group):
                    total, squares = 0.0, 0.0
                    for i in range(starts[n, b], starts[n, b + 1]):
                        p = exps[rows[i]] * inverse[rows[i] + shifts[b]]
                        total += p
                        squares += p * p
                    slope += shares[b] * (total - n_right[n, b])
                    curve += shares[b] * (total - squares)
            # A Newton step with the curve that there may be within reach; then the penalty pulls towards zero.
            limit = reach[group, n]
            curve *= np.exp(min(limit, 1.5))
            old, strength = weights[group, n], strengths[group, n]
            goal = old - slope / curve
            pull = strength / curve
            new = goal - pull if goal > pull else (goal + pull if goal < -pull else 0.0)
            step = min(max(new - old, -limit), limit)
            if abs(step) < 1e-7:
                continue
            # A weight that moves may go further the next time, one that stands still less far.
            reach[group, n] = max(2 * abs(step), limit / 2, 0.05)
            if reach[group, n] > 2:
                reach[group, n] = 2.0
            weights[group, n] = old + step if abs(old + step) > 1e-9 else 0.0
            largest = max(largest, abs(step))
            # Only the rows of this plane change, and the sums of their cells.
            factor = np.exp(step)
            for b in range(groups.shape[0]):
                if shares[b] and (groups[b, 0] == group or groups[b, 1] == group):
                    for i in range(starts[n, b], starts[n, b + 1]):
                        row, cell = rows[i], rows[i] + shifts[b]
                        change = exps[row] * (factor - 1)
                        exps[row] += change
                        sums[cell] += change
                        inverse[cell] = 1 / sums[cell]
        if largest < precise:
            break


def is_compiled() -> bool:
    """Tell whether the kernels of explanations are compiled; those of this module are the last ones to be."""
    return is_ready(_sweep)
