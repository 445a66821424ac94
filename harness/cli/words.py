"""`chatfault explain` and `list`: what the words of a scenario mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from harness.language.names import MEANT, normal, suggestion
from harness.language.profiles import client as chosen_client
from harness.report import guide, words
from harness.values.errors import AuthorError

PROFILE = click.option("--client", "profile", default="default", help="The client's profile: a name, or a .yaml file.")


def _names(_ctx: Any, _param: Any, incomplete: str) -> list[str]:
    known = [word.name for word in words.every_word(chosen_client("default"))]
    return sorted({name for name in known if name.startswith(incomplete)})


def completing(sort: str) -> Callable[[Any, Any, str], list[str]]:
    """What completes the names of a sort."""
    return lambda _ctx, _param, incomplete: [
        word.name for word in words.words(sort, chosen_client("default")) if word.name.startswith(incomplete)
    ]


@click.command()
@click.argument("name", required=False, shell_complete=_names)
@PROFILE
def explain(name: str | None, profile: str) -> int:
    """Say what NAME is: a place, a fault, a remedy, a message, a moment, a key, a row of the catalogue.

    Without a name: how a scenario is written.
    """
    chosen = chosen_client(profile)
    if name is None:
        print(guide.in_short())
        return 0
    known = {word.name for word in words.every_word(chosen)} | guide.keys()
    called = [one for one in MEANT.get(normal(name), ()) if one in known] if name not in known else []
    if called:
        print(f"{name} is called {' or '.join(called)} here\n")
    try:
        at_hand = words.shown_in(Path("scenarios"), chosen)
        lines = [line for one in called or [name] for line in words.explained(one, chosen, at_hand)]
    except AuthorError as error:
        raise AuthorError(error.what, cure=suggestion(name, known)) from None
    print("\n".join(lines))
    return 0


@click.command("list")
@click.argument("sort", required=False, type=click.Choice(words.SORTS))
@click.option(
    "--write", "target", type=click.Path(path_type=Path), metavar="FILE", help="Put the tables between FILE's markers."
)
@PROFILE
def list_(sort: str | None, target: Path | None, profile: str) -> int:
    """List the names that a scenario can use, of one SORT or of all."""
    chosen = chosen_client(profile)
    if target:
        guide.write(target, chosen)
        return 0
    for one in [sort] if sort else words.SORTS:
        found = words.words(one, chosen)
        width = max(len(word.name) for word in found)
        print(f"{one}:" if not sort else "", end="\n" if not sort else "")
        for word in found:
            print(f"  {word.name:{width}}  {word.says}")
    return 0
