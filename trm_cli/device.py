"""The device and data type that a model runs with, whether it is compiled, and the memory that it keeps."""

from __future__ import annotations

import ctypes
import os
import shutil
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from trm_cli.errors import DeviceError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def present() -> list[str]:
    """Return the names of the devices on this machine, the best first."""
    cuda = [f"cuda:{i}" for i in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return [*cuda, *mps, "cpu"]


def choose(name: str) -> torch.device:
    """Return the device with a name, or the best one for `auto`; a DeviceError lists the devices of this machine."""
    here = present()
    if name == "auto":
        return torch.device(here[0])
    if name not in here and not (name == "cuda" and here[0].startswith("cuda")):
        raise DeviceError(f"{name}: no such device here; present: {', '.join(here)}")
    return torch.device(name)


def has_bf16(device: torch.device) -> bool:
    """Tell whether the hardware multiplies bfloat16 matrices itself."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    return False


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """Return the data type with a name; `auto` is bfloat16 if the hardware has it, else float32."""
    if name == "auto":
        return torch.bfloat16 if has_bf16(device) else torch.float32
    if name not in DTYPES:
        raise DeviceError(f"{name}: no such data type; choose from auto, {', '.join(DTYPES)}")
    return DTYPES[name]


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and how a solver computes: `workers` solve side by side."""

    device: torch.device
    dtype: torch.dtype = torch.float32
    workers: int = 1

    @classmethod
    def named(cls, device: str = "auto", dtype: str = "auto", workers: int = 1) -> Machine:
        """Return the machine for a device and a data type as users name them; a DeviceError lists those of this one."""
        place = choose(device)
        return cls(place, choose_dtype(dtype, place), workers)

    def __str__(self) -> str:
        return f"{self.device} {self.dtype_name}"

    @property
    def dtype_name(self) -> str:
        """The data type as users write it, such as float32."""
        return str(self.dtype).removeprefix("torch.")


CPU = Machine(torch.device("cpu"))


def can_compile() -> bool:
    """Tell whether torch.compile will find a C++ compiler and Python's headers, which it needs on every device."""
    # PyTorch uses the compiler in CXX if it is set; if not, it looks for the usual ones.
    asked = os.environ.get("CXX")
    has_headers = Path(sysconfig.get_path("include"), "Python.h").is_file()
    return has_headers and any(shutil.which(name) for name in ([asked] if asked else ["g++", "clang++", "c++"]))


def compile_net(net: nn.Module, dynamic: bool, say: Callable[[str], None] = lambda words: None) -> None:
    """Compile a net at its next call, which takes half a minute or more; do nothing without a compiler.

    If compiling fails (a broken compiler, a full disk, a cache that must not be executed), `say` is called with a line
    about it and the net goes on uncompiled. An error of the net itself is raised as usual.
    """
    if not can_compile():
        return
    compiled: Callable[..., Any] | None = None

    def call(*tensors: Any, **named: Any) -> Any:
        nonlocal compiled
        try:
            if compiled is None:
                # In its layouts for convolutions, the second axis of a state is the channels. Here these are the last
                # axis, so that it would copy states cell by cell.
                compiled = torch.compile(net._call_impl, dynamic=dynamic, options={"layout_optimization": False})
            return compiled(*tensors, **named)
        # Compiling can fail in nearly any way. An error that is not the compiler's is raised again by the second call.
        except Exception as error:
            run_eagerly(net)
            outcome = net(*tensors, **named)
            say(without_compiler(error))
            return outcome

    net._compiled_call_impl = call


def is_compiled(net: nn.Module) -> bool:
    """Tell whether a net will run compiled."""
    return net._compiled_call_impl is not None


def run_eagerly(net: nn.Module) -> bool:
    """Make a net run uncompiled; tell whether it was compiled."""
    was_compiled = is_compiled(net)
    net._compiled_call_impl = None
    return was_compiled


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error means that a device, or the CPU, is out of memory."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)


def without_compiler(error: Exception) -> str:
    """Return the line that says why a net is not compiled."""
    reason = next(iter(str(error).splitlines()), "") or type(error).__name__
    return f"torch.compile failed ({reason[:200]}): going on without it, two to three times slower"


def keep_freed_memory() -> None:
    """Ask glibc to keep freed memory, because every step allocates the same large buffers again.

    Giving them back to the system and getting them again costs a tenth of the time or more on a CPU.
    """
    m_trim_threshold, m_top_pad, m_mmap_max = -1, -2, -4  # malloc.h
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # not glibc, or Windows
        return
    # Keep large blocks on the heap, never give its top back to the system, and let it grow in large pieces.
    mallopt(m_mmap_max, 0)
    mallopt(m_trim_threshold, 2**31 - 1)
    mallopt(m_top_pad, 2**28)
