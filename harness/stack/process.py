"""A child process that is provably ours, whose death is noticed at once, and which doesn't outlive us."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from harness.tools.machine import broken, needed
from harness.values.errors import BrokenMachine, EnvironmentFault
from harness.values.text import shown

MARK = "CHATFAULT_RUN"
"""In the environment of every process of a run: `<runner's pid>:<runner's start time>:<run folder>`."""
TITLES = {
    "toxiproxy": "Toxiproxy",
    "envoy": "Envoy",
    "fake_upstream": "the service (fake_upstream)",
    "provider": "the other provider's service",
    "elsewhere": "what is elsewhere on the network",
    "instance_a": "instance a of the service",
    "instance_b": "instance b of the service",
}
"""What a sentence calls each part."""
MUCH = 1 << 20
"""Bytes of a log that are read of what is new in it, of more the last."""
READY = 30.0
"""Real seconds within which a part is ready, however busy the machine is."""
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def own_folder() -> tuple[Path, dict[str, str]]:
    """A temporary folder whose name says whose it is, and the variable that says the same of every process."""
    runner = psutil.Process()
    owner = f"{runner.pid}:{runner.create_time():.2f}"
    with needed("the folder for temporary files", "make room there, or set $TMPDIR to a folder that can be written"):
        folder = Path(tempfile.mkdtemp(prefix=f"chatfault-{owner.replace(':', '-')}-"))
    return folder, {MARK: f"{owner}:{folder}"}


@contextlib.contextmanager
def batch() -> Iterator[None]:
    """While this lasts, this thread and what it starts are a batch job to the kernel (Linux only, and where it may).

    A message passes a dozen processes, and by default each that wakes up may preempt one that computes. As a batch job
    they take turns instead: 40 % fewer context switches, which counts where workers share the cores.
    """
    usual = _scheduled("SCHED_OTHER") and _schedule("SCHED_BATCH")
    try:
        yield
    finally:
        if usual:
            _schedule("SCHED_OTHER")


def _scheduled(policy: str) -> bool:
    try:
        return bool(os.sched_getscheduler(0) == getattr(os, policy))
    except (AttributeError, OSError):
        return False


def _schedule(policy: str) -> bool:
    """Whether it took: a sandbox may forbid it, and nothing depends on it."""
    try:
        os.sched_setscheduler(0, getattr(os, policy), os.sched_param(0))
    except (AttributeError, OSError):
        return False
    return True


class PartDied(EnvironmentFault):
    """A real part of the stack ended although nobody ended it."""


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class Process:
    """One child. `lines` gets each line of its standard output; without it the output goes to a log file."""

    def __init__(self, name: str, log: Path, lines: Callable[[bytes], None] | None = None) -> None:
        self.name, self.log, self._lines = name, log, lines
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._read_to = 0
        self._expected = False
        self._again = asyncio.Event()
        self.held = False
        """Whether somebody lets it stand still, and means to."""

    @property
    def title(self) -> str:
        return TITLES.get(self.name, self.name)

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def started(self) -> bool:
        return self._process is not None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def failed(self) -> str:
        """What is wrong with it at this moment, in a sentence's words; empty when all is well or nobody needs it."""
        if not self.running or self._expected:
            return self.ended
        try:
            still = stopped(psutil.Process(self.pid)) and not self.held
        except psutil.NoSuchProcess:  # it has ended, and nobody has asked how yet
            return f"{self.title} ended"
        return f"{self.title} was stopped (SIGSTOP) and stands still" if still else ""

    @property
    def ended(self) -> str:
        """How it ended, in a sentence's words, or empty while it runs or when it was ended on purpose."""
        code = self._process.returncode if self._process else None
        return "" if code is None or self._expected else f"{self.title} ended ({ending(code)})"

    async def start(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start it. Raises `EnvironmentFault` when the program can't be run."""
        self._expected = False
        with self.log.open("ab") as log:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=asyncio.subprocess.PIPE if self._lines else log,
                    stderr=log,
                    env={**os.environ, **env},
                    preexec_fn=_die_with_parent,
                    process_group=0,
                    limit=1 << 20,
                )
            except (OSError, RuntimeError) as error:  # no thread to watch it is a RuntimeError
                raise broken(error, f"starting {self.title}") or BrokenMachine(
                    f"{self.title} can't be started: {error}", where=command[0], cure="`chatfault doctor` says more"
                ) from None
        self._again.set()
        if self._lines:
            self._reader = asyncio.create_task(self._read(self._lines))

    async def _read(self, lines: Callable[[bytes], None]) -> None:
        assert self._process
        assert self._process.stdout
        rest = b""
        while chunk := await self._process.stdout.read(1 << 16):
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                lines(line)

    async def died(self) -> str:
        """Return, with the reason, once the process has ended although nobody ended it."""
        while True:
            process = self._process
            if process is None:
                await self._again.wait()
                continue
            code = await process.wait()
            if process is self._process and not self._expected:
                return f"{self.title} ended ({ending(code)})"
            self._again.clear()
            await self._again.wait()

    async def until(self, ready: Callable[[], Awaitable[bool]], seconds: float = READY) -> None:
        """Wait until `ready` says so. Raises `PartDied` if it ends before, `EnvironmentFault` if it takes too long."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not await ready():
            if not self.running:
                raise PartDied(f"{self.ended or f'{self.title} ended'} before it was ready", cure=self.tail())
            if asyncio.get_running_loop().time() > deadline:
                raise EnvironmentFault(f"{self.title} was not ready in {seconds:g} s", cure=self.tail())
            await asyncio.sleep(0.005)

    def tail(self) -> str:
        """The last lines of its log."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4096))
            lines = log.read().decode(errors="replace").splitlines()[-3:]
            return f"its last words: {' / '.join(shown(line, 200) for line in lines)}" if lines else ""
        return ""

    def news(self) -> str:
        """What its log says since this was asked last, of much the last."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            end = self.log.stat().st_size
            log.seek(max(self._read_to, end - MUCH))
            self._read_to = end
            return log.read().decode(errors="replace")
        return ""

    def expect_its_end(self) -> None:
        """Somebody else ends it, and means to."""
        self._expected = True

    async def stop(self, kill: bool = False) -> None:
        """End it: SIGTERM and, when that doesn't help within 2 s, SIGKILL; or SIGKILL at once."""
        self._expected = True
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), 2.0)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)


def ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def goes_on(pid: int) -> bool:
    """Whether a process still runs, or may again; one that has ended may not have been asked how yet."""
    try:
        return bool(psutil.Process(pid).status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD))
    except psutil.NoSuchProcess:
        return False


def stopped(process: psutil.Process) -> bool:
    """Whether somebody has stopped it (SIGSTOP), so that it neither goes on nor ends; not once it is gone."""
    try:
        return bool(process.status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP))
    except psutil.Error:
        return False
