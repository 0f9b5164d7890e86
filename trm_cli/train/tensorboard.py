"""Training records as TensorBoard events; needs the extra `tensorboard`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

from trm_cli.errors import ConfigError
from trm_cli.train.loop import Progress
from trm_cli.train.run import Evaluation

EVERY = 20


def check() -> None:
    """Raise a ConfigError if the extra is missing."""
    if find_spec("tensorboard") is None:
        raise ConfigError("--tensorboard needs an extra: pip install 'trm-cli[tensorboard]'")


@contextmanager
def writer(folder: Path | None) -> Iterator[Callable[[Progress | Evaluation], None]]:
    """Yield a function that writes a record into a folder, or does nothing if there is no folder."""
    if folder is None:
        yield lambda record: None
        return
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(folder) as events:

        def write(record: Progress | Evaluation) -> None:
            if isinstance(record, Evaluation):
                for mark, share in record.solved.items():
                    events.add_scalar(f"solved/{mark}", share, record.step)
            elif record.step % EVERY == 0:
                for name, value in asdict(record).items():
                    if isinstance(value, float):
                        events.add_scalar(f"train/{name}", value, record.step)

        yield write
