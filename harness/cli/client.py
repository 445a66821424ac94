"""`chatfault client`: work with the profiles of clients."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def client() -> None:
    """Work with the profile of a client."""


@client.command("new")
@click.argument("where", required=False, default="", metavar="[URL|FOLDER]")
@click.option("--command", default="", help="How its server starts, with {port}, {api} and {key} where they belong.")
@click.option("--out", "file", type=click.Path(path_type=Path), default=Path("my_client.yaml"), help="The profile.")
@click.option("--key", default="", help="The API key that the client has; without it {key} is filled in.")
@click.option("--api-port", type=click.IntRange(1024, 65535), help="At which port of this machine it calls the API.")
@click.option("--env", multiple=True, metavar="NAME=VALUE", help="The environment that --command needs.")
@click.option("--ready", default="", help="A path that answers once its server is ready.")
@click.option("--dismiss", multiple=True, help="What a first visit must close: its locator.")
@click.option("--locator", multiple=True, metavar="NAME=CSS", help="A part that you know: composer, send, message …")
@click.option("--headed", is_flag=True, help="Show the browser.")
def new(
    where: str,
    command: str,
    file: Path,
    key: str,
    api_port: int | None,
    env: tuple[str, ...],
    ready: str,
    dismiss: tuple[str, ...],
    locator: tuple[str, ...],
    headed: bool,
) -> int:
    """Open a client, find out where its parts are, and write a first profile of it.

    It is sent questions that the fake service answers, and one that fails. URL: where it runs on this machine; FOLDER:
    a page with its index.html; or --command. What can't be found is said, and asked for at a terminal.
    """
    from harness.cli.new_client import Wanted, create, pairs  # a stack, which no help needs
    from harness.clients import LOCATORS

    known = pairs(locator, "locator", LOCATORS)
    own = Wanted(where, command, key, api_port or 0, pairs(env, "env"), ready, dismiss, known)
    return create(own, file, headed)


@client.command("check")
@click.argument("profile")
@click.option("--out", type=click.Path(path_type=Path), default=Path("client-check"), help="Where the pictures go.")
def checked(profile: str, out: Path) -> int:
    """Open, ask, break and reload the client of PROFILE (a name, or a .yaml file): what of the profile is found?"""
    from harness.cli.check_client import check  # a stack, which no help needs

    return check(profile, out)


@client.command("card")
@click.argument("those", nargs=-1, required=True, metavar="RUN|PROFILE…")
@click.option("--out", type=click.Path(path_type=Path), default=Path("client-card"), help="Where the cards go.")
@click.option("-n", "workers", default="2", show_default=True, help="Workers, where a client is run first.")
@click.option("-k", "chosen", default="", help="Which arms are run, as pytest's -k.")
def carded(those: tuple[str, ...], out: Path, workers: str, chosen: str) -> int:
    """Draw the report card of each RUN (a folder that --out named), or of each PROFILE, whose arms are run first.

    One page, several clients side by side: what they show in each failure, what they keep, which remedies help.
    """
    from harness.cli.cards import drawn  # Jinja2, which no help needs

    return drawn(those, out, ["-n", workers, *(["-k", chosen] if chosen else [])])


@client.command("learn")
@click.argument("profile")
@click.option("--run", type=click.Path(path_type=Path), help="Learn from this run's folder instead of a new one.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("client-learn"), help="Where the run goes.")
@click.option("-n", "workers", default="2", show_default=True, help="Workers.")
def learn(profile: str, run: Path | None, out: Path, workers: str) -> int:
    """Run the failures with the client of PROFILE (a .yaml file), and write down what it says in each of them.

    The texts stand in the profile under `seen:`, where nothing is expected of them, until they are accepted.
    """
    from harness.cli.learning import learn as written

    return written(profile, run, out, workers)


@client.command("accept")
@click.argument("profile")
def accept(profile: str) -> int:
    """Expect what PROFILE (a .yaml file) has under `seen:` from now on, as one accepts a snapshot."""
    from harness.cli.learning import accept as accepted

    return accepted(profile)
