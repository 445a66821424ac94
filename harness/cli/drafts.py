"""`chatfault new` and `import`: a first scenario, from what somebody knows or from what a browser recorded."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

import harness
from harness.cli.words import completing
from harness.faults import FAULTS
from harness.language.lexicon import PLACES
from harness.language.names import meant, suggestion
from harness.language.profiles import client as chosen_client
from harness.prediction.drafting import Draft, drafted
from harness.prediction.har import proposed
from harness.report.words import OF_EVERY_CLIENT, kinds, places_of
from harness.values.errors import AuthorError
from harness.values.situation import Moment
from harness.values.text import shown

SCHEMA = Path(harness.__file__).with_name("scenario.schema.json")
DRAFTED = "../harness/scenario.schema.json"
"""Where a draft that is printed has its schema: in a folder beside the package, as the shipped scenarios."""
PROFILE = click.option("--client", "profile", default="default", help="The client's profile: a name, or a .yaml file.")


def _asked(what: str, thing: str, given: str | None, known: Mapping[str, str]) -> str:
    """What somebody gave or, at a terminal, is asked for; a word for it will do."""
    asks = given is None
    if asks and not sys.stdin.isatty():
        raise AuthorError(f"{what} must be given", cure=f"one of {', '.join(known)}")
    if asks:
        width = max(map(len, known))
        click.echo("\n".join(f"  {name:{width}}  {says}" for name, says in known.items()))
    while True:
        said = click.prompt(f"{thing} ({what})") if given is None else given
        found = meant(said, known)
        if found:
            return found
        if not asks:
            raise AuthorError(f"{said!r} is no {thing}", cure=suggestion(said, known))
        click.echo(f"{shown(said)!r} is no {thing}: {suggestion(said, known)}")


def _message(given: str, profile: str) -> str:
    """A message by its name, `any`, `none`, or a text as it is shown; a slip in a name is told."""
    known = [*chosen_client(profile).messages, "any", "none", *OF_EVERY_CLIENT]
    if given not in known and " " not in given and meant(given, known):
        cure = f"{suggestion(given, known)} A text of your own is taken as it is once it has two words"
        raise AuthorError(f"{given!r} is no message", cure=cure)
    return given


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--at", help="The place that breaks: `chatfault list places`.", shell_complete=completing("places"))
@click.option("--do", help="What breaks there: `chatfault list faults`.", shell_complete=completing("faults"))
@click.option("--moment", type=click.Choice([one.value for one in Moment]), help="When it begins.")
@click.option("--lasts", default="", help="How long: 45s, 15m, 1 connection, forever.")
@click.option(
    "--message",
    default="any",
    help="What the person must be shown: `chatfault list messages`.",
    shell_complete=completing("messages"),
)
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
    place = _asked("--at", "place", at, PLACES)
    breaks = {name: one.says for name, one in FAULTS[place].items() if name != "none"}
    kind = _asked("--do", "fault", do, breaks)
    draft = Draft(place, kind, moment or "", lasts, title, _message(message, profile))
    text = drafted(draft, chosen_client(profile))
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
    own = os.path.relpath(SCHEMA, file.parent) if SCHEMA.is_relative_to(Path.cwd()) else str(SCHEMA)
    file.write_text(text.replace(DRAFTED, own, 1), encoding="utf-8")
    print(f"{file}: `chatfault run {file}`")
    return 0
