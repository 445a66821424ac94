"""What a client says is learnt from what a run saw: by message and language, with what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.language import profiles
from harness.report.card.learned import Learned, learned
from harness.values.result import Finding, Verdict
from tests.report.card.test_card import control, story
from tests.report.told import recorded, written


def taken(tmp_path: Path, *ones: tuple[str, str, tuple[str, ...]], **how: object) -> Learned:
    results = [replace(control(name, "F1"), **how) for name, _, _ in ones]  # type: ignore[arg-type]
    events = [event for name, message, lines in ones for event in story(name, message, *lines)]
    written(tmp_path, results, events)
    recorded(tmp_path / "report", events)
    return learned(tmp_path / "report")


def test_the_first_line_is_the_text_of_its_message(tmp_path: Path) -> None:
    found = taken(tmp_path, ("a", "timeout", ("Too slow", "Retry")), ("b", "timeout", ("No reply",)))
    assert found == Learned({"timeout": {"en": ("Too slow", "No reply")}})


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Error 503", "Error 503"),
        ("No route to 127.0.0.1:21007 today", r"/^No\ route\ to\ .+?\ today$/"),
        ('File "/tmp/x-1/app.py", line 3', r"/^File\ \".+?\",\ line\ 3$/"),
        ("Request 4f6c1a2b9d failed", r"/^Request\ .+?\ failed$/"),
        ("/a/", "/^.+?$/"),
    ],
)
def test_what_is_another_one_in_each_run_is_no_part_of_the_text(tmp_path: Path, line: str, text: str) -> None:
    found = taken(tmp_path, ("a", "generic", (line,))).texts["generic"]["en"]
    assert [one.replace('\\"', '"') for one in found] == [text.replace('\\"', '"')]


def test_what_is_wrong_with_a_text_is_said_whatever_becomes_of_it(tmp_path: Path) -> None:
    raw = Finding("raw", False, "expected words for a person, shown was {}")
    found = taken(
        tmp_path, ("a", "bad_gateway", ("{}",)), ("b", "generic", ("{}",)), ("c", "timeout", ()), findings=(raw,)
    )
    assert found.findings == (
        "bad_gateway: expected words for a person, shown was {} (a)",
        "generic: expected words for a person, shown was {} (b)",
        "timeout: nothing was shown (c)",
        "“{}” stands for bad_gateway, generic: nobody can tell them apart",
    )


def test_an_invalid_arm_teaches_nothing(tmp_path: Path) -> None:
    assert taken(tmp_path, ("a", "timeout", ("Too slow",)), verdict=Verdict.INVALID) == Learned()


def test_what_was_seen_is_not_expected() -> None:
    locators = "locators: {root: a, composer: b, message: c, user_message: d}"
    text = f"runs: page\nsends: Enter\n{locators}\nseen: {{timeout: {{en: x}}}}\n"
    client = profiles.parse("x.yaml", text, "x")
    assert (client.seen, client.messages) == ({"timeout": {"en": ("x",)}}, {})
