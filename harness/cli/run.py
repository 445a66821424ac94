"""`chatfault run` and `explore`: pytest with friendlier defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pytest

from harness.cli.progress import progress
from harness.language.profiles import client
from harness.options import OPTIONS, PYTESTS, translated
from harness.prediction import explore as drawing
from harness.values.errors import AuthorError


def ran(arguments: Sequence[str]) -> int:
    """pytest with friendlier defaults: every verdict on a line, no header, the scenarios folder if no path is given."""
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
    defaults += [] if quiet else ["-v"]
    with progress(arguments) as plugins:
        code = pytest.main(
            [*defaults, *([] if quiet else ["-v"]), *translated(arguments)], plugins=[Defaults(), *plugins]
        )
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


class Run(click.Command):
    """A command whose options are known for help and completion; the words themselves go to pytest as they stand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        if {"-h", "--help"} & set(args):
            click.echo(self.get_help(ctx))
            ctx.exit()
        ctx.params["arguments"] = tuple(args)
        return []


def _option(name: str, how: Mapping[str, Any]) -> click.Option:
    """One of a run's own options as the command line shows it."""
    flag = how.get("action") == "store_true"
    kind = click.Choice(list(how["choices"])) if "choices" in how else None
    said = str(how["help"])
    return click.Option(
        [name], is_flag=flag, type=kind, metavar=how.get("metavar"), help=said[:1].upper() + said[1:] + "."
    )


def _run(arguments: tuple[str, ...]) -> int:
    """Run the scenarios in PATH (default: scenarios), and write the report."""
    return ran(arguments)


PATHS = click.Argument(["arguments"], nargs=-1, metavar="[PATH]…", type=click.Path())
run = Run(
    "run",
    callback=_run,
    params=[PATHS, *(_option(name, how) for name, how in OPTIONS.items())],
    help=_run.__doc__,
    epilog=PYTESTS,
    context_settings={"ignore_unknown_options": True},
)


@click.command()
@click.option("--seed", type=int, default=1, help="The same seed draws the same (default 1).")
@click.option("--scenarios", "many", type=click.IntRange(1), default=20, metavar="N", help="How many (default 20).")
@click.option("--out", type=click.Path(path_type=Path), default=Path("explored"), help="Where they and the report go.")
def explore(seed: int, many: int, out: Path) -> int:
    """Draw scenarios that nobody wrote, and run them: what fails shows where model, wire and client disagree."""
    drawn = out / "scenarios"
    drawn.mkdir(parents=True, exist_ok=True)
    for one in drawing.draw(seed, many, client("default")):
        (drawn / one.name).write_text(one.text, encoding="utf-8")
    return ran([str(drawn), "--out", str(out), "-n", "2"])
