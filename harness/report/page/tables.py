"""Causes × remedies as the page shows them: documented, predicted, observed and the control, with drift beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.report.data import ArmView, Report, advice_drifts, contradicted
from harness.report.matrix import causes_of, columns_of, in_order, judged
from harness.report.runbooks import Outcome, outcomes
from harness.values.catalogue import ADVICE, CAUSES
from harness.values.result import Verdict

WORDS = {"recovers": "recovers", "recovers_anyway": "anyway", "does_not_recover": "does not", "": "–"}
MOST_LINKS = 12


@dataclass(frozen=True)
class Cell:
    """One cause × one remedy, over `runs` arms. `how` is the observed outcome, or `mixed`, or `unjudged`."""

    how: str
    observed: str
    documented: str
    predicted: str
    control: str
    runs: int
    scenarios: int
    drift: bool
    slug: str


@dataclass(frozen=True)
class Line:
    id: str
    name: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Table:
    """Rows are remedies, columns causes with what they are."""

    causes: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def table(arms: Sequence[ArmView]) -> Table:
    found: dict[tuple[str, str], list[ArmView]] = {}
    for arm in arms:
        if arm.result.kind == "remedy":
            for cause in causes_of(arm.result):
                for column in columns_of(arm.result):
                    found.setdefault((column, cause), []).append(arm)
    causes = sorted({cause for _, cause in found}, key=in_order)
    columns = sorted({column for column, _ in found}, key=in_order)
    lines = tuple(
        Line(column, _named(column, found), tuple(_cell(found.get((column, cause), [])) for cause in causes))
        for column in columns
    )
    return Table(tuple((cause, CAUSES.get(cause, "")) for cause in causes), lines)


def _named(column: str, found: dict[tuple[str, str], list[ArmView]]) -> str:
    if column in ADVICE:
        return ADVICE[column]
    names = {arm.result.remedy for (id_, _), arms in found.items() if id_ == column for arm in arms}
    return ", ".join(sorted(name.replace("_", " ") for name in names))


def _cell(arms: Sequence[ArmView]) -> Cell | None:
    if not arms:
        return None
    seen = [arm for arm in arms if judged(arm.result)]
    observed = Counter(arm.result.observed for arm in seen)
    how = "unjudged" if not observed else next(iter(observed)) if len(observed) == 1 else "mixed"
    first = next((arm for arm in arms if arm.bad), None) or next((arm for arm in arms if arm.drift), arms[0])
    return Cell(
        how,
        _counted(observed),
        _counted(Counter(arm.result.documented for arm in arms)),
        _counted(Counter(arm.result.predicted for arm in arms)),
        _counted(Counter(arm.control.result.observed for arm in arms if arm.control)),
        len(arms),
        len({arm.result.scenario for arm in arms}),
        any(advice_drifts(arm.result) for arm in arms),
        first.slug,
    )


def _counted(many: Counter[str]) -> str:
    """`recovers`, or where they differ `3 recovers, 1 does not`."""
    told = {WORDS.get(name, name): count for name, count in many.most_common() if name}
    if len(told) <= 1:
        return next(iter(told), "–")
    return ", ".join(f"{count} {name}" for name, count in told.items())


@dataclass(frozen=True)
class Drift:
    """What the documents say and what was observed, and in which arms. `advice` is a remedy, or a claim's sentence."""

    id: str
    advice: str
    documented: str
    observed: str
    arms: tuple[ArmView, ...]

    @property
    def some(self) -> tuple[ArmView, ...]:
        return self.arms[:MOST_LINKS]

    @property
    def more(self) -> int:
        return len(self.arms) - len(self.some)


def drift(report: Report) -> list[Drift]:
    """Where the advice does not do what the documents say, and where what they claim does not hold."""
    groups: dict[tuple[str, str, str, str], list[ArmView]] = {}
    for arm in report.arms:
        one = arm.result
        if advice_drifts(one):
            key = (one.remedy_id, one.remedy.replace("_", " "), WORDS[one.documented], WORDS[one.observed])
            groups.setdefault(key, []).append(arm)
        for finding in contradicted(one):
            groups.setdefault((finding.check, "", "holds", "does not hold"), []).append(arm)
    found = [
        Drift(id_, advice or _claim(id_, arms), documented, observed, tuple(arms))
        for (id_, advice, documented, observed), arms in groups.items()
    ]
    return sorted(found, key=lambda one: -len(one.arms))


def _claim(id_: str, arms: Sequence[ArmView]) -> str:
    """A claim is told by what the first arm says against it."""
    return next(one.sentence for one in contradicted(arms[0].result) if one.check == id_)


@dataclass(frozen=True)
class Book:
    """A runbook's outcome beside the arm that it comes from."""

    told: str
    slug: str
    verdict: Verdict
    bad: bool


@dataclass(frozen=True)
class Books:
    """Causes × documents."""

    documents: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Book, ...], ...]], ...]


def books(report: Report) -> Books | None:
    """At which step of each document's order each cause recovered."""
    found: list[tuple[Outcome, ArmView]] = [
        (one, arm) for arm in report.arms if arm.result.kind == "runbook" for one in outcomes([arm.result])
    ]
    if not found:
        return None
    documents = sorted({one.document for one, _ in found})
    causes = sorted({one.cause for one, _ in found}, key=in_order)
    rows = tuple((cause, tuple(tuple(_books(found, cause, document)) for document in documents)) for cause in causes)
    return Books(tuple(documents), rows)


def _books(found: Iterable[tuple[Outcome, ArmView]], cause: str, document: str) -> Iterable[Book]:
    for one, arm in found:
        if (one.cause, one.document) == (cause, document):
            yield Book(str(one), arm.slug, arm.result.verdict, arm.bad)
