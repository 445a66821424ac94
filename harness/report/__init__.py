"""Telling: the results and the history of a run as pages to read and as files for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.report.data import gather, read
from harness.report.page.overview import overview
from harness.report.past import NAME, Changes, Past, Run, changes, letters
from harness.report.problems import problems
from harness.report.programs import PROGRAMS, Told
from harness.report.replacing import replace_file
from harness.values.result import Result

RESULTS = "results.json"
FILES = ("history.jsonl", "index.html", "traces", "pictures", "parts", NAME, *PROGRAMS)
"""Whatever a report consists of, below its folder."""


def write(
    folder: Path,
    results: Sequence[Result],
    history_path: Path,
    about: Mapping[str, Any],
    before: Past | None = None,
    baseline: Run | None = None,
    pages: bool = True,
) -> Path:
    """Write the page and every file for programs; the path of the page.

    `about` is whatever a reader should know of the run, `before` the runs before it, `baseline` one to compare with.
    Without `pages` there are `results.json` and the file of the runs only, and the path is the former's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recorded = read(history_path)
    about = {**_times(results, recorded.last), **about}
    report = gather(results, recorded, about)
    now, before = letters(results), before or Past()
    found = problems(report)
    changed = list(_changed(now, before, baseline))
    told = Told(report, found, changed)
    for name, write_it in PROGRAMS.items():
        if pages or name == RESULTS:
            replace_file(folder / name, write_it(told))
    run = Run(float(about.get("began", 0.0)), str(about.get("commit", "")), now)
    past = before.with_run(run)
    replace_file(folder / NAME, past.written)
    if not pages:
        return folder / RESULTS
    from harness.report.page.draw import Drawing  # only who draws pays for the templates' library

    return Drawing(report, overview(report, found, changed), past).write(folder)


def _changed(now: Mapping[str, str], before: Past, baseline: Run | None) -> list[Changes]:
    """Beside the last run and beside the baseline, where there are any."""
    beside = (("Since the last run", before.last), ("Beside the baseline", baseline))
    named = [(f"{what} ({run.commit})" if run.commit else what, run) for what, run in beside if run]
    return [changes(run.arms, now, what) for what, run in named]


def _times(results: Sequence[Result], last: float) -> dict[str, Any]:
    """When the run began and ended, in seconds since the epoch."""
    began = min((one.began for one in results if one.began), default=0.0)
    ended = max(last, max((one.began + one.seconds for one in results), default=0.0))
    return {"began": round(began, 3), "ended": round(ended, 3)} if began else {}
