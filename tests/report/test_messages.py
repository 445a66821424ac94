"""A wrong message is told once for its scenario, with the name to write and the outcomes beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.report.messages import only_the_message, to_write, wrong_messages
from harness.values.result import Finding, Verdict
from tests.helpers import CLIENT
from tests.report.told import RELOAD

WRONG = Finding("message", False, "expected “Bad gateway”, shown was “Too many requests”")
FAILED = replace(RELOAD, verdict=Verdict.FAIL, findings=(WRONG,), observed=RELOAD.expected, locale="en", path="x.yaml")


def test_it_is_told_once_for_all_arms_with_the_name_to_write() -> None:
    lines = list(wrong_messages([FAILED, replace(FAILED, arm="f1/retry")], CLIENT))
    assert lines[0] == f"x.yaml: the message is another one (in 2 arms): {WRONG.sentence}"
    assert lines[1] == "  = message: rate_limited"
    assert lines[2].startswith("  beside it: reload ")
    assert len(lines) == 3


def test_arms_with_the_right_message_say_nothing() -> None:
    assert list(wrong_messages([RELOAD], CLIENT)) == []


def test_an_arm_that_failed_for_more_than_its_message_is_told_by_itself_as_well() -> None:
    assert only_the_message(FAILED)
    assert not only_the_message(replace(FAILED, findings=(WRONG, Finding("draft", False, "the draft is gone"))))
    assert not only_the_message(replace(FAILED, observed="recovers", expected="does_not_recover"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“Too many requests”", "rate_limited"),
        ("nothing", "none"),
        ("“Some text that no profile knows”", ""),
    ],
)
def test_the_name_of_a_text(text: str, name: str) -> None:
    assert to_write(text, "en", CLIENT) == name
