"""Clients that somebody else wrote, installed by pip or npm: each into an environment of its own in the cache, once."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import platformdirs
from filelock import FileLock

from harness.values.errors import EnvironmentFault

LONGEST = 1800.0
"""Seconds after which an installation that doesn't end is broken off."""
DONE = "installed"


def environment(name: str, pip: Sequence[str], npm: Sequence[str], say: Callable[[str], None] = print) -> Path:
    """The folder with what was installed: a virtual environment of pip's, `node_modules` of npm's.

    One that is there already is taken as it is. Raises `EnvironmentFault` with the installer's last words.
    """
    key = hashlib.sha256("\n".join((*pip, *npm, sys.version)).encode()).hexdigest()[:12]
    folder = Path(platformdirs.user_cache_dir("chatfault")) / "clients" / f"{name}-{key}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock", timeout=LONGEST):
        if not (folder / DONE).exists():
            if pip or npm:
                say(f"installing {', '.join((*pip, *npm))} into {folder}")
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            if pip:
                _run(name, (sys.executable, "-m", "venv", str(folder)))
                python = str(folder / "bin" / "python")
                _run(name, (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pip))
            if npm:
                program = shutil.which("npm")
                if program is None:
                    raise EnvironmentFault(f"{name} is installed by npm, which is not here", cure="install Node.js")
                quiet = ("--silent", "--no-fund", "--no-audit", "--ignore-scripts")
                _run(name, (program, "install", *quiet, "--prefix", str(folder), *npm))
            (folder / DONE).touch()
    return folder


def _run(name: str, command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EnvironmentFault(f"{name} can't be installed: {error}") from None
    if done.returncode:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise EnvironmentFault(f"{name} can't be installed: {said}", where=" ".join(command[:3]))
