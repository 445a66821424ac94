"""`chatfault setup`, `doctor` and `clean`: what is on this machine."""

from __future__ import annotations

import click

from harness.stack import sweep
from harness.tools.provision import Missing, look, provide, report_lines


@click.command()
@click.argument("tools", nargs=-1, metavar="[TOOL]…")
def setup(tools: tuple[str, ...]) -> int:
    """Find or install Toxiproxy, Envoy and the browsers; with names, only these."""
    provide(tools or None)
    return looked()


@click.command()
def doctor() -> int:
    """Say what is there, where, and what is missing. Changes nothing."""
    return looked()


def looked() -> int:
    found = look()
    for line in report_lines(found):
        print(line)
    left = sweep.orphans()
    for orphan in left:
        print(f"left by a killed run: {orphan.what}")
    if left:
        print("  help: the next run ends and removes it, and so does `chatfault clean`")
    return 3 if any(isinstance(one, Missing) for one in found) else 0


@click.command()
def clean() -> int:
    """End and remove what killed runs have left on this machine."""
    for orphan in sweep.sweep():
        print(f"removed: {orphan.what}")
    return 0
