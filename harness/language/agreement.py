"""What must fit together within a scenario, beyond each value by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from harness.clients import MESSAGES, Client
from harness.faults import FAULTS
from harness.language.fields import pairs, place, quoted
from harness.language.names import suggestion
from harness.language.source import Node, Source
from harness.remedies import REMEDIES
from harness.values.scenario import ANY, GatewaySettings, Known, Listed
from harness.values.situation import Fault, Moment, Outcome, duration_text

LATE = 0.7
"""Seconds for each file of a page with which it is still there before a person gives it up, whatever the browser."""
Keys = Mapping[str, tuple[Node, Node]]


def check_moment(source: Source, keys: Keys, values: Mapping[str, Any], moment: Moment) -> None:
    if "after" in keys and moment is not Moment.MID_ANSWER:
        source.problem(keys["after"][0], "`after` counts pieces of an answer", "leave it out, or moment: mid_answer")
    for fault, node in values.get("faults", ()):
        kind = FAULTS[fault.at][fault.do]
        unfit = kind.fits(fault, moment)
        if moment not in kind.moments:
            can = ", ".join(one.value for one in kind.moments)
            source.problem(node, f"{fault} can't begin at the moment {moment.value}", f"it can at {can}")
        elif unfit:
            why, _, cure = unfit.partition("; ")
            what = f"{fault} can't begin at the moment {moment.value} like this: {why}"
            source.problem(node, what, cure or "use another moment")
    _check_setting(source, values)


def _check_setting(source: Source, values: Mapping[str, Any]) -> None:
    """What the person has and how the gateway is set up must be possible together with each fault."""
    instances, retries = (
        values.get("gateway", {}).get(key, usual) for key, usual in (("instances", 1), ("retries", 0))
    )
    for fault, node in values.get("faults", ()):
        if fault.at == "browser" and fault.do == "extension" and values.get("browser") == "firefox":
            source.problem(node, "only Chromium can have these extensions", "leave `browser: firefox` out")
        if instances > 1 and fault.at == "service_link" and fault.do not in ("down", "none"):
            source.problem(node, f"with two instances {fault} can't be foretold", "use down, which ends one of them")
        if instances > 1 and retries:
            source.problem(node, "of two instances the gateway tries the other one already", "leave `retries` out")
        if retries and fault.at == "service_link" and fault.lasts.hits is not None:
            what = "the gateway tries again sooner than anybody can count the connections of service_link"
            source.problem(node, what, "let the service do it: lose_reply, drop or garbage, lasts: 1 request")
        if retries and is_asked_again(fault) and (fault.lasts.hits or 0) > retries:
            tries = f"{retries} times" if retries > 1 else "once"
            what = f"the gateway tries {tries} more by itself, so that it can't be foretold who meets {fault.lasts}"
            source.problem(node, what, f"let it last {replace(fault.lasts, hits=retries)}, a duration, or for good")
        delay = float(fault.params.get("delay") or 0)
        if LATE <= delay < values.get("gateway", {}).get("timeout", GatewaySettings().timeout) and _meets_pages(fault):
            what = (
                f"with {duration_text(delay)} for each of its files it can't be foretold whether a page comes in time"
            )
            source.problem(node, what, "write `on: messages`, or let the gateway's timeout end it")


def is_asked_again(fault: Fault) -> bool:
    """Whether it takes a count of what a gateway that tries again by itself asks for once more."""
    return (
        fault.at == "service" and fault.lasts.hits is not None and FAULTS[fault.at][fault.do].asked_again(fault.params)
    )


def _meets_pages(fault: Fault) -> bool:
    return not fault.on or "page" in fault.on


def check_expect(source: Source, keys: Keys, values: Mapping[str, Any], client: Client) -> None:
    if "expect" not in keys or not isinstance(keys["expect"][1], yaml.MappingNode):
        return
    for key, value in keys["expect"][1].value:
        text = value.value if isinstance(value, yaml.ScalarNode) else ""
        if key.value == "message" and re.fullmatch(r"[a-z]+(_[a-z]+)*", text or ""):
            known = {*MESSAGES, *client.messages, "none", ANY, "browser_error", "still_loading"}
            if text not in known:
                source.problem(
                    value, f"the client {client.name} has no message {quoted(text)}", suggestion(text, known)
                )


def check_lists(source: Source, keys: Keys, values: Mapping[str, Any], moment: Moment) -> tuple[Listed, ...]:
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


def known_failure(source: Source, keys: Keys, values: Mapping[str, Any]) -> Known | None:
    if "known" not in values:
        return None
    raw, node = values["known"], keys["known"][1]
    if not isinstance(node, yaml.MappingNode):
        return None  # told where it was read
    given = {key for key, _, _ in pairs(source, node, "a known failure")}
    for key in ("issue", "until", "fails"):
        if key not in given:
            source.problem(
                node, f"a known failure needs {key}", "for example {issue: '#12', until: 2027-01-31, fails: draft}"
            )
    return Known(raw.get("issue", ""), raw.get("until", ""), raw.get("fails", ""), raw.get("remedies", ()))
