"""YAML → scenarios. Every error of a file at once, each with its place, the line itself, and a cure."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from harness.clients import Client
from harness.faults import FAULTS
from harness.fields import boolean, choice, duration, mapping, number, one_or_more, pairs, place, scalar
from harness.load_fault import faults
from harness.model import NETWORKS, VPN_EXITS, Fault, Moment, Outcome, Situation
from harness.remedies import REMEDIES
from harness.scenario import ANY, Expect, GatewaySettings, Known, Listed, Scenario
from harness.source import Node, Problem, ScenarioError, Source, suggestion

LOCALES = ("en", "ja")
ENGINES = ("chromium", "firefox")
CONTROLS = ("retry", "regenerate", "new_chat", "download")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
AXIS = re.compile(r"\$\{(\w+)\}")
ROW = {"documents": re.compile(r"F\d{1,2}"), "cause": re.compile(r"C\d{1,2}"), "claims": re.compile(r"K[1-9]")}
MOST_VARIANTS = 200


def load(path: Path, client: Client, name: str = "") -> tuple[Scenario, ...]:
    """The scenarios of one file: one, or one for each combination of its matrix.

    Raises `ScenarioError` with every problem of the file, `AuthorError` when it can't be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(name or str(path), 1, 1, 1, f"the file can't be read: {error}")
        raise ScenarioError([problem]) from None
    return parse(name or str(path), text, client)


def parse(name: str, text: str, client: Client) -> tuple[Scenario, ...]:
    """The scenarios in a text that was read from the file `name`."""
    source = Source(name, text)
    root = source.compose()
    scenarios = _variants(source, root, client) if root is not None else ()
    if source.problems:
        raise ScenarioError(source.problems)
    return scenarios


def _variants(source: Source, root: Node, client: Client) -> tuple[Scenario, ...]:
    axes = _matrix(source, root)
    combos = [dict(zip(axes, values, strict=True)) for values in itertools.product(*axes.values())]
    if len(combos) > MOST_VARIANTS:
        source.problem(root, f"the matrix has {len(combos)} combinations", f"at most {MOST_VARIANTS} are taken")
        return ()
    used: set[str] = set()
    found = []
    for combo in combos:
        node = _filled(source, copy.deepcopy(root) if axes else root, combo, used)
        scenario = _scenario(source, node, client, combo)
        if scenario:
            found.append(scenario)
    for axis, key, _ in _axes(source, root):
        if axis not in used:
            source.problem(
                key, f"the matrix axis {axis!r} is used nowhere", f"write ${{{axis}}} where its value belongs"
            )
    return tuple(found)


def _axes(source: Source, root: Node) -> list[tuple[str, Node, Node]]:
    found = [value for key, _, value in pairs(source, root, "a scenario") if key == "matrix"]
    return pairs(source, found[0], "a matrix") if found else []


def _matrix(source: Source, root: Node) -> dict[str, list[str]]:
    return {axis: list(one_or_more(scalar)(source, values)) for axis, _, values in _axes(source, root)}


def _filled(source: Source, node: Node, combo: Mapping[str, str], used: set[str]) -> Node:
    """The same nodes with `${axis}` replaced in every value; positions stay those of the file."""
    if isinstance(node, yaml.ScalarNode):
        for axis in AXIS.findall(node.value):
            if axis not in combo:
                source.problem(node, f"there is no matrix axis {axis!r}", suggestion(axis, combo))
            else:
                used.add(axis)
                node.value = node.value.replace(f"${{{axis}}}", combo[axis])
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _filled(source, item, combo, used)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value != "matrix":
                _filled(source, value, combo, used)
    return node


def _rows(name: str) -> Any:
    def read(source: Source, node: Node) -> str | None:
        text = scalar(source, node)
        if text is not None and not ROW[name].fullmatch(text):
            source.problem(node, f"{text!r} is no row of the catalogue", f"it looks like {ROW[name].pattern[0]}1")
            return None
        return text

    return one_or_more(read)


def _remedies(outcome: Outcome) -> Any:
    return one_or_more(lambda source, node: read_listed(source, node, outcome))


def read_listed(source: Source, node: Node, outcome: Outcome) -> Listed | None:
    """`reload`, or `{wait: 1m}`."""
    line, column = place(node)
    if isinstance(node, yaml.MappingNode):
        rows = pairs(source, node, "a remedy")
        if len(rows) != 1:
            source.problem(node, "a remedy with its duration is one key and one value", "for example {wait: 1m}")
            return None
        name, key, value = rows[0]
        if not _remedy_known(source, key, name):
            return None
        if not REMEDIES[name].takes_argument:
            source.problem(key, f"{name} takes no duration", f"write {name} alone")
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


def _remedy_known(source: Source, node: Node, name: str) -> bool:
    if name not in REMEDIES:
        source.problem(node, f"there is no remedy {name!r}", suggestion(name, REMEDIES))
    return name in REMEDIES


def _date(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text is None:
        return None
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        source.problem(node, f"{text!r} is not a date", "write it as 2027-01-31")
        return None
    return text


EXPECT: dict[str, Any] = {
    "message": scalar,
    "within": duration,
    "draft": choice(("kept",), "what a draft can be expected to be"),
    "partial": choice(("kept",), "what a partial answer can be expected to be"),
    "offers": one_or_more(choice(CONTROLS, "a control of a client")),
    "countdown": boolean,
}
PERSON: dict[str, Any] = {
    "network": choice(NETWORKS, "a network"),
    "vpn": choice(VPN_EXITS, "a VPN exit"),
    "prompt": choice(("long",), "a length of a prompt that matters"),
    "proxy": choice(("company",), "a proxy"),
    "release": choice(("old",), "a release of a browser that matters"),
    "plan": choice(("free", "paid"), "a plan"),
    "installed": number(int, 1, 7),
    "security": choice(("on",), "a state of the security software"),
}
GATEWAY: dict[str, Any] = {
    "error_pages": choice(("plain", "branded"), "a kind of error page"),
    "timeout": duration,
    "idle_timeout": duration,
    "instances": number(int, 1, 2),
}
KNOWN: dict[str, Any] = {
    "issue": scalar,
    "until": _date,
    "remedies": one_or_more(choice(("nothing", "ask_again", *REMEDIES), "a remedy or a control")),
}


def _table(what: str, table: Mapping[str, Any]) -> Any:
    return lambda source, node: mapping(source, node, what, table)


TOP: dict[str, Any] = {
    "title": scalar,
    "documents": _rows("documents"),
    "cause": _rows("cause"),
    "claims": _rows("claims"),
    "moment": choice(tuple(Moment), "a moment"),
    "after": number(int, 1, 12),
    "person": _table("person", PERSON),
    "locale": choice(LOCALES, "a language"),
    "browser": choice(ENGINES, "a browser"),
    "gateway": _table("gateway", GATEWAY),
    "faults": faults,
    "expect": _table("expect", EXPECT),
    **{outcome.value: _remedies(outcome) for outcome in Outcome},
    "known": _table("known", KNOWN),
    "matrix": lambda source, node: None,
}


def _scenario(source: Source, root: Node, client: Client, combo: Mapping[str, str]) -> Scenario | None:
    before = source.noted
    aliases = {key: (lambda s, n: None) for key, _, _ in pairs(source, root, "a scenario") if key.startswith("x-")}
    values = mapping(source, root, "a scenario", {**TOP, **aliases})
    keys = {key: (key_node, value) for key, key_node, value in pairs(source, root, "a scenario")}
    for key in ("title", "moment"):
        if key not in keys and isinstance(root, yaml.MappingNode):
            source.problem(root, f"a scenario needs a {key}", f"add {key}:")
    _check_expect(source, keys, values, client)
    known = _known(source, keys, values)
    if "moment" not in values:
        return None
    moment = Moment(values["moment"])
    _check_moment(source, keys, values, moment)
    listed = _check_lists(source, keys, values, moment)
    if source.noted > before:
        return None
    gateway = GatewaySettings(**values.get("gateway", {}))
    stem = _name(Path(source.path))
    return Scenario(
        id=f"{stem}[{','.join(combo.values())}]" if combo else stem,
        path=source.path,
        title=values["title"],
        moment=moment,
        documents=values.get("documents", ()),
        cause=",".join(values.get("cause", ())),
        claims=values.get("claims", ()),
        after=values.get("after", 4),
        start=_start(values),
        locale=values.get("locale", "en"),
        gateway=gateway,
        faults=tuple(_settled(fault, moment, client, gateway) for fault, _ in values.get("faults", ())),
        expect=_expect(values.get("expect", {})),
        listed=listed,
        known=known,
        variant=dict(combo),
    )


def _start(values: Mapping[str, Any]) -> Situation:
    """Where the person stands, with what they must have for a fault to be in it."""
    has: dict[str, Any] = dict(values.get("person", {}))
    for fault, _ in values.get("faults", ()):
        if fault.at == "device" and not fault.harmless:
            has["security"] = "on"
        if fault.do == "extension":
            has["installed"] = int(fault.params["extensions"])
    return Situation(engine=values.get("browser", "chromium"), **has)


def _name(path: Path) -> str:
    """A scenario's id: the file's name, with its folders below `scenarios`, so that no two have the same."""
    folders = path.parent.parts
    if "scenarios" in folders:
        below = folders[len(folders) - folders[::-1].index("scenarios") :]
        return "/".join((*below, path.stem))
    return path.stem


def _settled(fault: Fault, moment: Moment, client: Client, gateway: GatewaySettings) -> Fault:
    """The fault with what follows for it from the moment, the client and the gateway."""
    kind = FAULTS[fault.at][fault.do]
    limits = {"reply": client.reply, "piece": client.piece, "": 0.0}
    waits_for = kind.quiet(fault, moment)
    if waits_for == "piece" and gateway.idle_timeout and fault.at in ("service", "service_link"):
        waits_for = ""  # the gateway gives up a silent stream before the client does
    settled = replace(fault, silence=limits[waits_for], kept=kind.kept(fault))
    if gateway.instances > 1 and fault.at == "service_link" and not fault.harmless:
        # The other instance takes over: only what was streaming over this one is cut.
        return replace(settled, taken_over=True, on=("live",))
    return settled


def _expect(values: dict[str, Any]) -> Expect:
    message = values.pop("message", "")
    return Expect(message="" if message == "none" else message, **values)


Keys = Mapping[str, tuple[Node, Node]]


def _check_moment(source: Source, keys: Keys, values: Mapping[str, Any], moment: Moment) -> None:
    if "after" in keys and moment is not Moment.MID_ANSWER:
        source.problem(keys["after"][0], "`after` counts pieces of an answer", "leave it out, or moment: mid_answer")
    for fault, node in values.get("faults", ()):
        kind = FAULTS[fault.at][fault.do]
        unfit = kind.fits(fault, moment)
        if moment not in kind.moments:
            can = ", ".join(one.value for one in kind.moments)
            source.problem(node, f"{fault} can't begin at the moment {moment.value}", f"it can at {can}")
        elif unfit:
            source.problem(node, f"{fault} can't begin at the moment {moment.value} like this: {unfit}", "")
    _check_setting(source, values)


def _check_setting(source: Source, values: Mapping[str, Any]) -> None:
    """What the person has and how the gateway is set up must be possible together with each fault."""
    instances = values.get("gateway", {}).get("instances", 1)
    for fault, node in values.get("faults", ()):
        if fault.at == "browser" and fault.do == "extension" and values.get("browser") == "firefox":
            source.problem(node, "only Chromium can have these extensions", "leave `browser: firefox` out")
        if instances > 1 and fault.at == "service_link" and fault.do not in ("down", "none"):
            source.problem(node, f"with two instances {fault} can't be foretold", "use down, which ends one of them")


def _check_expect(source: Source, keys: Keys, values: Mapping[str, Any], client: Client) -> None:
    if "expect" not in keys or not isinstance(keys["expect"][1], yaml.MappingNode):
        return
    for key, value in keys["expect"][1].value:
        text = value.value if isinstance(value, yaml.ScalarNode) else ""
        if key.value == "message" and re.fullmatch(r"[a-z]+(_[a-z]+)*", text or ""):
            known = {*client.messages, "none", ANY, "browser_error", "still_loading"}
            if text not in known:
                source.problem(value, f"the client {client.name} has no message {text!r}", suggestion(text, known))


def _check_lists(source: Source, keys: Keys, values: Mapping[str, Any], moment: Moment) -> tuple[Listed, ...]:
    seen: dict[str, Listed] = {}
    for outcome in Outcome:
        for listed in values.get(outcome.value, ()):
            node = _at(keys[outcome.value][1], listed)
            if listed.label in seen:
                first = seen[listed.label]
                source.problem(node, f"{listed.label} is listed twice", f"the first is in line {first.line}")
            elif moment not in REMEDIES[listed.remedy].moments:
                source.problem(node, f"{listed.remedy} is not possible at the moment {moment.value}", "leave it out")
            else:
                seen[listed.label] = listed
    return tuple(seen.values())


def _at(list_node: Node, listed: Listed) -> Node:
    items = list_node.value if isinstance(list_node, yaml.SequenceNode) else [list_node]
    return next(item for item in items if place(item) == (listed.line, listed.column))


def _known(source: Source, keys: Keys, values: Mapping[str, Any]) -> Known | None:
    if "known" not in values:
        return None
    raw, node = values["known"], keys["known"][1]
    given = {key for key, _, _ in pairs(source, node, "a known failure")}
    for key in ("issue", "until"):
        if key not in given:
            source.problem(node, f"a known failure needs {key}", "for example {issue: '#12', until: 2027-01-31}")
    return Known(raw.get("issue", ""), raw.get("until", ""), raw.get("remedies", ()))
