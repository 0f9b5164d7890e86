"""The carry of training (as the published code calls it): slots that hold puzzles until they halt."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from trm_cli.distributed import gathered, rank, share
from trm_cli.model.trm import State, TinyRecursiveModel
from trm_cli.train.config import TrainConfig
from trm_cli.train.data import Batch


class Slots:
    """B puzzles of one shape in work, with their states; every slot is free at first.

    `tokens` (B, H, W), or (B, K, H, W) for a net with K colours, `labels` (B, H * W), puzzle identifiers `ids` (B,),
    supervision steps done `steps` (B,), steps that a puzzle stays at least `min_steps` (B,), `is_free` (B,), states `y`
    and `z`. Each of several processes holds its share of the `n_slots`. Every process draws the random numbers of all
    slots, so that the number of processes makes no difference.
    """

    def __init__(self, model: TinyRecursiveModel, n_slots: int, shape: tuple[int, ...], dtype: torch.dtype) -> None:
        device = model.y_init.device
        self.n_slots = n_slots
        self.share = share(n_slots)
        n = self.share.stop - self.share.start
        self.tokens = torch.zeros(n, *shape, dtype=torch.long, device=device)
        self.labels = torch.zeros(n, math.prod(shape[-2:]), dtype=torch.long, device=device)
        self.ids = torch.zeros(n, dtype=torch.long, device=device)
        self.steps = torch.zeros(n, dtype=torch.long, device=device)
        self.min_steps = torch.zeros(n, dtype=torch.long, device=device)
        self.is_free = torch.ones(n, dtype=torch.bool, device=device)
        with torch.no_grad():
            x = model.net.embed(self.tokens, dtype)
            self.y, self.z = (state.clone() for state in model.start(x))

    def refill(self, draw: Callable[[int], Batch], model: TinyRecursiveModel, config: TrainConfig) -> None:
        """Put newly drawn puzzles into free slots, with their start states and minimal steps."""
        is_free = gathered(self.is_free)
        if not is_free.any():
            return
        # Every process draws for all free slots and keeps the part that belongs to its own.
        n = int(is_free.sum())
        fresh = draw(n)
        before = int(is_free[: self.share.start].sum())
        mine = slice(before, before + int(self.is_free.sum()))
        self.tokens[self.is_free] = fresh.tokens[mine].to(self.tokens.device)
        self.labels[self.is_free] = fresh.labels[mine].to(self.labels.device)
        self.ids[self.is_free] = fresh.ids[mine].to(self.ids.device)
        self.steps[self.is_free] = 0
        # Some puzzles stay for a number of steps that is drawn once, however early they are solved.
        if config.stay_prob:
            stays = torch.rand(n) < config.stay_prob  # on the CPU, whose generator is in the checkpoint
            min_steps = torch.randint(2, max(3, config.model.halt_max_steps + 1), (n,)) * stays
            self.min_steps[self.is_free] = min_steps[mine].to(self.min_steps.device)
        with torch.no_grad():
            # Their states, random for some, so that the net also learns to come back from anywhere.
            x = model.net.embed(self.tokens[self.is_free], self.y.dtype)
            start = model.start(x)
            if config.random_start_prob:
                start = _anywhere(start, torch.rand(n) < config.random_start_prob, mine)
            self.y[self.is_free], self.z[self.is_free] = start

    def spoiled(self, share: float) -> Tensor:
        """Return y, spoiled in about that share of the slots: random cells come from the slot before.

        A cell is spoiled with all its features; in the Sudoku net, with all its digits.
        """
        if not share:
            return self.y
        # A sequence net has one axis of positions, (B, S, D); the other nets have two, (B, ..., H, W, D).
        cells = self.y.shape[-3:-1] if self.y.dim() > 3 else self.y.shape[1:2]
        rate = torch.rand(self.n_slots) * (torch.rand(self.n_slots) < share)  # for the slots of all processes
        is_spoiled = torch.rand(self.n_slots, *cells) < rate.view(-1, *(1 for _ in cells))  # (n_slots, *cells)
        n_others = self.y.dim() - 2 - len(cells)  # axes between the slots' and the cells'
        mask = is_spoiled[self.share].view(-1, *(1 for _ in range(n_others)), *cells, 1).to(self.y.device)
        # The slot before the first is the last one of the process before this.
        last = gathered(self.y[-1:])[rank() - 1]
        return torch.where(mask, torch.cat((last[None], self.y[:-1])), self.y)

    def advance(self, state: State, halt: Tensor, max_steps: int, exploration: float) -> None:
        """Keep the new states, and free the slots whose puzzles halt: by the halting head, or after `max_steps`.

        With probability `exploration` a slot must go on to a random minimum of 2 to `max_steps` steps.
        """
        self.y, self.z = state
        self.steps += 1
        explores = torch.rand(self.n_slots) < exploration  # on the CPU, whose generator is in the checkpoint
        least = torch.randint(min(2, max_steps), max_steps + 1, (self.n_slots,)) * explores
        min_steps = torch.maximum(least[self.share].to(halt.device), self.min_steps)
        self.is_free = ((halt > 0) & (self.steps >= min_steps)) | (self.steps >= max_steps)

    def state_dict(self) -> dict[str, Tensor]:
        """Return the tensors of all processes' slots, for a checkpoint."""
        return {key: gathered(value) for key, value in vars(self).items() if isinstance(value, Tensor)}

    def load_state_dict(self, saved: dict[str, Tensor]) -> None:
        """Load this process's share of what `state_dict` returned; a ValueError if shapes differ."""
        mine = {key: value for key, value in vars(self).items() if isinstance(value, Tensor)}
        if mine.keys() != saved.keys():
            raise ValueError(f"slots have {', '.join(mine)}, not {', '.join(map(str, saved))}")
        for key, tensor in mine.items():
            own = saved[key][self.share]
            if own.shape != tensor.shape:
                raise ValueError(f"{key} of the slots is {tuple(own.shape)} instead of {tuple(tensor.shape)}")
            setattr(self, key, own.to(tensor))


def _anywhere(start: State, is_chosen: Tensor, mine: slice) -> State:
    """Return the start states, where those of chosen puzzles are normal noise at every position except padding.

    `is_chosen` is about the new puzzles of all processes; `start` has the ones in the slice `mine`.
    """
    states = []
    for state in start:
        noise = torch.randn(len(is_chosen), *state.shape[1:])[mine].to(state)
        chosen = is_chosen[mine].to(state.device).view(-1, *(1 for _ in state.shape[1:]))
        states.append(torch.where(chosen, noise * (state != 0), state))
    return State(*states)
