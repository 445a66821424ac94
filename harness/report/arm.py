"""The inside of one arm: facts, screens, findings, evidence, timeline."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from harness.report.data import ArmView, Row, Timeline, claims
from harness.report.markup import Child, Html, clip, el, join
from harness.values.result import Finding, Verdict

LONGEST = {True: 300, False: 2000}
"""Characters of one text, by whether the arm passed."""
MOST_EVIDENCE = 12
Held = Mapping[bool | None, tuple[str, str]]
HELD: Held = {True: ("held", "holds"), False: ("broken", "does not hold"), None: ("unknown", "could not be told")}
DRIFTS: Held = {**HELD, False: ("drifts", "does not hold")}
"""How a finding looks and what it says, by whether it holds; a claim that doesn't is no failure."""


def inside(arm: ArmView) -> Html:
    longest, told = LONGEST[arm.result.verdict is Verdict.PASS], claims(arm.result)
    return el(
        "div",
        facts(arm),
        part("What the screen said", screens(arm.screens, longest)),
        part("Evidence of the fault", evidence(arm)),
        part("Findings", findings([one for one in arm.result.findings if one not in told], longest)),
        part("Claims of the documents", findings(told, longest, DRIFTS)) if told else Html(""),
        part("Timeline", timeline(arm.timeline)),
        class_="inside",
    )


def part(title: str, content: Html) -> Html:
    return el("section", el("h3", title), content)


def facts(arm: ArmView) -> Html:
    """What belongs to the arm as a whole."""
    result = arm.result
    said: list[tuple[str, Child]] = [
        ("Judged against", result.control),
        ("The model says", result.because),
        ("Browser", f"{result.browser}, {result.locale}"),
        ("On real time", "; ".join(result.real_time)),
        ("Trace", trace(result.trace) if result.trace else ""),
    ]
    return el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in said if value), class_="facts")


def trace(path: str) -> Html:
    """A link to the trace, and the line that opens it."""
    command = el("code", f"playwright show-trace {shlex.quote(path)}")
    outside = path.startswith(("/", "\\")) or ":" in path
    link = Html("") if outside else join(el("a", path, href=quote(path, errors="replace")), " ")
    return join(link, el("span", "open it with ", command, class_="muted"))


# -- what the screen said


def screens(shots: Mapping[str, Mapping[str, Any]], longest: int) -> Html:
    if not shots:
        return el("p", "No screen was recorded.", class_="muted")
    panels, before, before_phase = [], Html(""), ""
    for phase, shot in shots.items():
        shown = screen(shot, longest)
        same = el("p", f"The same as at {before_phase}.", class_="muted")
        panels.append(el("figure", el("figcaption", phase), same if shown == before else shown))
        if shown != before:
            before, before_phase = shown, phase
    return el("div", *panels, class_="screens")


def screen(shot: Mapping[str, Any], longest: int) -> Html:
    """A snapshot as text: what is wrong, the conversation, the composer."""
    return join(*_wrong(shot, longest), *_conversation(shot, longest), *_composer(shot, longest))


def _wrong(shot: Mapping[str, Any], longest: int) -> list[Html]:
    said = []
    if shot.get("navigation"):
        said.append(el("p", f"The address did not open: {shot['navigation']}", class_="alarm"))
    if shot.get("gave_up"):
        said.append(el("p", "Waited in vain for the screen to settle.", class_="muted"))
    if not shot.get("client") and not shot.get("navigation"):
        said.append(el("p", "A page that is not the client's:", class_="muted"))
    document = [str(one) for one in _list(shot.get("document"))]
    if document:
        said.append(_lines("alarm", document, longest))
    error = shot.get("error")
    if isinstance(error, Mapping):
        said.append(_lines("alarm", [str(one) for one in _list(error.get("lines"))], longest))
    if shot.get("login"):
        said.append(el("p", "The login form.", class_="muted"))
    if shot.get("countdown"):
        said.append(el("p", f"Countdown: {shot['countdown']}"))
    return said


def _conversation(shot: Mapping[str, Any], longest: int) -> list[Html]:
    said = []
    for one in _list(shot.get("messages")):
        if isinstance(one, Mapping):
            who, state = str(one.get("role", "")), str(one.get("state", ""))
            note = f" ({state})" if state not in ("", "complete") else ""
            words = clip(str(one.get("text", "")), longest)
            said.append(el("p", el("b", f"{who}{note}"), " ", words, class_="said"))
    if shot.get("client") and not said:
        said.append(el("p", "No messages.", class_="muted"))
    return said


def _composer(shot: Mapping[str, Any], longest: int) -> list[Html]:
    if not shot.get("client"):
        return []
    draft = clip(str(shot.get("draft") or ""), longest)
    said = [el("p", el("b", "draft"), " ", draft or el("i", "empty"), class_="draft")]
    controls = shot.get("controls")
    if isinstance(controls, Mapping):
        there = [f"{name} {state}" for name, state in controls.items() if state != "absent"]
        said.append(el("p", "Controls: ", ", ".join(there) or "none", class_="muted"))
    return said


def _lines(kind: str, lines: list[str], longest: int) -> Html:
    shown = clip("\n".join(lines), longest).split("\n")
    return el("div", *(el("p", one) for one in shown), class_=kind)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


# -- what the checks and the wire said


def findings(found: list[Finding], longest: int, held: Held = HELD) -> Html:
    """What did not hold comes first."""
    if not found:
        return el("p", "No check was made.", class_="muted")
    ordered = sorted(found, key=lambda one: (one.holds is not False, one.holds is not None))
    return el("ul", *(_finding(one, longest, held) for one in ordered), class_="findings")


def _finding(finding: Finding, longest: int, held: Held) -> Html:
    kind, means = held[finding.holds]
    name = el("b", finding.check)
    state = el("span", means, class_="state")
    return el("li", name, " ", state, " ", el("span", clip(finding.sentence, longest)), class_=kind)


def evidence(arm: ArmView) -> Html:
    witness = [finding for finding in arm.result.findings if finding.check == "evidence"]
    said = [el("p", one.sentence, class_=None if one.holds else "alarm") for one in witness]
    rows = arm.evidence
    if rows:
        said.append(table(rows[:MOST_EVIDENCE]))
    if len(rows) > MOST_EVIDENCE:
        said.append(el("p", f"{len(rows) - MOST_EVIDENCE} more are marked in the timeline.", class_="muted"))
    return join(*said) if said else el("p", "Nothing was armed, and nothing broke.", class_="muted")


def timeline(shown: Timeline) -> Html:
    if not shown.rows:
        return el("p", "No history was recorded for this arm.", class_="muted")
    rest = f"{shown.left_out} routine events are left out; they are in history.jsonl."
    note = el("p", rest, class_="muted") if shown.left_out else Html("")
    return join(table(shown.rows), note)


HEAD = el("thead", el("tr", *(el("th", name, scope="col") for name in ("Time", "Clock", "Source", "Event", "What"))))


def table(rows: tuple[Row, ...] | list[Row]) -> Html:
    return el("table", HEAD, el("tbody", *map(_row, rows)), class_="time")


def _row(row: Row) -> Html:
    said = (f"+{row.offset:.3f}", f"{row.world:g} s", row.source, row.kind, row.text)
    return el("tr", *(el("td", cell) for cell in said), class_="s" if row.step else "e" if row.evidence else None)
