"""Causes × remedies, as a run observed them: what recovers from what, how often, and how soon."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from textwrap import wrap
from typing import Any

from harness.language.durations import DURATION, UNITS
from harness.remedies import REMEDIES
from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict
from harness.values.scenario import ASK_AGAIN, NOTHING
from harness.values.situation import Moment, Outcome, duration_text

ARGUMENT = re.compile(r"\[(.+)\]$")
WIDTH, FIRST, COLUMN = 120, 6, 16
LEGEND = (
    "“7 in 2”: 7 runs in 2 scenarios (a repeat is a run, a variant of a matrix a scenario); "
    "“after”: the harness's seconds until it works again, as a median."
)


@dataclass(frozen=True)
class Cell:
    """What one remedy did against one cause. `outcome` is empty where nothing could be judged; then `why` says so."""

    outcome: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    scenarios: int = 0
    seconds: tuple[float, ...] = ()
    why: str = ""

    @property
    def runs(self) -> int:
        return sum(self.counts.values())

    @property
    def after(self) -> str:
        """How soon it recovered, or nothing if it never did."""
        if not self.seconds:
            return ""
        usual, worst = _soon(median(self.seconds)), _soon(max(self.seconds))
        return usual if usual == worst else f"{usual}, worst {worst.removeprefix('after ')}"

    @property
    def lines(self) -> list[str]:
        if not self.outcome:
            return ["not judged:" if self.why == INVALID else "not applicable:", self.why]
        many = [f"{count} {SHORT[outcome]}" for outcome, count in self.counts.items()] if self.outcome == MIXED else []
        said = self.outcome.replace("_", " ")
        return [said, *many, f"{self.runs} in {self.scenarios}", *([self.after] if self.after else [])]


MIXED, NOT_RUN, INVALID, IMPOSSIBLE = "mixed", "not run", "every run is invalid", "nobody could do it"
SHORT = {"recovers": "recovers", "recovers_anyway": "anyway", "does_not_recover": "not"}


def _soon(seconds: float) -> str:
    return f"after {duration_text(seconds)}" if seconds else "at once"


@dataclass(frozen=True)
class Matrix:
    """Cells by cause and column, and how many scenarios name no cause and stand in no row."""

    causes: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    without_cause: int = 0


def results(folder: Path) -> tuple[list[Result], Mapping[str, Any]]:
    """The results that a run wrote into its folder, and what it says about itself."""
    path = folder / "results.json"
    if not path.is_file():
        raise AuthorError(f"there is no results.json in {folder}", cure="name the folder that --out named")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return [Result.from_json(arm) for arm in told["arms"]], told["about"]
    except (ValueError, KeyError, TypeError) as error:
        cure = "run the scenarios again, or `chatfault judge` the folder"
        raise AuthorError(f"this is no run's results: {error!r}", where=str(path), cure=cure) from None


def matrix(found: Iterable[Result]) -> Matrix:
    """The matrix of a run: the bare controls first, then the remedies by their ids."""
    told = _told(list(found))
    runs: dict[tuple[str, str], list[Result]] = {}
    for one in told:
        for cause in causes_of(one):
            for column in columns_of(one):
                runs.setdefault((cause, column), []).append(one)
    causes = tuple(sorted({cause for cause, _ in runs}, key=in_order))
    columns = tuple(sorted({column for _, column in runs}, key=in_order))
    moments = {cause: {one.moment for one in told if cause in causes_of(one)} for cause in causes}
    names = {column: {one.remedy for one in told if column in columns_of(one)} for column in columns}
    cells = {
        (cause, column): cell(runs.get((cause, column), []), moments[cause], names[column])
        for cause in causes
        for column in columns
    }
    return Matrix(causes, columns, cells, len({one.scenario for one in told if not causes_of(one)}))


def _told(found: list[Result]) -> list[Result]:
    """All but the controls that let time go by or start elsewhere: a scenario's own have the shortest labels."""
    bare: dict[tuple[str, str], str] = {}
    for one in found:
        if one.kind == "control":
            key = (one.scenario, one.remedy)
            bare[key] = min(bare.get(key, one.arm), one.arm, key=len)
    kept = [one for one in found if one.kind != "runbook"]
    return [one for one in kept if one.kind != "control" or bare[one.scenario, one.remedy] == one.arm]


def causes_of(one: Result) -> list[str]:
    return [cause for cause in re.split(r",\s*", one.cause) if cause]


def columns_of(one: Result) -> list[str]:
    """The catalogue's ids of a remedy; a control, or a remedy that the documents don't know, has its name."""
    return [id_ for id_ in re.split(r",\s*", one.remedy_id) if id_] or [one.remedy]


def in_order(name: str) -> tuple[int, str, int]:
    """Controls, then R1 before R10, then what has a name only."""
    if name in (NOTHING, ASK_AGAIN):
        return (0, "", (NOTHING, ASK_AGAIN).index(name))
    match = re.fullmatch(r"([A-Z])(\d+)", name)
    return (1, match[1], int(match[2])) if match else (2, name, 0)


def judged(one: Result) -> bool:
    """Whether it says what its remedy does: a verdict that rests on something, and a remedy that somebody could do."""
    return one.verdict is not Verdict.INVALID and one.observed in set(Outcome) and not one.impossible


def cell(runs: Iterable[Result], moments: Iterable[str], names: Iterable[str]) -> Cell:
    """One cell: `moments` are those at which its cause was met, `names` the remedies that its column stands for."""
    runs = list(runs)
    seen = [one for one in runs if judged(one)]
    if not seen:
        undone = any(one.impossible for one in runs)
        return Cell(why=IMPOSSIBLE if undone else INVALID if runs else _why_not(frozenset(moments), frozenset(names)))
    met = Counter(one.observed for one in seen)
    counts = {outcome.value: met[outcome.value] for outcome in Outcome if met[outcome.value]}
    return Cell(
        outcome=next(iter(counts)) if len(counts) == 1 else MIXED,
        counts=counts,
        scenarios=len({one.scenario for one in seen}),
        seconds=tuple(takes(one) for one in seen if one.observed != Outcome.DOES_NOT_RECOVER),
    )


def _why_not(moments: frozenset[str], names: frozenset[str]) -> str:
    known = [REMEDIES[name] for name in names if name in REMEDIES]
    possible = {moment.value for remedy in known for moment in remedy.moments} if known else set(Moment)
    return NOT_RUN if moments & possible else f"not possible at {', '.join(sorted(moments))}"


def argument(one: Result) -> float:
    """Seconds of `wait[15m]`; 0 where a remedy takes no duration."""
    match = ARGUMENT.search(one.arm.removeprefix(f"{one.scenario}/"))
    length = DURATION.fullmatch(match[1]) if match else None
    return float(length[1]) * UNITS[length[2]] if length else 0.0


def takes(one: Result) -> float:
    """How many of the harness's seconds a remedy lets go by; one that looks first waits as long as it must."""
    if one.kind == "control":
        return 0.0
    if informed(one):
        return one.waited
    return argument(one) + (REMEDIES[one.remedy].takes if one.remedy in REMEDIES else 0.0)


def informed(one: Result) -> bool:
    return one.remedy in REMEDIES and REMEDIES[one.remedy].informed


def terminal(table: Matrix, width: int = WIDTH) -> str:
    """The matrix for a terminal: as many columns side by side as fit, the others below."""
    many = max(1, (width - FIRST) // (COLUMN + 2))
    blocks = [table.columns[at : at + many] for at in range(0, len(table.columns), many)]
    return "\n".join([*(line for block in blocks for line in [*_block(table, block), ""]), *_below(table, width)])


def _block(table: Matrix, columns: tuple[str, ...]) -> list[str]:
    lines = _row("cause", [[column] for column in columns])
    for cause in table.causes:
        cells = [
            [part for line in table.cells[cause, column].lines for part in wrap(line, COLUMN)] for column in columns
        ]
        lines += ["-" * (FIRST + len(columns) * (COLUMN + 2) - 2), *_row(cause, cells)]
    return lines


def _row(name: str, cells: list[list[str]]) -> list[str]:
    high = max(map(len, cells))
    padded = [[*one, *[""] * (high - len(one))] for one in cells]
    firsts = [name, *[""] * (high - 1)]
    return [
        f"{first:{FIRST}}{'  '.join(f'{one[i]:{COLUMN}}' for one in padded)}".rstrip() for i, first in enumerate(firsts)
    ]


def _below(table: Matrix, width: int) -> list[str]:
    said = [LEGEND] if table.columns else ["There is no result with a cause."]
    if table.without_cause:
        said.append(f"Scenarios that name no cause, and stand in no row: {table.without_cause}.")
    return [part for line in said for part in wrap(line, width)]


def markdown(table: Matrix) -> str:
    """The matrix as one Markdown table."""
    rows = [
        ["cause", *table.columns],
        ["---"] * (len(table.columns) + 1),
        *([cause, *("<br>".join(table.cells[cause, one].lines) for one in table.columns)] for cause in table.causes),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows] if table.columns else []
    return "\n".join([*lines, "", *_below(table, 10_000)])
