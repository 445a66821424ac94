"""A run on a terminal: arms done, time left, and the arms that run now. Elsewhere there are plain lines only."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from harness.values.text import shown

if TYPE_CHECKING:
    from rich.progress import Progress

LONGEST = 60
WITHOUT = frozenset({"-q", "-qq", "--quiet", "--collect-only", "--co", "--pdb", "-s", "--capture=no"})
"""Options with which there is nothing to show, or somebody else has the terminal."""


@contextmanager
def progress(arguments: Sequence[str]) -> Iterator[list[object]]:
    """The plugins that show a run's progress, for as long as it lasts; none where nobody sits before a terminal."""
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb" or WITHOUT & set(arguments):
        yield []
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    # pytest captures what is written to file descriptor 1 while an arm runs: this writes to a copy of it.
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as terminal:
        bars = Progress(
            MofNCompleteColumn(),
            TextColumn("arms"),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("left · {task.description}"),
            console=Console(file=terminal),
            transient=True,
        )
        with bars:
            yield [Arms(bars)]


class Arms:
    """What pytest tells of its items, with workers or without, as a bar and the arms that run now."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None)
        self._running: dict[str, None] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items:
            self._bars.update(self._task, total=len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        self._bars.update(self._task, total=len(ids))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running[nodeid] = None
        self._tell()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._running.pop(report.nodeid, None)
            self._bars.advance(self._task)
            self._tell()

    def _tell(self) -> None:
        arms = [shown("::".join(one.split("::")[1:]), LONGEST) for one in self._running]
        self._bars.update(self._task, description="  ".join(arms).replace("[", r"\["))
