"""Test-time training: a small recursive network learns one ARC task from its demonstrations, and votes on the test.

The network begins with random weights, or with those of a training on many tasks. It sees the demonstrations in eight
orientations, and of all planes only those to which the ladder of explanations gave the largest weights. Noise, dropout
and weight decay are strong, because a few demonstrations are quickly memorised.
"""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from trm_cli.domains import dihedral
from trm_cli.domains.arc.bits import EXISTS, PLANES
from trm_cli.domains.arc.lessons import Lesson, padded
from trm_cli.model.config import ADAPTED
from trm_cli.model.nets import build
from trm_cli.model.nets.palette import Palette
from trm_cli.model.trm import TinyRecursiveModel
from trm_cli.puzzle import IGNORED, Grid, frozen
from trm_cli.solving.ballot import Ballot
from trm_cli.train.loss import losses, total
from trm_cli.train.optim import muon, set_rate
from trm_cli.train.update import update

BATCH, LEAST_BATCH, ROWS = 8, 2, 24_000
"""An update has BATCH lessons, or fewer large ones: colours times cells of all of them are at most ROWS."""
SUPERVISION_STEPS = 2
"""Supervision steps of a lesson in training."""
ANSWER_STEPS = 4
"""Supervision steps of an answer."""
NOISE, DROPOUT, WEIGHT_DECAY = 0.3, 0.15, 0.5
MUON_LR, LR = 0.01, 3e-3
EMA = 0.98
"""Decay of the average of the weights, which is what answers."""
VOTES_FROM = 0.5
"""The progress from which on votes are taken; later ones count more."""
VOTINGS, LOOKS = 5, 60
"""How often, at most, votes are taken before the end, and the answer so far is shown."""
VOTINGS_SHARE, LOOKS_SHARE = 0.2, 0.08
"""What these may cost, as shares of what the learning costs."""
PASSES = 3
"""What an update costs, in passes of its lessons forward through the network."""
MOST_UPDATES = 100_000
SURENESS = 4.0
"""How much more a vote counts that is sure: by exp(SURENESS * mean log probability of its cells)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One look at what was learned after `updates`: the `loss` of the last one, the answer so far, and the votes.

    In `n_ways_right` of the orientations all demonstrations were right when votes were last taken.
    """

    updates: int
    n_updates: int
    loss: float
    n_ways_right: int
    answer: Grid
    confidence: npt.NDArray[np.float32]
    ballot: Ballot


class Plan(NamedTuple):
    """How many updates there is time for, and how many seconds the votes at the end take."""

    n_updates: int
    last_votes: float


class Beginning(NamedTuple):
    """Where the learning of a task begins instead of random weights: a net that was trained on many tasks.

    The code of the task, or the mean of all codes if it is none of them, becomes a part of what all cells begin with.
    The planes are chosen for each task, so what they mean is learned anew.
    """

    trained: TinyRecursiveModel
    identifier: str

    def model(self) -> TinyRecursiveModel:
        """Return a copy of the net, with random weights for the planes."""
        model = build(replace(self.trained.config, num_puzzle_identifiers=1))
        tensors = self.trained.state_dict()
        codes = tensors.pop("net.codes", None)
        bits = tensors["net.bits"].clone()
        assert isinstance(model.net, Palette)
        bits[PLANES:] = model.net.bits[PLANES:].detach()
        if codes is not None:
            row = self.trained.identifiers.get(self.identifier)
            bits[EXISTS] += codes[1:].mean(0) if row is None else codes[row]  # row 0 is of no task
        model.load_state_dict({**tensors, "net.bits": bits})
        return model


_BUILDING = threading.Lock()


def _initial(start: Beginning | None, seed: int) -> TinyRecursiveModel:
    """Return a network to begin with: the trained one, or random weights of a seed."""
    # A new network draws its weights from the random numbers that all threads share.
    with _BUILDING, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return start.model() if start else build(ADAPTED)


class Batch(NamedTuple):
    """Lessons side by side, padded to one shape: `tokens` (B, K, H, W) and `labels` (B, H * W), int64."""

    tokens: Tensor
    labels: Tensor


def collated(chosen: Sequence[Lesson], device: torch.device | str = "cpu") -> Batch:
    """Return lessons as a batch, padded to the smallest shape that has room for all of them."""
    shape = np.max([lesson.tokens.shape for lesson in chosen], 0)
    return Batch(*(torch.from_numpy(array).to(device) for array in padded(chosen, shape.tolist())))


class Adaptation:
    """A network that learns the lessons of one task; with the same seed and number of updates it ends the same."""

    def __init__(
        self,
        taught: Sequence[Sequence[Lesson]],
        asked: Sequence[Lesson],
        seed: int,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
        start: Beginning | None = None,
    ) -> None:
        self._taught = [lesson for of_demo in taught for lesson in of_demo]
        self._asked = asked
        self._device, self._dtype = device, dtype
        self._rng = np.random.default_rng(seed)
        self.model = _initial(start, seed).to(device)
        assert isinstance(self.model.net, Palette)
        self.model.net.noise, self.model.net.dropout = NOISE, DROPOUT
        # A generator of its own, as other networks may learn in other threads at the same time.
        self.model.net.generator = torch.Generator(device).manual_seed(seed)
        self._average = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self._optimizers = muon(self.model, MUON_LR, LR, WEIGHT_DECAY)
        self._order: list[int] = []
        n_rows = max(lesson.tokens.size for lesson in self._taught)
        self.batch_size = min(BATCH, max(LEAST_BATCH, ROWS // n_rows))
        self.updates = 0
        self.loss = math.nan
        self._ballot = Ballot()
        self._n_ways_right = 0

    def run(self, n_updates: int, until: float = math.inf) -> Iterator[Progress]:
        """Do `n_updates` updates, and yield a look now and then, with the votes so far in its `ballot`.

        At the time `until` of `time.perf_counter`, learning stops before all updates are done, and the last votes are
        taken as in every run.
        """
        n_votings, n_looks = self._interludes(n_updates)
        next_vote, next_look = VOTES_FROM if n_votings else 1.0, 0
        while self.updates < n_updates and time.perf_counter() < until:
            progress = self.updates / n_updates
            if progress >= next_vote:
                self._vote(progress**2)
                next_vote += (1 - VOTES_FROM) / n_votings
            if self.updates >= next_look:
                yield self._look(n_updates)
                next_look = self.updates + max(2, n_updates // n_looks)
            self.learn(progress, n_updates)
        self._vote(2.0)
        yield self._look(n_updates)

    def _interludes(self, n_updates: int) -> tuple[int, int]:
        """Return how often votes are taken before the end, and how many looks there are: fewer of large grids."""
        learning = PASSES * self.batch_size * n_updates
        n_votings = min(VOTINGS, int(VOTINGS_SHARE * learning / self._voting))
        return n_votings, min(LOOKS, max(1, int(LOOKS_SHARE * learning / ANSWER_STEPS)))

    @property
    def _voting(self) -> int:
        """What it costs to take votes once, in passes of one lesson."""
        return ANSWER_STEPS * (len(self._asked) + len(self._taught))

    def cost(self, n_updates: int) -> int:
        """Return what `n_updates` updates cost, with votes and looks, in passes of one lesson."""
        n_votings, n_looks = self._interludes(n_updates)
        return PASSES * self.batch_size * n_updates + (n_votings + 1) * self._voting + (n_looks + 1) * ANSWER_STEPS

    def measured_plan(self, seconds: float) -> Plan:
        """Return how many updates this machine can do in some seconds, after trying a few.

        The trial changes the network, so another one must do the learning.
        """
        # The first updates are slower than the rest, so that only the second ones are timed.
        self.learn(0.0, MOST_UPDATES)
        started = time.perf_counter()
        self.learn(0.0, MOST_UPDATES)
        tried = time.perf_counter() - started
        return self.plan(seconds - 2 * tried, tried / (SUPERVISION_STEPS * PASSES * self.batch_size))

    def plan(self, seconds: float, seconds_a_pass: float) -> Plan:
        """Return the largest number of updates whose cost, with votes and looks, some seconds suffice for."""
        n_updates = bisect_right(range(MOST_UPDATES), seconds / seconds_a_pass, key=self.cost) - 1
        return Plan(max(SUPERVISION_STEPS, n_updates), self._voting * seconds_a_pass)

    def learn(self, progress: float, n_updates: int) -> None:
        """Do one update for each supervision step of a batch of lessons."""
        # Every lesson comes once, in a random order, before any comes again.
        if len(self._order) < self.batch_size:
            self._order += self._rng.permutation(len(self._taught)).tolist()
        chosen, self._order = self._order[: self.batch_size], self._order[self.batch_size :]
        tokens, labels = collated([self._taught[i] for i in chosen], self._device)
        # The rates rise over the first twentieth and then fall in a straight line to zero.
        set_rate(self._optimizers, min(1.0, progress / 0.05 + 0.05) * (1 - progress))
        self.model.train()
        with torch.no_grad():
            y, z = self.model.start(self.model.net.embed(tokens, self._dtype))
        for _ in range(min(SUPERVISION_STEPS, n_updates - self.updates)):
            (y, z), logits, halt = self.model(tokens, y, z)
            parts = losses(logits, halt, labels)
            total(parts, 0.1).backward()  # type: ignore[no-untyped-call]
            self.updates += 1
            update(self.model, self._optimizers, self._average, self.updates, ema=EMA)
        self.loss = float(parts.lm_loss.detach())

    @torch.no_grad()
    def _vote(self, weight: float) -> None:
        """Count the averaged weights' answers in all orientations, and see where the demonstrations are right."""
        with self._averaged():
            for lesson, choice, sureness in self._answers(self._asked):
                self._ballot.add(lesson.answer(choice), weight * math.exp(SURENESS * sureness))
            wrong = {lesson.way for lesson, choice, _ in self._answers(self._taught) if not _is_right(lesson, choice)}
            self._n_ways_right = len(dihedral.WAYS) - len(wrong)

    @torch.no_grad()
    def _look(self, n_updates: int) -> Progress:
        """Return where the learning stands, with the answer to the test as it is written."""
        lesson = self._asked[0]
        with self._averaged():
            probabilities = self._probabilities(collated([lesson], self._device))[0]
        grid, sure = lesson.answer(probabilities.argmax(-1)), frozen(lesson.cells(probabilities.max(-1)).copy())
        return Progress(self.updates, n_updates, self.loss, self._n_ways_right, grid, sure, deepcopy(self._ballot))

    def _answers(self, asked: Sequence[Lesson]) -> Iterator[tuple[Lesson, npt.NDArray[np.int64], float]]:
        """Yield lessons with the choice (H, W) in every cell, and the mean log probability in those of the output."""
        by_shape: dict[tuple[int, ...], list[Lesson]] = defaultdict(list)
        for lesson in asked:
            by_shape[lesson.tokens.shape].append(lesson)
        for alike in by_shape.values():
            for i in range(0, len(alike), self.batch_size):
                some = alike[i : i + self.batch_size]
                for lesson, each in zip(some, self._probabilities(collated(some, self._device)), strict=True):
                    sure = np.log(np.maximum(lesson.cells(each.max(-1)), 1e-9)).mean()
                    yield lesson, each.argmax(-1), float(sure)

    def _probabilities(self, batch: Batch) -> npt.NDArray[np.float32]:
        """Return the probabilities (B, H, W, K) after the steps of an answer."""
        x = self.model.net.embed(batch.tokens, self._dtype)
        y, z = self.model.start(x)
        for _ in range(ANSWER_STEPS):
            (y, z), logits, _ = self.model.deep_recursion(x, y, z)
        flat: npt.NDArray[np.float32] = logits.softmax(-1).cpu().numpy()  # (B, H * W, K)
        return flat.reshape(len(flat), *batch.tokens.shape[2:], -1)

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """Give the model its averaged weights for a while, in which it does not train."""
        live = {name: p.data for name, p in self.model.named_parameters()}
        self._put(self._average)
        self.model.eval()
        try:
            yield
        finally:
            self._put(live)

    def _put(self, tensors: dict[str, Tensor]) -> None:
        for name, parameter in self.model.named_parameters():
            parameter.data = tensors[name]


def _is_right(lesson: Lesson, choice: npt.NDArray[np.int64]) -> bool:
    assert lesson.labels is not None
    return bool(((choice == lesson.labels) | (lesson.labels == IGNORED)).all())
