"""`summary.md`, for a job's summary: one line when all is well, else the problems with their commands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from harness.report.page.overview import sentence
from harness.report.past import Changes
from harness.report.problems import Problem
from harness.report.programs.told import Told
from harness.values.result import Verdict
from harness.values.text import shown

LARGEST = 900_000
"""Bytes that the file is below; a job's summary of a megabyte is refused as a whole."""
LONGEST = 600
MOST_ARMS = 10
SIGNS = {Verdict.FAIL: "❌", Verdict.FLAKY: "🎲", Verdict.INVALID: "⚠️", Verdict.KNOWN: "📌", Verdict.PASS: "✅"}


def written(told: Told) -> str:
    counts = told.report.counts
    bad = [one for one in told.problems if one.verdict is not Verdict.KNOWN]
    if not bad and not told.report.about.get("interrupted") and not told.report.about.get("errors"):
        return f"✅ chatfault: {sentence(counts)}\n"
    parts = [f"### chatfault: {sentence(counts)}", *_notes(told), *map(_changed, told.changes)]
    text, left = "\n\n".join(part for part in parts if part) + "\n", len(told.problems)
    for one in told.problems:
        part = "\n" + _problem(one) + "\n"
        if len(text.encode()) + len(part.encode()) > LARGEST - 200:
            return f"{text}\n… and {left} more problems; the report has them.\n"
        text, left = text + part, left - 1
    return text


def _notes(told: Told) -> Iterable[str]:
    if told.report.about.get("interrupted"):
        yield f"⚠️ {_words(str(told.report.about['interrupted']))}"
    for one in told.report.about.get("errors", ()):
        yield f"⚠️ could not be read: {_words(str(one).splitlines()[0])}"


def _changed(one: Changes) -> str:
    told = ((one.broken, "newly broken"), (one.mended, "mended"), (one.still, "still broken"))
    return f"{_words(one.beside)}: " + (
        ", ".join(f"{len(arms)} {what}" for arms, what in told if arms) or "nothing changed"
    )


def _problem(one: Problem) -> str:
    many = (one.repeats and f"{one.repeats} repeats") or f"{len(one.arms)} arm{'s' if len(one.arms) > 1 else ''}"
    names = [f"{arm.result.scenario} · {arm.label}" for arm in one.arms[:MOST_ARMS]]
    more = f" and {len(one.arms) - len(names)} more" if len(one.arms) > len(names) else ""
    issue = f" ({one.first.result.known_as})" if one.verdict is Verdict.KNOWN else ""
    lines = [f"{SIGNS[one.verdict]} **{_words(one.cause.kind)}** ({one.verdict}{_words(issue)}, {many})", ""]
    if one.cause.expected or one.cause.shown:
        lines += [
            f"- expected: {_code(one.cause.expected or 'nothing')}",
            f"- shown: {_code(one.cause.shown or 'nothing')}",
        ]
    else:
        lines += [f"- {_words(one.cause.sentence)}"]
    lines += [f"- {side.times}× {side.verdict}: {_words(side.sentence)}" for side in one.sides]
    lines += [f"- {_words(', '.join(names))}{more}"]
    lines += (
        [f"- {_code(str(one.place))} {_code(one.place.text) if one.place.text else ''}".rstrip()]
        if one.place.path
        else []
    )
    return "\n".join([*lines, f"- {_code(one.command)}"])


def _words(text: str) -> str:
    """Text of others in Markdown: nothing in it is markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+|~@&!])", r"\\\1", shown(text, LONGEST))


def _code(text: str) -> str:
    """Text of others as code, between more backticks than stand in it."""
    text = shown(text, LONGEST)
    ticks = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    return f"{ticks} {text} {ticks}" if "`" in text else f"`{text}`"
