"""What stands at the top of the page: the verdict in a sentence, what changed, the facts, the filters' choices."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from harness.report.data import GRAVEST_FIRST, Report, ScenarioView
from harness.report.matrix import causes_of
from harness.report.past import Changes, named
from harness.report.problems import Problem
from harness.values.catalogue import CAUSES, FAILURES
from harness.values.result import Verdict

MOST_NAMED = 6
ELSEWHERE = ("titles", "tools", "options", "predicted", "began", "ended", "commit", "errors")
"""What is told of a run elsewhere than in a row of its own."""
GROUPINGS = (
    ("", "scenario"),
    ("verdict", "verdict"),
    ("cause", "cause"),
    ("remedy", "remedy"),
    ("failure", "failure"),
    ("browser", "browser"),
    ("locale", "language"),
    ("client", "client"),
    ("none", "nothing"),
)
Facet = tuple[str, str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Some:
    """The first few of many, as `(address, label)`."""

    some: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True)
class Change:
    said: str
    lists: tuple[tuple[str, Some], ...]


@dataclass
class View:
    sentence: str
    line: str
    changes: list[Change]
    alarms: list[str]
    tally: list[tuple[str, int]]
    facts: list[tuple[str, str]]
    real_time: list[tuple[str, int]]
    facets: list[Facet]
    problems: list[Problem]
    unread: list[str]
    scenarios: tuple[ScenarioView, ...]
    groupings: tuple[tuple[str, str], ...] = GROUPINGS
    tables: list[tuple[str, str, str]] = field(default_factory=list)


def overview(report: Report, found: list[Problem], changed: Sequence[Changes]) -> View:
    counts = report.counts
    shown = [(one.value, counts[one]) for one in GRAVEST_FIRST if counts[one] or one in (Verdict.PASS, Verdict.FAIL)]
    times = Counter(text for arm in report.arms for text in arm.result.real_time)
    lost = [f"{report.unreadable} lines of the history could not be read."] if report.unreadable else []
    interrupted = [str(report.about["interrupted"])] if report.about.get("interrupted") else []
    return View(
        sentence(counts),
        _line(report.about),
        [_change(one, report) for one in changed],
        [*interrupted, *lost],
        [*shown, *([("drift", counts["drift"])] if counts["drift"] else [])],
        list(_facts(report.about)),
        times.most_common(),
        list(_facets(report)),
        found,
        [str(one) for one in report.about.get("errors", ())],
        tuple(sorted(report.scenarios, key=lambda one: one.gravity)),
    )


def sentence(counts: Mapping[str, int]) -> str:
    """The run in one sentence."""
    if not counts["arms"]:
        return "Nothing was run."
    said = [
        _several(counts["fail"], "failed", "failed"),
        _several(counts["flaky"], "is flaky", "are flaky"),
        _several(counts["invalid"], "could not be judged", "could not be judged"),
    ]
    parts = [one for one in said if one]
    as_expected = counts["pass"] + counts["known"]
    known = f" ({counts['known']} as known failures)" if counts["known"] else ""
    if parts:
        return f"Of {counts['arms']} arms, {', '.join(parts)}; {as_expected} came out as expected{known}."
    return f"All {counts['arms']} arms came out as expected{known}."


def _several(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def _line(about: Mapping[str, Any]) -> str:
    """Who was tested, when, of which commit, and how long it took."""
    began, ended = about.get("began"), about.get("ended")
    parts = [
        f"client {about.get('client', 'default')}",
        f"commit {about['commit']}" if about.get("commit") else "",
        _time(began) if began else "",
        _length(ended - began) if began and ended else "",
    ]
    return " · ".join(part for part in parts if part)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _facts(about: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, value in about.items():
        if name not in ELSEWHERE and name != "interrupted" and value not in (None, "", [], {}):
            yield name.replace("_", " "), _told(value)
    if about.get("began"):
        yield "began", _time(about["began"])
    if about.get("commit"):
        yield "commit", str(about["commit"])
    for name in ("options", "tools"):
        if isinstance(about.get(name), Mapping) and about[name]:
            yield name, _told(about[name])


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" if one is not True else str(key) for key, one in value.items() if one)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _change(changed: Changes, report: Report) -> Change:
    slugs = {named(arm.result): (arm.slug, f"{arm.result.scenario} · {arm.label}") for arm in reversed(report.arms)}
    told = (
        ("Newly broken:", changed.broken),
        ("Mended:", changed.mended),
        ("Otherwise now:", changed.other),
    )
    lists = tuple((name, _some(arms, slugs)) for name, arms in told if arms)
    counts = (
        (len(changed.broken), "newly broken"),
        (len(changed.mended), "mended"),
        (len(changed.still), "still broken"),
        (len(changed.fresh), "new"),
        (len(changed.gone), "not run this time"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing changed"
    return Change(f"{changed.beside}: {said}.", lists)


def _some(arms: Sequence[str], slugs: Mapping[str, tuple[str, str]]) -> Some:
    return Some(tuple(slugs.get(arm, ("", arm)) for arm in arms[:MOST_NAMED]), max(0, len(arms) - MOST_NAMED))


def _facets(report: Report) -> Iterable[Facet]:
    """The filters, each with the values that this run has; one that has a single value is no choice."""
    results = [arm.result for arm in report.arms]
    counts = report.counts
    yield "verdict", "Verdict", [(one.value, f"{one.value} ({counts[one]})") for one in GRAVEST_FIRST if counts[one]]
    names = {**{id_: told for id_, (told, _) in FAILURES.items()}, **CAUSES}
    found: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("failure", "Failure", (id_ for one in results for id_ in one.documents)),
        ("cause", "Cause", (id_ for one in results for id_ in causes_of(one))),
        ("remedy", "Remedy", (one.remedy for one in results)),
        ("scenario", "Scenario", (one.scenario for one in results)),
        ("browser", "Browser", (one.browser for one in results)),
        ("locale", "Language", (one.locale for one in results)),
        ("client", "Client", (one.client for one in results)),
        ("kind", "Kind", (one.kind for one in results)),
    )
    for name, label, values in found:
        some = sorted({value for value in values if value}, key=_natural)
        if len(some) > 1 or (some and name in ("failure", "cause", "remedy", "scenario")):
            yield name, label, [(value, f"{value} {names.get(value, '')}".strip()) for value in some]
    if counts["drift"]:
        yield "drift", "Drift", [("yes", f"drift ({counts['drift']})")]


def _natural(name: str) -> tuple[object, ...]:
    """F2 before F10."""
    return tuple((int(one), "") if one.isdigit() else (-1, one) for one in re.split(r"(\d+)", name) if one)
