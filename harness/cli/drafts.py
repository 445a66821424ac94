"""`chatfault new` and `import`: a first scenario, from what somebody knows or from what a browser recorded."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from harness.faults import FAULTS
from harness.language.names import meant, suggestion
from harness.language.profiles import client as chosen_client
from harness.prediction.drafting import Draft, drafted
from harness.prediction.har import proposed
from harness.report.words import kinds, places_of
from harness.values.errors import AuthorError
from harness.values.situation import PLACES, Moment

PROFILE = click.option("--client", "profile", default="default", help="The client's profile: a name, or a .yaml file.")


def _asked(what: str, given: str | None, known: list[str]) -> str:
    """What somebody gave or, at a terminal, is asked for; a word for it will do."""
    if given is None:
        if not sys.stdin.isatty():
            raise AuthorError(f"{what} must be given", cure=f"one of {', '.join(known)}")
        given = click.prompt(what, type=click.Choice(known), show_choices=True)
    found = meant(given or "", known)
    if not found:
        raise AuthorError(f"{given!r} is no {what.removeprefix('--')}", cure=suggestion(given or "", known))
    return found


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--at", help="The place that breaks: `chatfault list places`.")
@click.option("--do", help="What breaks there: `chatfault list faults`.")
@click.option("--moment", type=click.Choice([one.value for one in Moment]), help="When it begins.")
@click.option("--lasts", default="", help="How long: 45s, 15m, 1 connection, forever.")
@click.option("--message", default="any", help="What the person must be shown: `chatfault list messages`.")
@click.option("--title", default="", help="What breaks, in one sentence.")
@PROFILE
def new(
    file: Path | None,
    at: str | None,
    do: str | None,
    moment: str | None,
    lasts: str,
    message: str,
    title: str,
    profile: str,
) -> int:
    """Write a first scenario into FILE (or print it): what isn't given is asked for, or chosen so that it fits.

    What it writes lints clean and runs; its lists are what the model foretells.
    """
    if at is None and do is not None:
        fit = places_of(meant(do, kinds()) or do)
        at = fit[0] if len(fit) == 1 or not sys.stdin.isatty() else None
    place = _asked("--at", at, list(PLACES))
    kind = _asked("--do", do, [name for name in FAULTS[place] if name != "none"])
    text = drafted(Draft(place, kind, moment or "", lasts, title, message), chosen_client(profile))
    return _written(file, text)


@click.command("import")
@click.argument("har", type=click.Path(path_type=Path), metavar="FILE.har")
@click.option(
    "--out", "file", type=click.Path(path_type=Path), metavar="FILE", help="Where it goes (default: printed)."
)
@PROFILE
def import_(har: Path, file: Path | None, profile: str) -> int:
    """Propose a scenario from a failure that a browser recorded (developer tools, Network, Save all as HAR).

    Nothing of the recording's texts, addresses and secrets gets into it; what it could not tell is said.
    """
    draft, notes = proposed(har)
    code = _written(file, drafted(draft, chosen_client(profile)))
    for note in notes:
        click.echo(f"not told by the recording: {note}", err=True)
    return code


def _written(file: Path | None, text: str) -> int:
    if file is None:
        print(text, end="")
        return 0
    if file.exists():
        raise AuthorError(f"{file} is there already", cure="name another file")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    print(f"{file}: `chatfault run {file}`")
    return 0
