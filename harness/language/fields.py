"""Readers of single values from YAML nodes: each returns a value, or notes a problem and returns None."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import yaml

from harness.language.names import meant, suggestion, surely_meant, unknown_key
from harness.language.source import Node, Source
from harness.values.text import shown

T = TypeVar("T")
Read = Callable[[Source, Node], Any]
NO_CURES: Mapping[str, str] = MappingProxyType({})
NO_NUMBERS: Mapping[str, int] = MappingProxyType({})
WHOLE = re.compile(r"[-+]?[0-9]+")
NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
LONGEST_NUMBER = 300
"""Digits that a whole number may have; one with more is out of every range."""
MOST_VALUES = 300
"""Values of a list; nobody reads through more."""
NULLS = frozenset({"~", "null", "Null", "NULL"})


def place(node: Node) -> tuple[int, int]:
    """Line and column, counted from 1: of a mapping in braces, those of its first key."""
    if isinstance(node, yaml.MappingNode) and node.flow_style and node.value:
        node = node.value[0][0]
    return node.start_mark.line + 1, node.start_mark.column + 1


def quoted(text: str) -> str:
    """Somebody's word between quotes, clipped, and nothing in it acts."""
    word = shown(text, 60)
    return f'"{word}"' if "'" in word and '"' not in word else f"'{word}'"


def scalar(source: Source, node: Node) -> str | None:
    """A single value as its text; an empty one is a problem."""
    if not isinstance(node, yaml.ScalarNode):
        several = isinstance(node, yaml.SequenceNode) and len(node.value) > 1
        more = "; for several, an axis of a `matrix:`" if several else ""
        source.problem(
            node, "a single value is expected here", f"write one value, without brackets or lines below it{more}"
        )
        return None
    if node.value == "" or (not node.style and node.value in NULLS):
        comment = source.comment_after(node)
        cure = f"what begins with # is a comment: quote it, {quoted(comment)}" if comment else ""
        source.problem(node, "this value is empty", cure or "give it a value, or leave the key out")
        return None
    return str(node.value)


def number(
    kind: type[int] | type[float],
    low: float | None,
    high: float | None,
    words: Mapping[str, int] = NO_NUMBERS,
    unit: str = "",
) -> Read:
    """A number of `unit` within a range; `words` are what somebody may write for one, who then is told it."""

    def read(source: Source, node: Node) -> Any:
        text = scalar(source, node)
        if text is None:
            return None
        what = "a whole number" if kind is int else "a number"
        span = f"{low or 0:g} to {high:g}" if high is not None else f"{low or 0:g} or more"
        if not (WHOLE if kind is int else NUMBER).fullmatch(text):
            bare = text.removesuffix(unit).rstrip() if unit else ""
            cure = words.get(text.lower(), bare if WHOLE.fullmatch(bare) else span)
            source.problem(node, f"{quoted(text)} is not {what}", f"write {cure}{f' ({unit})' if unit else ''}")
            return None
        value = math.inf if len(text) > LONGEST_NUMBER else kind(text)
        if not math.isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
            source.problem(node, f"{shown(text, 60)} is out of range", f"write {span}{f' ({unit})' if unit else ''}")
            return None
        return value

    return read


def choice(options: Iterable[str], what: str) -> Read:
    known = tuple(str(option) for option in options)

    def read(source: Source, node: Node) -> str | None:
        text = scalar(source, node)
        if text is not None and text not in known:
            source.problem(node, f"{quoted(text)} is not {what}", suggestion(text, known))
            return None
        return text

    return read


def boolean(source: Source, node: Node) -> bool | None:
    text = scalar(source, node)
    if text is None:
        return None
    if text not in ("true", "false"):
        meant_by = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), "true or false")
        source.problem(node, f"{quoted(text)} is neither true nor false", f"write {meant_by}")
        return None
    return text == "true"


def one_or_more(read: Read) -> Callable[[Source, Node], tuple[Any, ...]]:
    """A list of values, or a single one; an empty list is a problem."""

    def read_all(source: Source, node: Node) -> tuple[Any, ...]:
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                source.problem(node, "this list is empty", "give it a value, or leave the key out")
            if len(node.value) > MOST_VALUES:
                source.problem(node, f"this list has {len(node.value)} values", f"at most {MOST_VALUES} are read")
                return ()
            return tuple(value for item in node.value if (value := read(source, item)) is not None)
        value = read(source, node)
        return () if value is None else (value,)

    return read_all


def _as_mapping(node: Node) -> str:
    """How to write keys and values, for somebody who wrote something else."""
    if isinstance(node, yaml.SequenceNode) and not node.flow_style:
        return "take the - away: write key: value, each in a line of its own"
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return f"leave the {node.style} out"
    return "write key: value, each in a line of its own"


def pairs(source: Source, node: Node, what: str) -> list[tuple[str, Node, Node]]:
    """(key, key's node, value's node) of a mapping; a key that stands twice is a problem."""
    if not isinstance(node, yaml.MappingNode):
        source.problem(node, f"{what} is a mapping of keys to values", _as_mapping(node))
        return []
    found: dict[str, tuple[str, Node, Node]] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            source.problem(key, "a key is a single word", "write key: value")
        elif key.value in found:
            first = found[key.value][1].start_mark.line + 1
            source.problem(key, f"{quoted(key.value)} stands twice here", f"the first is in line {first}")
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

    `cures` says for certain unknown keys what to do instead. What stands behind a key that is only
    written wrong is read as well, so that all that is wrong there is told at once.
    """
    values: dict[str, Any] = {}
    for key, key_node, value_node in pairs(source, node, what):
        read = table.get(key)
        if read is None:
            source.problem(key_node, f"{what} has no key {quoted(key)}", cures.get(key) or unknown_key(key, table))
            meant_key = "" if key in cures else surely_meant(key, table)
            if meant_key:
                table[meant_key](source, value_node)
            continue
        value = read(source, value_node)
        if value is not None:
            values[key] = value
    return values
