"""The training loop: one optimizer update for each supervision step, over slots that a puzzle leaves when it halts."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint

from trm_cli import device as devices
from trm_cli.distributed import gathered, share, world_size
from trm_cli.errors import ConfigError, DataError, DeviceError, TrmError
from trm_cli.model import weights
from trm_cli.model.nets import build
from trm_cli.model.trm import State, TinyRecursiveModel
from trm_cli.train.config import TrainConfig, grown
from trm_cli.train.data import Drawn
from trm_cli.train.loss import Losses, losses, total
from trm_cli.train.loss import joined as joined_losses
from trm_cli.train.optim import optimizers, rate, set_rate
from trm_cli.train.slots import Slots
from trm_cli.train.update import forget_gradients, update


class Diverged(TrmError):
    """A loss, a gradient or a weight is no longer a finite number."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One optimizer update.

    `progress` is the share of the budget that is used, `seconds` the training time so far, without the updates that
    compiled the network. `n_halted` puzzles left their slots, `n_exact` of them solved, after `steps` steps on average
    (0 if none left). `cell_accuracy` is the mean over all slots.
    """

    step: int
    progress: float
    seconds: float
    stream: str
    lm_loss: float
    q_halt_loss: float
    n_halted: int
    n_exact: int
    cell_accuracy: float
    grad_norm: float
    rate: float
    steps: float


def check_slots(config: TrainConfig) -> None:
    """Raise a ConfigError if the slots cannot be shared evenly by the processes, or those of each by the parts."""
    for stream in config.streams:
        part = share(stream.slots)
        if (part.stop - part.start) % config.accumulation:
            raise ConfigError(
                f"accumulation={config.accumulation} does not divide the {part.stop - part.start} slots of "
                f"{stream.kind} (of each process); choose a divisor"
            )


def initial(config: TrainConfig) -> dict[str, Tensor]:
    """Return the tensors of the weights file that `config.init` names, {} without one.

    Raises a ConfigError if their names or shapes are not those of the config's model.
    """
    if not config.init:
        return {}
    path = weights.find(config.init)
    tensors = weights.load(path, config.model.task)[0].state_dict()
    mine = weights.shapes(config.model)
    for key in sorted(mine.keys() | tensors.keys()):
        if key not in tensors or mine.get(key) != tuple(tensors[key].shape):
            raise ConfigError(f"{path}: its sizes are not those of this run: {key!r} does not fit")
    return tensors


class Trainer:
    """A model in training, with everything that an update depends on; a resumed run is the same to the bit.

    `pools` has one pool for every stream of `config.streams`, in order; `tensors` are weights to begin from instead
    of random ones. Setting `is_asked_to_stop` in one process ends the run in all of them after the next update.
    `is_timed` may be set to False to leave the update at hand out of the training time. `n_updates` counts the updates
    since this object was made. `say` is called with messages for the user.
    """

    say: Callable[[str], None]

    def __init__(
        self,
        config: TrainConfig,
        pools: Sequence[Drawn],
        dtype: torch.dtype,
        device: torch.device | str = "cpu",
        tensors: Mapping[str, Tensor] | None = None,
    ) -> None:
        check_slots(config)
        torch.manual_seed(config.seed)
        self.config = config
        self.pools = pools
        self.dtype = dtype
        self.rng = np.random.default_rng(config.seed)
        self.model: TinyRecursiveModel = build(config.model)
        if tensors:
            self.model.load_state_dict(tensors)
        self.model.to(device)
        self.average = {name: p.detach().clone() for name, p in self.model.named_parameters()}
        self.optimizers = optimizers(self.model, config)
        self.slots = [
            Slots(self.model, stream.slots, pool.shape, dtype)
            for stream, pool in zip(config.streams, pools, strict=True)
        ]
        self.step = self.n_updates = 0
        self.seconds = 0.0
        self._met: set[tuple[int, bool]] = set()
        self.is_timed = True
        self.say = lambda words: None
        self.is_asked_to_stop = self.is_stopped = False
        # Wrap the net last, in this order: recompute its activations, compile it, exchange its gradients.
        if config.recompute:
            forward = self.model.net.forward
            self.model.net.forward = partial(checkpoint, forward, use_reentrant=False)  # type: ignore[method-assign]
        if config.compile:
            devices.compile_net(self.model.net, dynamic=False, say=self._warn)
        self.stepper: torch.nn.Module = self.model
        if world_size() > 1:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # PyTorch is about to give this argument another name
                self.stepper = DistributedDataParallel(self.model, broadcast_buffers=False)
        # The device on which processes exchange what they measured.
        self._exchange = torch.device(device if world_size() > 1 else "cpu")

    @property
    def progress(self) -> float:
        """The share of the budget that is used, 0 to 1."""
        if self.config.steps:
            return min(1.0, self.step / self.config.steps)
        return min(1.0, self.seconds / 60 / self.config.minutes)

    def run(self) -> Iterator[Progress]:
        """Update until the budget is used or any process is asked to stop; yield after every update.

        Raises Diverged at the first loss or gradient that is not finite, and a DataError for puzzles of another task.
        """
        while self.progress < 1 and not self.is_stopped:
            used = self.progress
            i = self._choose_stream(used)
            self.is_timed = not self._is_compiling(i, used)
            started = time.monotonic()
            try:
                values = self._update(i, used)
            except IndexError as error:
                raise DataError("the puzzles of this run have values that its network does not know") from error
            except (RuntimeError, MemoryError) as error:
                if not devices.is_out_of_memory(error):
                    raise
                less = "try fewer --slots, or --set accumulation=4 --set recompute=true"
                raise DeviceError(f"{self.model.y_init.device}: out of memory; {less}") from error
            progress = self._agreed(values, self.seconds + self.is_timed * (time.monotonic() - started))
            if not math.isfinite(progress.lm_loss + progress.q_halt_loss):
                raise self._diverged("loss")
            self.n_updates += 1
            yield progress

    def _diverged(self, what: str) -> Diverged:
        return Diverged(f"training diverged: the {what} of update {self.step} is not a finite number")

    def _warn(self, words: str) -> None:
        """Say what went wrong in compiling, unless a Ctrl-C did it, which ends the compiler's processes too."""
        if not self.is_asked_to_stop:
            self.say(words)

    def _is_compiling(self, i: int, progress: float) -> bool:
        """Tell whether the next update compiles the network, and say so."""
        # The compiler makes code for every shape, and more once the first cycles go without a gradient.
        case = i, self.config.cycles(progress) > 1
        if case in self._met or not devices.is_compiled(self.model.net):
            return False
        self._met.add(case)
        kind = self.config.streams[i].kind
        self.say(f"compiling the network for {kind}: half a minute or more, which does not count as training time")
        return True

    def _update(self, i: int, progress: float) -> dict[str, Any]:
        """Do one supervision step for the slots of one stream, and one update of the weights."""
        self.step += 1
        config = self.config
        stream, slots = config.streams[i], self.slots[i]
        # New puzzles into free slots, one update of the weights, then the new states back into the slots.
        slots.refill(lambda n: self.pools[i].draw(n, stream.mix(progress), self.rng), self.model, config)
        factor = rate(self.step, progress, config.warmup_steps, config.lr_min_ratio)
        state, halt, parts, grad_norm = self._descend(slots, progress, factor)
        max_steps = grown(config.first_max_steps, config.model.halt_max_steps, progress)
        slots.advance(state, halt, max_steps, config.halt_exploration_prob)
        freed = slots.is_free
        return {
            "stream": stream.kind,
            "lm_loss": parts.lm_loss,
            "q_halt_loss": parts.q_halt_loss,
            "n_halted": freed.sum(),
            "n_exact": parts.is_exact[freed].sum(),
            "cell_accuracy": parts.cell_accuracy.mean(),
            "grad_norm": grad_norm,
            "rate": factor,
            "steps": slots.steps[freed].sum(),
        }

    def _agreed(self, values: dict[str, Any], seconds: float) -> Progress:
        """Join the measurements of all processes; the clock of the first process counts for all."""
        # One exchange for everything: the sums, the clock, and the wish to stop.
        names = ("lm_loss", "q_halt_loss", "cell_accuracy", "n_halted", "n_exact", "steps")
        numbers = [*(float(values[name]) for name in names), seconds, self.is_asked_to_stop]
        mine = torch.tensor(numbers, dtype=torch.float64)
        everyones = gathered(mine.to(self._exchange).unsqueeze(0)).cpu()
        joined = dict(zip(names, everyones.sum(0).tolist(), strict=False))
        self.seconds = float(everyones[0, -2])
        self.is_stopped = bool(everyones[:, -1].any())
        n_halted = int(joined["n_halted"])
        return Progress(
            step=self.step,
            progress=self.progress,
            seconds=self.seconds,
            stream=values["stream"],
            **{name: joined[name] / len(everyones) for name in ("lm_loss", "q_halt_loss", "cell_accuracy")},
            n_halted=n_halted,
            n_exact=int(joined["n_exact"]),
            grad_norm=values["grad_norm"],
            rate=values["rate"],
            steps=joined["steps"] / max(1, n_halted),
        )

    def _choose_stream(self, progress: float) -> int:
        # Streams that have not begun yet have no share.
        shares = np.array([s.share if progress >= s.since else 0.0 for s in self.config.streams])
        return int(self.rng.choice(len(shares), p=shares / shares.sum()))

    def _descend(self, slots: Slots, progress: float, factor: float) -> tuple[State, Tensor, Losses, float]:
        """Update the weights and their average; return the states, halting logits, losses and the gradient's norm."""
        H_cycles = self.config.cycles(progress)
        set_rate(self.optimizers, factor)
        try:
            results = self._gradients(slots, H_cycles)
        except Exception as error:
            if world_size() > 1 or not devices.run_eagerly(self.model.net):
                raise
            # The compiler may fail on the backward pass after the forward pass went well.
            forget_gradients(self.optimizers)
            results = self._gradients(slots, H_cycles)
            self._warn(devices.without_compiler(error))
        config = self.config
        norm = update(
            self.model, self.optimizers, self.average, self.step, config.clip, config.ema, config.ema_warms_up
        )
        if not math.isfinite(norm):
            raise self._diverged("gradient")
        states, halts, parts = zip(*results, strict=True)
        # The slots went through the network in parts; put their results together again.
        state = State(*(torch.cat(tensors) for tensors in zip(*states, strict=True)))
        return state, torch.cat(halts), joined_losses(parts), norm

    def _gradients(self, slots: Slots, H_cycles: int) -> list[tuple[State, Tensor, Losses]]:
        """Add up the gradient of the loss over all slots; return the results of each part."""
        n_parts = self.config.accumulation
        fed_back = slots.spoiled(self.config.corrupt_prob * (1 - self.progress))
        # Each part holds its activations only until its own backward pass. Gradients add up in the weights, and
        # processes exchange them with the last part.
        cut = [tensor.chunk(n_parts) for tensor in (slots.tokens, slots.labels, slots.ids, fed_back, slots.z)]
        results = []
        for i, (tokens, labels, ids, y, z) in enumerate(zip(*cut, strict=True)):
            with self._unsynchronized(i + 1 < n_parts):
                state, logits, halt = self.stepper(tokens, y, z, H_cycles, ids)
                parts = losses(logits, halt, self.model.net.targets(tokens, labels), self.config.loss)
                (total(parts, self.config.halt_loss_weight) / n_parts).backward()  # type: ignore[no-untyped-call]
            results.append((state, halt.detach(), parts))
        return results

    def is_finite(self) -> bool:
        """Tell whether all weights and averages are finite numbers."""
        tensors = [*self.model.state_dict().values(), *self.average.values()]
        return all(bool(tensor.isfinite().all()) for tensor in tensors)

    def _unsynchronized(self, is_so: bool) -> AbstractContextManager[None]:
        """Return a context in which processes do not exchange gradients, if `is_so`."""
        if is_so and isinstance(self.stepper, DistributedDataParallel):
            return self.stepper.no_sync()
        return nullcontext()

    def averaged(self) -> TinyRecursiveModel:
        """Return a separate, uncompiled model with the averaged weights, in evaluation mode."""
        # Building draws random weights, which must not change the random numbers of the run.
        with torch.random.fork_rng(devices=[]):
            model = build(self.config.model)
        model.load_state_dict({**self.model.state_dict(), **self.average})
        model.identifiers = self.model.identifiers
        return model.eval()

    def state_dict(self) -> dict[str, Any]:
        """Return everything that the next update depends on, except the puzzles themselves."""
        return {
            "config": self.config.to_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "model": self.model.state_dict(),
            "average": self.average,
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "slots": [slots.state_dict() for slots in self.slots],
            "pools": [pool.state_dict() for pool in self.pools],
            "torch_rng": torch.get_rng_state(),
            "numpy_rng": self.rng.bit_generator.state,
        }

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Load what `state_dict` returned; the next update is then the same to the bit.

        Raises a ValueError, or an error of torch or numpy, for values that do not fit.
        """
        self.step, self.seconds = saved["step"], saved["seconds"]
        self.model.load_state_dict(saved["model"])
        if saved["average"].keys() != self.average.keys():
            raise ValueError("the average is of other weights")
        device = self.model.y_init.device
        self.average = {name: saved["average"][name].to(device) for name in self.average}
        for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
            # torch accepts states of any shape, and would fail only at the next update.
            for p, values in optimizer.state.items():
                if any(isinstance(v, Tensor) and v.shape not in (p.shape, ()) for v in values.values()):
                    raise ValueError("an optimizer's state is of other weights")
        for slots, state in zip(self.slots, saved["slots"], strict=True):
            slots.load_state_dict(state)
        for pool, state in zip(self.pools, saved["pools"], strict=True):
            pool.load_state_dict(state)
        torch.set_rng_state(saved["torch_rng"])
        self.rng.bit_generator.state = saved["numpy_rng"]
