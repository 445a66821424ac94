"""`chatfault judge`, `matrix`, `runbooks`, `advise` and `coverage`: what runs recorded, and what scenarios cover."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import report
from harness.arm.rejudge import rejudge
from harness.judging.verdict import flaky
from harness.language.profiles import client
from harness.prediction.recorded import recorded_arms
from harness.report import advise, coverage, matrix, runbooks
from harness.report.past import NAME, Past
from harness.values.errors import AuthorError
from harness.values.recordings import recorded
from harness.values.result import Summary


def judge(folder: Path) -> int:
    """Judge a run's history again and write its report anew."""
    history = folder / "history.jsonl"
    if not history.is_file():
        raise AuthorError(f"there is no history.jsonl in {folder}", cure="name the folder that --out named")
    events = recorded(history)
    results = flaky(rejudge(events, recorded_arms(events)))
    about = matrix.results(folder)[1] if (folder / report.RESULTS).is_file() else {}
    before = Past.read(folder / NAME).without_last
    where = report.write(folder, results, history, {**about, "judged": "again"}, before)
    summary = Summary.of(results)
    for one in results:
        print(f"{one.verdict:8} {one.scenario} · {one.sentence}")
    print(f"{len(results)} arms: {summary}\nreport: {where}")
    return summary.exit_code


def show_matrix(folder: Path, as_markdown: bool) -> int:
    table = matrix.matrix(matrix.results(folder)[0])
    print(matrix.markdown(table) if as_markdown else matrix.terminal(table))
    return 0


def show_runbooks(folder: Path) -> int:
    print(runbooks.terminal(matrix.results(folder)[0]))
    return 0


def show_advice(folder: Path, scenarios: Path, likely: Sequence[str]) -> int:
    """The advice overall and for each message; messages are those that the scenarios say a person must be shown."""
    results, about = matrix.results(folder)
    chosen = client(str(about.get("client", "default")))
    messages = {one.id: one.expect.message for one in coverage.scenarios_in([scenarios], chosen)}
    for line in advise.lines(results, messages, advise.likelihood(likely), lambda message: chosen.text(message, "en")):
        print(line)
    return 0


def show_coverage(paths: Sequence[Path], profile: str, target: Path | None) -> int:
    found = coverage.rows(coverage.scenarios_in(paths or [Path("scenarios")], client(profile)))
    if target:
        coverage.write(target, coverage.table(found))
    else:
        print(coverage.table(found))
    return 0
