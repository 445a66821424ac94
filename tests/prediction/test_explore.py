"""Drawn scenarios: the same seed gives the same ones, and each is one that an author could have written."""

from __future__ import annotations

import pytest

from harness.language.profiles import client
from harness.language.scenarios import parse
from harness.prediction.contradictions import contradictions
from harness.prediction.explore import draw

CHOSEN = client("default")


def test_a_seed_gives_the_same_scenarios() -> None:
    assert list(draw(3, 5, CHOSEN)) == list(draw(3, 5, CHOSEN))
    assert list(draw(3, 5, CHOSEN)) != list(draw(4, 5, CHOSEN))


@pytest.mark.parametrize("seed", range(8))
def test_what_is_drawn_can_be_read_and_the_model_agrees(seed: int) -> None:
    for one in draw(seed, 12, CHOSEN):
        (scenario,) = parse(one.name, one.text, CHOSEN)
        assert list(contradictions(scenario, CHOSEN)) == []
        assert scenario.listed


def test_what_is_drawn_is_of_many_kinds() -> None:
    found = [parse(one.name, one.text, CHOSEN)[0] for one in draw(1, 60, CHOSEN)]
    assert len({fault.at for one in found for fault in one.faults}) >= 9
    assert len({fault.do for one in found for fault in one.faults}) >= 15
    assert {one.moment.value for one in found} == {"open", "send", "mid_answer", "download"}
