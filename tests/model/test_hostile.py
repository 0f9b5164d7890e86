"""Files made to harm: they are refused in a line, at once, and without the memory they ask for."""

import json
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from trm_cli.errors import WeightsError
from trm_cli.model import official, pickled, weights

CASES = Path(__file__).parents[1] / "cases" / "published"


@pytest.fixture
def saved(toy, tmp_path):
    path = tmp_path / "toy.safetensors"
    weights.save(path, toy, {})
    return path


def header_of(path):
    return {"schema": 1, "config": weights.read_header(path).config.to_dict(), "card": {}}


HEADERS = {
    "cycles in a text": lambda h: h["config"].update(L_cycles="12"),
    "a size nobody has": lambda h: h["config"].update(hidden_size=8192),
    "layers without end": lambda h: h["config"].update(L_layers=10**6),
    "cycles without end": lambda h: h["config"].update(H_cycles=1000, L_cycles=1000),
    "not a number": lambda h: h["config"].update(expansion=float("nan")),
    "no width": lambda h: h["config"].update(expansion=0.01),
    "a whole number for a truth": lambda h: h["config"].update(mlp_t=1),
    "another task's net": lambda h: h["config"].update(task="maze"),
    "no such task": lambda h: h["config"].update(task="../x"),
    "a config that is a list": lambda h: h.update(config=[1]),
    "a card that is no object": lambda h: h.update(card="x"),
    "a schema in a text": lambda h: h.update(schema="1"),
    "a number of many digits": lambda h: h["config"].update(seq_len=10**4000),
    "a vocabulary of another task": lambda h: h["config"].update(net="sequence", vocab_size=3, seq_len=81),
    "heads that do not divide": lambda h: h["config"].update(net="sequence", vocab_size=11, seq_len=81, num_heads=3),
    "a table nobody has": lambda h: h["config"].update(
        net="sequence", vocab_size=11, seq_len=81, puzzle_emb_ndim=100_000, num_puzzle_identifiers=10**7
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers(saved, name):
    tensors, header = load_file(saved), header_of(saved)
    HEADERS[name](header)
    save_file(tensors, saved, {"trm": json.dumps(header)})
    with pytest.raises(WeightsError, match=r"toy\.safetensors: "):
        weights.load(saved)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"schema": 1}', "null", "9" * 5000])
def test_headers_that_are_no_header(saved, text):
    save_file(load_file(saved), saved, {"trm": text})
    with pytest.raises(WeightsError, match="damaged header"):
        weights.load(saved)


def test_a_header_longer_than_any_is_not_read(saved):
    saved.write_bytes((5_000_000).to_bytes(8, "little") + b" " * 5_000_000)
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        weights.load(saved)


@pytest.mark.parametrize(
    ("name", "tensor", "message"),
    [
        ("y_init", torch.zeros(8, dtype=torch.int64), "holds int64, not floats"),
        ("identifiers", torch.zeros(3), "damaged names"),
        ("identifiers", torch.tensor([255, 254], dtype=torch.uint8), "damaged names"),
        ("identifiers", torch.tensor([97, 10, 98], dtype=torch.uint8), "2 names for a table of 1"),
    ],
)
def test_tensors_of_another_kind(saved, name, tensor, message):
    header = header_of(saved)
    save_file({**load_file(saved), name: tensor}, saved, {"trm": json.dumps(header)})
    with pytest.raises(WeightsError, match=message):
        weights.load(saved)


def archive(path, program, data=b"\0" * 64, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as made:
        made.writestr("archive/data.pkl", program)
        made.writestr("archive/byteorder", "little")
        made.writestr("archive/data/0", data)
        made.writestr("archive/version", "3\n")


def tensor(n_stored, size, stride, offset=0):
    """Return the pickle of {"x": a tensor} with the sizes that it tells."""

    def number(value):
        return b"J" + value.to_bytes(4, "little", signed=True)

    def row(values):
        return b"(" + b"".join(map(number, values)) + b"t"

    storage = b"(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu" + number(n_stored) + b"tQ"
    rebuilt = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + number(offset) + row(size) + row(stride)
    return b"\x80\x02}X\x01\0\0\0x" + rebuilt + b"\x89ccollections\nOrderedDict\n)RtRs."


PROGRAMS = {
    "a sound one": (tensor(16, (4, 4), (4, 1)), None),
    "a bytearray": (pickle.dumps({"x": bytearray(10)}, 2), "has no place"),
    "a call": (b"\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R.", "has no place"),
    "a stretched tensor": (tensor(16, (10**9,), (0,)), "larger than its bytes"),
    "a stretched matrix": (tensor(1, (2**20, 2**20), (0, 0)), ""),
    "more than is stored": (tensor(10**9, (10**9,), (1,)), ""),
    "beyond the end": (tensor(16, (4, 4), (4, 1), offset=10), ""),
    "before the beginning": (tensor(16, (4, 4), (4, 1), offset=-4), ""),
    "a memo with gaps": (b"\x80\x02}r\xff\xff\xff\x7f.", "memo has gaps"),
    "nested tuples": (b"\x80\x02})" + b"\x85" * 200_000 + b"Ns.", "nested too deeply"),
    "no end": (b"\x80\x02}", ""),
    "an unhashable key": (b"\x80\x02}]Ns.", ""),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_in_checkpoints(tmp_path, name):
    program, message = PROGRAMS[name]
    path = tmp_path / "step_1"
    archive(path, program)
    if message is None:
        assert pickled.load(path)["x"].shape == (4, 4)
        return
    with pytest.raises(WeightsError, match=f"not a checkpoint of the published code.*{message}"):
        official.read(path, "sudoku")


def test_an_archive_that_unfolds_is_refused(tmp_path):
    path = tmp_path / "step_1"
    archive(path, tensor(16, (4, 4), (4, 1)), b"\0" * 10**7, zipfile.ZIP_DEFLATED)
    with pytest.raises(WeightsError, match="its parts are compressed"):
        official.read(path, "sudoku")
    with pytest.raises(WeightsError, match="not a regular file"):
        official.read(Path("/dev/zero"), "sudoku")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda key, t: {key: t[0, 0]}, "has 0 axes instead of 2"),
        (lambda key, t: {key: t[0]}, "has 1 axes instead of 2"),
        (lambda key, t: {key: t[None]}, "has 3 axes instead of 2"),
        (lambda key, t: {key: t.long()}, "holds int64, not floats"),
        (lambda key, t: {key: t[:0]}, "vocab_size"),
        (lambda key, t: {7: t}, "unknown tensor 7"),
    ],
)
def test_published_tensors_of_another_form(tmp_path, change, message):
    good = torch.load(CASES / "mlp_sudoku.pt", weights_only=True)
    key = next(key for key in good if "embed_tokens" in key)
    torch.save({**good, **change(key, good[key])}, tmp_path / "step_1")
    with pytest.raises(WeightsError, match=message):
        official.read(tmp_path / "step_1", "sudoku")


@pytest.mark.parametrize("text", ["arch:\n  H_cycles: abc\n", "arch:\n  expansion: .inf\n", b"\xff", b"#" * 2_000_000])
def test_settings_beside_a_checkpoint(tmp_path, text):
    torch.save(torch.load(CASES / "mlp_sudoku.pt", weights_only=True), tmp_path / "step_1")
    (tmp_path / "all_config.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(
        WeightsError, match=r"all_config.yaml: (H_cycles must be|expansion must be|not a text|too large)"
    ):
        official.read(tmp_path / "step_1", "sudoku")


def test_no_file_takes_the_memory_it_asks_for(saved, tmp_path):
    """In a process of its own that may take little more than torch does itself."""
    header = header_of(saved)
    header["config"] |= {"hidden_size": 8192, "pool_size": 8192, "expansion": 8.0, "L_layers": 64}
    save_file(load_file(saved), saved, {"trm": json.dumps(header)})
    archive(tmp_path / "step_1", tensor(10**9, (10**9,), (1,)))
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from trm_cli.errors import WeightsError; from trm_cli.model import official, weights\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for read in (lambda: weights.load(Path(sys.argv[1])), lambda: official.read(Path(sys.argv[2]), 'sudoku')):\n"
        "    try: read()\n"
        "    except WeightsError as error: print(error)\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(saved), str(tmp_path / "step_1")], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert len(told) == 3
    assert int(told[2]) < 200  # MB
