"""Outputs are whole or not there, and never overwrite by accident."""

import pytest

from trm_cli import files
from trm_cli.errors import DataError


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    files.write(path, "old ö")
    with pytest.raises(ZeroDivisionError), files.whole(path) as temporary:
        temporary.write_text("half")
        1 / 0  # noqa: B018
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_bytes() == "old ö".encode()
    files.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_refusals(tmp_path):
    path = tmp_path / "a.txt"
    files.refuse(None, False)
    files.refuse(path, False)
    path.touch()
    files.refuse(path, True)
    with pytest.raises(DataError, match=r"a\.txt: already there; --force"):
        files.refuse(path, False)
    with pytest.raises(DataError, match="there is no folder"):
        files.refuse(tmp_path / "none" / "a.txt", False)
