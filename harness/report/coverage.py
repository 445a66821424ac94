"""What the scenarios cover of the catalogue: each documented failure, cause, remedy and claim, or why it is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.clients import Client
from harness.language.files import yaml_files
from harness.language.runbooks import is_runbook
from harness.language.source import Problem, ScenarioError
from harness.prediction.reading import read
from harness.remedies import REMEDIES
from harness.values.catalogue import ADVICE, CAUSES, CLAIMS, FAILURES
from harness.values.errors import AuthorError
from harness.values.scenario import Scenario

BEGIN, END = "<!-- coverage:begin -->", "<!-- coverage:end -->"
MOST_NAMED = 4

REASONS: dict[str, str] = {}
"""Why a row is not covered, one line each: what is missing. A reason goes when its row is covered (a test says so)."""


@dataclass(frozen=True)
class Row:
    """A row of the catalogue, at one of its moments if it has some, and the scenarios that cover it.

    `beyond` are scenarios of a failure at moments that the documents don't name.
    """

    id: str
    name: str
    moment: str = ""
    covered_by: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        return REASONS.get(f"{self.id} {self.moment}") or REASONS.get(self.id, "")


def scenarios_in(paths: Iterable[Path], client: Client) -> list[Scenario]:
    """Every scenario in these files and folders. Raises `ScenarioError` with the problems of all of them at once."""
    found: list[Scenario] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.exists():
            raise AuthorError(f"there is no {path}", cure="name a folder with scenarios, or a scenario")
        for file in yaml_files(path) if path.is_dir() else [path]:
            if is_runbook(file.read_text(encoding="utf-8", errors="replace")):
                continue
            try:
                found += [scenario for scenario, _ in read(file, client, predict=False)]
            except ScenarioError as error:
                problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return found


def rows(scenarios: Sequence[Scenario]) -> list[Row]:
    """The whole catalogue. A scenario that breaks nothing covers nothing."""
    breaking = [one for one in scenarios if not all(fault.harmless for fault in one.faults)]
    return [
        *(row for id_ in FAILURES for row in _failure(id_, breaking)),
        *(Row(id_, name, "", _names(s for s in breaking if id_ in s.cause.split(","))) for id_, name in CAUSES.items()),
        *(Row(id_, name, "", _names(s for s in breaking if id_ in _remedy_ids(s))) for id_, name in ADVICE.items()),
        *(Row(id_, name, "", _names(s for s in breaking if id_ in s.claims)) for id_, name in CLAIMS.items()),
    ]


def _failure(id_: str, scenarios: Iterable[Scenario]) -> list[Row]:
    name, moments = FAILURES[id_]
    about = [one for one in scenarios if id_ in one.documents]
    if not moments:
        return [Row(id_, name, "", _names(about))]
    beyond = _names(one for one in about if one.moment.value not in moments)
    return [
        Row(id_, name, moment, _names(s for s in about if s.moment.value == moment), beyond if not at else ())
        for at, moment in enumerate(moments)
    ]


def _remedy_ids(scenario: Scenario) -> set[str]:
    return {id_ for listed in scenario.listed for id_ in REMEDIES[listed.remedy].ids}


def _names(scenarios: Iterable[Scenario]) -> tuple[str, ...]:
    """The files' names: the variants of a matrix are one."""
    return tuple(sorted({one.id.partition("[")[0] for one in scenarios}))


def gaps(found: Iterable[Row]) -> list[str]:
    """Rows that are neither covered nor have a reason."""
    return [f"{row.id} {row.moment}".strip() for row in found if not row.covered_by and not row.reason]


def stale(found: Sequence[Row]) -> list[str]:
    """Reasons that no uncovered row needs any more."""
    needed = {key for row in found if not row.covered_by for key in (row.id, f"{row.id} {row.moment}")}
    return [key for key in REASONS if key not in needed]


def table(found: Sequence[Row]) -> str:
    """The rows as Markdown, below one line of counts."""
    covered = sum(bool(row.covered_by) for row in found)
    missing = "" if covered == len(found) else "; the others say what is missing"
    lines = [f"{covered} of {len(found)} rows are covered{missing}.", ""]
    lines += ["| row | documented | moment | covered by |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *(f"| {row.id} | {row.name} | {row.moment} | {_covered(row)} |" for row in found)])


def _covered(row: Row) -> str:
    said = _few(row.covered_by) or f"– {row.reason or 'no scenario, and no reason'}"
    return f"{said}; beyond the documented moments: {_few(row.beyond)}" if row.beyond else said


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:MOST_NAMED]) + more


def within(text: str, written: str, where: str) -> str:
    """The text with the table between its markers."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise AuthorError(f"{BEGIN} and {END} don't stand in it", where=where, cure="put both where the table belongs")
    return f"{before}{BEGIN}\n\n{written}\n\n{END}{after}"


def write(path: Path, written: str) -> None:
    """Put the table into a file between its markers, and change nothing else."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AuthorError(f"the file can't be read: {error}", where=str(path)) from None
    path.write_text(within(text, written, str(path)), encoding="utf-8", newline="\n")
