"""The errors that users can cause, as one tree, and the exit codes of the commands."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self


class ExitCode(IntEnum):
    """Exit status of `trm`; a batch ends with the worst of 0 to 3."""

    SOLVED = 0
    UNSOLVED = 1
    BAD_INPUT = 2
    OUR_BUG = 3
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class TrmError(Exception):
    """A mistake of the user, explained in one line: where, what instead of what, and what to do."""

    name: str = ""
    """The name of the input that the error is about, with which it begins, where that is known."""

    def about(self, name: str) -> Self:
        """Note the name of the input, and return the error."""
        self.name = name
        return self


class ParseError(TrmError):
    """A puzzle's text is not of its format, or contradicts itself."""


class Flawed(ParseError):
    """A text certainly holds a puzzle, but what it needs is missing, contradicts itself, or is too large."""


class OtherFile(ParseError):
    """A file goes with puzzles, such as their answers, but it holds none."""


class UnknownTask(TrmError):
    """No task has that name, or no task is recognised in a text."""


class WeightsError(TrmError):
    """A weights file is missing, damaged, of another task or of a newer program."""


class DeviceError(TrmError):
    """This machine does not have the device or data type that was named."""


class ConfigError(TrmError):
    """A setting has an unknown name or a value out of range."""


class DataError(TrmError):
    """A data set or an output file cannot be used as asked."""


class NoPuzzle(DataError):
    """A file of a searched folder has no puzzle in it; such files are counted, not listed."""
