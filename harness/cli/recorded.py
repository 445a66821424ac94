"""`chatfault judge`, `matrix`, `runbooks`, `advise` and `coverage`: what runs recorded, and what scenarios cover."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from harness import report
from harness.arm.rejudge import rejudge
from harness.judging.verdict import flaky
from harness.language.profiles import client
from harness.prediction.recorded import recorded_arms
from harness.report import advise as orders
from harness.report import coverage as covered
from harness.report import matrix as tables
from harness.report import runbooks as books
from harness.report.past import NAME, Past
from harness.values.errors import AuthorError
from harness.values.recordings import recorded, runs_of
from harness.values.result import Summary


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def judge(folder: Path) -> int:
    """Judge the run that FOLDER holds again, from its history alone, and write its report anew."""
    history = folder / "history.jsonl"
    if not history.is_file():
        raise AuthorError(f"there is no history.jsonl in {folder}", cure="name the folder that --out named")
    events = recorded(history)
    results = flaky([one for run in runs_of(events) for one in rejudge(run, recorded_arms(run))])
    about = tables.results(folder)[1] if (folder / report.RESULTS).is_file() else {}
    before = Past.read(folder / NAME).without_last
    where = report.write(folder, results, history, {**about, "judged": "again"}, before)
    summary = Summary.of(results)
    for one in results:
        print(f"{one.verdict:8} {one.scenario} · {one.sentence}")
    print(f"{len(results)} arms: {summary}\nreport: {where}")
    return summary.exit_code


@click.command()
@click.option("--markdown", "as_markdown", is_flag=True, help="One Markdown table.")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("report"))
def matrix(folder: Path, as_markdown: bool) -> int:
    """Causes × remedies, as the run in FOLDER (default: report) observed them."""
    table = tables.matrix(tables.results(folder)[0])
    print(tables.markdown(table) if as_markdown else tables.terminal(table))
    return 0


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("report"))
def runbooks(folder: Path) -> int:
    """At which step of each document's order each cause recovered in the run in FOLDER."""
    print(books.terminal(tables.results(folder)[0]))
    return 0


@click.command()
@click.option("--likely", multiple=True, metavar="C=N", help="A cause's weight (default 1).")
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path),
    default=Path("scenarios"),
    help="Where their messages are read (default: scenarios).",
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("report"))
def advise(folder: Path, scenarios: Path, likely: Sequence[str]) -> int:
    """The order of remedies that helps soonest, overall and for each message, beside the documents' orders.

    Messages are those that the scenarios say a person must be shown.
    """
    results, about = tables.results(folder)
    chosen = client(str(about.get("client", "default")))
    messages = {one.id: one.expect.message for one in covered.scenarios_in([scenarios], chosen)}
    for line in orders.lines(results, messages, orders.likelihood(likely), lambda message: chosen.text(message, "en")):
        print(line)
    return 0


@click.command()
@click.option(
    "--write", "target", type=click.Path(path_type=Path), metavar="FILE", help="Put it between FILE's markers."
)
@click.option("--client", "profile", default="default", help="The client's profile: a name, or a .yaml file.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")
def coverage(paths: Sequence[Path], profile: str, target: Path | None) -> int:
    """What the scenarios in PATH (default: scenarios) cover of the documented failures."""
    found = covered.rows(covered.scenarios_in(paths or [Path("scenarios")], client(profile)))
    if target:
        covered.write(target, covered.table(found))
    else:
        print(covered.table(found))
    return 0
