"""What a run prints: each arm's verdict and sentence, and the sum in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.judging.verdict import flaky
from harness.values.recordings import begun_again, recorded, verdicts
from harness.values.result import Result, Summary, Verdict

if TYPE_CHECKING:
    pass
from harness.pytest_plugin.folder import USED, out_of


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    history = out_of(config) / "history.jsonl"
    if USED not in config.stash or not history.exists():
        return
    events = recorded(history)
    results = flaky(verdicts(events))
    if not results:
        return
    terminalreporter.section("chatfault")
    for name in begun_again(events):
        terminalreporter.write_line(f"{name}: its worker was killed, or ended by itself, amid it; it was run again")
    bad = [one for one in results if one.verdict not in (Verdict.PASS, Verdict.KNOWN)]
    for one, more in _together(bad):
        beside = f" (and the same in {more} more)" if more else ""
        terminalreporter.write_line(f"{one.verdict:8} {one.scenario} · {one.sentence}{beside}")
    terminalreporter.write_line(f"{len(results)} arms: {Summary.of(results)}")
    if (out_of(config) / "index.html").exists():
        terminalreporter.write_line(f"report: {out_of(config) / 'index.html'}")


def _together(bad: list[Result]) -> list[tuple[Result, int]]:
    """Each result with how many more the environment broke off in the same words: those are told once."""
    found: dict[tuple[str, ...], list[Result]] = {}
    for one in bad:
        reason = one.sentence.partition(": ")[2]
        key = ("", reason) if one.environment else (one.arm, str(one.repeat), reason)
        found.setdefault(key, []).append(one)
    return [(ones[0], len(ones) - 1) for ones in found.values()]


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """With -v, the verdict and its sentence stand behind each arm."""
    said = dict(getattr(report, "user_properties", ()))  # a collection's report has none
    if report.when != "call" or "verdict" not in said or report.outcome == "skipped":
        return None
    letters = {"pass": ".", "invalid": "I"}
    word = f"{said['verdict']} · {said['sentence']}"
    return report.outcome, letters.get(str(said["verdict"]), "F"), word
