"""What a killed run has left behind: found, ended and removed, as far as it is provably ours.

Every process of a run carries `CHATFAULT_RUN=<runner's pid>:<its start time>:<folder>`. If no such runner is alive any
more, the process is an orphan, and so is a temporary folder that carries the same two numbers in its name.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.stack.process import MARK, goes_on

FOLDER = re.compile(r"chatfault-(\d+)-(\d+\.\d+)-\w+")


@dataclass(frozen=True)
class Orphan:
    """Something whose runner is gone: a process (`pid`), or a folder."""

    what: str
    pid: int = 0
    folder: Path | None = None


def orphans() -> list[Orphan]:
    """Everything that dead runs have left on this machine. Changes nothing."""
    return [*_processes(), *_folders()]


def sweep() -> list[Orphan]:
    """End and remove what dead runs have left; returns what it was."""
    found = orphans()
    ended = []
    for orphan in found:
        if orphan.pid:
            try:
                process = psutil.Process(orphan.pid)
                process.kill()
                ended.append(process)
            except psutil.Error:
                continue
    psutil.wait_procs(ended, timeout=5)
    for orphan in found:
        if orphan.folder:
            shutil.rmtree(orphan.folder, ignore_errors=True)
    return found


def end(mark: str) -> None:
    """End every process that carries this very mark, at once."""
    ended = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                process.kill()
                if process.ppid() != os.getpid():  # who started a process also asks how it ended
                    ended.append(process)
    psutil.wait_procs(ended, timeout=5)


def _alive(pid: int, started: float) -> bool:
    """Whether that very process still runs (a pid alone may be somebody else's by now)."""
    try:
        return goes_on(pid) and abs(psutil.Process(pid).create_time() - started) < 1.0
    except psutil.Error:
        return False


def _processes() -> list[Orphan]:
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            mark = process.environ().get(MARK, "")
        except (psutil.Error, OSError):
            continue
        pid, _, rest = mark.partition(":")
        started, _, _folder = rest.partition(":")
        if pid.isdigit() and started and not _alive(int(pid), float(started)):
            found.append(Orphan(f"{process.info['name']} (pid {process.pid})", pid=process.pid))
    return found


def _folders() -> list[Orphan]:
    found = []
    for path in Path(tempfile.gettempdir()).glob("chatfault-*"):
        match = FOLDER.fullmatch(path.name)
        if match and not _alive(int(match[1]), float(match[2])):
            found.append(Orphan(str(path), folder=path))
    return found
