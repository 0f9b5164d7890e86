"""Damaged files of every format end in puzzles or in errors of the user's, never in a traceback, and soon."""

import time
from pathlib import Path

import pytest

from tests.fuzz.formats import FORMATS
from trm_cli.errors import TrmError

N = 300
SECONDS = 1.0


@pytest.mark.parametrize("kind", FORMATS, ids=[kind.name for kind in FORMATS])
def test_damaged_files(kind, tmp_path: Path):
    for seed in range(N):
        path = kind.make(tmp_path, seed)
        start = time.process_time()
        try:
            kind.read(path)
        except TrmError:
            pass
        except Exception as error:
            raise AssertionError(f"make fuzz finds it by: {kind.name!r}, seed {seed}") from error
        assert time.process_time() - start < SECONDS, f"{kind.name!r}, seed {seed}"


def test_undamaged_files_are_read(tmp_path: Path):
    refused = {}
    for kind in FORMATS:
        if kind.file and kind.name not in ("arc json", "npy", "checkpoints"):  # read as one task or another
            for sample in kind.samples():
                (tmp_path / kind.file).write_bytes(sample)
                try:
                    kind.read(tmp_path / kind.file)
                except TrmError as error:
                    refused[kind.name] = str(error)
    assert not refused
