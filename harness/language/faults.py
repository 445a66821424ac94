"""Reading one fault: its place, kind, parameters, scope and lifetime, checked against the tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import yaml

from harness.faults import FAULTS
from harness.faults.base import COUNT, ENDLESS, INSTANT, TIME, Kind, Param
from harness.language.durations import duration, duration_in
from harness.language.fault_cures import (
    KEYS,
    PARAMS,
    PHRASES,
    as_a_fault,
    check_anywhere,
    check_keys,
    of_other_kinds,
    where_else,
)
from harness.language.fields import (
    boolean,
    choice,
    lacks,
    mapping,
    number,
    one_or_more,
    pairs,
    place,
    quoted,
    scalar,
)
from harness.language.later import may_begin_later, one_after_another
from harness.language.names import meant, unknown_key
from harness.language.source import Node, Source
from harness.values.situation import PLACES, Fault, Lifetime

CLASSES = ("page", "login", "me", "history", "messages", "stream", "answers", "files", "status", "api")
LIST = "faults: [{at: PLACE, do: KIND, lasts: 45s}]"
NO_FAULT = "faults: [{at: service, do: none}] to look at a chat in which nothing breaks"
FORMERLY = {"stream": "direction", "seconds": "delay"}
"""Keys of a fault that had another name once."""
GONE = {
    ("latency", "jitter"): "leave it out: a link is as late every time",
    ("burst", "messages"): "leave it out: one message is too many",
}
SECONDS = re.compile(r"0*[1-9][0-9]{0,8}")
"""How the header `Retry-After` itself writes a wait (RFC 9110)."""
PLACE = choice(PLACES, "a place")
MOST = 50
"""Faults of a scenario; nobody can tell apart what so many do."""
HITS = re.compile(r"([0-9]{1,9}) (connection|request)s?")


def _lifetime(source: Source, node: Node) -> Lifetime | None:
    text = scalar(source, node)
    if text is None:
        return None
    if text == "forever":
        return Lifetime()
    match = HITS.fullmatch(text)
    if match:
        if int(match[1]) < 1:
            source.problem(node, "a fault that takes no connection does nothing", "write 1 connection")
            return None
        return Lifetime(hits=int(match[1]), unit=match[2])
    word = text.lower().replace("-", " ")
    if word in ("for good", "always", "endless", "infinite", "permanent", "for ever", "none", "until fixed"):
        source.problem(node, f"{quoted(text)} is not a lifetime", "write forever, or leave `lasts` out")
        return None
    if word in ("once", "one connection", "one request", "1 time"):
        source.problem(node, f"{quoted(text)} is not a lifetime", "write 1 connection, or at the service 1 request")
        return None
    seconds = duration(source, node)
    return None if seconds is None else Lifetime(seconds=seconds)


def faults(source: Source, node: Node) -> tuple[tuple[Fault, Node], ...] | None:
    if not isinstance(node, yaml.SequenceNode):
        one = "write - before it, or put it in brackets" if isinstance(node, yaml.MappingNode) else f"write {LIST}"
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            one = f"leave the {node.style} out"
        source.problem(node, "`faults` is a list, even of one fault", one)
        return None
    if not node.value:
        source.problem(node, "this scenario has no fault", f"write {LIST}, or {NO_FAULT}")
        return None
    items = node.value
    if len(items) > MOST:
        source.problem(node, f"there are {len(items)} faults", f"at most {MOST} are taken")
        return None
    found = [_fault(source, item) for item in items]
    return one_after_another(source, [(fault, item) for fault, item in zip(found, items, strict=True) if fault])


def _fault(source: Source, node: Node) -> Fault | None:
    rows = {key: (key_node, value) for key, key_node, value in pairs(source, node, "a fault")}
    absent = [key for key in ("at", "do") if key not in rows]
    told = lacks(("at", "do"), rows, KEYS)
    if told and isinstance(node, yaml.MappingNode):
        source.problem(node, f"this fault lacks {' and '.join(told)}", as_a_fault(node))
    if absent:
        for key, (key_node, _) in rows.items() if len(told) < len(absent) else ():
            if key not in KEYS and meant(key, KEYS) in absent:
                source.problem(key_node, f"a fault has no key {quoted(key)}", unknown_key(key, KEYS))
        return None
    at = PLACE(source, rows["at"][1])
    do = scalar(source, rows["do"][1])
    if at is None or do is None:
        if do is not None:
            check_anywhere(source, rows)
            _check_values(source, rows)
        return None
    kind = FAULTS[at].get(do)
    if kind is None:
        source.problem(rows["do"][1], f"{at} can't do {quoted(do)}", where_else(do, at))
        check_keys(source, rows)
        _check_values(source, rows)
        return None
    return _fault_of_kind(source, node, at, do, kind)


def _check_values(source: Source, rows: Mapping[str, tuple[Node, Node]]) -> None:
    """What every fault may have, of one whose kind isn't known."""
    if "lasts" in rows:
        _lifetime(source, rows["lasts"][1])


def _cures(at: str, do: str, kind: Kind, given: Mapping[str, Node]) -> dict[str, str]:
    """For keys that such a fault doesn't have, what to do about them."""
    table = _readers(at, do)
    return {**_leave_out(do, at, kind), **of_other_kinds(given, {*table}, at), **_formerly(do, table, given)}


def _leave_out(do: str, at: str, kind: Kind) -> dict[str, str]:
    """What to do about `only` and `on` where a kind of fault has its scope by its nature."""
    only = f"{do} at {at} always holds on to {' and '.join(kind.only)}" if kind.only else f"{do} at {at} holds for all"
    return {"only": f"{only}: leave `only` out", "on": f"{do} at {at} has its traffic by its nature: leave `on` out"}


@cache
def _readers(at: str, do: str) -> Mapping[str, Any]:
    """What reads each key that such a fault may have."""
    kind = FAULTS[at][do]
    table: dict[str, Any] = {"at": scalar, "do": scalar, "lasts": _lifetime}
    if may_begin_later(kind):
        table["after"] = scalar
    if kind.scopes:
        table["only"] = one_or_more(choice(kind.scopes, f"a scope of {do} at {at}"))
    if kind.classes:
        table["on"] = one_or_more(choice(CLASSES, "a class of traffic"))
    if do == "none":
        table |= {"only": lambda s, n: (), "on": lambda s, n: ()}
        return {**{name: (lambda s, n: None) for name in PARAMS}, **table}
    return {**{name: _param(param) for name, param in kind.params.items()}, **table}


def _fault_of_kind(source: Source, node: Node, at: str, do: str, kind: Kind) -> Fault | None:
    before, table = source.noted, _readers(at, do)
    given = {key: value for key, _, value in pairs(source, node, "a fault")}
    unknown = [key for key in given if key not in table]
    cures = _cures(at, do, kind, given) if unknown else {}
    values = mapping(source, node, f"{do} at {at}", table, cures)
    for name, param in kind.params.items():
        if name not in given and param.required and not any(FORMERLY.get(key) == name for key in given):
            source.problem(node, f"{do} at {at} needs {name}", param.says)
    if source.noted > before:
        return None
    filled = {name: values.get(name, param.default) for name, param in kind.params.items()}
    why_not = kind.check(filled)
    if why_not:
        source.problem(
            node, f"these parameters of {do} don't fit: {why_not}", f"`chatfault explain {do}` has their ranges"
        )
    if "prompt" in values.get("only", ()) and not {"messages", "api"} >= set(values.get("on", ("",))):
        source.problem(given["only"], "only a message has a prompt", "limit the fault to these: on: messages")
    life = values.get("lasts", Lifetime())
    _check_lifetime(source, given.get("lasts", node), at, do, kind, life, "lasts" in given)
    line, column = place(node)
    return Fault(
        line=line,
        column=column,
        at=at,
        do=do,
        lasts=life,
        only=kind.only + kind.only_if(filled) + tuple(values.get("only", ())),
        on=tuple(values.get("on", ())) or kind.traffic or kind.touches(filled),
        params=filled,
        instant=INSTANT in kind.lifetimes and not kind.harmless,
        harmless=kind.harmless,
        reads=kind.reads,
        holds_back=kind.holds_back,
        spoils=kind.spoils,
        told_to_wait=kind.tells_to_wait(filled),
        comes_and_goes=kind.comes_and_goes(filled),
    )


def _formerly(do: str, params: Mapping[str, Any], given: Mapping[str, Node]) -> dict[str, str]:
    """For a key that is written in its old way, what to write."""
    cures = {key: cure for (kind, key), cure in GONE.items() if kind == do}
    for old, new in FORMERLY.items():
        if new in params and old in given:
            text = given[old].value
            cures[old] = f"write {new}: {text}{'s' if new == 'delay' and str(text).isdigit() else ''}"
    return cures


def _wait(words: tuple[str, ...]) -> Any:
    def read(source: Source, node: Node) -> str | None:
        text = scalar(source, node)
        if text is None or text in words:
            return text
        if words:
            source.problem(node, f"{quoted(text)} is not how a wait is told here", f"write {', '.join(words)}")
            return None
        if text == "none":
            return ""
        if SECONDS.fullmatch(text):
            return text.lstrip("0")
        seconds = duration_in(1.0, 1, None, whole=True)(source, node)
        return None if seconds is None else str(seconds)

    return read


def _param(param: Param) -> Any:
    readers = {
        "int": number(int, param.low, param.high, PHRASES if param.high == 599 else {}, param.unit),
        "float": number(float, param.low, param.high, unit=param.unit),
        "ms": _more_than_nothing(param, duration_in(0.001, param.low, param.high, whole=True)),
        "seconds": duration_in(1.0, param.low, param.high),
        "wait": _wait(param.choices),
        "text": scalar,
        "bool": boolean,
        "choice": choice(param.choices, "one of its values"),
    }
    return readers[param.type]


def _more_than_nothing(param: Param, read: Any) -> Any:
    """Where nothing at all has a meaning of its own, it isn't written."""

    def reader(source: Source, node: Node) -> Any:
        if param.default == 0 and isinstance(node, yaml.ScalarNode) and re.fullmatch(r"0+(ms|s|m|h)?", node.value):
            source.problem(node, f"{node.value} is no duration", f"leave it out: {param.default_says}")
            return None
        return read(source, node)

    return reader


def _check_lifetime(source: Source, node: Node, at: str, do: str, kind: Kind, life: Lifetime, given: bool) -> None:
    sort = TIME if life.seconds is not None else COUNT if life.hits is not None else ENDLESS
    if INSTANT in kind.lifetimes and not kind.harmless:
        if given:
            source.problem(node, f"{do} at {at} is over at once", "leave `lasts` out")
    elif sort not in kind.lifetimes:
        says = {TIME: "a duration such as 45s", COUNT: "a count such as 1 connection", ENDLESS: "no end"}
        have = " or ".join(says[one] for one in kind.lifetimes if one in says)
        source.problem(node, f"{do} at {at} can't last {life}", f"its lifetime is {have}")
    elif life.unit == "request" and at != "service":
        source.problem(node, f"{at} sees connections, not requests", f"write {replace(life, unit='connection')}")
