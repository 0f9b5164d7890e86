"""Outputs are whole or not there, and never overwrite by accident."""

import os
import stat
import subprocess
import sys
from pathlib import Path

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


def test_a_link_is_followed_and_the_mode_is_kept(tmp_path):
    real, link = tmp_path / "there" / "real.txt", tmp_path / "link.txt"
    real.parent.mkdir()
    real.write_text("old")
    real.chmod(0o600)
    link.symlink_to(real)
    files.write(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    (tmp_path / "new.txt").symlink_to(tmp_path / "there" / "not-yet.txt")
    files.write(tmp_path / "new.txt", "made")
    assert (tmp_path / "there" / "not-yet.txt").read_text() == "made"


def test_a_private_file_is_private_while_it_is_written(tmp_path):
    path = tmp_path / "secret.txt"
    path.touch(0o600)
    with files.whole(path) as temporary:
        temporary.write_text("new")
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.write(pipe, "through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_full_device_is_told():
    if not os.path.exists("/dev/full"):  # noqa: PTH110
        pytest.skip("no such device here")
    with pytest.raises(DataError, match="/dev/full: cannot be written"):
        files.write(Path("/dev/full"), "x" * 10_000)


KILLED = "import os, sys, pathlib\nfrom trm_cli import files\n"
KILLED += "with files.whole(pathlib.Path(sys.argv[1])) as t: t.write_text('half'); os._exit(9)"


def test_what_a_killed_program_left_is_swept_and_what_runs_is_not(tmp_path):
    path = tmp_path / "a[1].txt"
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False).returncode == 9
    assert len([*tmp_path.iterdir()]) == 1  # the second swept what the first left
    (tmp_path / ".a[1].txt.backup").touch()  # not ours
    with files.whole(path) as temporary:
        temporary.write_text("mine")
        files._sweep(path)  # as another program would
        assert temporary.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".a[1].txt.backup", "a[1].txt"]
    assert path.read_text() == "mine"


@pytest.mark.skipif(not files.NO_FOLLOW, reason="the platform cannot refuse links")
def test_a_lock_is_not_taken_through_a_link(tmp_path):
    victim, place = tmp_path / "victim", tmp_path / ".q.jsonl.lock"
    victim.write_text("mine")
    place.symlink_to(victim)
    with pytest.raises(DataError, match=r"\.q\.jsonl\.lock: a link, .*; remove it"), files.lock(tmp_path / "q.jsonl"):
        pass
    assert victim.read_text() == "mine"
    assert place.is_symlink()


def test_a_lock_holds_for_links_to_the_file_too(tmp_path):
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "real.jsonl")
    with (
        files.lock(tmp_path / "real.jsonl"),
        pytest.raises(DataError, match=r"link\.jsonl: in use by process"),
        files.lock(link),
    ):
        pass
    assert [*tmp_path.iterdir()] == [link]


def test_a_lock_holds_for_other_names_of_the_file_too(tmp_path):
    pytest.importorskip("fcntl")
    one, other = tmp_path / "r.jsonl", tmp_path / "s.jsonl"
    one.write_text("{}\n")
    other.hardlink_to(one)
    with (
        files.lock(one),
        pytest.raises(DataError, match="in use by another process, by another name"),
        files.lock(other),
    ):
        pass
    with files.lock(other):
        pass
    assert {*tmp_path.iterdir()} == {one, other}


def test_a_lock_needs_no_room_on_the_disk(tmp_path):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with files.lock(tmp_path / "a.jsonl"):
            assert len([*tmp_path.iterdir()]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not [*tmp_path.iterdir()]


HELD = "import sys, pathlib\nfrom trm_cli import files\n"
HELD += "with files.lock(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"


@pytest.mark.parametrize("is_folder", [True, False])
def test_one_program_at_a_time(tmp_path, is_folder):
    path = tmp_path if is_folder else tmp_path / "results.jsonl"
    with subprocess.Popen(
        [sys.executable, "-c", HELD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(DataError, match=f"in use by process {other.pid} on .* since 20"), files.lock(path):
            raise AssertionError("taken twice")
        other.kill()
    with files.lock(path):  # the lock of a killed program is none
        assert [p.name for p in tmp_path.iterdir()] == [".lock" if is_folder else ".results.jsonl.lock"]
    assert [*tmp_path.iterdir()] == []
