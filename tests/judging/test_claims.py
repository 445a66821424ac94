"""Each claim of the documents has a history that bears it out, one that contradicts it, and one that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from harness.judging import CLAIMS, Case
from harness.values.result import Finding
from harness.values.scenario import Arm, GatewaySettings
from harness.values.situation import Situation
from tests.helpers import (
    ANSWERED,
    ASKED,
    BEFORE,
    CLIENT,
    OUTAGE,
    QUESTION,
    STEADY,
    Story,
    access,
    account,
    arm_of,
    foreign_page,
    message,
    said,
    scenario,
    screen,
)

WORDS = {
    "internal_server_error": "Internal Server Error",
    "service_unavailable": "503 Service Unavailable",
    "gateway_timeout": "504 Gateway Timeout",
    "generation_failed": "Error generating a response",
}
TELLS_APART = replace(CLIENT, messages={**CLIENT.messages, **{name: {"en": text} for name, text in WORDS.items()}})
HALF = (*ASKED, said("assistant", "The moon", "error"))


@dataclass(frozen=True)
class Paid(Situation):
    plan: str = "paid"


@dataclass(frozen=True)
class Redundant(GatewaySettings):
    instances: int = 2


def buys(arm: Arm) -> Arm:
    return replace(arm, remedy="paid_plan", kind="remedy")


def has_paid(arm: Arm) -> Arm:
    return replace(arm, start=Paid())


def two_minutes_later(arm: Arm) -> Arm:
    return replace(arm, takes=120.0)


def twice_there(arm: Arm) -> Arm:
    return replace(arm, scenario=replace(arm.scenario, gateway=Redundant()))


def claimed(
    name: str,
    story: Story,
    label: str = "control[ask_again]",
    moment: str = "send",
    faults: str = OUTAGE,
    change: Callable[[Arm], Arm] = lambda arm: arm,
) -> Finding | None:
    wait = label.removeprefix("wait[").rstrip("]")
    listed = f"{{wait: {wait}}}" if label.startswith("wait") else label
    more = "" if label.startswith("control") else f"recovers: [{listed}]"
    arm = arm_of(scenario(faults, moment, more), label)
    return CLAIMS[name](Case(change(arm), TELLS_APART, story.history))


def says(*lines: str, **of: Any) -> Story:
    return Story(**of).shows("symptom", screen(ASKED, lines, draft=QUESTION))


def ends(*args: Any, **other: Any) -> Story:
    return Story().shows("recovery", screen(*args, **other))


def cut(*args: Any, **other: Any) -> Story:
    """An answer that is interrupted after its first words."""
    return Story().shows("moment", screen(HALF)).shows("symptom", screen(*args, **other))


def accounts(before: dict[str, Any] | None = None, **after: Any) -> Story:
    story = Story().note(0.5, "service", "account", **account("before", **(before or {})))
    return story.note(39.9, "service", "account", **account("after", **after))


def lifted(at: float, because: str = "it lasted 45s", **of: Any) -> Story:
    return Story(**of).note(at, "fault", "lifted", fault=0, because=because)


SOUND = Story().shows("symptom", screen(ANSWERED))
AGAIN_IN_A_NEW_CHAT = Story().note(25, "service", "message", **message(QUESTION, "d"))
SAME_KEY = Story().note(25, "service", "message", **message(QUESTION, duplicate=True))
NOT_KEPT = {"faults": "{at: service_link, do: reset_peer, direction: upstream, lasts: 45s}"}
COUNTED = {"faults": "{at: service, do: drop, lasts: 2 requests}"}
SLOW = {"faults": "{at: service_link, do: latency, latency: 100ms}"}
SEVERAL = {"faults": f"[{OUTAGE}, {{at: service, do: hang, lasts: 5m}}]"}
EXPIRED = {"faults": "{at: account, do: session_expired}"}
MID, OPEN = {"moment": "mid_answer"}, {"moment": "open"}
TWICE, BUYS, PAID = {"change": twice_there}, {"change": buys}, {"change": has_paid}

CASES: dict[str, dict[str, tuple[bool | None, Story, dict[str, Any]]]] = {
    "K1": {
        "never taken": (True, Story(taken=()), NOT_KEPT),
        "taken only after the remedy": (True, Story(taken=(25,)), NOT_KEPT),
        "taken and failed all the same": (False, Story(), NOT_KEPT),
        "taken, and only its reply was lost": (True, Story(), {}),
        "not taken though only its reply could be lost": (True, Story(taken=()), {}),
        "taken twice after its reply was lost": (False, Story(taken=(11, 25)), {}),
        "taken again under the same key": (True, SAME_KEY, {}),
        "taken again in a new chat": (True, AGAIN_IN_A_NEW_CHAT, {"label": "new_chat"}),
        "before the moment": (True, Story(taken=(9,)), NOT_KEPT),
        "nothing failed": (None, SOUND, NOT_KEPT),
        "broken off before the remedy": (None, Story().lacks("remedy"), NOT_KEPT),
        "the conversation stands": (True, ends(BEFORE), OPEN),
        "the conversation stands beside an error": (True, ends(HALF, "Oops"), MID),
        "the conversation is gone": (False, ends(ANSWERED[2:]), MID),
        "the conversation has another answer": (False, ends((said("user", STEADY), said("assistant", "No."))), OPEN),
        "an error in its place": (None, ends((), "Oops"), OPEN),
        "a page that is not the client's": (None, Story().shows("recovery", foreign_page("502")), OPEN),
        "a login form": (None, ends((), login=True), OPEN),
        "a new chat": (None, ends(ANSWERED[2:]), {**MID, "label": "new_chat"}),
    },
    "K2": {
        "an error": (True, says("Bad gateway"), {}),
        "an account": (False, says("person-7 failed").note(9, "service", "login", account="person-7"), {}),
        "the prompt": (False, says(f"can't answer {QUESTION}"), {}),
        "a session": (False, says("cookie: session=abc"), {}),
        "a cookie": (False, says("set-cookie: a=b"), {}),
        "an authorization": (False, says("Authorization: Basic x"), {}),
        "an authorization in small letters": (False, says("authorization: Basic x"), {}),
        "an authorization as a plain word": (True, says("authorization failed"), {}),
        "an API key": (False, says("key sk-abcdefghijkl is unknown"), {}),
        "a word with a hyphen": (True, says("ask-something-else"), {}),
        "a key on the gateway's page": (
            False,
            Story().shows("recovery", foreign_page("502", "sk-abcdefghijkl")),
            {},
        ),
        "a key in a reply that isn't shown": (
            False,
            Story().note(11, "gateway", "access", **access(500, reply="sk-abcdefghijkl")),
            {},
        ),
        "no error": (None, Story(recovers=True).shows("symptom", screen(ANSWERED)), {}),
    },
    "K3": {
        "as it was": (True, accounts(), {}),
        "another plan": (False, accounts(plan="paid"), {}),
        "another plan, bought": (True, accounts(plan="paid"), BUYS),
        "another password": (False, accounts(password_changed=True), {}),
        "another password, as advised": (True, accounts(password_changed=True), {"label": "change_password"}),
        "another account": (False, accounts(name="person-8"), {}),
        "a session less": (False, accounts({"sessions": 2}), {}),
        "a session more": (True, accounts(sessions=2), {}),
        "a session less after logging out": (True, accounts({"sessions": 2}), {"label": "log_in_again"}),
        "a session less because it expired": (True, accounts({"sessions": 2}), EXPIRED),
        "nobody looked": (None, Story(), {}),
        "nobody looked again": (None, Story().note(0.5, "service", "account", **account("before")), {}),
    },
    "K4": {
        "the draft": (True, Story(), {}),
        "no draft": (False, Story().shows("symptom", screen(BEFORE, "Oops")), {}),
        "no draft after a reload": (False, Story().shows("remedy", screen(BEFORE)), {"label": "reload"}),
        "the partial answer": (True, cut(HALF, "Oops"), MID),
        "no partial answer": (False, cut(ASKED, "Oops"), MID),
        "no conversation": (False, cut(HALF[2:], "Oops"), MID),
        "nothing was interrupted": (None, SOUND, {}),
        "nothing was written yet": (None, Story(), OPEN),
        "the client is gone": (None, Story().shows("symptom", foreign_page("502")), {}),
        "a login form": (None, Story().shows("symptom", screen((), login=True)), {}),
    },
    "K5": {
        "again": (True, Story(), {}),
        "again, until all is undone": (True, lifted(29, "the arm is over"), {}),
        "answered while it lasts": (False, Story(recovers=True), {}),
        "answered, the one over and the other not": (
            False,
            lifted(15, recovers=True).note(9, "fault", "armed", fault=1),
            SEVERAL,
        ),
        "over by then": (None, lifted(15, recovers=True), {}),
        "over while the person looked": (None, lifted(29, recovers=True), {}),
        "never armed": (None, Story().lacks("armed"), {}),
        "nothing really": (None, Story(recovers=True), {"faults": "{at: service_link, do: none, lasts: 45s}"}),
        "slow only": (None, Story(recovers=True), SLOW),
        "as many as only the service knows": (None, Story(recovers=True), COUNTED),
        "after a remedy": (None, Story(), {"label": "reload"}),
        "after a while": (None, Story(), {"change": two_minutes_later}),
        "nobody asks again": (None, Story(), {"label": "control[nothing]"}),
        "nothing failed": (None, SOUND, {}),
        "nobody looked": (None, Story().lacks("recovery"), {}),
    },
    "K6": {
        "a reload": (True, Story(recovers=True), {"label": "reload"}),
        "a reload in vain": (False, Story(), {"label": "reload"}),
        "a new tab": (True, Story(recovers=True), {"label": "new_tab"}),
        "a short wait": (True, Story(recovers=True), {"label": "wait[5m]"}),
        "a short wait in vain": (False, Story(), {"label": "wait[1m]"}),
        "a long wait": (None, Story(recovers=True), {"label": "wait[15m]"}),
        "another remedy": (None, Story(recovers=True), {"label": "vpn_off"}),
        "a control": (None, Story(recovers=True), {}),
        "nothing failed": (None, SOUND, {"label": "reload"}),
    },
    "K7": {
        "another instance answers": (True, Story(recovers=True), TWICE),
        "none answers": (False, Story(), TWICE),
        "there is but one": (None, Story(recovers=True), {}),
        "nobody asks again": (None, Story(recovers=True), {**TWICE, "label": "control[nothing]"}),
        "a remedy": (None, Story(recovers=True), {**TWICE, "label": "reload"}),
        "after a while": (None, Story(recovers=True), {"change": lambda arm: two_minutes_later(twice_there(arm))}),
        "no fault was met": (None, Story(recovers=True, flags="-"), TWICE),
        "no fault at all": (None, Story(recovers=True), {**TWICE, "faults": "[]"}),
    },
    "K8": {
        "500": (True, says("Internal Server Error", status=500), {}),
        "502": (True, says("Bad gateway", status=502), {}),
        "503": (True, says("503 Service Unavailable"), {}),
        "503 by its own reason": (True, says("upstream connect error"), {}),
        "503 by the service's reason": (True, says("Error generating a response"), {}),
        "504": (True, says("504 Gateway Timeout", status=504), {}),
        "500 told as 502": (False, says("Bad gateway", status=500), {}),
        "502 told as something": (False, says("Something went wrong", status=502), {}),
        "504 told as itself and as another": (False, says("504 Gateway Timeout", "Bad gateway", status=504), {}),
        "502 with another's words quoted": (
            True,
            Story(status=502).shows(
                "symptom", screen(ASKED, ["Bad gateway", WORDS["gateway_timeout"]], details=[WORDS["gateway_timeout"]])
            ),
            {},
        ),
        "502 on the gateway's own page": (
            True,
            Story(status=502).shows("symptom", foreign_page("Bad gateway")),
            OPEN,
        ),
        "another status": (None, says("Too many requests", status=429), {}),
        "one of them before the moment": (
            None,
            says("Too many requests", status=429).note(9, "gateway", "access", **access(502)),
            {},
        ),
        "one of them after the remedy": (
            None,
            says("Too many requests", status=429).note(25, "gateway", "access", **access(502)),
            {},
        ),
        "no error": (None, SOUND, {}),
    },
    "K9": {
        "paid for and answered": (True, Story(recovers=True), BUYS),
        "paid for in vain": (False, Story(), BUYS),
        "paid for before": (True, Story(recovers=True), PAID),
        "paid for before, in vain": (False, Story(), {**PAID, "label": "reload"}),
        "free": (None, Story(recovers=True), {}),
        "nobody looked": (None, Story().lacks("recovery"), BUYS),
    },
}


@pytest.mark.parametrize(
    ("name", "holds", "story", "how"),
    [pytest.param(name, *case, id=f"{name}: {what}") for name, cases in CASES.items() for what, case in cases.items()],
)
def test_a_claim_holds_or_not_or_is_not_concerned(
    name: str, holds: bool | None, story: Story, how: dict[str, Any]
) -> None:
    found = claimed(name, story, **how)
    if holds is None:
        assert found is None, found
    else:
        assert found is not None
        assert (found.check, found.holds) == (name, holds), found.sentence


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_has_a_case_for_it_one_against_it_and_one_beside_it(name: str) -> None:
    assert {holds for holds, _, _ in CASES[name].values()} == {True, False, None}


@pytest.mark.parametrize(
    ("name", "story", "how", "sentence"),
    [
        ("K1", Story(), NOT_KEPT, "expected a message that failed to be left unprocessed, the service took it once"),
        (
            "K1",
            Story(taken=(11, 25)),
            {},
            "expected a message whose reply was lost to be taken once, the service took it 2 times",
        ),
        (
            "K3",
            accounts({"sessions": 2}, plan="paid"),
            {},
            "expected the account to be as it was, seen was the plan paid and 1 of 2 live sessions",
        ),
        ("K4", Story(), {}, f"expected what was on the screen to be kept, kept was “{QUESTION}”"),
        ("K4", cut(HALF, "Oops"), MID, "expected what was on the screen to be kept, kept was “The moon”"),
        (
            "K5",
            Story(),
            {},
            "expected the error again while there is reset_peer at service_link: "
            "the question has no whole answer on the screen, shown was “upstream connect error”",
        ),
        (
            "K7",
            Story(recovers=True),
            TWICE,
            "expected one of 2 instances to answer: "
            "the question got its whole answer, after the error “upstream connect error”",
        ),
        (
            "K8",
            says("Bad gateway", status=500),
            {},
            "expected 500 to be told as “Internal Server Error”, shown was “Bad gateway”",
        ),
        (
            "K9",
            Story(recovers=True).shows("symptom", screen(ANSWERED)),
            PAID,
            "expected a paid plan to get an answer: the question got its whole answer, with no error on the way",
        ),
    ],
)
def test_a_sentence_says_what_was_expected_and_what_was_seen(
    name: str, story: Story, how: dict[str, Any], sentence: str
) -> None:
    found = claimed(name, story, **how)
    assert found is not None
    assert found.sentence == sentence


def test_a_sentence_repeats_no_secret() -> None:
    found = claimed("K2", says("session=abc, sk-abcdefghijkl"))
    assert found is not None
    assert found.sentence == "expected nothing confidential in an error, told was a session and an API key"


def test_where_two_statuses_were_met_either_message_is_right() -> None:
    for words, holds in (("Bad gateway", True), ("504 Gateway Timeout", True), ("Internal Server Error", False)):
        story = says(words, status=502).note(12, "gateway", "access", **access(504))
        found = claimed("K8", story)
        assert found is not None
        assert found.holds is holds
