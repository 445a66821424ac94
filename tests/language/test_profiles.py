"""Client profiles: what is shipped can be read, and what is wrong in one is told at its place with its cure."""

from __future__ import annotations

import json
import math
import re

import pytest

from harness.clients import CAPABILITIES, NEVER, Client, names
from harness.language.profiles import client, parse
from harness.language.source import ScenarioError
from harness.values.errors import AuthorError

LEAST = """\
runs: page
sends: Enter
locators:
  root: main
  composer: {role: textbox, name: Message}
  message: .message
  user_message: .user
"""


def read(text: str) -> Client:
    return parse("mine.yaml", text, "mine")


def said(text: str) -> str:
    with pytest.raises(ScenarioError) as told:
        read(text)
    return str(told.value)


@pytest.mark.parametrize("name", names())
def test_a_shipped_profile_is_read_and_says_what_it_is(name: str) -> None:
    found = client(name)
    assert (found.name, found.found_at) == (name, name)
    assert found.says
    assert set(found.has_not) <= set(CAPABILITIES)
    assert name == "default" or found.version or not (found.server.pip or found.server.npm)


def test_what_a_profile_leaves_out_is_what_a_client_has_not() -> None:
    found = read(LEAST)
    assert found.has == frozenset()
    assert (found.reply, found.piece) == (NEVER, NEVER)
    assert found.by_api
    assert found.by_model
    assert (found.stands, found.has_server) == ("page", False)
    assert found.lacks("retry") == "mine has no control that tries again"
    assert found.locators["composer"] == 'role=textbox[name="Message"]'
    assert "http.server" in found.server.start


def test_turns_and_errors_can_be_told_by_their_words_alone() -> None:
    found = read(re.sub("user_message: .*", "user_message: asked\n  error: {text: /^Sorry/}", LEAST))
    assert "How do the tides work?" in json.loads(found.locators["user_message"].removeprefix("asked="))
    assert found.locators["error"] == "text=/^Sorry/"
    assert "is not a pattern" in said(LEAST + "  error: {text: /(Sorry/}\n")


def test_what_a_scenario_lists_does_not_bind_a_client_that_recovers_by_itself() -> None:
    assert read(LEAST + "lists: scenario\nrecovers_by_itself: true\n").by_model
    assert not read(LEAST + "lists: scenario\n").by_model


def test_a_client_says_how_often_and_within_what_time_it_recovers_by_itself() -> None:
    found = read(LEAST + "recovers_by_itself: {tries: 3, within: 20s}\n")
    assert (found.recovers_by_itself, found.own_tries, found.own_time, found.by_model) == (True, 3, 20.0, True)
    plain = read(LEAST + "recovers_by_itself: true\n")
    assert (plain.recovers_by_itself, plain.own_tries, plain.own_time) == (True, 1, math.inf)
    assert not read(LEAST + "recovers_by_itself: false\n").recovers_by_itself


def test_a_client_that_recovers_by_itself_within_a_time_says_how_often() -> None:
    with pytest.raises(ScenarioError, match="nothing says how often it tries again"):
        read(LEAST + "recovers_by_itself: {within: 20s}\n")


def test_a_reason_of_the_profile_is_the_one_that_is_told() -> None:
    found = read(LEAST + "has_not: {history: a reload starts anew}\n")
    assert found.lacks("history") == "a reload starts anew"


def test_a_text_may_be_one_of_several_or_a_pattern() -> None:
    found = read(LEAST + 'messages: {bad_gateway: {en: [Bad gateway, "/^Error code: 50[234]$/"]}}\n')
    assert found.text("bad_gateway", "en") == "Bad gateway"
    assert found.says_it("bad_gateway", "en", ["Sorry", "Error code: 502"])
    assert not found.says_it("bad_gateway", "en", ["Error code: 500"])
    assert not found.says_it("bad_gateway", "en", ["Bad gateway!"])


def test_prompts_of_its_own_are_known() -> None:
    found = read(LEAST + 'own_prompts: ["^### Task:"]\n')
    assert found.is_own("### Task: write a title")
    assert not found.is_own("What is a ### Task:?")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (LEAST.replace("composer", "composr"), ["mine.yaml:5:3", "'composr'", "did you mean 'composer'?"]),
        (LEAST.replace("  root: main\n", ""), ["mine.yaml:3:1", "the locators lack root"]),
        (LEAST.replace("sends: Enter\n", ""), ["the locators lack send", "sends: Enter"]),
        (LEAST + "install: {pip: [gradio]}\n", ["'gradio' is not pinned", "name==1.2.3"]),
        (LEAST + "has: [retry]\n", ["mine.yaml:8:6", "no locator says where"]),
        (LEAST + "has: [history]\nhas_not: {history: it has}\n", ["history stands in has as well"]),
        (LEAST + "start: run {prot}\n", ["there is no placeholder {prot}"]),
        (LEAST + "gives_up_after: {reply: 30}\n", ["'30' is not a duration", "30s"]),
        (LEAST + 'own_prompts: ["("]\n', ["is not a pattern"]),
        (LEAST + 'messages: {generic: {en: "/(/"}}\n', ["is not a pattern"]),
        (LEAST + "known: {checks: raw}\n", ["lacks because and version"]),
        (LEAST.replace("runs: page", "runs: server"), ["how the client's server starts"]),
        (LEAST.replace("runs: page", "runs: address"), ["lacks at, api_port, key"]),
        (LEAST + "at: example.com:80\n", ["is not a place on this machine"]),
        (LEAST.replace("{role: textbox, name: Message}", "{role: textbox, text: Message}"), ["found in one way"]),
        ("- a list\n", ["a client profile is a mapping"]),
        ("", ["the file is empty"]),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, told: list[str]) -> None:
    problems = said(text)
    assert [part for part in told if part not in problems] == [], problems


def test_a_profile_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(AuthorError, match="there is no client profile 'nobody'") as told:
        client("nobody")
    assert "gradio" in str(told.value)
