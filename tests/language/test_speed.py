"""Linting a file does its work once; how long that takes, `python -m harness.bench --reading` measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.language.profiles import client
from harness.language.runbooks import is_runbook
from harness.language.scenarios import load
from harness.prediction import reading

SHIPPED = sorted((Path(__file__).parent.parent.parent / "scenarios").rglob("*.yaml"))
PAGE = client("default")


def test_lint_parses_each_file_once_and_asks_the_model_once_for_each_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    files = [path for path in SHIPPED if not is_runbook(path.read_text(encoding="utf-8"))]
    scenarios = [one for path in files for one in load(path, PAGE)]
    calls: Counter[str] = Counter()

    def counted(place: Any, name: str) -> None:
        did: Callable[..., object] = getattr(place, name)

        def does(*args: Any, **kwargs: Any) -> object:
            calls[name] += 1
            return did(*args, **kwargs)

        monkeypatch.setattr(place, name, does)

    counted(yaml, "compose")
    counted(reading, "text_of")
    counted(reading, "contradictions")
    assert [found for path in files for found in reading.problems(path, PAGE)] == []
    assert calls == {"compose": len(files), "text_of": len(files), "contradictions": len(scenarios)}
