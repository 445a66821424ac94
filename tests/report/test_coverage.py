"""The README's coverage table is what the scenarios give, and a row without a scenario says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli import main
from harness.language.profiles import client
from harness.language.source import ScenarioError
from harness.remedies import REMEDIES
from harness.report import coverage
from harness.report.coverage import (
    ADVICE,
    BEGIN,
    CAUSES,
    CLAIMS,
    END,
    FAILURES,
    Row,
    gaps,
    rows,
    scenarios_in,
    stale,
    table,
)
from harness.values.errors import AuthorError
from harness.values.scenario import Scenario
from tests.helpers import OUTAGE, scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ours() -> list[Row]:
    return rows(scenarios_in([ROOT / "scenarios"], client("default")))


def test_the_readme_has_the_table_that_the_scenarios_give(ours: list[Row]) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    said = "run `chatfault coverage --write README.md`"
    assert text == coverage.within(text, table(ours), "README.md"), said


def test_every_row_is_covered_or_says_what_is_missing(ours: list[Row]) -> None:
    assert gaps(ours) == []


def test_no_reason_stands_for_a_row_that_is_covered(ours: list[Row]) -> None:
    assert stale(ours) == [], "take these out of REASONS"


def test_every_row_of_the_catalogue_is_there() -> None:
    tables = ((FAILURES, "F", 14), (CAUSES, "C", 17), (ADVICE, "R", 31), (CLAIMS, "K", 9))
    for names, letter, many in tables:
        assert list(names) == [f"{letter}{number}" for number in range(1, many + 1)]
    assert {row.id for row in rows([])} == {id_ for names, _, _ in tables for id_ in names}


def test_a_reason_is_one_line() -> None:
    assert [key for key, reason in coverage.REASONS.items() if not reason.strip() or "\n" in reason] == []


def test_every_remedy_has_a_cause_that_it_recovers_and_one_that_it_must_not() -> None:
    listed: dict[str, set[str]] = {name: set() for name in REMEDIES}
    for one in scenarios_in([ROOT / "scenarios"], client("default")):
        for entry in one.listed if one.faults else ():
            listed[entry.remedy].add(entry.outcome.value)
    assert [name for name, found in listed.items() if "does_not_recover" not in found] == []
    assert {name for name, found in listed.items() if "recovers" not in found} == {
        name for name, remedy in REMEDIES.items() if remedy.recovers_nothing
    }


def test_every_failure_is_shown_in_both_languages() -> None:
    seen: dict[str, set[str]] = {}
    for one in scenarios_in([ROOT / "scenarios"], client("default")):
        for failure in one.documents:
            seen.setdefault(failure, set()).add(one.locale)
    translated = set(seen) - {"F1", "F4", "F13", "F14"}  # the text of these is the same, or another failure's
    assert {failure for failure in translated if seen[failure] != {"en", "ja"}} == set()


# -- the rules themselves


def row(id_: str, moment: str, *some: Scenario) -> Row:
    return next(one for one in rows(some) if (one.id, one.moment) == (id_, moment))


@pytest.mark.parametrize(
    ("id_", "moment", "more"),
    [
        ("F1", "send", "documents: [F3, F1]"),
        ("F9", "", "documents: F9"),
        ("C7", "", "cause: [C1, C7]"),
        ("K4", "", "claims: K4"),
        ("R14", "", "recovers: [{wait: 1m}]"),
        ("R1", "", "does_not_recover: [new_tab]"),
    ],
)
def test_a_scenario_covers_the_rows_that_it_names(id_: str, moment: str, more: str) -> None:
    assert row(id_, moment, scenario(OUTAGE, more=more)).covered_by == ("one",)
    assert row(id_, moment, scenario(OUTAGE)).covered_by == ()


@pytest.mark.parametrize("faults", ["[]", "{at: service_link, do: none}"])
def test_a_scenario_that_breaks_nothing_covers_nothing(faults: str) -> None:
    idle = scenario(faults, more="documents: F1\ncause: C1\nrecovers_anyway: [reload]")
    assert [one for one in rows([idle]) if one.covered_by] == []


def test_c1_is_not_covered_by_c15() -> None:
    assert row("C1", "", scenario(OUTAGE, more="cause: C15")).covered_by == ()


def test_a_failure_is_covered_at_its_moment_only() -> None:
    one = scenario(OUTAGE, more="documents: F1")
    assert {moment: row("F1", moment, one).covered_by for moment in ("open", "send", "mid_answer")} == {
        "open": (),
        "send": ("one",),
        "mid_answer": (),
    }


def test_a_moment_that_is_not_documented_is_told_beside() -> None:
    found = row("F8", "mid_answer", scenario(OUTAGE, more="documents: F8"))
    assert (found.covered_by, found.beyond) == ((), ("one",))
    assert "beyond the documented moments: `one`" in table([found])


def test_a_row_without_scenario_and_reason_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "REASONS", {"F9": "missing", "F1 send": "missing"})
    found = [Row("F1", "x", "send"), Row("F1", "x", "open"), Row("F9", "x"), Row("K1", "x"), Row("K2", "x", "", ("a",))]
    assert gaps(found) == ["F1 open", "K1"]
    assert "no scenario, and no reason" in table(found)


def test_a_reason_for_a_covered_or_unknown_row_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "REASONS", dict.fromkeys(("F1 send", "F1 open", "C1", "C2", "C99"), "missing"))
    found = [Row("F1", "x", "send", ("a",)), Row("F1", "x", "open"), Row("C1", "x", "", ("a",)), Row("C2", "x")]
    assert stale(found) == ["F1 send", "C1", "C99"]


def test_the_table_counts_and_shortens() -> None:
    text = table([Row("C1", "x", "", ("a", "b", "c", "d", "e", "f")), Row("C9", "y")])
    assert text.startswith("1 of 2 rows are covered")
    assert "| C1 | x |  | `a`, `b`, `c`, `d` and 2 more |" in text


GOOD = f"title: x\nmoment: send\ndocuments: F1\nfaults: [{OUTAGE}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scenarios" / "sub").mkdir(parents=True)
    (tmp_path / "scenarios" / "sub" / "a.yaml").write_text(GOOD)
    return tmp_path


def test_the_command_writes_between_the_markers_and_nowhere_else(folder: Path) -> None:
    readme = folder / "README.md"
    readme.write_text(f"before\n{BEGIN}\nyesterday\n{END}\nafter\n")
    arguments = ["coverage", str(folder / "scenarios"), "--write", str(readme)]
    assert main(arguments) == 0
    once = readme.read_text()
    assert once.startswith(f"before\n{BEGIN}\n\n1 of ")
    assert once.endswith(f"|\n\n{END}\nafter\n")
    assert "yesterday" not in once
    assert "| F1 | connection termination | send | `sub/a` |" in once
    assert main(arguments) == 0
    assert readme.read_text() == once


@pytest.mark.parametrize("text", ["nothing", BEGIN, END, f"{END} {BEGIN}"])
def test_without_both_markers_nothing_is_written(folder: Path, text: str) -> None:
    (folder / "README.md").write_text(text)
    assert main(["coverage", str(folder / "scenarios"), "--write", str(folder / "README.md")]) == 2
    assert (folder / "README.md").read_text() == text


def test_the_command_prints_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", str(folder / "scenarios")]) == 0
    assert "| F1 | connection termination | send | `sub/a` |" in capsys.readouterr().out


def test_the_problems_of_all_files_come_at_once(folder: Path) -> None:
    for name in ("b", "c"):
        (folder / "scenarios" / f"{name}.yaml").write_text("title: x\nmoment: never\n")
    with pytest.raises(ScenarioError) as error:
        scenarios_in([folder / "scenarios"], client("default"))
    assert {Path(problem.path).name for problem in error.value.problems} == {"b.yaml", "c.yaml"}


def test_a_path_that_is_not_there_is_the_authors_error(tmp_path: Path) -> None:
    with pytest.raises(AuthorError, match="there is no"):
        scenarios_in([tmp_path / "nowhere"], client("default"))
