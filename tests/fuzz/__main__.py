"""`make fuzz`: ten thousand damaged files of every format; reports tracebacks, and what took too long or too much."""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from tests.fuzz.formats import FORMATS, Format
from trm_cli.errors import TrmError

SECONDS, MEGABYTES = 1.0, 500
LONGEST = 20
"""Seconds after which a file is given up."""


class Late(BaseException):
    """A file took too long to be read."""


def peak() -> float:
    """Return the most memory that this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def late(number: int, frame: object) -> None:
    """Stop what is going on."""
    raise Late


def run(kind: Format, n: int, first: int, folder: Path) -> list[str]:
    """Read damaged files and return what is wrong, a line each."""
    wrong = []
    kind.samples()
    for seed in range(first, first + n):
        path = kind.make(folder, seed)
        before, start, told = peak(), time.process_time(), ""
        signal.alarm(LONGEST)
        try:
            kind.read(path)
        except TrmError:
            pass
        except Late:
            told = f"given up after {LONGEST} s"
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{type(error).__name__}: {str(error)[:100]} ({Path(place.filename).name}:{place.lineno})"
        finally:
            signal.alarm(0)
        seconds = time.process_time() - start
        if not told and seconds > SECONDS:
            told = f"{seconds:.1f} s"
        if not told and peak() - before > MEGABYTES:
            told = f"{peak() - before:.0f} MB"
        if told:
            wrong.append(f"{kind.name}, seed {seed}: {told}")
    return wrong


def main() -> int:
    """Fuzz the formats asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("formats", nargs="*", help="names of formats")
    parser.add_argument("--n", type=int, default=10_000, help="damaged files of each")
    parser.add_argument("--seed", type=int, default=0, help="of the first")
    parser.add_argument("--show", type=int, default=10, help="lines a format at most")
    asked = parser.parse_args()
    signal.signal(signal.SIGALRM, late)
    warnings.simplefilter("ignore")
    n_wrong = 0
    for kind in FORMATS:
        if asked.formats and kind.name not in asked.formats:
            continue
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            wrong = run(kind, asked.n, asked.seed, Path(folder))
        n_wrong += len(wrong)
        print(f"{kind.name:12} {asked.n:6} files {time.monotonic() - start:7.1f} s  {len(wrong)} wrong", flush=True)
        print("".join(f"  {line}\n" for line in wrong[: asked.show]), end="", flush=True)
    return n_wrong > 0


if __name__ == "__main__":
    sys.exit(main())
