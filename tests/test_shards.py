"""Shards: every input is in one of them, and the environment says which is mine."""

from itertools import chain

import pytest

from trm_cli.errors import ConfigError
from trm_cli.shards import Shard


def slurm(task, count=4, first=1, step=1):
    return {f"SLURM_ARRAY_TASK_{name}": str(value) for name, value in
            {"ID": task, "COUNT": count, "MIN": first, "STEP": step}.items()}  # fmt: skip


def torchrun(rank, size):
    return {"RANK": str(rank), "WORLD_SIZE": str(size)}


@pytest.mark.parametrize("n", [0, 1, 3, 16, 50])
def test_the_shards_hold_every_input_once(n):
    parts = [[*Shard(number, 16).of(range(n))] for number in range(1, 17)]
    assert sorted(chain(*parts)) == [*range(n)]
    assert parts[2] == [*range(2, n, 16)]


def test_shards_by_name():
    assert Shard.read("3/16", {}) == Shard(3, 16)
    assert str(Shard.read("3/16", torchrun(0, 2))) == "03-of-16"
    for wrong in ("0/2", "3/2", "1", "a/b", "1/2/3", "-1/2", "", "1/99999999999999999999", f"1/{'9' * 5000}"):
        with pytest.raises(ConfigError, match="expected NUMBER/COUNT"):
            Shard.read(wrong, {})


def test_shards_of_the_environment():
    assert [Shard.read("auto", torchrun(rank, 3)) for rank in range(3)] == [Shard(n, 3, True) for n in (1, 2, 3)]
    assert [Shard.read("auto", slurm(task))[:2] for task in (1, 4)] == [(1, 4), (4, 4)]
    assert Shard.read("auto", slurm(20, count=3, first=10, step=5))[:2] == (3, 3)
    both = [Shard.read("auto", slurm(task, 2, 0) | torchrun(rank, 2))[:2] for task in (0, 1) for rank in (0, 1)]
    assert both == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "elsewhere name the shard"),
        (slurm(9, count=3), "without gaps"),
        (slurm(11, count=3, first=10, step=5), "without gaps"),
        (torchrun(2, 2), "without gaps"),
        ({"RANK": "x", "WORLD_SIZE": "2"}, "RANK is 'x', not a number"),
        ({"RANK": "9" * 5000, "WORLD_SIZE": "2"}, "RANK is '9+', not a number"),
    ],
)
def test_an_environment_without_a_shard(environment, words):
    with pytest.raises(ConfigError, match=words):
        Shard.read("auto", environment)
