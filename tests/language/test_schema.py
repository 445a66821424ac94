"""The schema for editors says what the loader says: on the shipped files, and on a thousand that nobody wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from harness.cli.schemas import FOLDER, schemas, text_of
from harness.faults import FAULTS
from harness.faults.base import INSTANT, Param
from harness.language.profiles import client
from harness.language.runbooks import is_runbook
from harness.language.scenarios import CONTROLS, parse
from harness.language.schema import NOT_SAID
from harness.language.source import ScenarioError
from harness.remedies import REMEDIES
from harness.values.situation import Moment

SHIPPED = sorted((FOLDER.parent / "scenarios").rglob("*.yaml"))
PAGE = client("default")
VALID = {name: Draft7Validator(schema) for name, schema in schemas().items()}
ONLY_THE_LOADER = {
    "ranges of times": r"is out of range$",
    "dates that there are not": r"is not a date",
    "what goes together": r"can't begin at the moment|don't fit|is listed twice|is not possible at the moment|"
    r"counts pieces of an answer|only Chromium|only a message has a prompt|can't be foretold",
}


@pytest.mark.parametrize("name", schemas())
def test_the_committed_schema_is_what_the_tables_say(name: str) -> None:
    same = (FOLDER / f"{name}.schema.json").read_text(encoding="utf-8") == text_of(schemas()[name])
    assert same, "`chatfault schema --write` writes it anew"


@pytest.mark.parametrize("name", schemas())
def test_the_schema_is_one(name: str) -> None:
    Draft7Validator.check_schema(schemas()[name])


class Plain(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `on` is a word, a date is a text."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if not tag.endswith((":bool", ":timestamp"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SHIPPED])
def test_every_shipped_file_fits_the_schema_and_names_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    kind = "runbook" if is_runbook(text) else "scenario"
    story = yaml.load(text, Loader=Plain)
    assert [error.message[:200] for error in VALID[kind].iter_errors(story)] == []
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named, "its first line is: # yaml-language-server: $schema=../harness/scenario.schema.json"
    assert (path.parent / named[1]).resolve() == FOLDER / f"{kind}.schema.json"


def mostly(good: st.SearchStrategy[Any], wrong: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Files in which everything is wrong say little about what is right."""
    return st.integers(0, 14).flatmap(lambda n: wrong if n == 0 else good)


def values(param: Param) -> st.SearchStrategy[Any]:
    """What may be written for a parameter, and what may not."""
    wrong = st.sampled_from(["soon", 7, "5 s", True, [1]])
    if param.type in ("ms", "seconds"):
        return mostly(st.sampled_from(["300ms", "45s", "2m", "9000h", "1.5s"]), wrong)
    if param.type == "wait":
        return mostly(st.sampled_from([*param.choices, "none"]), st.sampled_from(["60s", "date", "1m"]) | wrong)
    if param.type == "choice":
        return mostly(st.sampled_from(param.choices), st.just("sideways"))
    if param.type == "bool":
        return mostly(st.booleans(), wrong)
    if param.type == "text":
        return mostly(st.sampled_from(["some words", 5, True]), st.just([1]))
    low, high = param.low or 0, param.high if param.high is not None else 10_000
    good = st.sampled_from([low, high, (low + high) // 2])
    return mostly(good, st.sampled_from([low - 1, high + 1, "many", 2.5]))


@st.composite
def faults(draw: st.DrawFn) -> dict[str, Any]:
    at = draw(st.sampled_from(list(FAULTS)))
    do = draw(mostly(st.sampled_from(list(FAULTS[at])), st.just("vanish")))
    fault: dict[str, Any] = {"at": at, "do": do}
    kind = FAULTS[at].get(do)
    for name, param in (kind.params if kind else {}).items():
        if draw(st.booleans()) or param.required:
            fault[name] = draw(values(param))
    lives = ["45s", "2m", "forever", "1 connection", "2 connections", "1 request", "45", 45, "0 connections"]
    if draw(st.booleans()) and not (kind and INSTANT in kind.lifetimes):
        fault["lasts"] = draw(mostly(st.sampled_from(lives[:2]), st.sampled_from(lives)) | st.sampled_from(lives[:3]))
    rare = draw(st.integers(0, 20))
    if rare == 0 or (kind and kind.scopes and rare < 8):
        good = st.sampled_from(list(kind.scopes)) if kind and kind.scopes else st.just("account")
        fault["only"] = draw(mostly(good, st.sampled_from([["session"], ["address", "network"], "planet", []])))
    if rare == 1 or (kind and kind.classes and rare > 12):
        fault["on"] = draw(mostly(st.sampled_from(["messages", ["page", "me"]]), st.just("everything")))
    if draw(st.integers(0, 19)) == 0:
        fault[draw(st.sampled_from(["jitter", "stream", "seconds", "message", "title"]))] = 1
    if draw(st.integers(0, 19)) == 0:
        del fault[draw(st.sampled_from(["at", "do"]))]
    return fault


REMEDY = st.sampled_from(["reload", "retry", "vpn_off", {"wait": "5m"}, {"wait": 5}, "wait", "pray", {"reload": "1m"}])
EXTRAS: dict[str, st.SearchStrategy[Any]] = {
    "documents": st.sampled_from(["F1", ["F1", "F14"], "S0", "F123", []]),
    "cause": st.sampled_from(["C15", ["C1", "C2"], 15]),
    "claims": st.sampled_from(["K1", ["K1", "K9"], "K0", "K10"]),
    "after": st.sampled_from([1, 5, 12, 13, 0, -1, "five"]),
    "locale": st.sampled_from(["en", "ja", "de"]),
    "browser": st.sampled_from(["chromium", "firefox", "safari"]),
    "person": st.sampled_from(
        [
            {"network": "office"},
            {"vpn": "a"},
            {"vpn": "c"},
            {"plan": "paid", "installed": 2},
            {"installed": 8},
            {"age": 5},
        ]
    ),
    "gateway": st.sampled_from([{"timeout": "500ms"}, {"timeout": 500}, {"instances": 2}, {"instances": 3}]),
    "expect": st.fixed_dictionaries(
        {},
        optional={
            "message": st.sampled_from(["none", "any", "bad_gateway", "bad_gatewy", "Some words."]),
            "within": st.sampled_from(["3s", 3, "soon"]),
            "draft": st.sampled_from(["kept", "lost"]),
            "offers": st.sampled_from([["retry"], "retry", ["undo"], list(CONTROLS), []]),
            "countdown": st.sampled_from([True, False, "yes"]),
        },
    ),
    "known": st.sampled_from(
        [
            {"issue": "#12", "until": "2027-01-31"},
            {"issue": "#12"},
            {"issue": "#12", "until": "2027-02-31"},
            {"issue": "#12", "until": "soon", "remedies": ["reload"]},
        ]
    ),
    "recovers": st.lists(REMEDY, max_size=2),
    "does_not_recover": st.lists(st.sampled_from(list(REMEDIES)), min_size=1, max_size=2),
    "x-note": st.just({"anything": [1, 2]}),
    "colour": st.just("red"),
}


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    story: dict[str, Any] = {
        "title": draw(st.sampled_from(["A story", "故事", 5])),
        "moment": draw(mostly(st.sampled_from([one.value for one in Moment]), st.just("later"))),
        "faults": draw(st.lists(faults(), min_size=1, max_size=2)),
    }
    if draw(st.integers(0, 9)) == 0:
        story["faults"] = draw(st.sampled_from([[], {"at": "uplink", "do": "down"}, "down"]))
    for name in draw(st.lists(st.sampled_from(list(EXTRAS)), max_size=2, unique=True)):
        story[name] = draw(EXTRAS[name])
    if draw(st.integers(0, 19)) == 0:
        del story[draw(st.sampled_from(["title", "moment", "faults"]))]
    return story


@settings(max_examples=1000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(stories())
def test_what_the_loader_takes_the_schema_takes_and_the_other_way_round(story: dict[str, Any]) -> None:
    """Save for what a schema can't say, which is listed."""
    takes = VALID["scenario"].is_valid(story)
    try:
        parse("one.yaml", yaml.safe_dump(story, sort_keys=False, allow_unicode=True), PAGE)
        problems = []
    except ScenarioError as error:
        problems = [one for one in error.problems if not any(re.search(p, one.what) for p in ONLY_THE_LOADER.values())]
        if not problems:
            return
    said = [error.message[:300] for error in VALID["scenario"].iter_errors(story)]
    assert takes is (not problems), (story, [str(one) for one in problems], said)


def test_what_a_schema_cannot_say_is_listed() -> None:
    assert set(ONLY_THE_LOADER) <= set(NOT_SAID)
    assert json.dumps(NOT_SAID)
