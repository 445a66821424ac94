"""Runbooks: read with every error at its place, foreseen step by step, judged from the history, told as a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.arm.rejudge import rejudge
from harness.judging.verdict import judge
from harness.language.profiles import client
from harness.language.runbooks import is_runbook, parse_runbook, read_runbook
from harness.language.source import ScenarioError
from harness.prediction.recorded import recorded_arms
from harness.prediction.runbooks import attempts, foresee, plan_runbook
from harness.pytest_plugin.items import _check_alone
from harness.remedies import REMEDIES
from harness.report import matrix, runbooks
from harness.report.advise import cases
from harness.report.coverage import CAUSES
from harness.values.documents import ORDERS
from harness.values.errors import AuthorError
from harness.values.history import Event
from harness.values.result import Verdict
from harness.values.runbook import Runbook
from harness.values.scenario import Arm
from tests.helpers import CLIENT, OUTAGE, WORKS, Story, result, scenario

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "scenarios" / "runbooks").glob("*.yaml"))
TEXT = "title: A book\nrunbook: S2\nsteps: [reload, {wait: 1m}, switch_network]\nagainst: [one]\n"
BOOK = "scenarios/runbooks/s2.yaml"


def book(steps: str = "reload, {wait: 1m}, switch_network") -> Runbook:
    return parse_runbook("b.yaml", TEXT.replace("reload, {wait: 1m}, switch_network", steps), ("one",))


def arm() -> Arm:
    return plan_runbook(book(), scenario(OUTAGE, more="expect: {message: any}"), CLIENT)


# -- reading


def test_a_runbook_is_told_from_a_scenario() -> None:
    assert is_runbook(TEXT)
    assert not is_runbook("title: A story\nmoment: send\n")


def test_a_runbook_has_its_steps_in_their_order() -> None:
    assert [step.label for step in book().steps] == ["reload", "wait[1m]", "switch_network"]
    assert (book().document, book().against, book().id) == ("S2", ("one",), "b")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("runbook: S2", "runbook: S9", "b.yaml:2:10: 'S9' is not a document"),
        ("[reload,", "[relaod,", "b.yaml:3:9: there is no remedy 'relaod'"),
        ("{wait: 1m}", "wait", "b.yaml:3:17: wait needs a duration"),
        ("[one]", "[two]", "b.yaml:4:11: there is no scenario 'two'"),
        ("against: [one]", "againts: [one]", "b.yaml:4:1: a runbook has no key 'againts'"),
        ("title: A book\n", "", "b.yaml:1:1: a runbook needs title"),
        ("title: A book", "title: A book\ntitle: Another", "b.yaml:2:1: 'title' stands twice here"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_runbook("b.yaml", TEXT.replace(old, new), ("one",))
    assert said in str(caught.value)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in BOOKS])
def test_a_shipped_runbook_has_its_documents_order_and_is_followed_for_every_cause(path: Path) -> None:
    found, scenarios = read_runbook(path, client("default"))
    steps = [set(REMEDIES[step.remedy].ids) for step in found.steps]
    wanted = [id_ for group in ORDERS[found.document] for id_ in group]
    assert len(steps) == len(wanted)
    assert [id_ for id_, ids in zip(wanted, steps, strict=True) if id_ not in ids] == []
    assert {cause for one in scenarios for cause in one.cause.split(",")} >= set(CAUSES)


def test_each_document_has_a_runbook() -> None:
    assert {read_runbook(path, client("default"))[0].document for path in BOOKS} == set(ORDERS)


def test_two_runbooks_that_would_share_a_result_are_an_authors_error() -> None:
    config: Any = SimpleNamespace(stash=pytest.Stash())
    _check_alone(config, "a.yaml", ["one/runbook[S2]"])
    _check_alone(config, "a.yaml", ["one/runbook[S2]"])
    _check_alone(config, "b.yaml", ["two/runbook[S2]"])
    with pytest.raises(AuthorError, match=r"b.yaml: a.yaml has the arm one/runbook\[S2\] as well"):
        _check_alone(config, "b.yaml", ["one/runbook[S2]"])


# -- what the model foresees


@pytest.mark.parametrize(
    ("faults", "steps", "step"),
    [
        pytest.param(OUTAGE, "reload, {wait: 1m}, switch_network", 2, id="the wait is long enough"),
        pytest.param(OUTAGE, "reload, {wait: 30s}, {wait: 30s}", 3, id="two waits add up"),
        pytest.param("{at: wifi, do: down}", "reload, {wait: 1m}, switch_network", 3, id="another network"),
        pytest.param("{at: uplink, do: down}", "reload, switch_network", 0, id="nothing"),
        pytest.param(
            "{at: service_link, do: reset_peer, lasts: 3 connections}",
            "retry, retry, retry",
            3,
            id="attempts are counted",
        ),
        pytest.param("{at: service, do: drop, only: session}", "reload, log_in_again", 2, id="another session"),
    ],
)
def test_steps_add_up(faults: str, steps: str, step: int) -> None:
    assert foresee(book(steps).steps, scenario(faults), CLIENT).step == step


def test_a_scenario_that_is_named_twice_has_its_place() -> None:
    with pytest.raises(ScenarioError, match=r"b.yaml:4:16: one is listed twice"):
        parse_runbook("b.yaml", TEXT.replace("[one]", "[one, one]"), ("one",))


def test_a_step_that_means_nothing_from_there_is_passed_over() -> None:
    assert foresee(book("vpn_off, {wait: 1m}").steps, scenario(OUTAGE), CLIENT).step == 2
    assert foresee(book("log_in_again").steps, scenario(OUTAGE, "open"), CLIENT).because == "no step of it is possible"


@pytest.mark.parametrize(
    ("faults", "moment", "has"),
    [
        pytest.param(OUTAGE, "send", [], id="neither"),
        pytest.param("{at: browser, do: extension, blocks: websocket}", "open", ["extension_off"], id="an extension"),
        pytest.param("{at: device, do: block, what: scripts}", "open", ["security_exception"], id="security software"),
    ],
)
def test_what_a_person_does_not_have_is_passed_over(faults: str, moment: str, has: list[str]) -> None:
    steps = book("extension_off, security_exception").steps
    tried = [number for number, _ in attempts(steps, scenario(faults, moment), CLIENT)]
    assert [steps[number - 1].remedy for number in tried] == has


# -- judged again


def test_what_the_client_has_not_is_passed_over() -> None:
    steps = book("reload, support, other_service, {wait: 1m}").steps
    one = scenario(OUTAGE, more="expect: {message: any}")
    assert [number for number, _ in attempts(steps, one, client("gradio"))] == [1, 4]


def test_a_scenario_of_the_same_name_in_another_folder_does_not_stand_in() -> None:
    here, there = "scenarios/one.yaml", "scenarios/ja/one.yaml"
    text = f"title: A story\nmoment: send\nfaults: [{OUTAGE}]\nexpect: {{message: any}}\n"
    told = {"scenario": here, "label": "runbook[S2]", "client": "default"}
    events = [
        Event(1.0, 0.0, "", "run", "scenario", {"path": here, "text": text, "client": "default"}),
        Event(2.0, 0.0, "", "run", "runbook", {"path": BOOK, "text": TEXT, "client": "default"}),
        Event(3.0, 0.0, "one/runbook[S2]", "run", "arm", told),
        Event(4.0, 0.0, "", "run", "scenario", {"path": there, "text": text, "client": "default"}),
    ]
    assert [one.arm for one in rejudge(events, recorded_arms(events))] == ["one/runbook[S2]"]


# -- the verdict


def story(*tried: tuple[int, str, bool], works: bool = True) -> Story:
    told = Story(recovers=works)
    for step, remedy, worked in tried:
        told.note(20 + step, "run", "tried", step=step, remedy=remedy, label=remedy, worked=worked, after=0.0)
    return told


def test_the_step_that_was_foreseen_passes() -> None:
    found = judge(arm(), CLIENT, story((1, "reload", False), (2, "wait", True)).history, None)
    assert (found.verdict, found.kind, found.step, found.remedy) == (Verdict.PASS, "runbook", 2, "wait")
    assert found.cost == 5
    assert found.sentence == "runbook[S2]: recovers at step 2, wait[1m]"


def test_another_step_fails_and_both_are_named() -> None:
    found = judge(arm(), CLIENT, story((1, "reload", True)).history, None)
    assert found.verdict is Verdict.FAIL
    assert "the model says recovers at step 2, wait[1m]" in found.sentence
    assert "observed was recovers at step 1, reload" in found.sentence


def test_without_the_model_any_step_is_right() -> None:
    assert judge(arm(), CLIENT, story((1, "reload", True)).history, None, predicting=False).verdict is Verdict.PASS


def test_a_screen_that_only_looks_as_if_it_worked_fails() -> None:
    half = story((1, "reload", False), (2, "wait", True)).shows("recovery", {**WORKS, "messages": []})
    found = judge(arm(), CLIENT, half.history, None)
    assert found.verdict is Verdict.FAIL


def test_a_fault_that_nobody_saw_is_invalid_here_too() -> None:
    unseen = replace(story((2, "wait", True)), flags="-")
    assert judge(arm(), CLIENT, unseen.history, None).verdict is Verdict.INVALID


# -- the table


FOLLOWED = result(
    arm="one/runbook[S2]",
    scenario="one",
    kind="runbook",
    cause="C15",
    step=2,
    remedy="wait",
    cost=65.0,
    observed="recovers",
)


def test_the_table_says_step_and_cost() -> None:
    said = runbooks.terminal([FOLLOWED])
    assert said.splitlines() == ["cause  S2", "C15    2. wait (1 m 5 s)"]


def test_what_was_not_judged_is_said_so() -> None:
    assert "not judged" in runbooks.terminal([replace(FOLLOWED, verdict=Verdict.INVALID)])
    assert runbooks.terminal([]) == "There is no runbook in these results."


def test_matrix_and_advice_take_no_runbook_for_a_remedy() -> None:
    assert matrix.matrix([FOLLOWED]).causes == ()
    assert cases([FOLLOWED], {}) == ()
