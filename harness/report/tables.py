"""The tables: what went wrong, where the documents and the observation disagree, and the arms of a scenario."""

from __future__ import annotations

from harness.report.arm import inside
from harness.report.data import ArmView, Report, ScenarioView, advice_drifts, contradicted
from harness.report.markup import Child, Html, clip, el, join
from harness.values.result import Verdict

ORDER = (Verdict.FAIL, Verdict.FLAKY, Verdict.INVALID, Verdict.KNOWN, Verdict.PASS)
COLUMNS = ("Remedy", "Id", "Documented", "Expected", "Predicted", "Observed", "Verdict", "Seconds")
DRIFT_COLUMNS = ("Advice or claim", "Id", "Documented", "Observed", "Where")
MOST_LINKS = 12
Drift = tuple[str, str, str, str]
"""The id of what the documents say, the remedy that it is about if any, what becomes of it by them, and what did."""


def badge(kind: str) -> Html:
    return el("span", kind, class_=f"badge {kind}")


def outcome(name: str) -> Html:
    return Html("<span class=none>–</span>") if not name else el("span", name.replace("_", " "), class_=f"o {name}")


def wrong(report: Report) -> Html:
    """The arms that failed or could not be judged, the gravest first, each with its sentence."""
    bad = sorted((arm for arm in report.arms if arm.bad), key=lambda arm: ORDER.index(arm.result.verdict))
    if not bad:
        return Html("")
    items = [
        el(
            "li",
            badge(arm.result.verdict),
            el("div", el("a", arm.result.scenario, " · ", arm.label, href=f"#{arm.anchor}"), el("p", _told(arm))),
        )
        for arm in bad
    ]
    return el("section", el("h2", "What went wrong"), el("ul", *items, class_="wrong"), id="wrong")


def _told(arm: ArmView) -> str:
    """The sentence without the label that already stands beside it."""
    return clip(arm.result.sentence.removeprefix(f"{arm.label}: "), 2000)


def drift(report: Report) -> Html:
    """Where the advice does not do what the documents say, by remedy, and where what they claim does not hold."""
    groups: dict[Drift, list[ArmView]] = {}
    for arm in report.arms:
        for key in _drifts(arm):
            groups.setdefault(key, []).append(arm)
    if not groups:
        return Html("")
    rows = [_drift_row(key, arms) for key, arms in sorted(groups.items(), key=lambda one: -len(one[1]))]
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in DRIFT_COLUMNS)))
    said = "Advice that did something else than the documents say, and claims of theirs that did not hold (drift)."
    note = el("p", said, class_="muted")
    title = el("h2", "Documents and observation disagree")
    return el("section", title, note, el("table", head, el("tbody", *rows), class_="cards"), id="drift")


def _drifts(arm: ArmView) -> list[Drift]:
    one = arm.result
    advice = [(one.remedy_id, one.remedy, one.documented, one.observed)] if advice_drifts(one) else []
    return advice + [(finding.check, "", "holds", "does_not_hold") for finding in contradicted(one)]


def _drift_row(key: Drift, arms: list[ArmView]) -> Html:
    """A claim is told by what the first arm says against it."""
    id_, remedy, documented, observed = key
    links = [join(el("a", arm.result.scenario, href=f"#{arm.anchor}"), " ") for arm in arms[:MOST_LINKS]]
    more = f"and {len(arms) - MOST_LINKS} more" if len(arms) > MOST_LINKS else ""
    said = [clip(one.sentence, 300) for one in contradicted(arms[0].result) if one.check == id_]
    cells = (remedy or said[0], id_, outcome(documented), outcome(observed), el("span", *links, more))
    return el("tr", *(_cell(name, cell) for name, cell in zip(DRIFT_COLUMNS, cells, strict=True)))


def scenario(view: ScenarioView, number: int) -> Html:
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in COLUMNS)))
    table = el("table", head, *map(arm_rows, view.arms), class_="cards arms")
    counts = [join(badge(verdict), f" {count} ") for verdict in ORDER if (count := _count(view, verdict))]
    title = el("h2", view.title, " ", el("span", *counts, class_="counts"))
    return el("section", title, _about(view), table, class_="scenario", id=f"scenario-{number}")


def _count(view: ScenarioView, verdict: Verdict) -> int:
    return sum(arm.result.verdict is verdict for arm in view.arms)


def _about(view: ScenarioView) -> Html:
    first = view.arms[0].result
    said = (
        ("", view.path or view.id),
        ("documents", ", ".join(first.documents)),
        ("cause", first.cause),
        ("claims", ", ".join(sorted({claim for arm in view.arms for claim in arm.result.claims}))),
        ("moment", first.moment),
        ("browser", ", ".join(dict.fromkeys(arm.result.browser for arm in view.arms))),
        ("locale", first.locale),
    )
    return el("p", " · ".join(f"{name} {value}".strip() for name, value in said if value), class_="muted")


def arm_rows(arm: ArmView) -> Html:
    """An arm: a row of outcomes, and a row that opens."""
    result = arm.result
    verdict = el("span", badge(result.verdict), *((" ", badge("drift")) if arm.drift else ()))
    cells: tuple[Child, ...] = (
        el("b", arm.label),
        result.remedy_id or Html("<span class=none>–</span>"),
        *map(outcome, (result.documented, result.expected, result.predicted, result.observed)),
        verdict,
        f"{result.seconds:.1f}",
    )
    row = el("tr", *(_cell(name, cell) for name, cell in zip(COLUMNS, cells, strict=True)))
    opening = el("summary", clip(_told(arm), 600))
    more = el("tr", el("td", el("details", opening, inside(arm)), colspan=len(COLUMNS)), class_="more")
    kinds = " ".join((result.verdict, result.kind, *(("drift",) if arm.drift else ())))
    return el("tbody", row, more, id=arm.anchor, data_is=kinds)


def _cell(name: str, content: Child) -> Html:
    return el("td", content, data_label=name)
