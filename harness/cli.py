"""`chatfault`: run scenarios, set the machine up, look at it, judge a recorded run again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness import report, sweep
from harness.errors import AuthorError, ChatfaultError
from harness.judge import flaky
from harness.provision import Missing, look, provide, report_lines
from harness.rejudge import rejudge
from harness.result import Summary
from harness.session import recorded

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
    return parser


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
    paths = [] if _names_a_path(arguments) else ["scenarios"]
    code = pytest.main([*defaults, *([] if quiet else ["-v"]), "--tb=short", "-rN", *arguments, *paths])
    if code in (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR):
        return AuthorError.exit_code
    return int(code)


def _names_a_path(arguments: Sequence[str]) -> bool:
    return any(not one.startswith("-") and Path(one.split("::")[0]).exists() for one in arguments)


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


if __name__ == "__main__":
    raise SystemExit(main())
