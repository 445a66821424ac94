"""What this machine gives a run: open files, memory, disk, processes; and in words what it falls short of."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.values.errors import BrokenMachine

try:
    import resource
except ImportError:  # Windows has none, and no such limits either
    resource = None  # type: ignore[assignment]

FILES = 256
"""Open files below which a worker with its browsers does not get through an arm (Firefox asks for the most)."""
ENOUGH_FILES = 4096
"""What the limit is raised to, where that is allowed: a page with many connections needs more than `FILES`."""
PROCESSES = 200
"""Processes and threads of one user below which a browser does not start."""
ADDRESSES = 64 << 30
"""Bytes of address space that a browser reserves (it uses a small part of them)."""
MEMORY = 1200 << 20
"""Bytes of memory that a worker with its browsers uses at most."""
DISK = 200 << 20
"""Bytes that a worker's folder can take: a browser's profile, logs, the trace of an arm."""
FULL = 64 << 10
"""Bytes below which a disk is full: programs write in pieces, and the next one does not fit."""
SHARED = 64 << 20
"""Bytes of shared memory that Firefox uses for a page; Chromium is told to do without."""

CAUSES = {
    errno.ENOSPC: ("no space is left on the disk", "make room there, or name another folder"),
    errno.EDQUOT: ("the disk quota is used up", "make room there, or name another folder"),
    errno.EROFS: ("the file system is read-only", "name a folder that can be written"),
    errno.EACCES: ("writing there is not allowed", "name a folder that can be written, or change its rights"),
    errno.EPERM: ("it is not permitted", "name a folder that can be written, or change its rights"),
    errno.EMFILE: ("too many open files for one process", f"raise the limit: `ulimit -n {ENOUGH_FILES}`"),
    errno.ENFILE: ("too many open files on this machine", "end other programs, or raise fs.file-max"),
    errno.ENOMEM: ("no memory is left", "end other programs, or run with fewer workers (-n)"),
    errno.EAGAIN: ("no process can be started any more", "end other programs, or raise `ulimit -u`"),
}
"""What the machine says when it gives no more, what that means, and the cure."""
MEANINGS = {
    "Too many open files": errno.EMFILE,
    "No space left on device": errno.ENOSPC,
    "Cannot allocate memory": errno.ENOMEM,
    "can't start new thread": errno.EAGAIN,
    "Resource temporarily unavailable": errno.EAGAIN,
}
"""The same where all that is left of it is a text."""


@dataclass(frozen=True)
class Shortage:
    """Something that this machine has too little of: what, what that costs, and the cure."""

    what: str
    costs: str
    cure: str
    fatal: bool = False
    """No arm can run."""

    def __str__(self) -> str:
        return f"{self.what}: {self.costs}\n  help: {self.cure}"


def broken(error: BaseException, where: str = "") -> BrokenMachine | None:
    """What an error says about the machine, or None when it says nothing about it. `where`: what was being done."""
    number = error.errno if isinstance(error, OSError) else None
    if number not in CAUSES:
        said = str(error)
        number = next((code for words, code in MEANINGS.items() if words in said), None)
    if number is None:
        return None
    what, cure = CAUSES[number]
    path = str(error.filename) if isinstance(error, OSError) and error.filename else ""
    return BrokenMachine(f"{what} ({os.strerror(number)})", where=path or where, cure=cure)


@contextlib.contextmanager
def needed(where: str, cure: str = "") -> Iterator[None]:
    """What fails within for want of room or rights is the machine's: a `BrokenMachine` with that place and cure."""
    try:
        yield
    except OSError as error:
        cause, usual = CAUSES.get(error.errno or 0, (error.strerror or str(error), "name another folder"))
        raise BrokenMachine(cause, where=where, cure=cure or usual) from None


def full(folder: Path) -> BrokenMachine | None:
    """What to say when nothing can be written in a folder any more: who tried may not have said so."""
    with contextlib.suppress(OSError):
        if shutil.disk_usage(folder).free >= FULL:
            return None
    return broken(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)))


def raise_limits() -> None:
    """As many open files as this user may have, up to what is enough; some systems give 256 and allow more."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(ENOUGH_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def check() -> None:
    """Raise `BrokenMachine` for a limit with which no arm can come to its end."""
    raise_limits()
    for short in shortages():
        if short.fatal:
            raise BrokenMachine(f"{short.what}: {short.costs}", cure=short.cure)


def shortages() -> list[Shortage]:
    """What this machine has too little of, and what each costs. Changes nothing."""
    return [*_limits(), *_room()]


def with_shortages(error: BrokenMachine) -> BrokenMachine:
    """The error, and beside its own cure what this machine has too little of: limits first, for they stay."""
    limits, room = ([f"{one.what}: {one.costs} ({one.cure})" for one in some] for some in (_limits(), _room()))
    return BrokenMachine(error.what, error.where, "\n        ".join(filter(None, [*limits, error.cure, *room])))


def too_narrow(what: str) -> BrokenMachine | None:
    """What to say when a browser crashes under a limit of this machine: the next would crash as well."""
    short = next(_limits(), None) if "crashed" in what else None
    return BrokenMachine(f"{what}; {short.what}: {short.costs}", cure=short.cure) if short else None


def _limits() -> Iterator[Shortage]:
    if resource is None:
        return
    files = _limit("RLIMIT_NOFILE")
    if files is not None and files < FILES:
        costs = f"a run needs {FILES}, and stands still or fails somewhere with fewer"
        yield Shortage(f"open files are limited to {files}", costs, f"`ulimit -n {ENOUGH_FILES}`", fatal=True)
    processes = _limit("RLIMIT_NPROC")
    if processes is not None and processes < PROCESSES and os.geteuid() != 0:
        costs = "a browser starts a dozen processes with a hundred threads"
        yield Shortage(f"processes are limited to {processes}", costs, "raise `ulimit -u`")
    space = _limit("RLIMIT_AS")
    if space is not None and space < ADDRESSES:
        costs = "browsers reserve more than they use, and don't start, or crash"
        yield Shortage(f"the address space is limited to {_size(space)}", costs, "`ulimit -v unlimited`")


def _limit(name: str) -> int | None:
    """The most that may be asked for (a soft limit is raised), or None for no limit, or where there is no such one."""
    kind = getattr(resource, name, None)
    if kind is None:
        return None
    hard = resource.getrlimit(kind)[1 if name == "RLIMIT_NOFILE" else 0]
    return None if hard == resource.RLIM_INFINITY else hard


def _room() -> Iterator[Shortage]:
    free = psutil.virtual_memory().available
    if (limit := _container_memory()) is not None:
        free = min(free, limit)
    if free < MEMORY:
        costs = "a worker uses up to 1.2 GB with its browsers, and the kernel may kill one of them"
        yield Shortage(f"{_size(free)} of memory are free", costs, "end other programs, and run with one worker")
    folder = tempfile.gettempdir() if _temporary() else ""
    if not folder:
        costs = "every run has a folder of its own there for profiles, logs and sockets"
        yield Shortage("no temporary folder can be written", costs, "set $TMPDIR to a folder that can", fatal=True)
    elif (left := shutil.disk_usage(folder).free) < DISK:
        costs = "a browser's profile, the logs and a trace may not fit, and then an arm is broken off"
        yield Shortage(f"{_size(left)} are free in {folder}", costs, "make room, or set $TMPDIR to another folder")
    yield from _shared_memory(Path("/dev/shm"))


def _temporary() -> bool:
    try:
        return bool(tempfile.gettempdir())
    except OSError:
        return False


def _shared_memory(place: Path) -> Iterator[Shortage]:
    if os.name != "posix" or os.uname().sysname != "Linux":
        return
    cure = "mount it (in a container: `--shm-size 256m`, or `--ipc host`)"
    if not os.access(place, os.W_OK):
        yield Shortage(f"{place} can't be written", "Firefox may crash; Chromium does without", cure)
    elif (left := shutil.disk_usage(place).free) < SHARED:
        yield Shortage(f"{_size(left)} are free in {place}", "Firefox may crash; Chromium does without", cure)


def _container_memory() -> int | None:
    """Bytes that a container's own limit leaves, where there is one."""
    group = Path("/sys/fs/cgroup")
    try:
        most, used = (group / "memory.max").read_text().strip(), (group / "memory.current").read_text().strip()
        return None if most == "max" else max(0, int(most) - int(used))
    except (OSError, ValueError):
        return None


def _size(number: int) -> str:
    return f"{number / (1 << 30):.1f} GB" if number >= 1 << 30 else f"{number / (1 << 20):.0f} MB"


def same_kind(one: str, other: str) -> bool:
    """Whether two sentences say the same but for their numbers."""
    return re.sub(r"\d+", "", one) == re.sub(r"\d+", "", other)
