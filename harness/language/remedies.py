"""The three lists of remedies: `reload`, or `{wait: 1m}`."""

from __future__ import annotations

import re
from typing import Any

import yaml

from harness.language.durations import duration
from harness.language.fields import one_or_more, pairs, place, quoted, scalar
from harness.language.names import meant, suggestion
from harness.language.source import Node, Source
from harness.remedies import REMEDIES
from harness.values.scenario import ASK_AGAIN, NOTHING, Listed
from harness.values.situation import Outcome

CONTROLS = (NOTHING, ASK_AGAIN)


def listed_as(outcome: Outcome) -> Any:
    return one_or_more(lambda source, node: read_listed(source, node, outcome))


def read_listed(source: Source, node: Node, outcome: Outcome) -> Listed | None:
    """`reload`, or `{wait: 1m}`."""
    line, column = place(node)
    if isinstance(node, yaml.MappingNode):
        rows = pairs(source, node, "a remedy")
        if len(rows) != 1:
            apart = [f"{{{key}: {_text(value)}}}" if key == "wait" else key for key, _, value in rows]
            cure = f"write {', '.join(apart)}" if apart else "for example {wait: 1m}"
            source.problem(node, "a remedy with its duration is one key and one value", cure)
            return None
        name, key, value = rows[0]
        if not _remedy_known(source, key, name):
            return None
        if not REMEDIES[name].takes_argument:
            source.problem(key, f"{name} takes no duration", f"write {name} alone")
            return None
        if _empty(value):
            source.problem(value, f"{name} needs a duration", f"write {{{name}: 1m}}")
            return None
        seconds = duration(source, value)
        return None if seconds is None else Listed(name, seconds, f"{name}[{value.value}]", outcome, line, column)
    text = scalar(source, node)
    if text is None or not _remedy_known(source, node, text):
        return None
    if REMEDIES[text].takes_argument:
        source.problem(node, f"{text} needs a duration", f"write {{{text}: 1m}}")
        return None
    return Listed(text, 0.0, text, outcome, line, column)


def _empty(node: Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.value == ""


def _text(node: Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "1m"


def _remedy_known(source: Source, node: Node, name: str) -> bool:
    if name not in REMEDIES:
        first, _, rest = re.sub(r"[\s:=(\[]+", " ", name.rstrip(")] ")).partition(" ")
        timed = meant(first, REMEDIES) if rest else ""
        cure = f"write {{{timed}: {rest.strip()}}}" if timed == "wait" else suggestion(name, REMEDIES)
        if name in CONTROLS:
            source.problem(node, f"{name} is a control and no remedy", "leave it out: the controls always run")
            return False
        source.problem(node, f"there is no remedy {quoted(name)}", cure)
    return name in REMEDIES
