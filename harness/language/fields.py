"""Readers of single values from YAML nodes: each returns a value, or notes a problem and returns None."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import yaml

from harness.language.names import meant, suggestion, unknown_key
from harness.language.source import Node, Source
from harness.values.situation import duration_text
from harness.values.text import shown

T = TypeVar("T")
Read = Callable[[Source, Node], Any]
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
NO_CURES: Mapping[str, str] = MappingProxyType({})
NULLS = frozenset({"~", "null", "Null", "NULL"})
LONGEST = 7 * 24 * 3600


def place(node: Node) -> tuple[int, int]:
    """Line and column, counted from 1: of a mapping in braces, those of its first key."""
    if isinstance(node, yaml.MappingNode) and node.flow_style and node.value:
        node = node.value[0][0]
    return node.start_mark.line + 1, node.start_mark.column + 1


def scalar(source: Source, node: Node) -> str | None:
    """A single value as its text; an empty one is a problem."""
    if not isinstance(node, yaml.ScalarNode):
        source.problem(node, "a single value is expected here", "write one value, without brackets or lines below it")
        return None
    if node.value == "" or (not node.style and node.value in NULLS):
        source.problem(node, "this value is empty", "give it a value, or leave the key out")
        return None
    return str(node.value)


WRITTEN_OUT = re.compile(
    r"(\d+(?:\.\d+)?) *(milliseconds?|msecs?|seconds?|secs?|minutes?|mins?|hours?|hrs?)", re.IGNORECASE
)
SHORT = {"mil": "ms", "mse": "ms", "sec": "s", "min": "m", "hou": "h", "hrs": "h", "hr": "h"}


def _with_a_unit(text: str) -> str:
    """How somebody would write the duration that they mean."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return f"write {text}s, {text}m or {text}h"
    spaced = re.fullmatch(r"(\d+(?:\.\d+)?) +(ms|s|m|h)", text)
    if spaced:
        return f"write {spaced[1]}{spaced[2]}"
    written = WRITTEN_OUT.fullmatch(text)
    return (
        f"write {written[1]}{SHORT[written[2].lower()[:3]]}" if written else "write for example 300ms, 45s, 15m or 3h"
    )


def duration(source: Source, node: Node) -> float | None:
    """`45s`, `1m`, `300ms`, `3h` → seconds."""
    text = scalar(source, node)
    if text is None:
        return None
    match = DURATION.fullmatch(text.strip())
    if not match:
        cure = _with_a_unit(text.strip())
        source.problem(node, f"{shown(text, 60)!r} is not a duration with a unit", cure)
        return None
    seconds = float(match[1]) * UNITS[match[2]]
    if not 0 < seconds <= LONGEST:
        source.problem(node, f"{text!r} is out of range", "a duration is more than 0 and at most a week (168h)")
        return None
    return seconds


def number(kind: type[int] | type[float], low: float | None, high: float | None) -> Read:
    def read(source: Source, node: Node) -> Any:
        text = scalar(source, node)
        if text is None:
            return None
        try:
            value = kind(text)
        except ValueError:
            what = "a whole number" if kind is int else "a number"
            low_high = f"{low or 0:g} to {high:g}" if high is not None else f"{low or 0:g} or more"
            source.problem(node, f"{shown(text, 60)!r} is not {what}", f"write {low_high}")
            return None
        if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
            span = f"at least {low:g}" if high is None else f"from {low or 0:g} to {high:g}"
            source.problem(node, f"{text} is out of range", f"it is {span}")
            return None
        return value

    return read


def duration_in(unit: float, low: float | None, high: float | None, whole: bool = False) -> Read:
    """A duration as a number of `unit` seconds, within a range that is counted in them too."""

    def read(source: Source, node: Node) -> Any:
        if unit < 1 and isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[\d.]+", node.value):
            source.problem(node, f"{node.value!r} is not a duration with a unit", f"write {node.value}ms")
            return None
        seconds = duration(source, node)
        if seconds is None:
            return None
        value = round(seconds / unit, 6)
        if (low is not None and value < low) or (high is not None and value > high):
            least = duration_text((low or 0) * unit)
            span = f"at least {least}" if high is None else f"from {least} to {duration_text(high * unit)}"
            source.problem(node, f"{node.value} is out of range", f"it is {span}")
            return None
        if whole and value != int(value):
            source.problem(node, f"{node.value} is no whole number of {duration_text(unit)[1:]}", "round it")
            return None
        return int(value) if whole else value

    return read


def choice(options: Iterable[str], what: str) -> Read:
    known = tuple(str(option) for option in options)

    def read(source: Source, node: Node) -> str | None:
        text = scalar(source, node)
        if text is not None and text not in known:
            source.problem(node, f"{shown(text, 60)!r} is not {what}", suggestion(text, known))
            return None
        return text

    return read


def boolean(source: Source, node: Node) -> bool | None:
    text = scalar(source, node)
    if text is None:
        return None
    if text not in ("true", "false"):
        source.problem(node, f"{shown(text, 60)!r} is neither true nor false", "write true or false")
        return None
    return text == "true"


def one_or_more(read: Read) -> Callable[[Source, Node], tuple[Any, ...]]:
    """A list of values, or a single one; an empty list is a problem."""

    def read_all(source: Source, node: Node) -> tuple[Any, ...]:
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                source.problem(node, "this list is empty", "give it a value, or leave the key out")
            return tuple(value for item in node.value if (value := read(source, item)) is not None)
        value = read(source, node)
        return () if value is None else (value,)

    return read_all


def pairs(source: Source, node: Node, what: str) -> list[tuple[str, Node, Node]]:
    """(key, key's node, value's node) of a mapping; a key that stands twice is a problem."""
    if not isinstance(node, yaml.MappingNode):
        source.problem(node, f"{what} is a mapping of keys to values", "write key: value, each in a line of its own")
        return []
    found: dict[str, tuple[str, Node, Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            source.problem(key, "a key is a single word", "write key: value")
        elif key.value in found:
            first = found[key.value][1].start_mark.line + 1
            source.problem(key, f"{key.value!r} stands twice here", f"the first is in line {first}")
        else:
            found[str(key.value)] = (str(key.value), key, value)
    return list(found.values())


def lacks(needed: Iterable[str], given: Collection[str], known: Iterable[str]) -> list[str]:
    """The needed keys that are not given; not those that somebody gave by another name, which is told there."""
    names, absent = tuple(known), [key for key in needed if key not in given]
    others = {meant(key, names) for key in given if key not in names} if absent else set()
    return [key for key in absent if key not in others]


def mapping(
    source: Source, node: Node, what: str, table: Mapping[str, Read], cures: Mapping[str, str] = NO_CURES
) -> dict[str, Any]:
    """Read a mapping by a table of its keys' readers; what is unknown or unreadable is noted and left out.

    `cures` says for certain unknown keys what to do instead.
    """
    values: dict[str, Any] = {}
    for key, key_node, value_node in pairs(source, node, what):
        read = table.get(key)
        if read is None:
            source.problem(key_node, f"{what} has no key {key!r}", cures.get(key) or unknown_key(key, table))
            continue
        value = read(source, value_node)
        if value is not None:
            values[key] = value
    return values
