"""`chatfault client`: work with the profiles of clients."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def client() -> None:
    """Work with the profile of a client."""


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
