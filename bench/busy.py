"""How solving fares on a busy machine: the same list with two processes spinning beside it, and without.

    python bench/busy.py LIST.csv [--limit 1000] [--processes 2]

Prints the seconds of each way, and whether answers and steps are the same to the byte. The default threads should
take at most 1.3 times as long as one thread on a busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from trm_cli import reading

SPIN = "while True: pass"


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep that many processes spinning."""
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def solve(file: Path, *options: str) -> tuple[float, list[str]]:
    """Return the seconds that `trm solve` takes, and its results without what depends on time."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "trm_cli", "solve", str(file), "--json", "-q", *options],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return seconds, [json.dumps({key: value for key, value in r.items() if key != "seconds"}) for r in results]


def main() -> None:
    """Measure and print a line a way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "list.txt"
        some = islice(reading.strict((asked.list,)), asked.limit)
        file.write_text("\n".join(p.text(p.given) for p in some) + "\n")
        found: dict[str, tuple[float, list[str]]] = {}
        for name, processes, options in (
            ("idle, default threads", 0, ()),
            ("busy, one thread", asked.processes, ("--threads", "1")),
            ("busy, default threads", asked.processes, ()),
        ):
            with busy(processes):
                found[name] = solve(file, *options)
            print(f"{name:<24}{found[name][0]:8.1f} s", flush=True)
    (_, idle), (one, _), (default, results) = found.values()
    n_same = sum(a == b for a, b in zip(idle, results, strict=True))
    print(f"busy, default threads to one: {default / one:.2f}; results as when idle: {n_same} of {len(idle)}")


if __name__ == "__main__":
    main()
