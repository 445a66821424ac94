"""How soon a report's page is painted and filtered: a large run's beside a small one's, turn by turn."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from harness import report
from harness.browser.engines import SANDBOX
from harness.tools.provision import provide
from harness.values.result import Finding, Result, Verdict

SMALL, LARGE = 20, 640
ONE_IN = 16
"""Of so many arms one has failed, as in a run that somebody has to look into."""
PAINTED = """() => new Promise((done) =>
  new PerformanceObserver((list) => done(list.getEntries()[0].startTime)).observe({ type: "paint", buffered: true })
)"""
FILTERED = """() => {
  const form = document.getElementById("filters");
  form.elements.verdict.value = "fail";
  const began = performance.now();
  form.dispatchEvent(new Event("change"));
  document.body.offsetHeight;
  return performance.now() - began;
}"""
"""Milliseconds of a filter by verdict, with the layout that follows."""


def many(arms: int) -> list[Result]:
    """Results of so many arms in scenarios of ten, of which one in sixteen has failed."""
    return [_arm(number) for number in range(arms)]


def _arm(number: int) -> Result:
    scenario, remedy = f"s{number // 10}", f"remedy{number % 10}"
    failed = number % ONE_IN == 0
    wrong = Finding("message", False, "expected one text, shown was another", f"Cause {number % 5}", "It was cut")
    return Result(
        arm=f"{scenario}/{remedy}",
        scenario=scenario,
        kind="remedy",
        remedy=remedy,
        moment="send",
        remedy_id="R1",
        documents=("F1",),
        cause=f"C{number % 17}",
        browser="chromium",
        locale="en",
        documented="recovers",
        expected="recovers",
        predicted="recovers",
        observed="recovers",
        verdict=Verdict.FAIL if failed else Verdict.PASS,
        sentence=f"{remedy}: {wrong.sentence if failed else 'recovers'}",
        seconds=1.25,
        path=f"scenarios/{scenario}.yaml",
        client="default",
        findings=(wrong,) if failed else (),
    )


async def page(rounds: int) -> None:
    """Print the medians of both pages in milliseconds, and what a page of 32 times as many arms costs beside one."""
    program = provide(["headless_shell"], say=lambda _text: None).need("headless_shell").path
    took: dict[int, list[tuple[float, float]]] = {SMALL: [], LARGE: []}
    with tempfile.TemporaryDirectory() as made:
        for size in took:
            _write(Path(made, str(size)), size)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=list(SANDBOX))
            for _ in range(rounds):
                for size, seen in took.items():
                    seen.append(await _opened(browser, Path(made, str(size), "index.html")))
            await browser.close()
    (paint, filtered), (least, quickest) = (
        [statistics.median(column) for column in zip(*took[size], strict=True)] for size in (LARGE, SMALL)
    )
    print(
        f"a report of {LARGE} arms    painted after {paint:.0f} ms, of {SMALL} arms {least:.0f} ms (median of {rounds})"
    )
    print(f"filtered by verdict      within {filtered:.1f} ms, of {SMALL} arms {quickest:.1f}")


def _write(folder: Path, arms: int) -> None:
    folder.mkdir()
    history = folder / "history.jsonl"
    history.touch()
    report.write(folder, many(arms), history, {})


async def _opened(browser: Browser, file: Path) -> tuple[float, float]:
    """Milliseconds until the first paint, and of a filter."""
    context = await browser.new_context(viewport={"width": 1360, "height": 900})
    opened = await context.new_page()
    await opened.goto(file.as_uri())
    found = float(await opened.evaluate(PAINTED)), float(await opened.evaluate(FILTERED))
    await context.close()
    return found
