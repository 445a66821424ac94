"""YAML → scenarios. Every error of a file at once, each with its place, the line itself, and a cure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from harness.clients import Client
from harness.faults import FAULTS
from harness.language.agreement import check_expect, check_lists, check_moment, is_asked_again, known_failure
from harness.language.durations import duration
from harness.language.faults import LIST, NO_FAULT, faults
from harness.language.fields import boolean, choice, lacks, mapping, number, one_or_more, pairs, quoted, scalar
from harness.language.files import text_of
from harness.language.matrix import variants
from harness.language.remedies import listed_as
from harness.language.source import Node, ScenarioError, Source
from harness.remedies import REMEDIES
from harness.values.documents import ROWS, known_row
from harness.values.scenario import Expect, GatewaySettings, Scenario
from harness.values.situation import NETWORKS, VPN_EXITS, Fault, Moment, Outcome, Situation

HELD = 10.0
"""Real seconds for which an answer may be held back until the person has seen how far it is."""
LOCALES = ("en", "ja")


ENGINES = ("chromium", "firefox")


CONTROLS = ("retry", "regenerate", "new_chat", "download")


DATE = re.compile(r"\d{4}-\d\d-\d\d")


ROW = {"documents": re.compile(r"F\d{1,2}"), "cause": re.compile(r"C\d{1,2}"), "claims": re.compile(r"K[1-9]")}


def load(path: Path, client: Client, name: str = "") -> tuple[Scenario, ...]:
    """The scenarios of one file: one, or one for each combination of its matrix.

    Raises `ScenarioError` with every problem of the file, `AuthorError` when it can't be read.
    """
    return parse(name or str(path), text_of(path, name), client)


def parse(name: str, text: str, client: Client) -> tuple[Scenario, ...]:
    """The scenarios in a text that was read from the file `name`."""
    source = Source(name, text)
    root = source.compose()
    scenarios = (
        variants(source, root, lambda node, combo: _scenario(source, node, client, combo)) if root is not None else ()
    )
    if source.problems:
        raise ScenarioError(source.problems)
    return scenarios


def _row_cure(name: str, text: str) -> str:
    """Which rows there are; of a row that stands under another key, that key."""
    letter = ROW[name].pattern[0]
    parts = [part.upper() for part in re.split(r"[,;\s]+", text) if part]
    if text not in parts and all(ROW[name].fullmatch(one) and known_row(one) for one in parts):
        return f"write {parts[0]}" if len(parts) == 1 else f"write [{', '.join(parts)}]"
    there = f"it has {letter}1 to {letter}{ROWS[letter]}"
    others = [other for other, one in ROW.items() if other != name and one.fullmatch(text) and known_row(text)]
    return f"write it under `{others[0]}:` ({others[0]}: {text}); {name} {there}" if others else there


def _rows(name: str) -> Any:
    def read(source: Source, node: Node) -> str | None:
        text = scalar(source, node)
        if text is not None and not (ROW[name].fullmatch(text) and known_row(text)):
            source.problem(
                node,
                f"{quoted(text)} is no row of the catalogue",
                _row_cure(name, text),
            )
            return None
        return text

    return one_or_more(read)


def _date(source: Source, node: Node) -> str | None:
    text = scalar(source, node)
    if text is None:
        return None
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        source.problem(node, f"{quoted(text)} is not a date", "write it as 2027-01-31")
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
    "retries": number(int, 1, 5),
}


KNOWN: dict[str, Any] = {
    "issue": scalar,
    "until": _date,
    "fails": scalar,
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
    "after": number(int, 0, 12),
    "person": _table("person", PERSON),
    "locale": choice(LOCALES, "a language"),
    "browser": choice(ENGINES, "a browser"),
    "gateway": _table("gateway", GATEWAY),
    "faults": faults,
    "expect": _table("expect", EXPECT),
    **{outcome.value: listed_as(outcome) for outcome in Outcome},
    "known": _table("known", KNOWN),
    "matrix": lambda source, node: None,
}


def _scenario(source: Source, root: Node, client: Client, combo: Mapping[str, str]) -> Scenario | None:
    before = source.noted
    keys = {key: (key_node, value) for key, key_node, value in pairs(source, root, "a scenario")}
    aliases = {key: (lambda s, n: None) for key in keys if key.startswith("x-")}
    values = mapping(source, root, "a scenario", {**TOP, **aliases} if aliases else TOP)
    lacking = lacks(("title", "moment", "faults"), keys, TOP)
    if lacking == ["faults"]:
        source.problem(root, "this scenario has no fault", f"add {LIST}, or {NO_FAULT}")
    elif lacking and isinstance(root, yaml.MappingNode):
        cures = {"title": "title: WHAT BREAKS", "moment": f"moment: {'|'.join(Moment)}", "faults": LIST}
        source.problem(root, f"a scenario needs {', '.join(lacking)}", f"add {', '.join(cures[k] for k in lacking)}")
    check_expect(source, keys, values, client)
    known = known_failure(source, keys, values)
    if "moment" not in values:
        return None
    moment = Moment(values["moment"])
    check_moment(source, keys, values, moment)
    listed = check_lists(source, keys, values, moment)
    if source.noted > before:
        return None
    gateway = _gateway(values.get("gateway", {}), client, _falls_silent(values, moment))
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
        start=_start(values, client),
        locale=values.get("locale", "en"),
        gateway=gateway,
        faults=tuple(_settled(fault, moment, client, gateway) for fault, _ in values["faults"] if not unbroken(values)),
        expect=_expect(values.get("expect", {})),
        listed=listed,
        known=known,
        variant=dict(combo),
    )


def _gateway(values: Mapping[str, Any], client: Client, silent: bool) -> GatewaySettings:
    """Who asks over the API gets whole replies and streams alike, and the gateway's time-out is one between pieces.

    Where nothing falls `silent` it is long, for an answer is held back until the person has seen how far it is.
    """
    settings = GatewaySettings(**values)
    usual = settings.timeout if silent else max(settings.timeout, HELD)
    return replace(settings, idle_timeout=settings.idle_timeout or usual) if client.by_api else settings


def _falls_silent(values: Mapping[str, Any], moment: Moment) -> bool:
    """Whether a stream may fall silent in this scenario, or is asked for and nothing comes."""
    kinds = [(fault, FAULTS[fault.at][fault.do]) for fault, _ in values["faults"]]
    quiet = any(kind.quiet(fault, moment) or kind.swallows(fault) or "delay" in fault.params for fault, kind in kinds)
    return quiet or moment is not Moment.MID_ANSWER


def unbroken(values: Mapping[str, Any]) -> bool:
    """Whether somebody wants to see a chat in which nothing breaks: `do: none` by itself, and nothing is expected."""
    expects = _expect(dict(values.get("expect", {}))).message or any(
        values.get(one.value) for one in (Outcome.RECOVERS, Outcome.DOES_NOT_RECOVER)
    )
    bare = all(fault.harmless and len(node.value) == 2 for fault, node in values["faults"])
    return bare and not expects


def _start(values: Mapping[str, Any], client: Client) -> Situation:
    """Where the person stands, with what they must have for a fault to be in it."""
    has: dict[str, Any] = dict(values.get("person", {}))
    for fault, _ in values.get("faults", ()):
        if fault.at == "device" and not fault.harmless:
            has["security"] = "on"
        if fault.do == "extension":
            has["installed"] = int(fault.params["extensions"])
    return Situation(engine=values.get("browser", "chromium"), client=client.stands, **has)


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
    settled = replace(fault, silence=limits[waits_for], kept=kind.kept(fault), on=_by_its_way(fault.on, client))
    if _outlasts(client, settled, moment):
        settled = replace(settled, outlasted=client.retries)
    if gateway.retries and moment is not Moment.MID_ANSWER and is_asked_again(fault):
        settled = replace(settled, outlasted=gateway.retries, outlasted_by="the gateway")
    if gateway.instances > 1 and fault.at == "service_link" and not fault.harmless:
        # The other instance takes over: only what was streaming over this one is cut.
        return replace(settled, taken_over=True, on=("live",))
    return settled


def _by_its_way(on: tuple[str, ...], client: Client) -> tuple[str, ...]:
    """The traffic that a fault touches: of who comes by the API, messages and answers are the API's."""
    if not client.by_api or not {"messages", "stream", "answers"} & set(on):
        return on
    return tuple(dict.fromkeys((*on, "api")))


def _outlasts(client: Client, fault: Fault, moment: Moment) -> bool:
    """Whether the client's own attempts use a counted fault up, so that nobody sees it."""
    far = fault.at in ("gateway", "service_link", "service")
    return moment is Moment.SEND and far and 0 < (fault.lasts.hits or 0) <= client.retries


def _expect(values: dict[str, Any]) -> Expect:
    message = values.pop("message", "")
    return Expect(message="" if message == "none" else message, **values)
