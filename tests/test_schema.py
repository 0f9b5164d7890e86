"""Settings: what fits is taken, what does not is refused with what would, and everything can be listed."""

import json
import math
from dataclasses import fields

import pytest
import torch

from trm_cli import schema
from trm_cli.domains.published import vocabulary_size
from trm_cli.errors import ConfigError
from trm_cli.model.config import ModelConfig
from trm_cli.model.nets import NETS, build
from trm_cli.train.config import LOSSES, Stream, TrainConfig
from trm_cli.train.loss import LOSSES as FUNCTIONS
from trm_cli.train.presets import PRESETS, preset

CONFIG = preset("sudoku", "default")
WRONG = {
    "int": ("12", 1.5, True, None, [], -1, 10**400, math.nan, math.inf),
    "float": ("1.0", None, {}, -1.0, math.nan, math.inf, -math.inf, 10**400, False),
    "bool": (0, 1, "true", None),
    "str": (0, None, ["units"], {}),
    schema.SHARES: (1, None, "easy:1", {}, {"easy": 0}, {"easy": -1, "hard": 2}, {"easy": math.inf}, {1: 1.0}),
}


@pytest.mark.parametrize("part", [CONFIG.model, CONFIG, CONFIG.streams[0]])
def test_every_setting_refuses_what_is_not_of_its_type_and_range(part):
    kind = type(part)
    values = {f.name: getattr(part, f.name) for f in fields(kind)}
    for name, f in schema.settings(kind).items():
        for wrong in WRONG[str(f.type)]:
            with pytest.raises(ConfigError, match=f"{name} must be"):
                kind(**{**values, name: wrong})


def test_every_field_has_its_line_and_every_number_its_range():
    for kind in (ModelConfig, TrainConfig, Stream):
        settings = schema.settings(kind)
        others = {f.name for f in fields(kind)} - settings.keys()
        assert others <= {"model", "streams", "validate"}
        for name, f in settings.items():
            rule = f.metadata["rule"]
            assert rule.help, name
            assert rule.low < rule.high or str(f.type) in ("bool", "str", schema.SHARES), name


def test_all_presets_are_what_they_were_after_a_trip_through_json():
    for presets in PRESETS.values():
        for config in presets.values():
            assert TrainConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_settings_are_listed_with_the_values_they_have():
    rows = {row.name: row for row in CONFIG.changed(["model.H_cycles=3", "9x9.slots=5"]).rows()}
    assert rows["model.H_cycles"][1:4] == ("int", "1 to 1,000", "3")
    assert rows["9x9.slots"].default == "5"
    assert rows["compile"][1:4] == ("bool", "", "true")
    assert rows["6x6.first"][1:4] == ("shares", "", "easy:0.6,medium:0.4")
    assert rows["loss"].values == "cross_entropy, stablemax"
    assert "model.task" not in rows
    assert "9x9.kind" not in rows
    again = [f"{row.name}={row.default}" for row in rows.values()]  # each takes what it is listed with
    assert CONFIG.changed(again) == CONFIG.changed(["model.H_cycles=3", "9x9.slots=5"])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("model.hiden_size=3", "no such setting 'model.hiden_size'; did you mean 'model.hidden_size'"),
        ("hidden_size=3", "did you mean 'model.hidden_size'"),
        ("moun_lr=3", "did you mean 'muon_lr'"),
        ("9x9.slot=3", "did you mean '9x9.slots'"),
        ("model.task=maze", "model.task is for the preset or another option"),
        ("streams=1", "streams is for the preset or another option"),
        ("lr=x", "lr must be a number from 0 to 1,000, not 'x'"),
        ("lr=nan", "lr must be a number"),
        ("lr=-1", "lr must be a number"),
        ("warmup_steps=-5", "warmup_steps must be a whole number from 0"),
        ("eval_puzzles=-1", "eval_puzzles must be a whole number from 0"),
        ("first_H_cycles=99999", "first_H_cycles must be"),
        ("first_H_cycles=999", "makes a step too long"),
        ("compile=yes", "compile must be true or false, not 'yes'"),
        ("model.net=lstm", f"net must be {', '.join([*NETS][:-1])} or {[*NETS][-1]}, not 'lstm'"),
        ("model.net=neighbours", "net 'neighbours' is for maze, not sudoku"),
        ("9x9.since=0.5", "must begin at once"),
        ("lr", "lr must be a number"),
        ("9x9.first=easy", "first must be shares such as easy:0.7,hard:0.3, some above 0, not 'easy'"),
        ("9x9.last=easy:x", "last must be shares"),
        ("9x9.last=easy:1:2", "last must be shares"),
    ],
)
def test_what_cannot_be_set(setting, message):
    config = preset("sudoku", "quick")
    with pytest.raises(ConfigError, match=message):
        config.changed([setting])


def test_settings_that_only_fit_together_are_taken_together():
    config = preset("sudoku", "paper-attention").changed(["model.hidden_size=100", "model.num_heads=2"])
    assert (config.model.hidden_size, config.model.num_heads) == (100, 2)
    with pytest.raises(ConfigError, match="num_heads=8 must divide hidden_size=100"):
        config.changed(["model.num_heads=8"])


def test_every_net_can_be_built_for_each_of_its_tasks():
    for net, kind in NETS.items():
        for task in kind.tasks:
            sizes = {"seq_len": 16, "vocab_size": vocabulary_size(task, 16)} if kind.is_sequence else {}
            config = ModelConfig(task, net=net, hidden_size=8, num_heads=2, pool_size=4, expansion=1.0, **sizes)
            with torch.device("meta"):
                assert build(config).config is config


def test_every_loss_is_a_function():
    assert LOSSES.keys() == FUNCTIONS.keys()
    assert all(map(callable, FUNCTIONS.values()))
