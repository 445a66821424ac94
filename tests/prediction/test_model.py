"""The model: place, scope and lifetime decide whether an act works, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.prediction.model import credit, holds, predict
from harness.values.situation import SCOPES, Fault, Lifetime, Outcome, Situation, duration_text

HOME = Situation()
VPN = Situation(vpn="a")
ASK = frozenset({"messages", "stream"})


def works(fault: Fault, now: Situation = HOME, elapsed: float = 0.0, used: int = 0, **other: Any) -> bool:
    armed = other.get("armed", HOME)
    return holds(fault, armed, now, elapsed, used, other.get("uses", ASK)).works


def fault(at: str = "service_link", **other: Any) -> Fault:
    return Fault(at=at, do="down", **other)


@pytest.mark.parametrize(
    ("at", "now", "passes"),
    [
        pytest.param("uplink", HOME, True, id="everybody passes the uplink"),
        pytest.param("wifi", HOME, True, id="on the network that is broken"),
        pytest.param("wifi", replace(HOME, network="mobile"), False, id="on another network"),
        pytest.param("wifi", VPN, True, id="a VPN runs over the network"),
        pytest.param("vpn_a", VPN, True, id="over the exit that is broken"),
        pytest.param("vpn_a", HOME, False, id="the VPN is off"),
        pytest.param("vpn_a", replace(HOME, vpn="b"), False, id="over another exit"),
        pytest.param("office", HOME, False, id="not in the office"),
        pytest.param("gateway", VPN, True, id="gateway"),
        pytest.param("service_link", VPN, True, id="service link"),
        pytest.param("service", VPN, True, id="service"),
        pytest.param("account", VPN, True, id="account"),
    ],
)
def test_a_fault_breaks_only_the_traffic_that_passes_its_place(at: str, now: Situation, passes: bool) -> None:
    assert works(fault(at), now) is not passes


@pytest.mark.parametrize("scope", ["engine", "device", "site_data", "session", "account", "conversation", "connection"])
def test_a_fault_that_holds_on_to_something_lets_go_of_another_one(scope: str) -> None:
    other = "firefox" if scope == "engine" else 1
    assert not works(fault(only=(scope,)))
    assert works(fault(only=(scope,)), replace(HOME, **{scope: other}))
    assert not works(fault(), replace(HOME, **{scope: other}))


@pytest.mark.parametrize(
    ("armed", "now", "recovers"),
    [
        pytest.param(VPN, HOME, True, id="VPN off"),
        pytest.param(VPN, replace(VPN, vpn="b"), True, id="another exit"),
        pytest.param(VPN, replace(VPN, network="mobile"), False, id="the exit hides the network"),
        pytest.param(HOME, replace(HOME, network="mobile"), True, id="another network"),
        pytest.param(HOME, VPN, True, id="VPN on"),
    ],
)
def test_an_address_is_the_exit_or_else_the_network(armed: Situation, now: Situation, recovers: bool) -> None:
    assert works(fault("service", only=("address",)), now, armed=armed) is recovers


def test_every_scope_is_something_that_a_situation_has() -> None:
    assert all(hasattr(HOME, scope) for scope in SCOPES)


@pytest.mark.parametrize(("elapsed", "over"), [(0, False), (44.9, False), (45, True), (60, True)])
def test_a_duration_ends_on_the_clock(elapsed: float, over: bool) -> None:
    assert works(fault(lasts=Lifetime(seconds=45)), elapsed=elapsed) is over


@pytest.mark.parametrize(("used", "over"), [(0, False), (1, False), (2, True), (3, True)])
def test_a_count_ends_when_it_is_used_up_and_not_by_time(used: int, over: bool) -> None:
    assert works(fault(lasts=Lifetime(hits=2, unit="request")), elapsed=9999, used=used) is over


def test_a_fault_without_end_does_not_end() -> None:
    assert not works(fault(), elapsed=1e9, used=1000)


@pytest.mark.parametrize("made", [{"harmless": True}, {"instant": True}])
def test_what_does_nothing_or_is_over_at_once_lets_everything_work(made: dict[str, Any]) -> None:
    assert works(fault(**made))


@pytest.mark.parametrize(
    ("on", "uses", "recovers"),
    [
        (("login",), ASK, True),
        (("messages",), ASK, False),
        (("login", "stream"), ASK, False),
        ((), ASK, False),
        (("login",), frozenset(), False),
    ],
)
def test_a_fault_of_some_traffic_breaks_only_what_uses_it(
    on: tuple[str, ...], uses: frozenset[str], recovers: bool
) -> None:
    assert works(fault(on=on), uses=uses) is recovers


@pytest.mark.parametrize(
    ("made", "elapsed", "because"),
    [
        (fault(), 0, "down at service_link has no end, and this leaves the person's traffic passing it"),
        (fault(lasts=Lifetime(seconds=45)), 0, "down at service_link lasts 45s, and no time will have passed"),
        (fault(lasts=Lifetime(seconds=900)), 60, "down at service_link lasts 15m, and only 1m will have passed"),
        (fault(lasts=Lifetime(seconds=45)), 60, "down at service_link is over after 45s"),
        (
            fault(lasts=Lifetime(hits=2, unit="connection")),
            0,
            "down at service_link takes 2 connections, and one more attempt still meets it",
        ),
        (fault("vpn_a"), 0, "the person's traffic no longer passes vpn_a"),
    ],
)
def test_a_prediction_says_why(made: Fault, elapsed: float, because: str) -> None:
    assert holds(made, HOME, HOME, elapsed, 0, ASK).because == because


def test_an_act_works_only_when_no_fault_is_left() -> None:
    short, long = fault(lasts=Lifetime(seconds=10)), fault("uplink", lasts=Lifetime(seconds=60))
    verdicts = [predict((short, long), HOME, HOME, seconds, 0).works for seconds in (0, 30, 60)]
    assert verdicts == [False, False, True]


def test_without_faults_everything_works() -> None:
    said = predict((), HOME, HOME, 0, 0)
    assert (said.works, said.because) == (True, "nothing is broken")


@pytest.mark.parametrize(
    ("with_remedy", "with_control", "outcome"),
    [
        (True, False, Outcome.RECOVERS),
        (True, True, Outcome.RECOVERS_ANYWAY),
        (False, False, Outcome.DOES_NOT_RECOVER),
        (False, True, Outcome.DOES_NOT_RECOVER),
    ],
)
def test_a_remedy_gets_credit_only_for_what_its_control_does_not_do(
    with_remedy: bool, with_control: bool, outcome: Outcome
) -> None:
    assert credit(with_remedy, with_control) is outcome


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.3, "300ms"), (45, "45s"), (60, "1m"), (90, "90s"), (900, "15m"), (3600, "1h"), (5400, "90m"), (14400, "4h")],
)
def test_durations_are_written_as_a_person_would(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("life", "text"),
    [
        (Lifetime(), "for good"),
        (Lifetime(seconds=45), "45s"),
        (Lifetime(hits=1, unit="connection"), "1 connection"),
        (Lifetime(hits=3, unit="request"), "3 requests"),
    ],
)
def test_lifetimes_are_written_as_in_a_scenario(life: Lifetime, text: str) -> None:
    assert str(life) == text
