"""What a reader should know of a run as a whole: when, of which commit, with which parts and options."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness.tools.provision import Found, look

COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILDKITE_COMMIT")
"""Variables in which a CI says which commit it is about."""
PACKAGES = ("playwright", "pytest", "aiohttp")


def about(
    options: Mapping[str, Any], called: Sequence[str], folder: Path, tools: Iterable[str] | None = None
) -> dict[str, Any]:
    """What is known when a run ends, without its times.

    `options`: by their names, those that aren't as by default. `called`: the program and its arguments.
    """
    return {
        "chatfault": _version("chatfault"),
        "commit": commit(folder),
        "client": str(options.get("--client") or "default"),
        "predicted": not options.get("--no-predict"),
        "command": shlex.join([_program(called[0]), *called[1:]]),
        "options": {name: value for name, value in options.items() if value not in (None, "", False)},
        "tools": {**_tools(tools), **{name: _version(name) for name in PACKAGES}},
        "machine": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    }


def _program(path: str) -> str:
    return "chatfault" if Path(path).name == "__main__.py" else Path(path).name


def commit(folder: Path) -> str:
    """The commit that is tested, with a + where files differ from it; empty outside of a repository."""
    told = next((os.environ[name] for name in COMMITS if os.environ.get(name)), "")
    head = told or _git(folder, "rev-parse", "HEAD")
    return f"{head[:12]}{'+' if not told and head and _git(folder, 'status', '--porcelain', '-uno') else ''}"


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _tools(names: Iterable[str] | None) -> dict[str, str]:
    return {one.name: one.version for one in look(names) if isinstance(one, Found)}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
