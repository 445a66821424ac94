"""The commands, their arguments, and what their errors end with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.cli.client import register
from harness.cli.machine import clean, doctor, setup
from harness.cli.recorded import judge, show_advice, show_coverage, show_matrix, show_runbooks
from harness.cli.report import merge_reports, open_report, show_diff, show_history
from harness.cli.run import explored, run
from harness.values.errors import ChatfaultError

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
    _reports(commands)
    register(commands)
    return parser


def _reports(commands: Any) -> None:
    """`chatfault report …`: what is done with reports that are there."""
    report_ = commands.add_parser("report", help="open a report with its traces, merge several, compare two")
    some = report_.add_subparsers(required=True, metavar="WHAT")
    open_ = some.add_parser("open", help="serve a report on loopback, with Playwright's trace viewer")
    open_.add_argument("folder", type=Path, nargs="?", default=Path("report"), help="a report's folder")
    open_.add_argument("--port", type=int, default=0, help="the port (default: any that is free)")
    open_.add_argument("--no-browser", action="store_true", help="only print the address")
    open_.set_defaults(do=lambda asked: open_report(asked.folder, asked.port, not asked.no_browser))
    merge_ = some.add_parser("merge", help="one report from those of shards, browsers or clients")
    merge_.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="their folders")
    merge_.add_argument("--out", type=Path, default=Path("report"), metavar="DIR", help="where it goes")
    merge_.set_defaults(do=lambda asked: merge_reports(asked.folders, asked.out))
    diff_ = some.add_parser("diff", help="what came out otherwise; ends with 1 where something broke")
    diff_.add_argument("before", type=Path, help="a report's folder, a results.json, or a runs.json")
    diff_.add_argument("after", type=Path, help="another")
    diff_.set_defaults(do=lambda asked: show_diff(asked.before, asked.after))
    history_ = some.add_parser("history", help="an arm's verdicts over the last runs")
    history_.add_argument("arm", nargs="?", default="", help="part of its name (default: arms that went wrong once)")
    history_.add_argument("--folder", type=Path, default=Path("report"), help="a report's folder (default: report)")
    history_.set_defaults(do=lambda asked: show_history(asked.arm, asked.folder))


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
