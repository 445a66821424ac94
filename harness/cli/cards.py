"""`chatfault client card`: runs what was not run yet, and draws the cards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.language import profiles
from harness.report import RESULTS
from harness.report.card import card, write
from harness.values.errors import AuthorError, EnvironmentFault


def drawn(those: Sequence[str], out: Path, options: Sequence[str]) -> int:
    """The cards of recorded runs (folders), and of clients (profiles), which are run first. Returns 0."""
    folders = [_recorded(one, out, options) for one in those]
    path = write(out / "card.html", [card(folder) for folder in folders])
    print(f"card: {path}")
    return 0


def _recorded(one: str, out: Path, options: Sequence[str]) -> Path:
    """The folder of a run: that which was named, or one that is made now."""
    folder = Path(one)
    if folder.is_dir():
        return folder
    chosen = profiles.client(one)
    return ran(one, out / chosen.name, options)


def ran(profile: str, folder: Path, options: Sequence[str]) -> Path:
    """Run the scenarios with a client, in a process of its own, as pytest wants it; the folder of its report.

    Raises `AuthorError` or `EnvironmentFault` where nothing was recorded.
    """
    command = [sys.executable, "-m", "harness.cli", "run", f"--client={profile}", f"--out={folder}", *options]
    code = subprocess.run(command, check=False).returncode
    if not (folder / RESULTS).is_file():
        kind = AuthorError if code == AuthorError.exit_code else EnvironmentFault
        raise kind(f"the run of {profile} came to no result", cure="what it printed above says why")
    return folder
