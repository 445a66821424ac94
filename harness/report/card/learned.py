"""What a client said for each documented message, as a run saw it: fit to become what is expected of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.clients import MESSAGES
from harness.report.card.gather import documented_messages
from harness.report.matrix import results as results_of
from harness.values.recordings import histories, recorded
from harness.values.result import Verdict
from harness.values.scenario import NOTHING
from harness.values.text import shown

Texts = dict[str, dict[str, tuple[str, ...]]]
"""Message → language → what was shown, each a text, or a pattern between slashes."""
VOLATILE = re.compile(
    r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|(?<![\w/])/(?:[\w.@+-]+/)+[\w.@+-]*|\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b|\d{4,}"
)
"""What is another one in each run: addresses, paths, ids, long numbers."""


@dataclass(frozen=True)
class Learned:
    """The texts that were shown, and what is wrong with them whatever becomes of them."""

    texts: Texts = field(default_factory=dict)
    findings: tuple[str, ...] = ()


def learned(folder: Path) -> Learned:
    """What the client of the run in a folder said, in the arms in which nobody touches anything."""
    results, _ = results_of(folder)
    events = recorded(folder / "history.jsonl")
    stories, documented = histories(events), documented_messages(events)
    texts: dict[str, dict[str, dict[str, None]]] = {}
    titles: dict[str, dict[str, None]] = {}
    findings: list[str] = []
    for one in results:
        name, story = documented.get(one.path, ""), stories.get(one.arm)
        nothing = one.kind == "control" and one.remedy == NOTHING and one.verdict is not Verdict.INVALID
        screen = story.screen("symptom") if story else None
        if not nothing or name not in MESSAGES or screen is None or not screen["client"]:
            continue
        lines = list(screen["error"]["lines"]) if screen["error"] else []
        if not lines:
            findings.append(f"{name}: nothing was shown ({one.scenario})")
            continue
        texts.setdefault(name, {}).setdefault(one.locale, {})[_lasting(lines[0])] = None
        titles.setdefault(lines[0], {})[name] = None
        findings += [
            f"{name}: {shown(each.sentence)} ({one.scenario})"
            for each in one.findings
            if each.check in ("raw", "fits", "language") and each.holds is False
        ]
    for title, names in titles.items():
        if len(names) > 1:
            findings.append(f"“{shown(title)}” stands for {', '.join(names)}: nobody can tell them apart")
    return Learned(_plain(texts), tuple(dict.fromkeys(findings)))


def _plain(texts: Mapping[str, Mapping[str, Mapping[str, None]]]) -> Texts:
    return {name: {locale: tuple(some) for locale, some in by.items()} for name, by in sorted(texts.items())}


def _lasting(line: str) -> str:
    """The line; where a part of it is another one in each run, a pattern that lets that part be anything."""
    parts = VOLATILE.split(line)
    if len(parts) == 1 and not (len(line) > 2 and line[0] == line[-1] == "/"):
        return line
    return f"/^{'.+?'.join(map(re.escape, parts))}$/"
