"""`trm doctor`: shows everything that a bug report needs."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

import click

from trm_cli import __version__


@click.command()
def command() -> None:
    """Show versions, devices, data types and weights: everything a bug report needs.

    \b
    Examples:
      trm doctor
      trm doctor > report.txt
    """
    import torch

    from trm_cli import device
    from trm_cli.model import weights

    packages = ("torch", "numpy", "click", "rich", "safetensors", "numba")
    rows = [
        ("trm", __version__),
        ("python", f"{platform.python_version()} ({sys.executable})"),
        ("system", f"{platform.platform()}, {os.cpu_count()} processors"),
        *((name, _version(name)) for name in packages),
    ]
    for name in device.present():
        place = device.choose(name)
        rows.append((name, f"auto data type {str(device.choose_dtype('auto', place)).removeprefix('torch.')}"))
    rows.append(("threads", str(torch.get_num_threads())))
    rows.append(
        (
            "compiler",
            "found" if device.can_compile() else "none, or no Python headers: networks run without being compiled",
        )
    )
    rows += [("weights", str(path)) for path in weights.shipped()] or [("weights", "none found")]
    for name, value in rows:
        click.echo(f"{name:<12} {value}")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
