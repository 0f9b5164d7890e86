"""A training run in a folder: its puzzles, checkpoints, metrics, evaluations and weights."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from trm_cli import __version__, device, distributed, files, schema
from trm_cli.domains import domain, published
from trm_cli.errors import ConfigError, DataError
from trm_cli.model import weights
from trm_cli.puzzle import Puzzle
from trm_cli.solving import engine
from trm_cli.solving.options import SolveOptions
from trm_cli.solving.step import Loaded
from trm_cli.train import checkpoint, pools
from trm_cli.train.config import TrainConfig
from trm_cli.train.data import Drawn
from trm_cli.train.loop import Diverged, Progress, Trainer, check_slots, initial

CONFIG = "config.json"
METRICS = "metrics.jsonl"
OF_VALIDATION = 1_000_003
"""The seed of generated validation sets."""
BEST, WEIGHTS = weights.OF_RUNS
LOG_EVERY = 20
_FIRST = rf"({re.escape(pools.NAME)}|identifiers\.json|{re.escape(CONFIG)})"
BEGUN = re.compile(rf"\.lock|{_FIRST}|\.({_FIRST}|{re.escape(checkpoint.NAME)})\.\d+")
"""Names of files that a run's folder may hold before its first checkpoint."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The shares of validation puzzles that are solved after 1, 4 and all steps of a single pass."""

    step: int
    seconds: float
    puzzles: int
    solved: dict[int, float]
    is_best: bool


class Run:
    """A run. `create` begins it, `resume` continues it, `records` trains it; `save` may be called at any time."""

    def __init__(
        self,
        folder: Path,
        config: TrainConfig,
        made: Sequence[Drawn],
        tensors: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.folder = folder
        self.config = config
        self.validation: list[Puzzle] = []
        self.device, self.dtype = _place(config)
        self.trainer = Trainer(config, made, self.dtype, self.device, tensors)
        self.best = -1.0
        self.damage = ""
        # Training seconds at the last save and at the last evaluation.
        self._saved = self._evaluated = 0.0
        self._evaluated_step = -1

    @classmethod
    def create(
        cls,
        folder: Path,
        config: TrainConfig,
        made: Sequence[Drawn] | None,
        validation: list[Puzzle],
        identifiers: list[str] | None = None,
    ) -> Run:
        """Begin a run in a folder, with its puzzles and the names of its puzzle embeddings; see `refuse`.

        Only the first process makes the puzzles. `made` is None in the others: they read the file that it writes.
        """
        rows = {name: i for i, name in enumerate(identifiers or ())}
        check_validation(validation, config, rows)

        def write() -> None:
            assert made is not None
            refuse(folder)
            folder.mkdir(parents=True, exist_ok=True)
            pools.save(made, folder)
            if identifiers:
                published.write_identifiers(folder, identifiers)

        distributed.once(write)
        run = cls(folder, config, pools.load(folder, config) if made is None else made, initial(config))
        run.trainer.model.identifiers = rows
        run.validation = validation
        run.write_settings()
        run.save()
        return run

    @classmethod
    def resume(cls, folder: Path, **changed: Any) -> Run:
        """Continue a run from its newest sound checkpoint, the same to the bit; `changed` are settings to change.

        The validation puzzles must be given again, to `validate_on`. `damage` says what is wrong with a newer one.
        """
        saved, damage = checkpoint.load(folder)
        # The run's own puzzles are read again; its state then continues where the checkpoint was.
        config = TrainConfig.from_dict({**saved["config"], **changed})
        run = cls(folder, config, pools.load(folder, config))
        run.damage = damage
        try:
            run.trainer.load_state_dict(saved)
        except (ValueError, TypeError, KeyError, AttributeError, RuntimeError, IndexError) as error:
            reason = next(iter(str(error).splitlines()), "")
            raise DataError(
                f"{folder}: its checkpoint does not fit its puzzles and settings ({reason[:200]})"
            ) from error
        run.trainer.model.identifiers = _identifiers(folder, config)
        # The best result so far counts only on the same validation puzzles.
        is_same_list = config.validate == tuple(saved["config"].get("validate", ()))
        run.best = saved.get("best", -1.0) if is_same_list else -1.0
        run._evaluated_step = saved.get("evaluated_step", -1) if is_same_list else -1
        run._saved = run._evaluated = run.trainer.seconds
        if distributed.rank() == 0:
            _cut(folder / METRICS, run.trainer.step)
        return run

    def write_settings(self) -> None:
        """Write the settings to a file for people to read; the checkpoint has them too."""
        if distributed.rank() == 0:
            files.write(self.folder / CONFIG, json.dumps(self.config.to_dict(), indent=2) + "\n")

    def validate_on(self, puzzles: list[Puzzle]) -> None:
        """Evaluate on these puzzles; see `check_validation`."""
        check_validation(puzzles, self.config, self.trainer.model.identifiers)
        self.validation = puzzles

    def records(self) -> Iterator[Progress | Evaluation]:
        """Train until the budget is used; yield every update and evaluation, and write them to the metrics."""
        for progress in self.trainer.run():
            if progress.step % LOG_EVERY == 0 or progress.progress >= 1:
                self._log(asdict(progress))
            yield progress
            is_over = progress.progress >= 1
            # Save before an evaluation, which takes a while.
            if is_over or progress.seconds - self._saved > 60 * self.config.checkpoint_minutes:
                self.save()
            is_due = progress.seconds - self._evaluated > 60 * self.config.eval_minutes
            if self.validation and is_due and not is_over:
                yield from self._evaluations()
        # The last evaluation may have been stopped, or be of other puzzles than these.
        if self._owes_evaluation:
            yield from self._evaluations()

    @property
    def is_complete(self) -> bool:
        """Whether the budget is used and the last evaluation is made."""
        return self.trainer.progress >= 1 and not self._owes_evaluation

    @property
    def _owes_evaluation(self) -> bool:
        return self.trainer.progress >= 1 and bool(self.validation) and self._evaluated_step != self.trainer.step

    def _evaluations(self) -> Iterator[Evaluation]:
        """Yield one evaluation, or none if the run is asked to stop; the checkpoint and the metrics have it, too."""
        evaluation = self.evaluate()
        if evaluation is not None:
            self._evaluated_step = evaluation.step
            self._log({"evaluation": asdict(evaluation)})
            self.save()
            yield evaluation

    def _log(self, values: dict[str, Any]) -> None:
        """Append a line to the metrics, in the first process only."""
        if distributed.rank() == 0:
            with (self.folder / METRICS).open("a", encoding="utf-8") as metrics:
                metrics.write(json.dumps(values) + "\n")

    def evaluate(self) -> Evaluation | None:
        """Solve the validation puzzles with the averaged weights, as `trm solve` would; save the best weights.

        None if the run was asked to stop meanwhile; only several processes finish it nevertheless, as they wait for
        each other. Raises Diverged if any weight is not a finite number.
        """
        self._check_weights()
        self._evaluated = self.trainer.seconds
        n = len(self.validation)
        self.trainer.say(f"evaluating on {n} puzzle{'s' * (n != 1)}, which does not count as training time")
        steps = self.config.eval_max_steps
        marks = dict.fromkeys(sorted({mark for mark in (1, 4) if mark < steps} | {steps}), 0)
        model = self.trainer.averaged()
        task = domain(self.config.model.task)
        options = SolveOptions(steps, "verified")  # verdicts end a puzzle only in tasks whose rules are known
        # Each process solves its share of the puzzles, and the counts are added up.
        mine = self.validation[distributed.rank() :: distributed.world_size()]
        for event in engine.solve(mine, Loaded(model.to(self.device), task, self.device, self.dtype), options):
            if self.trainer.is_asked_to_stop and distributed.world_size() == 1:
                return None
            # A puzzle that ends solved counts for every later mark too; without rules it runs on, and each mark is read
            # from the frame of its own step.
            step = event.frame.step
            if event.outcome or (not task.knows_rules and step in marks):
                is_solved = event.frame.verdict.is_solved
                for mark in marks:
                    marks[mark] += is_solved and (mark == step or (event.outcome is not None and mark > step))
        counts = distributed.everyone(marks)
        solved = {mark: sum(count[mark] for count in counts) / n for mark in marks}
        is_best = solved[steps] > self.best
        if is_best:
            self.best = solved[steps]
            if distributed.rank() == 0:
                weights.save(self.folder / BEST, model, self.card())
        return Evaluation(self.trainer.step, self.trainer.seconds, n, solved, is_best)

    def save(self) -> None:
        """Write the checkpoint and the averaged weights; raise Diverged if any weight is not a finite number."""
        self._check_weights()
        self._saved = self.trainer.seconds
        # All processes take part in collecting the state, but only the first one writes it.
        state = {**self.trainer.state_dict(), "best": self.best, "evaluated_step": self._evaluated_step}
        if distributed.rank() == 0:
            checkpoint.save(self.folder, state, keeps_newer=not self.damage)
            self.damage = ""
            weights.save(self.folder / WEIGHTS, self.trainer.averaged(), self.card())

    def _check_weights(self) -> None:
        if not self.trainer.is_finite():
            raise Diverged(f"training diverged: the weights after update {self.trainer.step} are not finite numbers")

    def card(self) -> dict[str, Any]:
        """Return the facts that a weights file keeps about its training."""
        return {
            "recipe": {key: value for key, value in self.config.to_dict().items() if key != "validate"},
            "steps": self.trainer.step,
            "minutes": round(self.trainer.seconds / 60, 1),
            "machine": f"{platform.machine()}, {torch.get_num_threads()} threads, torch {torch.__version__}",
            "commit": _commit(),
            "version": __version__,
            "data": [
                {"kind": stream.kind, **{str(level): int((pool.level == level).sum()) for level in set(pool.level)}}
                for stream, pool in zip(self.config.streams, self.trainer.pools, strict=True)
            ],
        }


def refuse(folder: Path) -> None:
    """Raise a DataError for a folder that is not empty, as no run may begin there.

    Files of a run that was stopped before its first checkpoint do not count, and may be overwritten.
    """
    if folder.exists() and not (folder.is_dir() and all(BEGUN.fullmatch(file.name) for file in folder.iterdir())):
        is_run = folder.is_dir() and checkpoint.is_in(folder)
        resumed = f"resume it (trm train --resume {folder}) or " * is_run
        raise DataError(f"{folder}: not {'empty' if folder.is_dir() else 'a folder'}; {resumed}choose another --out")


def _cut(metrics: Path, step: int) -> None:
    """Remove from a file of metrics the lines after a step and incomplete lines; the resumed run writes them again."""
    # A killed run may have written lines after its checkpoint, and half a line at the end.
    kept = []
    for line in metrics.read_bytes().splitlines(keepends=True) if metrics.is_file() else ():
        try:
            record = json.loads(line)
            if record.get("evaluation", record)["step"] <= step and line.endswith(b"\n"):
                kept.append(line)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    if metrics.is_file():
        files.write(metrics, b"".join(kept))


def _identifiers(folder: Path, config: TrainConfig) -> dict[str, int]:
    """Return the rows of a run's table of puzzle embeddings by name; {} if it has no names."""
    if not (folder / "identifiers.json").is_file():
        return {}
    names = published.read_identifiers(folder, config.model.num_puzzle_identifiers)
    return {name: i for i, name in enumerate(names)}


def check(config: TrainConfig) -> None:
    """Raise the errors of a config that show before any puzzles are made."""
    _place(config)
    check_slots(config)
    _check_levels(config)
    initial(config)


def _check_levels(config: TrainConfig) -> None:
    """Raise a ConfigError for a level that no puzzles of its stream have."""
    task = domain(config.model.task)
    for stream in config.streams if task.can_generate else ():
        known = task.levels_of(stream.kind)
        if strange := {*stream.first, *stream.last} - {*known}:
            near = schema.suggestion(min(strange), known)
            raise ConfigError(f"stream {stream.kind}: no level {min(strange)!r}{near}; there are {', '.join(known)}")


def check_validation(puzzles: list[Puzzle], config: TrainConfig, identifiers: Mapping[str, int]) -> None:
    """Raise a DataError for a puzzle of a size that the network cannot take, or of a task that it does not know."""
    seq_len, task = config.model.seq_len, domain(config.model.task)
    for puzzle in puzzles if seq_len else ():
        n_cells = task.encode(puzzle)[0].size
        if n_cells != seq_len:
            source = puzzle.source or puzzle.name
            raise DataError(f"{source}: this network takes grids of {seq_len} cells, not {n_cells}")
    for puzzle in puzzles if identifiers else ():
        if puzzle.identifier not in identifiers:
            raise DataError(f"{puzzle.source}: the data set does not have the task {puzzle.identifier!r}")


def _place(config: TrainConfig) -> tuple[torch.device, torch.dtype]:
    """Return the device and the data type of a run's computations in this process."""
    place = device.choose(distributed.device_name(config.device))
    return place, device.choose_dtype(config.dtype, place)


def held_out(config: TrainConfig) -> list[Puzzle]:
    """Return a generated validation set: the main stream's last mix of levels, from another seed than the training."""
    stream, task = max(config.streams, key=lambda stream: stream.share), domain(config.model.task)
    seed = OF_VALIDATION + (config.seed == OF_VALIDATION)
    chosen: list[Puzzle] = []
    shares = 0.0
    for level, share in stream.mix(1.0).items():
        # Rounding the sums of the shares, not each share, gives exactly as many puzzles as were asked for.
        shares += share
        chosen += islice(task.generate(stream.kind, level, seed), round(config.eval_puzzles * shares) - len(chosen))
    return chosen


def _commit() -> str:
    """Return the commit of the checkout that runs, or "" outside of one or without git."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return ""
    try:
        result = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return result.stdout.strip()
