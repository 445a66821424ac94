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
