"""What a run prints: each arm's verdict and sentence, and the sum in the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.judging.way import is_about
from harness.language.profiles import client
from harness.options import asked
from harness.report.messages import only_the_message, wrong_messages
from harness.values.result import Result, Summary, Verdict

if TYPE_CHECKING:
    pass
from harness.pytest_plugin.folder import TOLD, USED, out_of


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    results, again = config.stash.get(TOLD, ([], []))
    if USED not in config.stash or not results:
        return
    terminalreporter.section("chatfault")
    for name in again:
        terminalreporter.write_line(f"{name}: its worker was killed, or ended by itself, amid it; it was run again")
    bad = [one for one in results if one.verdict not in (Verdict.PASS, Verdict.KNOWN)]
    for line in wrong_messages(results, client(asked(config, "--client"))):
        terminalreporter.write_line(line)
    for one, more in _together([one for one in bad if not only_the_message(one)]):
        beside = f" (and the same in {more} more)" if more else ""
        terminalreporter.write_line(f"{one.verdict:8} {one.scenario} · {one.sentence}{beside}")
    terminalreporter.write_line(f"{len(results)} arms: {Summary.of(results)}")
    for line in (*_skipped(terminalreporter), *_unasked(config), *_mended(config, results)):
        terminalreporter.write_line(line)
    page = out_of(config) / "index.html"
    found = next((one for one in (page, page.with_name("results.json")) if one.exists()), None)
    if found:
        terminalreporter.write_line(f"report: {found}")
    _tell_the_job(terminalreporter, out_of(config))


def _tell_the_job(terminalreporter: Any, out: Path) -> None:
    """On GitHub: annotations on the scenarios' lines, and the summary on the job's page."""
    if os.environ.get("GITHUB_ACTIONS") != "true" or not (out / "summary.md").exists():
        return
    for line in (out / "annotations.txt").read_text(encoding="utf-8").splitlines():
        terminalreporter.write_line(line)
    if os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
            summary.write((out / "summary.md").read_text(encoding="utf-8"))


def _skipped(terminalreporter: Any) -> Iterator[str]:
    """What the client hasn't, and how many arms were skipped for it."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    for reason, many in reasons.most_common():
        yield f"skipped {many} {'arms' if many > 1 else 'arm'}: {reason}"


def _unasked(config: pytest.Config) -> Iterator[str]:
    """What no arm is skipped for, and is not asked of the client all the same."""
    chosen = client(asked(config, "--client"))
    for capability in ("history", "drafts", "countdown"):
        if chosen.lacks(capability):
            yield f"not asked of {chosen.name}: {chosen.lacks(capability)}"
    if "second_press" in chosen.has_not:
        yield f"not asked of {chosen.name}: {chosen.has_not['second_press']}"


def _mended(config: pytest.Config, results: Sequence[Result]) -> Iterator[str]:
    """What the client is known to do wrong, and did in none of the arms that it is about."""
    for one in client(asked(config, "--client")).known:
        about = [r for r in results if is_about(one, r)]
        if about and not any(r.verdict is Verdict.KNOWN and one.because in r.sentence for r in about):
            yield f"known, but not seen in {len(about)} arms: {one.because} ({', '.join(one.checks)})"


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
