"""`chatfault lint`, `plan` and `watch`: a scenario looked at while it is written."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from harness.language import findings
from harness.language.files import is_yaml, left_out, text_of, yaml_files
from harness.language.profiles import client as chosen_client
from harness.language.runbooks import is_runbook
from harness.language.source import Problem, ScenarioError
from harness.prediction.reading import problems, read, read_book
from harness.prediction.weights import weight
from harness.values.errors import AuthorError
from harness.values.scenario import Arm, Scenario
from harness.values.situation import duration_text
from harness.values.text import shown

PROFILE = click.option("--client", "profile", default="default", help="The client's profile: a name, or a .yaml file.")
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]…")


def coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def chosen(paths: Sequence[Path]) -> tuple[list[Path], dict[Path, str]]:
    """The scenarios' and runbooks' files of these paths, and why others in their folders are left out."""
    files: list[Path] = []
    out: dict[Path, str] = {}
    for path in paths or [Path("scenarios")]:
        if not path.exists() and not path.is_symlink():
            raise AuthorError(f"there is no {path}", cure="name a folder with scenarios, or a scenario")
        found = yaml_files(path) if path.is_dir() else [path]
        why = {one: left_out(one) for one in found} if path.is_dir() else {}
        files += [one for one in found if not why.get(one)]
        out |= {one: reason for one, reason in why.items() if reason}
    return list(dict.fromkeys(files)), out


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


@click.command()
@PATHS
@click.option("--format", "form", type=click.Choice(list(findings.FORMATS)), default="text", help="How they are told.")
@PROFILE
def lint(paths: tuple[Path, ...], form: str, profile: str) -> int:
    """Read the scenarios and runbooks in PATH (default: scenarios), and tell every error of all of them."""
    client = chosen_client(profile)
    files, out = chosen(paths)
    gc.disable()  # thousands of small files make much that dies young; the process ends soon
    found = [problem for path in files for problem in problems(path, client)]
    if form == "text":
        for path, why in out.items():
            print(f"left out: {shown(str(path))}: {why}")
        if found:
            print(findings.as_text(found, coloured()))
        print(f"{_many(len(files), 'file')}, {_many(len(found), 'error')}")
    else:
        print(findings.FORMATS[form](found))
    return AuthorError.exit_code if found or not files else 0


def readable(paths: Sequence[Path], profile: str) -> tuple[list[tuple[Scenario, tuple[Arm, ...]]], list[Problem]]:
    """What can be read of these files, and every error of the others. Raises `ScenarioError` where nothing can."""
    client = chosen_client(profile)
    found: list[tuple[Scenario, tuple[Arm, ...]]] = []
    wrong: list[Problem] = []
    for path in chosen(paths)[0]:
        try:
            found += read_book(path, client) if is_runbook(text_of(path)) else read(path, client)
        except ScenarioError as error:
            wrong += error.problems
    if wrong and not found:
        raise ScenarioError(wrong)
    return found, wrong


def left_out_for_errors(wrong: Sequence[Problem]) -> int:
    """Tell the errors of the files that were left out. Returns the exit code."""
    if wrong:
        sys.stdout.flush()
        files = _many(len({one.path for one in wrong}), "file")
        print(f"{findings.as_text(wrong, coloured())}\nleft out, for its errors: {files}", file=sys.stderr)
    return AuthorError.exit_code if wrong else 0


@click.command()
@PATHS
@PROFILE
def plan(paths: tuple[Path, ...], profile: str) -> int:
    """Say what would run: every arm and control, what the model foretells of it and why, and how long it takes."""
    found, wrong = readable(paths, profile)
    for scenario, arms in found:
        print(f"{scenario.id}: {scenario.title}")
        for arm in arms:
            beside = f" beside {arm.control}" if arm.control else ""
            print(f"  {arm.label + beside:44} {arm.predicted:16} {arm.because}")
    every = [arm for _, arms in found for arm in arms]
    seconds = sum(weight(arm) for arm in every)
    told = duration_text(max(1, round(seconds)) if seconds < 120 else 60 * round(seconds / 60))
    print(f"{_many(len(found), 'scenario')}, {_many(len(every), 'arm')}, about {told} (half of it with -n 2)")
    return left_out_for_errors(wrong)


@click.command(context_settings={"ignore_unknown_options": True})
@PATHS
@PROFILE
def watch(paths: tuple[Path, ...], profile: str) -> int:
    """Run the scenarios in PATH again whenever one of them is saved. Options of `chatfault run` go after the paths."""
    from watchfiles import Change
    from watchfiles import watch as changes

    first = next((number for number, path in enumerate(paths) if str(path).startswith("-")), len(paths))
    folders, others = list(paths[:first]) or [Path("scenarios")], list(map(str, paths[first:]))
    absent = [path for path in folders if not path.exists()]
    if absent:
        raise AuthorError(f"there is no {absent[0]}", cure="name a folder with scenarios, or a scenario")
    print(f"watching {', '.join(map(str, folders))}: what you save is run (Ctrl-C ends it)", flush=True)
    for found in changes(*folders, watch_filter=lambda _change, path: is_yaml(Path(path)), raise_interrupt=False):
        saved = sorted({path for change, path in found if change is not Change.deleted})
        fit = [path for path in saved if not _told(path, profile)]
        if fit and not _ran([*fit, f"--client={profile}", *others]):
            break
    return 0


def _ran(arguments: Sequence[str]) -> bool:
    """Run in a process of its own, as pytest wants it. False when somebody ended the run, which then puts all back."""
    with subprocess.Popen([sys.executable, "-m", "harness.cli", "run", *arguments], process_group=0) as run:
        try:
            run.wait()
        except KeyboardInterrupt:
            run.send_signal(signal.SIGINT)
            run.wait()
            return False
    return True


def _told(path: str, profile: str) -> bool:
    """Whether a file has errors, which are told."""
    found = problems(Path(path), chosen_client(profile), os.path.relpath(path))
    if found:
        print(findings.as_text(found, coloured()), flush=True)
    return bool(found)
