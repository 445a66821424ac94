"""What the tests of the report share: results, events, and a page read back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from harness import report
from harness.values.history import Event
from harness.values.result import Result, Verdict

RELOAD = Result(
    arm="f1/reload",
    scenario="f1",
    kind="remedy",
    remedy="reload",
    moment="send",
    remedy_id="R1",
    documents=("F1",),
    cause="C15",
    browser="chromium",
    locale="en",
    documented="recovers",
    expected="recovers",
    predicted="recovers",
    observed="recovers",
    verdict=Verdict.PASS,
    sentence="reload: recovers; the question got its whole answer",
    seconds=1.25,
    path="scenarios/f1.yaml",
    client="default",
)
YAML = "title: It breaks\nmoment: send\nexpect:\n  message: cut\n  draft: kept\nrecovers: [reload]\n"


class Page(HTMLParser):
    """The elements and the text of a page, each with its attributes, outside of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self.text += data + " "

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def event(at: float, source: str, kind: str, world: float = 0.0, arm: str = "f1/reload", **data: Any) -> Event:
    return Event(at, world, arm, source, kind, data)


def opening(at: float = 1, arm: str = "f1/reload", **data: Any) -> Event:
    """The first event of an arm."""
    told = {"label": arm, "browser": "chromium", "locale": "en", "client": "default", "title": "It breaks"}
    return event(at, "run", "arm", arm=arm, **{**told, "scenario": "scenarios/f1.yaml", **data})


def scenario(text: str = YAML, path: str = "scenarios/f1.yaml") -> Event:
    return event(0.5, "run", "scenario", arm="", path=path, text=text)


def snapshot(phase: str, **more: Any) -> dict[str, Any]:
    return {"phase": phase, "client": True, "error": None, "draft": "", "messages": [], "document": [], **more}


def recorded(folder: Path, events: Sequence[Event]) -> Path:
    history = folder / "history.jsonl"
    history.parent.mkdir(parents=True, exist_ok=True)
    history.write_text("".join(json.dumps(json.loads(one.to_json())) + "\n" for one in events), encoding="utf-8")
    return history


def written(folder: Path, results: list[Result], events: Sequence[Event] = (), **about: Any) -> str:
    """The page of a report that was written into `folder/report`."""
    history = recorded(folder, events)
    return report.write(folder / "report", results, history, about).read_text(encoding="utf-8")


def told_in(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "report" / "results.json").read_text(encoding="utf-8"))
    return found
