"""Reading a thousand scenarios takes little more than their YAML and the model alone."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
import yaml

from harness.language.profiles import client
from harness.language.runbooks import is_runbook
from harness.language.scenarios import load
from harness.prediction.contradictions import contradictions
from harness.prediction.plan import plan
from harness.prediction.reading import problems
from tests.helpers import seconds

SHIPPED = sorted((Path(__file__).parent.parent.parent / "scenarios").rglob("*.yaml"))
PAGE = client("default")


@pytest.mark.live
def test_lint_takes_little_more_than_yaml_and_the_model() -> None:
    files = [path for path in SHIPPED if not is_runbook(path.read_text(encoding="utf-8"))]
    texts = [path.read_text(encoding="utf-8") for path in files]
    scenarios = [one for path in files for one in load(path, PAGE)]
    gc.disable()
    try:
        reading = seconds(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts])
        model = seconds(lambda: [(list(contradictions(one, PAGE)), plan(one, PAGE)) for one in scenarios])
        linting = seconds(lambda: [problems(path, PAGE) for path in files])
    finally:
        gc.enable()
    assert linting <= 1.5 * (reading + model), (linting, reading, model)
