"""The runbooks: causes × documents, at which step each recovered and what that cost."""

from __future__ import annotations

from harness.report.data import ArmView, Report
from harness.report.markup import Html, el, join
from harness.report.runbooks import outcomes, rows
from harness.report.tables import badge
from harness.values.result import Verdict


def books(report: Report) -> Html:
    """The table, each cell a link to its arm."""
    arms = {arm.result.arm: arm for arm in report.arms if arm.result.kind == "runbook"}
    if not arms:
        return Html("")
    documents, _ = rows(outcomes(arm.result for arm in arms.values()))
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in ("Cause", *documents))))
    by_cause: dict[str, dict[str, list[Html]]] = {}
    for arm in arms.values():
        for one in outcomes([arm.result]):
            by_cause.setdefault(one.cause, {}).setdefault(one.document, []).append(_told(arm, str(one)))
    order = list(dict.fromkeys(one.cause for one in outcomes(arm.result for arm in arms.values())))
    body = [_row(cause, by_cause[cause], documents) for cause in order]
    said = "At which step of each document's order it worked again, and what a person's time that took."
    title, note = el("h2", "Runbooks"), el("p", said, class_="muted")
    return el("section", title, note, el("table", head, el("tbody", *body), class_="cards"), id="runbooks")


def _told(arm: ArmView, said: str) -> Html:
    bad = arm.result.verdict not in (Verdict.PASS, Verdict.KNOWN)
    return join(el("a", said, href=f"#{arm.anchor}"), *((" ", badge(arm.result.verdict)) if bad else ()))


def _row(cause: str, cells: dict[str, list[Html]], documents: list[str]) -> Html:
    shown = [el("td", _cell(cells.get(document, [])), data_label=document) for document in documents]
    return el("tr", el("td", el("b", cause), data_label="Cause"), *shown)


def _cell(said: list[Html]) -> Html:
    return el("span", *(join(one, " ") for one in said)) if said else Html("<span class=none>–</span>")
