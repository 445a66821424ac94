"""Causes × documents: at which step of its order each recovered, and what that cost a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.report.matrix import causes_of, in_order, judged
from harness.values.result import Result

WIDTH = 34


@dataclass(frozen=True)
class Outcome:
    """What following a document's order came to, in one scenario of a cause. `cost` is a person's seconds."""

    cause: str
    document: str
    scenario: str
    step: int
    remedy: str
    cost: float
    judged: bool

    def __str__(self) -> str:
        if not self.judged:
            return "not judged"
        if not self.step:
            return f"nothing helps ({_time(self.cost)})"
        return f"{self.step}. {self.remedy.replace('_', ' ')} ({_time(self.cost)})"


def outcomes(results: Iterable[Result]) -> list[Outcome]:
    """The runbook arms of a run, by cause and document."""
    found = []
    for one in results:
        document = one.arm.rpartition("[")[2].rstrip("]")
        for cause in causes_of(one) if one.kind == "runbook" else ():
            found.append(Outcome(cause, document, one.scenario, one.step, one.remedy, one.cost, bool(judged(one))))
    return sorted(found, key=lambda one: (in_order(one.cause), one.document, one.scenario))


def rows(found: Iterable[Outcome]) -> tuple[list[str], dict[str, dict[str, list[Outcome]]]]:
    """The documents, and for each cause what each of them came to."""
    table: dict[str, dict[str, list[Outcome]]] = {}
    for one in found:
        table.setdefault(one.cause, {}).setdefault(one.document, []).append(one)
    return sorted({document for row in table.values() for document in row}), table


def terminal(results: Iterable[Result]) -> str:
    """The table for a terminal."""
    documents, table = rows(outcomes(results))
    if not table:
        return "There is no runbook in these results."
    lines = ["cause ".ljust(7) + "".join(document.ljust(WIDTH) for document in documents)]
    for cause, row in table.items():
        cells = [", ".join(dict.fromkeys(map(str, row.get(document, ())))) for document in documents]
        lines.append(cause.ljust(7) + "".join(cell.ljust(WIDTH) for cell in cells))
    return "\n".join(line.rstrip() for line in lines)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
