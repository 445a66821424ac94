"""`chatfault`: run scenarios, set the machine up, look at it, judge a recorded run again, say what helps."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness import advise, coverage, explore, matrix, report, runbooks, sweep
from harness.clients import client
from harness.errors import AuthorError, ChatfaultError
from harness.judge import flaky
from harness.options import joined
from harness.provision import Missing, look, provide, report_lines
from harness.recordings import recorded
from harness.rejudge import rejudge
from harness.result import Summary

RUN = "chatfault run [PATH…] [options]   takes pytest's options as well: -k, -x, --lf, -n 2, --junitxml FILE"


def main(argv: Sequence[str] | None = None) -> int:
    """The door of the command line. Returns the exit code: 1 failed, 2 author, 3 environment."""
    given = list(sys.argv[1:] if argv is None else argv)
    try:
        if given[:1] == ["run"]:
            return run(given[1:])
        asked = _parser().parse_args(given)
        done: int = asked.do(asked)
        return done
    except ChatfaultError as error:
        print(f"chatfault: {error}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chatfault", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("run", help="run scenarios", usage=RUN)
    setup_ = commands.add_parser("setup", help="find or install Toxiproxy, Envoy and the browsers")
    setup_.add_argument("tool", nargs="*", help="only these (default: all that are needed)")
    setup_.set_defaults(do=lambda asked: setup(asked.tool))
    doctor_ = commands.add_parser("doctor", help="say what is there, where, and what is missing; changes nothing")
    doctor_.set_defaults(do=lambda asked: doctor())
    clean_ = commands.add_parser("clean", help="end and remove what killed runs have left on this machine")
    clean_.set_defaults(do=lambda asked: clean())
    judge_ = commands.add_parser("judge", help="judge a recorded run again, from its history alone")
    judge_.add_argument("folder", type=Path, help="a report's folder, with its history.jsonl")
    judge_.set_defaults(do=lambda asked: judge(asked.folder))
    _telling(commands)
    return parser


def _telling(commands: Any) -> None:
    """The commands that only read: what runs observed, and what scenarios cover."""
    matrix_ = commands.add_parser("matrix", help="causes × remedies, as a run observed them")
    matrix_.add_argument("--markdown", action="store_true", help="one Markdown table")
    matrix_.set_defaults(do=lambda asked: show_matrix(asked.folder, asked.markdown))
    advise_ = commands.add_parser(
        "advise", help="the order of remedies that helps soonest, beside the documents' orders"
    )
    advise_.add_argument("--likely", action="append", default=[], metavar="C=N", help="a cause's weight (default 1)")
    advise_.add_argument("--scenarios", type=Path, default=Path("scenarios"), help="where their messages are read")
    advise_.set_defaults(do=lambda asked: show_advice(asked.folder, asked.scenarios, asked.likely))
    runbooks_ = commands.add_parser("runbooks", help="at which step of each document's order each cause recovered")
    runbooks_.set_defaults(do=lambda asked: show_runbooks(asked.folder))
    for one in (matrix_, advise_, runbooks_):
        one.add_argument("folder", type=Path, nargs="?", default=Path("report"), help="a report's folder")
    explore_ = commands.add_parser("explore", help="draw scenarios that nobody wrote, and run them")
    explore_.add_argument("--seed", type=int, default=1, help="the same seed draws the same (default 1)")
    explore_.add_argument("--scenarios", type=int, default=20, metavar="N", help="how many (default 20)")
    explore_.add_argument(
        "--out", type=Path, default=Path("explored"), metavar="DIR", help="where they and the report go"
    )
    explore_.set_defaults(do=lambda asked: explored(asked.seed, asked.scenarios, asked.out))
    coverage_ = commands.add_parser("coverage", help="what the scenarios cover of the documented failures")
    coverage_.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="scenarios (default: scenarios)")
    coverage_.add_argument("--write", type=Path, metavar="FILE", help="put the table between the markers in this file")
    coverage_.add_argument("--client", default="default", help="the client's profile: a name, or a .yaml file")
    coverage_.set_defaults(do=lambda asked: show_coverage(asked.paths, asked.client, asked.write))


def run(arguments: Sequence[str]) -> int:
    """pytest with friendlier defaults: every verdict on a line, no header, the scenarios folder if no path is given."""
    quiet = any(argument in ("-q", "--quiet", "-qq") for argument in arguments)
    defaults = [
        "-p",
        "chatfault",
        "--no-header",
        "-p",
        "no:cacheprovider" if "--lf" not in arguments else "cacheprovider",
    ]
    if any(one.startswith(("-n", "--numprocesses")) for one in arguments):
        defaults += ["--dist", "loadscope"]
    defaults += ["--rootdir=.", "--override-ini=testpaths=scenarios", "--tb=short", "-rN"]
    code = pytest.main([*defaults, *([] if quiet else ["-v"]), *joined(arguments)], plugins=[Defaults()])
    if code in (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR):
        return AuthorError.exit_code
    return int(code)


class Defaults:
    """Where no path is named, it is the folder `scenarios`, and nothing else stands in for it."""

    def pytest_configure(self, config: pytest.Config) -> None:
        if config.args_source is config.ArgsSource.INVOCATION_DIR:
            raise pytest.UsageError("no path is given, and there is no folder scenarios here")


def explored(seed: int, many: int, out: Path) -> int:
    """Draw scenarios into a folder and run them there: what fails shows where model, wire and client disagree."""
    drawn = out / "scenarios"
    drawn.mkdir(parents=True, exist_ok=True)
    for one in explore.draw(seed, many, client("default")):
        (drawn / one.name).write_text(one.text, encoding="utf-8")
    return run([str(drawn), "--out", str(out), "-n", "2"])


def setup(names: Sequence[str]) -> int:
    provide(names or None)
    return doctor()


def doctor() -> int:
    found = look()
    for line in report_lines(found):
        print(line)
    left = sweep.orphans()
    for orphan in left:
        print(f"left by a killed run: {orphan.what}")
    if left:
        print("  help: the next run ends and removes it, and so does `chatfault clean`")
    return 3 if any(isinstance(one, Missing) for one in found) else 0


def clean() -> int:
    for orphan in sweep.sweep():
        print(f"removed: {orphan.what}")
    return 0


def judge(folder: Path) -> int:
    """Judge a run's history again and write its report anew."""
    history = folder / "history.jsonl"
    if not history.is_file():
        raise AuthorError(f"there is no history.jsonl in {folder}", cure="name the folder that --out named")
    results = flaky(rejudge(recorded(history)))
    where = report.write(folder, results, history, {"judged": "again"})
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


if __name__ == "__main__":
    raise SystemExit(main())
