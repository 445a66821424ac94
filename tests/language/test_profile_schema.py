"""The profiles' schema says what the loader says: on the shipped ones, and on a thousand that nobody wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from harness.cli.schemas import FOLDER, schemas
from harness.clients import CAPABILITIES, LOCATORS, NEEDED, RUNS
from harness.language.profile_schema import NOT_SAID
from harness.language.profiles import TOP, parse
from harness.language.source import ScenarioError
from harness.language.words_of_profiles import KEYS, PLACES
from tests.language.test_schema import Plain, mostly

SHIPPED = sorted((FOLDER / "clients").glob("*.yaml"))
VALID = Draft7Validator(schemas()["profile"])
ONLY_THE_LOADER = {"ranges of times": r"is out of range$", "patterns": r"is not a pattern"}


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in SHIPPED])
def test_every_shipped_profile_fits_the_schema_and_names_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [error.message[:200] for error in VALID.iter_errors(yaml.load(text, Loader=Plain))] == []
    assert text.startswith("# yaml-language-server: $schema=../profile.schema.json\n")


def test_every_key_has_its_words() -> None:
    assert set(KEYS) >= set(TOP)
    assert set(PLACES) <= set(LOCATORS)
    assert set(NEEDED) <= set(PLACES)


LOCATOR = mostly(
    st.sampled_from([".one", "role=textbox", {"css": "#a"}, {"role": "button", "name": "Go"}, {"test_id": "x"}, 5]),
    st.sampled_from([{}, {"css": "a", "text": "b"}, {"name": "Go"}, {"id": "x"}, ["a"], None, "", {"css": "text=a"}]),
)
TEXTS = st.sampled_from(["Broken.", ["One.", "Two."], "/^Error/", "/[/", [], "", 5, None, {"a": "b"}])
MESSAGES = st.sampled_from(["bad_gateway", "of_my_own"]).flatmap(
    lambda name: st.dictionaries(mostly(st.sampled_from(["en", "ja"]), st.just("de")), TEXTS, max_size=2).map(
        lambda found: {name: found}
    )
)
TIME = mostly(st.sampled_from(["5s", "2m", "40ms", "9000h"]), st.sampled_from(["5", 5, "soon", "never"]))
SOME = st.sampled_from([{}, {"a": "b"}, {"a": 5}, {"a": ""}, {"a": ["b"]}, "a", None])
HAS = mostly(st.sampled_from(list(CAPABILITIES)), st.just("wings"))
FINDING = st.fixed_dictionaries(
    {"checks": st.sampled_from(["seen", ["seen", "raw"]]), "because": st.just("it does"), "version": st.just("1.0")},
    optional={"scenarios": st.sampled_from(["a", ["a"], []]), "remedies": st.just("reload"), "colour": st.just("red")},
)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("says", "version", "ready", "key", "address"), st.sampled_from(["/", 5, True, "", None, ["a"]])),
    **dict.fromkeys(("files", "copies", "env"), SOME),
    **dict.fromkeys(("messages", "seen", "advice"), MESSAGES | st.sampled_from([{}, "a", []])),
    **dict.fromkeys(("starts_within", "pace"), TIME),
    "other_origin": st.sampled_from([True, False, "yes", None]),
    "recovers_by_itself": st.sampled_from(
        [True, False, "yes", None, {"tries": 3}, {"tries": 3, "within": "20s"}, {"within": "20s"}, {"tries": 0}, {}]
    ),
    "runs": mostly(st.sampled_from(list(RUNS)), st.just("fast")),
    "asks": st.sampled_from(["page", "api", "nobody"]),
    "install": st.sampled_from(
        [{"pip": "a==1.2"}, {"npm": ["a@2.0", "@b/c@1"]}, {"pip": "a"}, {"pip": []}, {"apt": "a==1"}, {}, "a==1"]
    ),
    "start": st.sampled_from(["{python} a.py {port}", "{home}/a", "a {} {b c}", 5, ""]),
    "at": st.sampled_from(["127.0.0.1:3000", "localhost:80", "example.org:80", 3000]),
    "api_port": st.sampled_from([1024, 65535, 80, "many"]),
    "dismiss": st.lists(LOCATOR, max_size=2) | LOCATOR,
    "sends": st.sampled_from(["click", "Enter", "return"]),
    "has": st.lists(HAS, max_size=3) | HAS,
    "has_not": st.dictionaries(HAS, st.sampled_from(["it never had", "", 5]), max_size=3),
    "languages": st.sampled_from(["en", ["en", "ja"], [], "de"]),
    "own_prompts": st.sampled_from(["^###", ["a", "b"], "(", []]),
    "gives_up_after": st.dictionaries(st.sampled_from(["reply", "piece", "all"]), TIME | st.just("never"), max_size=2),
    "retries": st.sampled_from([0, 20, 21, -1, "two"]),
    "lists": st.sampled_from(["scenario", "model", "mine"]),
    "known": FINDING | st.lists(FINDING, max_size=2) | st.sampled_from([{"checks": "seen"}, "seen"]),
}


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    """A profile that is right, of which a few things were changed."""
    names = [*NEEDED, *draw(st.lists(st.sampled_from(["send", "stop", "retry", "new_chat"]), max_size=3))]
    profile: dict[str, Any] = {"runs": "page", "sends": "Enter", "locators": dict.fromkeys(names, ".one")}
    for name in draw(st.lists(st.sampled_from([name for name in KINDS if name in TOP]), max_size=3)):
        profile[name] = draw(KINDS[name])
    for name in draw(st.lists(st.sampled_from([*names, "message_text", "busy", "hat"]), max_size=2)):
        profile["locators"][name] = draw(LOCATOR)
    rare = draw(st.integers(0, 29))
    if rare == 0:
        profile["colour"] = "red"
    if rare < 5:
        del profile[draw(st.sampled_from(["runs", "sends", "locators"]))]
    if rare == 6:
        del profile["locators"][draw(st.sampled_from(NEEDED))]
    if rare in (7, 8):
        profile |= {"has": draw(HAS), "has_not": {draw(HAS): "it never had"}}
    return profile


@settings(max_examples=1000, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(profiles())
def test_what_the_loader_takes_the_schema_takes_and_the_other_way_round(profile: dict[str, Any]) -> None:
    """Save for what a schema can't say, which is listed."""
    try:
        parse("mine.yaml", yaml.safe_dump(profile, sort_keys=False, allow_unicode=True), "mine")
        problems = []
    except ScenarioError as error:
        problems = [one for one in error.problems if not any(re.search(p, one.what) for p in ONLY_THE_LOADER.values())]
        if not problems:
            return
    said = [error.message[:300] for error in VALID.iter_errors(profile)]
    assert (not said) is (not problems), (profile, [str(one) for one in problems], said)


def test_the_profiles_that_are_drawn_cover_every_key() -> None:
    assert set(TOP) - {"locators"} <= set(KINDS)


def test_what_a_schema_cannot_say_is_listed() -> None:
    assert set(ONLY_THE_LOADER) <= set(NOT_SAID)
