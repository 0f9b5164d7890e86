"""The rooms of the house: who may import whom, and who may import torch."""

import ast
from itertools import chain
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "trm_cli"
LAYERS = [  # a module imports from its own layer and those before it; the first name below the package decides
    {"trm_cli", "errors", "schema", "puzzle", "domain", "assets", "files"},
    {"arrays", "source", "decoding", "reading", "domains", "batch", "records", "shards", "trace"},
    {"model", "device", "distributed"},
    {"solving", "train"},
    {"view"},
    {"program", "commands", "__main__"},
]
TORCH = {"model", "device", "distributed", "solving", "train"}
DRAWN = ("trm_cli.puzzle", "trm_cli.view.page")
"""The one import upwards: a notebook asks a puzzle itself for its picture, and only then the view is needed."""
FILES = sorted(PACKAGE.rglob("*.py"))


def room(module: str) -> str:
    """Return the first name below the package: trm_cli.view.grid is in view."""
    return module.split(".")[1] if "." in module else module


def layer(module: str) -> int:
    return next(i for i, names in enumerate(LAYERS) if room(module) in names)


def imports(file: Path) -> set[str]:
    """Return the modules a file imports, wherever it does so, but for type checking."""
    tree = ast.parse(file.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{alias.name}" if node.module == "trm_cli" else node.module for alias in node.names
            }
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_down(file):
    module = ".".join(["trm_cli", *file.relative_to(PACKAGE).with_suffix("").parts])
    for name in imports(file):
        if (module, name) == DRAWN:
            continue
        if name == "trm_cli" or name.startswith("trm_cli."):
            target = name if name != "trm_cli.__version__" else "trm_cli"
            assert layer(target) <= layer(module), f"{module} imports {name}"
        if name.split(".")[0] == "torch":
            assert room(module) in TORCH or room(module) in ("commands", "program"), f"{module} imports torch"


def test_commands_import_torch_only_when_they_run():
    for file in chain((PACKAGE / "commands").glob("*.py"), (PACKAGE / "program").glob("*.py")):
        for node in ast.parse(file.read_text()).body:
            names = (
                [a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "") or ""]
            )
            free = ("trm_cli.solving.options",)  # which knows nothing of torch
            rooms = {room(name) for name in names if name.startswith("trm_cli.") and name not in free}
            assert "torch" not in names
            assert not rooms & {"model", "device", "distributed", "solving", "train"}, file


def test_only_one_module_imports_numba():
    """It knows what to do where nothing can be cached, as in a program's folder that is read-only."""
    nodes = [(file.stem, node) for file in FILES for node in ast.walk(ast.parse(file.read_text()))]
    imported = {stem for stem, node in nodes if isinstance(node, ast.Import) and node.names[0].name == "numba"}
    imported |= {stem for stem, node in nodes if isinstance(node, ast.ImportFrom) and node.module == "numba"}
    assert imported == {"compiled"}


def test_sizes_keep_to_the_house_style():
    for file in FILES:
        text = file.read_text()
        assert text.count("\n") <= 350, file
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 60, f"{file}: {node.name}"
