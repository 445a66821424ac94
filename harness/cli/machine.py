"""`chatfault setup`, `doctor` and `clean`: what is on this machine, and whether it works."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from harness.stack import sweep
from harness.stack.trial import Trial, tried
from harness.tools import fonts, machine
from harness.tools.provision import Found, Missing, look, provide, report_lines
from harness.values.text import block


@click.command()
@click.argument("names", nargs=-1, metavar="[TOOL]…")
def setup(names: tuple[str, ...]) -> int:
    """Get what is missing, the letters of the tested languages too."""
    provide(names or None)
    machine.raise_limits()
    found = look(names or None)
    trials = asyncio.run(_trials(found))
    unreadable = _unreadable(trials)
    if unreadable:
        fonts.get(unreadable, lambda text: print(block(text)))
        trials = asyncio.run(_trials(found))
    return _told(found, trials)


@click.command()
def doctor() -> int:
    """Look at everything and start each tool for a moment; changes nothing. 3 when a run could not come to its end."""
    machine.raise_limits()
    found = look()
    return _told(found, asyncio.run(_trials(found)))


async def _trials(found: Sequence[Found | Missing]) -> list[Trial]:
    """One after another: what each takes is its own."""
    return [await tried(one) for one in found if isinstance(one, Found)]


def _unreadable(trials: Sequence[Trial]) -> list[str]:
    return sorted({language for one in trials for language in one.unreadable})


def _told(found: Sequence[Found | Missing], trials: Sequence[Trial]) -> int:
    """Print what was found and tried, and what each shortage costs; returns the exit code."""
    print(block("\n".join(report_lines(found))))
    for trial in trials:
        took = f"works (started and ended in {trial.seconds:.1f} s)"
        said = f"does not work: {trial.failure}\n  help: {trial.cure}" if trial.failure else took
        print(block(f"{trial.name:<15} {said}"))
    for language in _unreadable(trials):
        costs = "a person sees boxes, pictures show nothing to read, and a check of what is seen finds no letters"
        print(f"{fonts.LANGUAGES[language]} is drawn as boxes: {costs}\n  help: {fonts.cure(language)}")
    shortages = machine.shortages()
    for short in shortages:
        print(block(str(short)))
    left = sweep.orphans()
    for orphan in left:
        print(f"left by a killed run: {orphan.what}")
    if left:
        print("  help: the next run ends and removes it, and so does `chatfault clean`")
    lacking = any(isinstance(one, Missing) for one in found) or any(one.failure for one in trials)
    return 3 if lacking or any(short.fatal for short in shortages) else 0


@click.command()
def clean() -> int:
    """End and remove what killed runs have left on this machine."""
    for orphan in sweep.sweep():
        print(f"removed: {orphan.what}")
    return 0
