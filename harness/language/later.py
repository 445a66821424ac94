"""Faults one after another: one begins so long after the moment, or when another one ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import yaml

from harness.faults.base import ENDLESS, INSTANT, TIME, Kind
from harness.language.durations import duration
from harness.language.names import suggestion
from harness.language.source import Node, Source
from harness.values.situation import Fault

ANOTHER = re.compile(r"[a-z_]+\.[a-z_0-9]+")
"""How another fault is named: by its place and its kind."""
Found = Sequence[tuple[Fault, Node]]


def may_begin_later(kind: Kind) -> bool:
    """Whether a fault of this kind may begin after the moment; one that has an `after` of its own may not."""
    lives = {TIME, ENDLESS} & set(kind.lifetimes)
    return bool(lives) and not kind.early and INSTANT not in kind.lifetimes and "after" not in kind.params


def one_after_another(source: Source, found: Found) -> tuple[tuple[Fault, Node], ...]:
    """The faults, each with the time at which it begins; another one's end is known once that one's beginning is."""
    settled: list[tuple[Fault, Node]] = []
    for fault, node in found:
        said = _said(node)
        if said is None or "after" in fault.params or fault.harmless:
            settled.append((fault, node))
            continue
        begins = _begins(source, said, [one for one, _ in settled])
        if begins and fault.lasts.hits is not None:
            source.problem(said, f"what {fault} takes can't be counted from later on", "give it a duration, or no end")
        if begins and (fault.at, fault.do) == ("service", "crash"):
            why = "the clock of a service that has crashed stands still, so that no witness sees a wait"
            source.problem(said, why, "let it begin at the moment, or use down at service_link")
        settled.append((replace(fault, begins=begins or 0.0), node))
    _check_twice(source, settled)
    if settled and all(fault.begins for fault, _ in settled):
        source.problem(settled[0][1], "no fault is there at the moment itself", "let one begin without `after`")
    return tuple(settled)


def _check_twice(source: Source, settled: Found) -> None:
    """A fault that stands there again, alike in all, changes nothing."""
    for number, (fault, node) in enumerate(settled):
        first = next((one for one, _ in settled[:number] if one == fault), None)
        if first and not fault.harmless:
            source.problem(node, f"{fault} is listed twice, alike in all", f"the first is in line {first.line}")


def _said(node: Node) -> Node | None:
    rows = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in rows if key.value == "after"), None)


def _begins(source: Source, said: Node, before: Sequence[Fault]) -> float | None:
    text = str(said.value)
    if not ANOTHER.fullmatch(text):
        return duration(source, said)
    names = [f"{one.at}.{one.do}" for one in before]
    if text not in names:
        cure = suggestion(text, names) if names else "name one that stands before it, or write a time such as 30s"
        source.problem(said, f"no fault before this one is {text}", cure)
        return None
    other = before[names.index(text)]
    if other.lasts.seconds is None:
        source.problem(said, f"{other} lasts {other.lasts}, so that nobody can say when it ends", "give it a duration")
        return None
    return other.begins + other.lasts.seconds
