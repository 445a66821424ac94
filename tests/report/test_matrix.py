"""The matrix says of every cause and remedy what was observed, and why there is nothing where there is nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.cli import main
from harness.report.matrix import Matrix, markdown, matrix, results, terminal
from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict
from tests.helpers import result

IDS = {"reload": "R1", "new_tab": "R1", "wait": "R14", "regenerate": "R17", "new_chat": "R18"}
YES, ANYWAY, NO = "recovers", "recovers_anyway", "does_not_recover"


def run(label: str, observed: str = NO, scenario: str = "one", cause: str = "C15", **other: Any) -> Result:
    """A remedy's result; `label` is `reload` or `wait[1m]`."""
    remedy = label.partition("[")[0]
    told = {"kind": "remedy", "remedy": remedy, "remedy_id": IDS.get(remedy, ""), "moment": "send"}
    names = {"arm": f"{scenario}/{label}", "scenario": scenario, "cause": cause, "observed": observed}
    return replace(result(), **{**told, **names, **other})


def control(label: str, observed: str, **other: Any) -> Result:
    act = label.partition("+")[0]
    return run(f"control[{label}]", observed, **{"kind": "control", "remedy": act, **other})


def lines(table: Matrix, cause: str, column: str) -> list[str]:
    return table.cells[cause, column].lines


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        ([YES, YES], ["recovers", "2 in 1", "at once"]),
        ([ANYWAY], ["recovers anyway", "1 in 1", "at once"]),
        ([NO], ["does not recover", "1 in 1"]),
        ([NO, YES, NO], ["mixed", "1 recovers", "2 not", "3 in 1", "at once"]),
        ([YES, ANYWAY], ["mixed", "1 recovers", "1 anyway", "2 in 1", "at once"]),
    ],
)
def test_a_cell_says_what_its_runs_came_to(observed: list[str], said: list[str]) -> None:
    table = matrix(run("reload", one, repeat=at) for at, one in enumerate(observed))
    assert lines(table, "C15", "R1") == said


def test_a_cell_counts_scenarios_and_repeats_apart() -> None:
    table = matrix([run("reload", scenario=name, repeat=at) for name in ("one", "two[en]", "two[ja]") for at in (0, 1)])
    assert lines(table, "C15", "R1") == ["does not recover", "6 in 3"]


def test_several_causes_and_several_ids_stand_in_each_of_their_cells() -> None:
    table = matrix([run("wait[1m]", YES, cause="C1,C15", remedy_id="R14,R15")])
    assert (table.causes, table.columns) == (("C1", "C15"), ("R14", "R15"))
    assert {cell.outcome for cell in table.cells.values()} == {YES}


def test_columns_are_the_controls_then_ids_by_number_then_names() -> None:
    runs = [run("retry"), run("wait[1m]"), run("reload"), control("ask_again", NO), control("nothing", NO)]
    assert matrix([*runs, run("reload", cause="C2")]).columns == ("nothing", "ask_again", "R1", "R14", "retry")
    assert matrix([*runs, run("reload", cause="C2")]).causes == ("C2", "C15")


def test_a_control_that_lets_time_go_by_or_starts_elsewhere_is_not_the_bare_one() -> None:
    runs = [control("ask_again+2m", YES), control("ask_again", NO), control("ask_again+vpn_a", YES)]
    assert lines(matrix(runs), "C15", "ask_again") == ["does not recover", "1 in 1"]


def test_a_scenario_that_starts_on_a_vpn_has_its_bare_control_there() -> None:
    runs = [control("ask_again+vpn_a", YES), control("ask_again+2m+vpn_a", NO)]
    assert lines(matrix(runs), "C15", "ask_again") == ["recovers", "1 in 1", "at once"]


@pytest.mark.parametrize(
    ("moment", "label", "why"),
    [
        ("open", "new_chat", ["not applicable:", "not possible at open"]),
        ("send", "regenerate", ["not applicable:", "not possible at send"]),
        ("send", "new_chat", ["not applicable:", "not run"]),
        ("send", "no_such_remedy", ["not applicable:", "not run"]),
    ],
)
def test_an_empty_cell_says_why(moment: str, label: str, why: list[str]) -> None:
    elsewhere = run(label, YES, cause="C2", moment="mid_answer", scenario="two")
    table = matrix([run("reload", moment=moment), elsewhere])
    assert lines(table, "C15", IDS.get(label, label)) == why


def test_a_remedy_that_is_possible_at_one_of_the_causes_moments_was_just_not_run() -> None:
    elsewhere = run("new_chat", cause="C2", scenario="two")
    table = matrix([run("reload", moment="open"), run("reload", scenario="three"), elsewhere])
    assert lines(table, "C15", "R18")[1] == "not run"


def test_an_invalid_run_is_no_observation() -> None:
    invalid = run("reload", YES, verdict=Verdict.INVALID)
    assert lines(matrix([invalid]), "C15", "R1") == ["not judged:", "every run is invalid"]
    assert lines(matrix([invalid, run("reload", repeat=1)]), "C15", "R1") == ["does not recover", "1 in 1"]


@pytest.mark.parametrize(
    ("labels", "after"),
    [
        (["wait[1m]", "wait[1m]"], "after 1m"),
        (["wait[30s]", "wait[1m]", "wait[15m]"], "after 1m, worst 15m"),
        (["wait[1m]", "wait[2m]"], "after 90s, worst 2m"),
    ],
)
def test_a_wait_takes_its_duration_until_it_recovers(labels: list[str], after: str) -> None:
    runs = [run(label, YES, scenario=f"s{at}") for at, label in enumerate(labels)]
    assert matrix([*runs, run("wait[4h]", NO)]).cells["C15", "R14"].after == after


def test_a_scenario_without_a_cause_stands_in_no_row_and_is_counted() -> None:
    table = matrix([run("reload", cause=""), run("retry", cause="")])
    assert (table.causes, table.without_cause) == ((), 1)
    assert "no result with a cause" in terminal(table)
    assert "name no cause, and stand in no row: 1." in terminal(table)


def many() -> Matrix:
    labels = ["reload", "wait[1m]", "retry", "regenerate", "new_chat", *(f"other_{n}" for n in range(9))]
    return matrix([run(label, (YES, ANYWAY, NO)[at % 3], scenario=f"s{at}") for at, label in enumerate(labels)])


@pytest.mark.parametrize("width", [60, 120])
def test_a_wide_matrix_is_told_in_blocks_that_fit(width: int) -> None:
    text = terminal(many(), width)
    assert max(map(len, text.splitlines())) <= width
    heads = [line for line in text.splitlines() if line.startswith("cause ")]
    assert len(heads) > 1
    assert [name for line in heads for name in line.split()[1:]] == list(many().columns)


def test_markdown_is_one_table_with_every_cell() -> None:
    rows = [line for line in markdown(many()).splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [len(many().columns) + 2] * 3
    assert "| recovers<br>1 in 1<br>at once |" in rows[2]


def saved(folder: Path, runs: list[Result]) -> Path:
    told = {"about": {"client": "default"}, "arms": [one.to_json() for one in runs]}
    (folder / "results.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def test_the_command_reads_a_reports_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(saved(tmp_path, [run("reload")]))
    assert main(["matrix", folder]) == 0
    assert "C15   does not recover" in capsys.readouterr().out
    assert main(["matrix", folder, "--markdown"]) == 0
    assert "| C15 | does not recover<br>1 in 1 |" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "{", "[]", '{"about": {}, "arms": [{"arm": "x"}]}'])
def test_a_folder_without_results_is_the_authors_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "results.json").write_text(content)
    with pytest.raises(AuthorError, match=r"results"):
        results(tmp_path)
