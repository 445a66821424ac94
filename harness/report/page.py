"""The page as a whole: one file that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files

from harness.report.books import books
from harness.report.data import Report
from harness.report.markup import Html, clip, el, join
from harness.report.tables import ORDER, badge, drift, scenario, wrong
from harness.values.result import Verdict

TITLE = "Chat fault report"
FILTERS = (("all", "All"), ("failed", "Failed"), ("invalid", "Invalid"), ("drift", "Drift"))


def page(report: Report) -> str:
    css, script = _packaged("report.css"), _packaged("report.js")
    policy = f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(script)}; base-uri 'none'"
    head = el(
        "head",
        Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy"'),
        Html(f' content="{policy}">'),
        el("title", f"{TITLE}: {sentence(report)}"),
        el("style", Html(css)),
    )
    body = el("body", header(report), main(report), el("script", Html(script)))
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _packaged(name: str) -> str:
    return (files("harness.report") / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """The policy's name for exactly this style or script: no other may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def header(report: Report) -> Html:
    counts = report.counts
    shown = [
        el("li", el("b", counts[verdict]), " ", badge(verdict))
        for verdict in ORDER
        if counts[verdict] or verdict in (Verdict.PASS, Verdict.FAIL)
    ]
    if counts["drift"]:
        shown.append(el("li", el("b", counts["drift"]), " ", badge("drift")))
    tally = el("ul", *shown, class_="tally", aria_label="Verdicts")
    return el("header", el("p", TITLE, class_="kicker"), el("h1", sentence(report)), tally, about(report))


def sentence(report: Report) -> str:
    """The run in one sentence."""
    counts = report.counts
    if not counts["arms"]:
        return "Nothing was run."
    said = [
        _several(counts["fail"], "failed", "failed"),
        _several(counts["flaky"], "is flaky", "are flaky"),
        _several(counts["invalid"], "could not be judged", "could not be judged"),
    ]
    parts = [one for one in said if one]
    as_expected = counts["pass"] + counts["known"]
    if parts:
        return f"Of {counts['arms']} arms, {', '.join(parts)}; {as_expected} came out as expected."
    known = f" ({counts['known']} as known failures)" if counts["known"] else ""
    return f"All {counts['arms']} arms came out as expected{known}."


def _several(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def about(report: Report) -> Html:
    said = [(key.replace("_", " "), _said(value)) for key, value in report.about.items()]
    times = Counter(text for arm in report.arms for text in arm.result.real_time)
    real = [f"{text} ({count} {'arm' if count == 1 else 'arms'})" for text, count in times.most_common()]
    lists = el("dl", *(el("div", el("dt", key), el("dd", value)) for key, value in said if value), class_="facts")
    clock = join(el("h2", "What stayed on real time"), el("ul", *(el("li", one) for one in real))) if real else Html("")
    lost = f"{report.unreadable} lines of the history could not be read."
    note = el("p", lost, class_="alarm") if report.unreadable else Html("")
    if not (said or real or note):
        return Html("")
    return join(note, el("details", el("summary", "About this run"), lists, clock, class_="about"))


def _said(value: object) -> str:
    if isinstance(value, Mapping | list | tuple):
        return clip(json.dumps(value, ensure_ascii=False, default=str), 2000)
    return clip(str(value), 2000)


def main(report: Report) -> Html:
    if not report.scenarios:
        return el("main", el("p", "There are no results to show.", class_="muted"))
    sections = [scenario(view, number) for number, view in enumerate(report.scenarios, 1)]
    empty = el("p", "No arm matches.", id="nomatch", class_="muted", hidden=True)
    return el("main", wrong(report), drift(report), books(report), filters(report), contents(report), *sections, empty)


def filters(report: Report) -> Html:
    """The controls that need the script; it uncovers them."""
    counts = {**report.counts, "all": len(report.arms)}
    counts["failed"] = counts["fail"] + counts["flaky"]
    buttons = [
        el("button", label, " ", el("span", counts[name]), type="button", data_filter=name, aria_pressed="false")
        for name, label in FILTERS
    ]
    controls = el("button", "Controls hidden", type="button", id="controls", aria_pressed="false")
    search = Html('<label class="search">Search <input type="search" id="search" autocomplete="off"></label>')
    status = Html('<span role="status" id="shown"></span>')
    group = el("div", *buttons, controls, role="group", aria_label="Which arms are shown", class_="buttons")
    return el("div", group, search, status, class_="filters", id="filters", hidden=True)


def contents(report: Report) -> Html:
    if len(report.scenarios) < 4:
        return Html("")
    items = []
    for number, view in enumerate(report.scenarios, 1):
        bad = sum(arm.bad for arm in view.arms)
        count = f" {len(view.arms)} arms" + (f", {bad} not as expected" if bad else "")
        items.append(el("li", el("a", view.title, href=f"#scenario-{number}"), el("span", count, class_="muted")))
    opening = el("summary", f"Scenarios ({len(items)})")
    return el("details", opening, el("ul", *items), class_="contents")
