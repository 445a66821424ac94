"""A client's card: shares and grades by their rule, what is told alike, remedies by what came of them, nothing acts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.report.card import Card, card, write
from harness.report.card.gather import Share
from harness.values.errors import AuthorError
from harness.values.history import Event
from harness.values.result import Finding, Result, Verdict
from tests.report.told import RELOAD, Page, event, opening, recorded, scenario, snapshot, written

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


def control(name: str, failure: str, *found: Finding) -> Result:
    arm = f"{name}/control[nothing]"
    return replace(
        RELOAD,
        arm=arm,
        scenario=name,
        kind="control",
        remedy="nothing",
        documents=(failure,),
        observed="does_not_recover",
        predicted="does_not_recover",
        path=f"scenarios/{name}.yaml",
        findings=found,
    )


def story(name: str, message: str, *lines: str) -> list[Event]:
    arm, path = f"{name}/control[nothing]", f"scenarios/{name}.yaml"
    return [
        scenario(f"title: x\nexpect: {{message: {message}}}\n", path),
        opening(1, arm, scenario=path),
        event(2, "run", "step", arm=arm, name="moment"),
        event(
            2.5,
            "screen",
            "snapshot",
            world=30,
            arm=arm,
            **snapshot("symptom", error={"lines": list(lines)} if lines else None),
        ),
    ]


def told(tmp_path: Path, results: list[Result], *stories: list[Event]) -> Card:
    written(tmp_path, results, [one for story in stories for one in story])
    recorded(tmp_path / "report", [one for story in stories for one in story])
    return card(tmp_path / "report")


@pytest.mark.parametrize(
    ("holds", "judged", "mark", "grade"),
    [(3, 3, "pass", "A"), (19, 20, "some", "B"), (8, 10, "some", "C"), (1, 2, "some", "D"), (0, 4, "fail", "E")],
)
def test_a_grade_follows_its_rule(holds: int, judged: int, mark: str, grade: str) -> None:
    assert (Share(holds, judged).mark, Share(holds, judged).grade) == (mark, grade)
    assert (Share(0, 0).mark, Share(0, 0).grade) == ("none", "")


def test_an_aspect_holds_where_all_its_checks_hold_and_what_is_invalid_counts_nowhere(tmp_path: Path) -> None:
    mute, sound = Finding("heard", False, "it is in no live region"), Finding("spoken", True, "nothing")
    results = [
        control("a", "F1", sound),
        control("b", "F1", sound, mute),
        replace(control("c", "F1", sound, mute), verdict=Verdict.INVALID),
        control("d", "F1", Finding("heard", None, "no error")),
    ]
    (row,) = told(tmp_path, results).rows
    assert row.shares["announced"] == Share(1, 2, "it is in no live region")
    assert row.shares["no raw body"] == Share(0, 0)


def test_what_was_shown_and_how_soon(tmp_path: Path) -> None:
    (row,) = told(tmp_path, [control("a", "F5")], story("a", "timeout", "It took too long", "Try again")).rows
    (shown,) = row.shown
    assert (shown.text, shown.times, shown.seconds) == ("It took too long / Try again", 1, 30.5)


def test_failures_with_other_messages_are_to_be_told_apart(tmp_path: Path) -> None:
    results = [control("a", "F2"), control("b", "F3"), control("c", "F6"), control("d", "F8")]
    found = told(
        tmp_path,
        results,
        story("a", "internal_server_error", "Error"),
        story("b", "bad_gateway", "Error"),
        story("c", "rate_limited", "Too many"),
        story("d", "any", "Error"),
    )
    assert [row.shown[0].alike for row in found.rows] == [("F3",), ("F2",), (), ("F2", "F3")]
    assert found.apart == Share(1, 4)


def test_a_remedy_that_the_client_spoils_is_told_apart_from_one_that_does_not_help(tmp_path: Path) -> None:
    spoiled = replace(RELOAD, observed="does_not_recover", verdict=Verdict.FAIL)
    vain = replace(
        RELOAD, arm="f1/new_tab", remedy="new_tab", observed="does_not_recover", predicted="does_not_recover"
    )
    needless = replace(RELOAD, arm="f1/phone", remedy="phone", observed="recovers_anyway")
    (row,) = told(tmp_path, [spoiled, vain, needless, replace(RELOAD, arm="f1/retry", remedy="retry")]).rows
    assert (row.helps, row.needless, row.spoiled, row.vain) == (("retry",), ("phone",), ("reload",), ("new_tab",))


def test_a_page_holds_clients_side_by_side_and_nothing_of_others_acts_in_it(tmp_path: Path) -> None:
    found = told(tmp_path, [control("a", "F1", Finding("raw", False, HOSTILE))], story("a", "any", HOSTILE))
    page = Page(write(tmp_path / "card.html", [found, replace(found, client=HOSTILE)]).read_text(encoding="utf-8"))
    assert page.count("script") == 0
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text
    assert page.text.count("connection termination") == 2
    policies = [attributes.get("content") or "" for tag, attributes in page.elements if tag == "meta"]
    assert any(one.startswith("default-src 'none'") for one in policies)


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match=r"no results\.json"):
        card(tmp_path)
