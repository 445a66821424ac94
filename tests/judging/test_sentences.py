"""Sentences of checks that hold say what was there, and no more than that."""

from __future__ import annotations

from typing import Any

import pytest

from harness.judging import CLIENT as CLIENT_CHECKS
from harness.judging import HARNESS, Case
from harness.judging.case import ended
from harness.judging.verdict import judge
from harness.report.data import advice_drifts
from harness.report.matrix import IMPOSSIBLE, cell
from harness.values.result import Finding
from tests.helpers import (
    CLIENT,
    QUESTION,
    Story,
    access,
    answer,
    arm_of,
    foreign_page,
    result,
    scenario,
    screen,
)

CHECKS = {**HARNESS, **CLIENT_CHECKS}
SHOWN = "expect: {message: connection_termination}\n"


def check(name: str, story: Story, label: str = "control[ask_again]", more: str = "") -> Finding | None:
    listed = "" if label.startswith("control") else f"recovers: [{label}]\n"
    return CHECKS[name](Case(arm_of(scenario(more=listed + more), label), CLIENT, story.history))


def sentence(name: str, story: Story, label: str = "control[ask_again]", more: str = "") -> str:
    found = check(name, story, label, more)
    assert found is not None
    assert found.holds
    return found.sentence


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        ((), "expected the message at most once at the service, it never came"),
        ((11.0,), "expected the message at most once at the service, it came once"),
    ],
)
def test_a_message_that_never_came_is_not_told_as_expected(taken: tuple[float, ...], said: str) -> None:
    assert sentence("once_at_service", Story(taken=taken)) == said


def test_a_message_that_came_twice_is_told() -> None:
    found = check("once_at_service", Story(taken=(11.0, 12.0)))
    assert found is not None
    assert found.sentence == "expected the message at most once at the service, it came 2 times"


def test_one_message_is_not_told_as_many() -> None:
    story = Story().note(10, "run", "asked", question=QUESTION)
    assert sentence("sends", story) == "expected at most one message to be sent, none was"


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (Story(recovers=True), "no error stands on the screen once the question is answered"),
        (Story(), "an error stands on the screen while the question has no whole answer"),
        (
            Story().shows("recovery", screen(login=True)),
            "a login stands on the screen while the question has no whole answer",
        ),
    ],
)
def test_an_error_is_told_as_standing_only_where_one_stands(story: Story, said: str) -> None:
    assert sentence("told", story) == said


def test_what_axe_did_not_find_is_told_as_nothing() -> None:
    said = sentence("audit", Story().note(13, "screen", "audit", found=[]))
    assert said == "expected axe to find nothing on the symptom's screen, it found: nothing"


@pytest.mark.parametrize("name", ["heard", "reached", "usable", "language"])
def test_what_is_said_of_the_clients_page_is_not_said_where_nobody_saw_it(name: str) -> None:
    assert check(name, Story()) is not None
    away = Story()
    for phase in ("moment", "symptom", "remedy", "recovery"):
        away.shows(phase, foreign_page("upstream connect error"))
    assert check(name, away) is None


REFUSED = "Page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:1/c/c-1"
PROTOCOL = "Page.goto: Protocol error (browsingContext.navigate): unknown error"


@pytest.mark.parametrize(
    ("navigation", "why"),
    [(REFUSED, "net::ERR_CONNECTION_REFUSED"), (PROTOCOL, "NS_ERROR_CONNECTION_REFUSED"), ("NS_BINDING", "NS_BINDING")],
)
def test_an_address_that_did_not_open_is_told_in_the_browsers_own_word(navigation: str, why: str) -> None:
    story = Story().shows("symptom", foreign_page(navigation=navigation))
    story.note(11, "browser", "request_failed", method="GET", path="/c/c-1", error="NS_ERROR_CONNECTION_REFUSED")
    said = sentence("message", story, more="expect: {message: browser_error}")
    assert said == f"expected the browser's own error page, shown was an address that did not open ({why})"


def test_the_last_look_at_a_status_page_is_told_where_it_was_another_one() -> None:
    story = Story()
    for at, state in ((21.0, "incident"), (21.5, "incident"), (21.6, "operational")):
        story.note(at, "run", "status_page", state=state, title="")
    said = sentence("status_page", story, "status_page")
    assert said == "the status page says incident, and in the end operational"


def fetched(at: float, **other: Any) -> Story:
    """A story in which the service ended its answer at second 15 and the browser asked for it."""
    story = Story().note(15, "service", "answer_done", answer="a-1", state="complete", pieces=9)
    story.note(39, "service", "answer", **{**answer(QUESTION, "The moon pulls."), "id": "a-1"})
    return story.note(at, "browser", "response", **{"path": "/api/answers/a-1", "status": 200, "ms": 5, **other})


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (fetched(16), ", though the browser fetched it (GET /api/answers/a-1 200)"),
        (fetched(14), ""),
        (fetched(15.002), ""),
        (fetched(16, status=404), ""),
        (fetched(16, path="/api/answers/a-2"), ""),
    ],
)
def test_an_answer_that_the_browser_had_and_did_not_show_is_told(story: Story, said: str) -> None:
    case = Case(arm_of(scenario(), "control[ask_again]"), CLIENT, story.history)
    assert ended(case, has_it=False) == f"the question has no whole answer on the screen{said}"
    assert ended(case, has_it=True) == "the question got its whole answer"


def test_what_was_met_again_is_told() -> None:
    story = Story().note(25, "browser", "response", method="POST", path="/m", status=503, ms=5)
    arm = arm_of(scenario(more=f"{SHOWN}does_not_recover: reload"), "reload")
    assert judge(arm, CLIENT, story.history, result()).sentence == (
        "reload: does not recover; the question has no whole answer on the screen (POST /m: 503), "
        "and after control[ask_again] there was none either"
    )


@pytest.mark.parametrize(("closed", "met"), [((25.1,), " (GET /api/stream: 403)"), ((), ""), ((28.0,), "")])
def test_a_websocket_that_was_refused_again_is_told_where_the_browser_saw_its_end(
    closed: tuple[float, ...], met: str
) -> None:
    story = Story()
    story.note(25, "gateway", "access", **access(403, method="GET", path="/api/stream", upgrade="websocket"))
    for at in closed:
        story.note(at, "browser", "websocket_closed", code=1006, pieces=0)
    arm = arm_of(scenario(more=f"{SHOWN}does_not_recover: reload"), "reload")
    assert f"on the screen{met}, and" in judge(arm, CLIENT, story.history, result()).sentence


def could_not(because: str = "the plan can't be changed") -> Story:
    return Story(did=()).note(21, "run", "unavailable", what="paid_plan", because=because)


def test_a_remedy_that_nobody_could_do_is_told_so_and_says_nothing_of_the_documents() -> None:
    arm = arm_of(scenario(more=f"{SHOWN}does_not_recover: paid_plan"), "paid_plan")
    judged = judge(arm, CLIENT, could_not().history, result())
    assert (judged.observed, judged.impossible) == ("does_not_recover", "the plan can't be changed")
    assert judged.sentence.startswith("paid_plan: could not be done, the plan can't be changed; the question has")
    (done,) = (one for one in judged.findings if one.check == "done")
    assert done.sentence == "paid_plan: could not be done, the plan can't be changed"
    documented = result(observed="does_not_recover", documented="recovers", kind="remedy")
    assert advice_drifts(documented)
    assert not advice_drifts(result(**{**documented.to_json(), "impossible": "no plan", "verdict": documented.verdict}))
    assert cell([judged], ["send"], ["paid_plan"]).why == IMPOSSIBLE


def test_a_step_that_was_passed_over_is_told_in_its_place() -> None:
    story = Story(did=("reload",)).note(21.95, "run", "unavailable", what="vpn_off", because="there is no VPN")
    story.note(21.96, "run", "skipped", step=2, remedy="vpn_off", label="vpn_off")
    story.note(21.97, "run", "skipped", step=3, remedy="regenerate", label="regenerate")
    said = sentence("done", story, "reload")
    assert said.startswith("reload: the browser asked for chat/")
    assert said.endswith(
        "step 2 vpn_off: skipped, there is no VPN; step 3 regenerate: skipped, there is nothing to do it with"
    )
