"""`chatfault run` and `explore`: pytest with friendlier defaults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.language.profiles import client
from harness.options import parser, translated
from harness.prediction import explore
from harness.values.errors import AuthorError


def run(arguments: Sequence[str]) -> int:
    """pytest with friendlier defaults: every verdict on a line, no header, the scenarios folder if no path is given."""
    if {"-h", "--help"} & set(arguments):
        parser().print_help()
        return 0
    quiet = any(argument in ("-q", "--quiet", "-qq") for argument in arguments)
    defaults = [
        "-p",
        "chatfault",
        "--chatfault-everywhere",
        "--no-header",
        "-p",
        "no:cacheprovider" if "--lf" not in arguments else "cacheprovider",
    ]
    defaults += ["--rootdir=.", "--override-ini=testpaths=scenarios", "--tb=short", "-rN"]
    code = pytest.main([*defaults, *([] if quiet else ["-v"]), *translated(arguments)], plugins=[Defaults()])
    if code in (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR):
        return AuthorError.exit_code
    return int(code)


class Defaults:
    """Where no path is named, it is the folders that the ini option names, else `scenarios`."""

    def pytest_configure(self, config: pytest.Config) -> None:
        if config.args_source in (config.ArgsSource.INVOCATION_DIR, config.ArgsSource.TESTPATHS):
            folders = [str(path) for path in config.getini("chatfault_scenarios")]
            if folders:
                config.args = folders
            elif config.args_source is config.ArgsSource.INVOCATION_DIR:
                raise pytest.UsageError("no path is given, and there is no folder scenarios here")


def explored(seed: int, many: int, out: Path) -> int:
    """Draw scenarios into a folder and run them there: what fails shows where model, wire and client disagree."""
    drawn = out / "scenarios"
    drawn.mkdir(parents=True, exist_ok=True)
    for one in explore.draw(seed, many, client("default")):
        (drawn / one.name).write_text(one.text, encoding="utf-8")
    return run([str(drawn), "--out", str(out), "-n", "2"])
