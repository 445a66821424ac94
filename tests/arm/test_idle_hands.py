"""Hands that only say that they did something: no arm of any remedy passes, and each says what nobody saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.arm.session import Session, Settings
from harness.language.profiles import client
from harness.language.runbooks import is_runbook
from harness.prediction.reading import read
from harness.remedies import REMEDIES
from harness.remedies.base import Hands
from harness.tools.provision import provide
from harness.values.result import Verdict
from harness.values.scenario import Arm

pytestmark = pytest.mark.live
SCENARIOS = Path(__file__).parent.parent.parent / "scenarios"


@pytest.fixture(scope="module")
def arms() -> dict[str, Arm]:
    """An arm of each remedy: one that must not recover, so that doing nothing comes to the outcome that is expected."""
    found: dict[str, Arm] = {}
    page = client("default")
    for path in sorted(SCENARIOS.glob("*.yaml")):
        if not is_runbook(path.read_text(encoding="utf-8")):
            for arm in (arm for _, planned in read(path, page) for arm in planned if arm.kind == "remedy"):
                if arm.expected == "does_not_recover":
                    found.setdefault(arm.remedy, arm)
    return found


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    made = Session(Settings(client("default"), tmp_path_factory.mktemp("idle")), provide(say=lambda _text: None))
    yield made
    made.close()


async def nothing(_hands: Hands, _seconds: float) -> None:
    """What a hand does that only says that it did something."""


@pytest.mark.parametrize("name", REMEDIES)
def test_a_remedy_that_nobody_did_is_invalid(
    name: str, arms: dict[str, Arm], session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(REMEDIES, name, replace(REMEDIES[name], act=nothing))
    seen = session.result(arms[name], None, 0, {})
    done = next(one for one in seen.findings if one.check == "done")
    assert (seen.verdict, done.holds) == (Verdict.INVALID, False), seen.sentence
    assert seen.sentence.startswith(f"{arms[name].label}: no witness saw that {name} was done"), seen.sentence
