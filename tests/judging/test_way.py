"""What a client is known to do wrong: by which checks, in which words, and in which arms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.clients import KnownFinding
from harness.judging.way import known_of_client
from harness.values.result import Verdict
from tests.helpers import CLIENT, result

LEAKS = KnownFinding(("leaks",), "it loads its fonts from elsewhere", "2.0", shows=r"went to fonts\.example$")
UNHEARD = KnownFinding(("heard",), "its error is in no live region", "2.0", remedies=("reload",))
UNTOLD = KnownFinding(("told",), "its page fails", "2.0", beside=("scripts",))
BROKEN = KnownFinding(("scripts",), "its page fails", "2.0")
FONTS = {"leaks": "expected nothing to be sent to another origin, GET /css went to fonts.example"}
OTHERS = {"leaks": "expected nothing to be sent to another origin, GET /css went to trackers.example"}


@pytest.mark.parametrize(("failing", "because"), [(["told"], ""), (["told", "scripts"], "its page fails, since 2.0")])
def test_what_follows_from_another_failure_is_known_beside_it_only(failing: list[str], because: str) -> None:
    client = replace(CLIENT, known=(UNTOLD, BROKEN))
    failed = replace(result(works=False), verdict=Verdict.FAIL)
    assert known_of_client(client, failed, dict.fromkeys(failing, "…")) == because


@pytest.mark.parametrize(
    ("failing", "remedy", "because"),
    [
        pytest.param(FONTS, "wait", "it loads its fonts from elsewhere, since 2.0", id="in its own words"),
        pytest.param(OTHERS, "wait", "", id="the same check in other words"),
        pytest.param({**FONTS, "heard": "…"}, "wait", "", id="beside what isn't known of this arm"),
        pytest.param(
            {**FONTS, "heard": "…"},
            "reload",
            "it loads its fonts from elsewhere, since 2.0; its error is in no live region, since 2.0",
            id="two that are known",
        ),
    ],
)
def test_a_failure_is_known_by_its_words_and_its_arm(failing: dict[str, str], remedy: str, because: str) -> None:
    client = replace(CLIENT, known=(LEAKS, UNHEARD))
    failed = replace(result(works=False), verdict=Verdict.FAIL, remedy=remedy)
    assert known_of_client(client, failed, failing) == because
    assert known_of_client(client, replace(failed, verdict=Verdict.INVALID), failing) == ""
