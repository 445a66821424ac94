"""`chatfault report`: open a report with its traces, merge several, say what changed between two, an arm's history."""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

import click
from aiohttp import web

from harness.report import RESULTS
from harness.report.causes import cause
from harness.report.matrix import results
from harness.report.merge import merge
from harness.report.past import GOOD, NAME, WORDS, Changes, Past, baseline, changes, named
from harness.report.serve import application
from harness.values.errors import AuthorError, EnvironmentFault
from harness.values.result import Summary, Verdict
from harness.values.text import shown

LONGEST = 400
"""Characters of a line about the arms of one scenario."""
FOLDER = click.argument("folder", type=click.Path(path_type=Path), default=Path("report"))


@click.group()
def report() -> None:
    """Open a report with its traces, merge several, say what changed between two."""


@report.command("open")
@FOLDER
@click.option("--port", type=int, default=0, help="The port (default: any that is free).")
@click.option("--no-browser", "browser", flag_value=False, default=True, help="Only print the address.")
def open_report(folder: Path, port: int = 0, browser: bool = True) -> int:
    """Serve a report on loopback until Ctrl-C. Port 0: any that is free."""
    if not (folder / "index.html").is_file():
        there = (folder / "history.jsonl").is_file()
        cure = (
            f"`chatfault judge {folder}` writes it from what was recorded"
            if there
            else "name the folder that --out named"
        )
        raise AuthorError(f"there is no report in {folder}", cure=cure)
    listening = socket(AF_INET, SOCK_STREAM)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        raise EnvironmentFault(f"port {port} can't be had: {error.strerror}", cure="leave out --port") from None
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    print(f"the report of {folder}: {address} (Ctrl-C ends it)", flush=True)
    if browser:
        webbrowser.open(address)
    web.run_app(application(folder), sock=listening, print=None)
    return 0


@report.command("merge")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER…")
@click.option("--out", type=click.Path(path_type=Path), default=Path("report"), metavar="DIR", help="Where it goes.")
def merge_reports(folders: Sequence[Path], out: Path) -> int:
    """Make one report from those of shards, browsers or clients. Ends as one run of all of them would."""
    page = merge(folders, out)
    summary = Summary.of(results(out)[0])
    print(f"{sum(summary.counts.values())} arms: {summary}\nreport: {page}")
    return summary.exit_code


@report.command("diff")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
def show_diff(before: Path, after: Path) -> int:
    """What came out otherwise in the second run. Returns 1 where something broke that was not broken in the first."""
    one, other = baseline(before), baseline(after)
    found = changes(one.arms, other.arms, str(before))
    for line in _told(found, one.arms, other.arms, _whys(after)):
        print(line)
    return 1 if found.broken else 0


def _whys(path: Path) -> dict[str, str]:
    """Why each arm of a run is no pass, by its name; nothing where only the verdicts are kept."""
    folder = path if path.is_dir() else path.parent
    told = results(folder)[0] if path.name != NAME and (folder / RESULTS).is_file() else []
    return {named(one): cause(one).kind for one in told if one.verdict is not Verdict.PASS}


def _told(found: Changes, before: Mapping[str, str], after: Mapping[str, str], whys: Mapping[str, str]) -> list[str]:
    """A line for the arms of a scenario that changed in the same way, and below it why they are as they are now."""
    lists = (
        ("newly broken", found.broken),
        ("mended", found.mended),
        ("otherwise", found.other),
        ("new", found.fresh),
        ("not run", found.gone),
    )
    lines = []
    for what, arms in lists:
        groups: dict[tuple[str, str, str, str, str], list[str]] = {}
        for arm in arms:
            was, now = WORDS[before.get(arm, "-")], WORDS[after.get(arm, "-")]
            (scenario, label), way = _parted(arm)
            groups.setdefault((was, now, scenario, way, whys.get(arm, "")), []).append(label)
        for (was, now, scenario, way, why), labels in groups.items():
            lines.append(shown(f"{what:13} {was:8} → {now:8} {scenario}: {', '.join(labels)} {way}".rstrip(), LONGEST))
            lines += [f"{'':34}{why}"] if why else []
    same = len([arm for arm in after if arm in before]) - len(found.broken + found.mended + found.other)
    return [*lines, f"{same} arms came out the same, {len(found.still)} of them broken in both"]


def _parted(arm: str) -> tuple[tuple[str, str], str]:
    """An arm's scenario and label, and the way in which it was run."""
    name, _, way = arm.rpartition(" (")
    scenario, _, label = (name or arm).rpartition("/")
    return (scenario, label), f"({way}" if name else ""


@report.command("history")
@click.argument("arm", default="")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("report"), help="A report's folder.")
def show_history(arm: str, folder: Path) -> int:
    """The verdicts of the last runs, a letter each, of the arms whose names have this in them.

    Without a name: of those that did not always come out well.
    """
    past = Past.read(folder / NAME)
    if not past.runs:
        raise AuthorError(f"there is no {NAME} in {folder}", cure="name the folder that --out named")
    names = sorted({name for run in past.runs for name in run.arms})
    chosen = [name for name in names if arm in name] if arm else [n for n in names if set(past.of(n)) - set(f"{GOOD}-")]
    if arm and not chosen:
        raise AuthorError(f"no arm has {arm!r} in its name", where=str(folder / NAME))
    legend = ", ".join(f"{letter} {word}" for letter, word in WORDS.items())
    print(f"{len(past.runs)} runs, the last on the right: {legend}")
    for name in chosen:
        print(f"{past.of(name)}  {shown(name)}")
    if not chosen:
        print("every arm came out well in each of them")
    return 0
