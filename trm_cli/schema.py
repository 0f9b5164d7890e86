"""Settings: fields of frozen dataclasses, each declared once with its type, its range and a line of help.

The checks of values, the reading of `--set`, headers and checkpoints, and `trm train --list` all use this.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, field, fields
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

from trm_cli.errors import ConfigError

C = TypeVar("C")

SHARES = "dict[str, float]"
WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    SHARES: "shares such as easy:0.7,hard:0.3, some above 0",
}
TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "str": (str,),
    SHARES: (dict,),
}


def _shares(text: str) -> dict[str, float]:
    """Read shares by name; a ValueError for another text."""
    pairs = [part.split(":") for part in text.split(",")]
    return {name.strip(): float(share) for name, share in pairs}


READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "bool": {"true": True, "false": False}.__getitem__,
    "str": str,
    SHARES: _shares,
}


class Rule(NamedTuple):
    """The values of a field: a number from `low` to `high`, or one of the texts `among`, if there are any."""

    help: str
    low: float = 0
    high: float = 0
    among: tuple[str, ...] = ()


def setting(help: str, default: Any = MISSING, *, low: float = 0, high: float = 0, among: Iterable[str] = ()) -> Any:
    """Declare a field with its rule; a field without a default must be given."""
    return field(default=default, metadata={"rule": Rule(help, low, high, tuple(among))})


def settings(config: Any) -> dict[str, Field]:
    """Return the fields of a dataclass or an instance that hold a number, a text, a truth value or shares, by name."""
    return {f.name: f for f in fields(config) if str(f.type) in TYPES}


def expected(f: Field) -> str:
    """Return in words which values a field may have, such as `a whole number from 1 to 64`."""
    # Types are strings here, as annotations are not evaluated.
    rule, kind = f.metadata["rule"], str(f.type)
    if rule.among:
        return " or ".join(filter(None, (", ".join(rule.among[:-1]), rule.among[-1])))
    return (
        f"{WORDS[kind]} from {_number(rule.low)} to {_number(rule.high)}" if kind in ("int", "float") else WORDS[kind]
    )


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def is_fit(f: Field, value: Any) -> bool:
    """Tell whether a value has the type of a field and is in its range; NaN is in no range."""
    rule, kind = f.metadata["rule"], str(f.type)
    # In Python a truth value is a whole number too, but it is not one here.
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
        return False
    if isinstance(value, dict):
        return all(_is_share(name, share) for name, share in value.items()) and sum(value.values()) > 0
    # NaN fails both comparisons.
    if kind in ("int", "float"):
        return bool(rule.low <= value <= rule.high)
    return not rule.among or value in rule.among


def _is_share(name: Any, share: Any) -> bool:
    return isinstance(name, str) and isinstance(share, int | float) and 0 <= share < math.inf


def check(config: Any, where: str) -> None:
    """Raise a ConfigError for the first field whose value has a wrong type or is out of range."""
    for name, f in settings(config).items():
        value = getattr(config, name)
        if not is_fit(f, value):
            raise ConfigError(f"{where}: {name} must be {expected(f)}, not {shown(value)}")


def shown(value: Any) -> str:
    """Return a value for an error message, shortened if it is long."""
    try:
        return reprlib.repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"


def parse(f: Field, text: str) -> Any:
    """Read the value of a field from a text; a ConfigError says which values it may have."""
    try:
        value = READ[str(f.type)](text.strip())
    except (ValueError, KeyError):
        value = None
    if value is None or not is_fit(f, value):
        raise ConfigError(f"{f.name} must be {expected(f)}, not {shown(text)}")
    return value


def check_keys(kind: Any, values: Any, where: str) -> None:
    """Raise a ConfigError for an unknown key of plain values, with the nearest known one, or for a missing key."""
    if not isinstance(values, Mapping):
        raise ConfigError(f"{where}: expected an object of settings, found {shown(values)}")
    known = {f.name: f for f in fields(kind)}
    # Unknown keys first, as a misspelt key is also a missing one.
    for key in values:
        if key not in known:
            raise ConfigError(f"{where}: unknown key {shown(key)}{suggestion(key, known)}")
    for name, f in known.items():
        if f.default is MISSING and name not in values:
            raise ConfigError(f"{where}: the key {name!r} is missing")


def build(kind: Callable[..., C], values: Any, where: str) -> C:
    """Check the keys of plain values and build a config of them."""
    check_keys(kind, values, where)
    return kind(**values)


def suggestion(name: Any, known: Iterable[str]) -> str:
    """Return the words that suggest the nearest of the known names; "" if none is near.

    >>> suggestion("hiden_size", ["hidden_size", "H_cycles"])
    "; did you mean 'hidden_size'?"
    """
    near = get_close_matches(str(name)[:100], known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


class Row(NamedTuple):
    """One setting as it is listed."""

    name: str
    kind: str
    values: str
    default: str
    help: str


def rows(config: Any, prefix: str = "", without: Iterable[str] = ()) -> list[Row]:
    """Return the settings of a config as rows of a table, with its values as the defaults."""
    table = []
    for name, f in settings(config).items():
        if name in without:
            continue
        rule, kind = f.metadata["rule"], str(f.type)
        is_number = kind in ("int", "float")
        values = f"{_number(rule.low)} to {_number(rule.high)}" if is_number else ", ".join(rule.among)
        table.append(Row(prefix + name, "shares" if kind == SHARES else kind, values, written(f, config), rule.help))
    return table


def written(f: Field, config: Any) -> str:
    """Return the value of a field as `parse` reads it."""
    value = getattr(config, f.name)
    if str(f.type) == SHARES:
        return ",".join(f"{name}:{share:g}" for name, share in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)
