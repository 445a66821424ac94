"""Scenario → arms: which control each remedy is judged against, and what the model expects of both."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from harness.prediction.contradictions import contradictions
from harness.prediction.plan import plan
from harness.remedies import REMEDIES
from harness.values.documents import advised
from harness.values.situation import Situation
from tests.helpers import CLIENT, OUTAGE, arm_of, scenario

ONCE = "{at: service_link, do: reset_peer, lasts: 1 connection}"
TWICE = "{at: service_link, do: reset_peer, lasts: 2 connections}"
FOR_GOOD = "{at: %s, do: down}"
ALL = """reload, new_tab, retry, new_chat, clear_site_data, private_window, other_browser, switch_network, vpn_off,
  {wait: 1m}"""


def predicted(faults: str, remedy: str, moment: str = "send", client: object = CLIENT) -> str:
    one = scenario(faults, moment, f"recovers: [{remedy}]")
    return next(arm.predicted for arm in plan(one, client) if arm.kind == "remedy")


def controls(remedies: str = "", moment: str = "send", more: str = "") -> list[str]:
    listed = f"recovers: [{remedies}]\n" if remedies else ""
    return [arm.label for arm in plan(scenario(OUTAGE, moment, listed + more), CLIENT) if arm.kind == "control"]


YES, ANYWAY, NO = "recovers", "recovers_anyway", "does_not_recover"


@pytest.mark.parametrize(
    ("moment", "remedy", "control"),
    [
        ("send", "retry", "control[nothing]"),
        ("send", "reload", "control[ask_again]"),
        ("open", "reload", "control[nothing]"),
        ("open", "new_tab", "control[ask_again]"),
        ("open", "private_window", "control[ask_again]"),
        ("mid_answer", "regenerate", "control[nothing]"),
        ("mid_answer", "retry", "control[nothing]"),
        ("mid_answer", "reload", "control[ask_again]"),
        ("send", "{wait: 1m}", "control[ask_again]"),
        ("send", "new_chat", "control[ask_again]"),
        ("send", "vpn_off", "control[ask_again+vpn_a]"),
    ],
)
def test_what_a_remedy_is_judged_against(moment: str, remedy: str, control: str) -> None:
    one = scenario(OUTAGE, moment, f"recovers: [{remedy}]")
    (arm,) = (arm for arm in plan(one, CLIENT) if arm.kind == "remedy")
    assert arm.control == control


def test_both_bare_controls_are_always_there_and_come_first() -> None:
    one = scenario(OUTAGE, more="recovers: [{wait: 1m}]")
    assert [arm.label for arm in plan(one, CLIENT)] == ["control[nothing]", "control[ask_again]", "wait[1m]"]


def test_a_control_is_shared_by_the_remedies_that_need_it() -> None:
    assert controls("reload, vpn_off, new_tab") == [
        "control[nothing]",
        "control[ask_again]",
        "control[ask_again+vpn_a]",
    ]


def test_every_arm_names_a_control_that_is_planned() -> None:
    arms = plan(scenario(OUTAGE, more=f"recovers: [{ALL}]"), CLIENT)
    labels = {arm.label for arm in arms if arm.kind == "control"}
    assert {arm.control for arm in arms if arm.kind == "remedy"} <= labels


def test_who_turns_the_vpn_off_has_it_on_and_so_has_the_control() -> None:
    one = scenario(OUTAGE, more="recovers: [vpn_off]")
    starts = {arm.label: arm.start for arm in plan(one, CLIENT)}
    assert starts["vpn_off"] == starts["control[ask_again+vpn_a]"] == Situation(vpn="a")
    assert starts["control[ask_again]"] == Situation()


def test_who_uses_exit_b_turns_exit_b_off() -> None:
    one = scenario(FOR_GOOD % "vpn_b", more="person: {vpn: b}\nrecovers: [vpn_off]")
    arm = arm_of(one, "vpn_off")
    assert (arm.start.vpn, arm.predicted) == ("b", YES)


@pytest.mark.parametrize(
    ("place", "recovering"),
    [
        ("service_link", set()),
        ("uplink", set()),
        ("wifi", {"switch_network"}),
        ("vpn_a", {"vpn_off"}),
    ],
)
def test_a_link_that_is_down_for_good_is_left_only_by_its_own_remedy(place: str, recovering: set[str]) -> None:
    person = "person: {vpn: a}\n" if place == "vpn_a" else ""
    one = scenario(FOR_GOOD % place, more=f"{person}recovers: [{ALL}]")
    arms = {arm.remedy: arm.predicted for arm in plan(one, CLIENT) if arm.kind == "remedy"}
    assert arms == {name: YES if name in recovering else NO for name in arms}


def test_a_fault_that_the_persons_traffic_does_not_pass_breaks_nothing() -> None:
    one = scenario(FOR_GOOD % "vpn_a")
    assert [arm.predicted for arm in plan(one, CLIENT)] == [YES, YES]


@pytest.mark.parametrize(
    ("faults", "remedy", "outcome"),
    [
        pytest.param(OUTAGE, "{wait: 44s}", NO, id="wait too short"),
        pytest.param(OUTAGE, "{wait: 45s}", YES, id="wait just long enough"),
        pytest.param(OUTAGE, "retry", NO, id="at once in the outage"),
        pytest.param(ONCE, "retry", YES, id="one connection: asking again is what helps"),
        pytest.param(ONCE, "reload", ANYWAY, id="one connection: reload is not needed"),
        pytest.param(ONCE, "{wait: 1m}", ANYWAY, id="one connection: waiting is not needed"),
        pytest.param(TWICE, "retry", NO, id="two connections: the second attempt meets it"),
        pytest.param("{at: service, do: drop, only: session}", "private_window", YES, id="another session"),
        pytest.param("{at: service, do: drop, only: session}", "clear_site_data", YES, id="a new session"),
        pytest.param("{at: service, do: drop, only: session}", "reload", NO, id="the same session"),
        pytest.param("{at: service, do: drop, only: conversation}", "new_chat", YES, id="another conversation"),
        pytest.param("{at: service, do: drop, only: conversation}", "reload", NO, id="the same conversation"),
        pytest.param("{at: service, do: drop, only: account}", "private_window", NO, id="the same account"),
        pytest.param("{at: service, do: drop, only: address}", "switch_network", YES, id="another address"),
        pytest.param("{at: service, do: drop, only: address}", "vpn_off", YES, id="the network's own address"),
        pytest.param("{at: service, do: drop, on: login}", "clear_site_data", NO, id="login is needed again"),
        pytest.param("{at: service, do: drop, on: login}", "reload", ANYWAY, id="login is not needed"),
        pytest.param("{at: uplink, do: none}", "reload", ANYWAY, id="nothing is broken"),
        pytest.param("{at: uplink, do: none}", "retry", ANYWAY, id="nothing is broken, and nothing needs asking"),
        pytest.param("[]", "reload", ANYWAY, id="no fault"),
        pytest.param(
            "{at: service, do: delay, delay: 1s, on: messages}", "reload", ANYWAY, id="slow, but within the time-out"
        ),
        pytest.param("{at: service, do: delay, delay: 3s}", "reload", NO, id="slower than the time-out"),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 20s}",
            "reload",
            ANYWAY,
            id="over before the client gives up",
        ),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 40s}",
            "reload",
            NO,
            id="30 of 40 seconds have passed",
        ),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 40s}",
            "{wait: 10s}",
            YES,
            id="30 and 10 are 40 seconds",
        ),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 40s}", "{wait: 9s}", NO, id="30 and 9 are not"
        ),
        pytest.param(
            "[{at: wifi, do: down}, {at: service_link, do: down, lasts: 45s}]", "switch_network", NO, id="two faults"
        ),
    ],
)
def test_predictions_while_a_message_is_sent(faults: str, remedy: str, outcome: str) -> None:
    assert predicted(faults, remedy) == outcome


@pytest.mark.parametrize(
    ("faults", "moment", "remedy", "outcome"),
    [
        pytest.param(ONCE, "open", "reload", YES, id="opening: reload is asking again"),
        pytest.param(ONCE, "open", "new_tab", ANYWAY, id="opening: the address again does it as well"),
        pytest.param(ONCE, "mid_answer", "retry", YES, id="the stream was the one connection"),
        pytest.param(TWICE, "mid_answer", "retry", YES, id="the stream, and the client's look at the service"),
        pytest.param(
            "{at: service_link, do: reset_peer, lasts: 3 connections}", "mid_answer", "retry", NO, id="and one more"
        ),
        pytest.param("{at: uplink, do: cut}", "mid_answer", "retry", YES, id="a cut is over at once"),
        pytest.param("{at: uplink, do: cut}", "mid_answer", "reload", ANYWAY, id="a cut needs no reload"),
        pytest.param(
            "{at: service, do: stream_stall, lasts: 30s}", "mid_answer", "{wait: 10s}", YES, id="20 s of silence count"
        ),
        pytest.param(
            "{at: service, do: stream_stall, lasts: 30s}", "mid_answer", "{wait: 9s}", NO, id="20 and 9 are not 30"
        ),
        pytest.param(
            "{at: service_link, do: timeout, lasts: 25s}",
            "send",
            "reload",
            NO,
            id="the gateway gives up at once",
        ),
        pytest.param(
            "{at: uplink, do: timeout, lasts: 25s}",
            "mid_answer",
            "reload",
            NO,
            id="a stream's silence: 20 s",
        ),
    ],
)
def test_predictions_at_the_other_moments(faults: str, moment: str, remedy: str, outcome: str) -> None:
    assert predicted(faults, remedy, moment) == outcome


@pytest.mark.parametrize(
    ("stream", "outcome"),
    [
        pytest.param("downstream", YES, id="only the reply is lost: the history shows the answer"),
        pytest.param("upstream", NO, id="the message is lost: it must be sent again"),
    ],
)
def test_a_kept_message_needs_no_sending_again_after_a_reload(stream: str, outcome: str) -> None:
    """`messages` is broken for good, and who opens the page again needs it only if the service lacks the message."""
    lost = f"{{at: service_link, do: reset_peer, direction: {stream}, lasts: 1ms}}"
    one = scenario(lost, more="recovers: [reload]")
    (fault,) = one.faults
    broken = replace(one, faults=(replace(fault, on=("messages",), lasts=type(fault.lasts)()),))
    assert arm_of(broken, "reload").predicted == outcome


def test_a_client_that_tries_again_by_itself_makes_the_bare_control_work() -> None:
    eager = replace(CLIENT, recovers_by_itself=True)
    assert predicted(ONCE, "retry") == YES
    assert predicted(ONCE, "retry", client=eager) == ANYWAY


@pytest.mark.parametrize(
    ("fault", "tries", "within", "works"),
    [
        pytest.param("{at: wifi, do: down, lasts: 4s}", 1, math.inf, True, id="over while it is left alone"),
        pytest.param("{at: wifi, do: down, lasts: 45s}", 1, math.inf, False, id="not over while it is left alone"),
        pytest.param("{at: wifi, do: down, lasts: 45s}", 9, 60.0, True, id="over within its attempts"),
        pytest.param("{at: wifi, do: down, lasts: 2m}", 9, 60.0, False, id="outlasts its attempts"),
        pytest.param("{at: wifi, do: down, lasts: 4s}", 3, 2.0, False, id="outlasts attempts that end soon"),
        pytest.param("{at: wifi, do: reset_peer, lasts: 3 connections}", 3, 60.0, True, id="used up by its attempts"),
        pytest.param("{at: wifi, do: reset_peer, lasts: 4 connections}", 3, 60.0, False, id="more than its attempts"),
        pytest.param("{at: wifi, do: down}", 9, 60.0, False, id="for good"),
    ],
)
def test_a_client_that_tries_again_by_itself_does_so_as_often_and_as_long_as_it_says(
    fault: str, tries: int, within: float, works: bool
) -> None:
    eager = replace(CLIENT, recovers_by_itself=True, own_tries=tries, own_time=within)
    assert plan(scenario(fault), eager)[0].predicted_works is works


def test_the_reason_of_a_prediction_goes_with_the_arm() -> None:
    one = scenario(OUTAGE, more="does_not_recover: [reload]")
    assert arm_of(one, "reload").because == "reset_peer at service_link lasts 45s, and no time will have passed"
    assert arm_of(one, "control[nothing]").because.startswith("nobody touches anything")


@pytest.mark.parametrize(
    ("documents", "remedy", "claim"),
    [
        ("F1", "reload", YES),
        ("F1", "switch_network", ""),
        ("F3", "switch_network", YES),
        ("F1", "retry", ""),
        ("[F1, F3]", "switch_network", YES),
    ],
)
def test_what_the_documents_advise_is_a_claim(documents: str, remedy: str, claim: str) -> None:
    one = scenario(OUTAGE, more=f"documents: {documents}\nrecovers: [{remedy}]")
    assert arm_of(one, remedy).documented == claim


def test_the_documents_say_nothing_about_a_failure_that_they_do_not_know() -> None:
    assert advised("F99") == frozenset()


def test_remedies_of_the_catalogue_have_rows_of_the_catalogue() -> None:
    assert {id_[0] for remedy in REMEDIES.values() for id_ in remedy.ids} == {"R"}


@pytest.mark.parametrize(
    ("faults", "more", "count"),
    [
        pytest.param(OUTAGE, "recovers: [{wait: 1m}]\ndoes_not_recover: [reload]", 0, id="all agreed"),
        pytest.param(OUTAGE, "recovers: [reload]", 1, id="cannot help"),
        pytest.param(OUTAGE, "does_not_recover: [{wait: 1m}]", 1, id="helps after all"),
        pytest.param(ONCE, "recovers: [reload]", 1, id="helps, but is not needed"),
        pytest.param(OUTAGE, "recovers: [reload, new_tab]", 2, id="each one by itself"),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 10s}",
            "expect: {message: timeout}",
            1,
            id="over in silence",
        ),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 10s}", "", 0, id="over in silence, and none expected"
        ),
        pytest.param(
            "{at: uplink, do: timeout, direction: upstream, lasts: 31s}",
            "expect: {message: timeout}",
            0,
            id="seen in time",
        ),
    ],
)
def test_where_the_model_cannot_agree(faults: str, more: str, count: int) -> None:
    assert len(list(contradictions(scenario(faults, more=more), CLIENT))) == count


# -- what the wider model says


def outcome(faults: str, remedy: str, moment: str = "send", more: str = "") -> str:
    one = scenario(faults, moment, f"recovers: [{remedy}]\n{more}")
    return next(arm.predicted for arm in plan(one, CLIENT) if arm.kind == "remedy")


@pytest.mark.parametrize(
    ("faults", "remedy", "predicted_as"),
    [
        pytest.param("{at: service, do: crash, lasts: 10m}", "status_page", YES, id="an incident that ends"),
        pytest.param("{at: service, do: crash}", "status_page", NO, id="one without end is not"),
        pytest.param("{at: wifi, do: down, lasts: 10m}", "status_page", NO, id="no incident of theirs"),
        pytest.param("{at: account, do: lock, lasts: 10m}", "status_page", NO, id="nor does one account"),
        pytest.param("{at: service_link, do: down}", "other_service", YES, id="another provider"),
        pytest.param("{at: wifi, do: down}", "other_service", NO, id="another provider over the same network"),
        pytest.param("{at: uplink, do: down}", "phone", YES, id="a phone has a link of its own"),
        pytest.param("{at: wifi, do: down}", "phone", NO, id="and the same network"),
        pytest.param("{at: gateway, do: status, status: 502, only: entrance}", "mobile_app", YES, id="the app"),
        pytest.param("{at: gateway, do: status, status: 502}", "mobile_app", NO, id="the whole gateway"),
        pytest.param("{at: service, do: status, status: 500, on: messages}", "api", YES, id="what the API doesn't use"),
        pytest.param("{at: service, do: status, status: 500}", "api", NO, id="what everything uses"),
        pytest.param("{at: service, do: overload, reserved: 1}", "paid_plan", YES, id="places for paid accounts"),
        pytest.param("{at: service, do: overload}", "paid_plan", NO, id="no places for them"),
        pytest.param("{at: service, do: accounts_per_address}", "restart_router", YES, id="another address"),
        pytest.param("{at: account, do: too_many_sessions}", "close_sessions", YES, id="fewer sessions, and a minute"),
        pytest.param("{at: account, do: too_many_sessions}", "change_password", NO, id="the page was told to wait"),
        pytest.param("{at: wifi, do: flap, down: 40s, up: 50s}", "{wait: 1m}", YES, id="between two drops"),
        pytest.param("{at: wifi, do: flap, down: 40s, up: 50s}", "{wait: 2m}", NO, id="in the next drop"),
    ],
)
def test_what_the_model_says_of_the_wider_world(faults: str, remedy: str, predicted_as: str) -> None:
    assert outcome(faults, remedy) == predicted_as


@pytest.mark.parametrize(
    ("faults", "remedy", "predicted_as"),
    [
        ("{at: service, do: file_incomplete, lasts: 1 request}", "download_again", NO),
        ("{at: service, do: file_incomplete, lasts: 1 request}", "regenerate", YES),
        ("{at: service, do: file_incomplete}", "regenerate", NO),
        ("{at: service, do: file_expires}", "{wait: 15m}", NO),
        ("{at: service, do: file_expires}", "new_chat", YES),
        ("{at: account, do: files_off}", "files_on", YES),
        ("{at: account, do: files_off}", "regenerate", NO),
    ],
)
def test_a_file_stays_as_it_is_until_it_is_another_one(faults: str, remedy: str, predicted_as: str) -> None:
    assert outcome(faults, remedy, "download") == predicted_as


def test_a_silence_that_ends_while_the_page_waits_is_no_failure_of_the_second_attempt() -> None:
    short, long = "{at: wifi, do: bandwidth, lasts: 45s}", "{at: wifi, do: bandwidth, lasts: 5m}"
    assert [arm.predicted_works for arm in plan(scenario(short), CLIENT)][1] is True
    assert [arm.predicted_works for arm in plan(scenario(long), CLIENT)][1] is False


def test_a_fault_that_another_hides_is_refused() -> None:
    both = "[{at: uplink, do: down}, {at: service, do: status, status: 500, on: messages}]"
    one = scenario(both, more="expect: {message: timeout}")
    assert "down at uplink stops everything before it" in str([p.what for p in contradictions(one, CLIENT)])


def test_a_place_that_is_gone_does_nothing_else() -> None:
    both = "[{at: service_link, do: latency, latency: 1200ms}, {at: service_link, do: down}]"
    one = scenario(both, more="expect: {message: any}")
    (said,) = [problem.what for problem in contradictions(one, CLIENT)]
    assert said.startswith("nobody meets latency at service_link at the moment send: down at service_link stops")


def test_a_stream_that_no_page_opens_meets_nothing() -> None:
    both = "[{at: gateway, do: refuse_upgrade}, {at: service, do: status, status: 500, on: %s}]"
    more = "expect: {message: any}"
    said = {on: str(list(contradictions(scenario(both % on, "open", more), CLIENT))) for on in ("me", "history")}
    assert "status at service stops everything before it" in said["me"]
    assert "stops everything before it" not in said["history"]


def test_with_two_instances_only_what_is_open_is_cut() -> None:
    paired = "gateway: {instances: 2}"
    down = "{at: service_link, do: down}"
    works = {moment: plan(scenario(down, moment, paired), CLIENT) for moment in ("send", "mid_answer")}
    assert [arm.predicted_works for arm in works["send"]] == [True, True]
    assert [arm.predicted_works for arm in works["mid_answer"]] == [False, True]


@pytest.mark.parametrize(
    ("fault", "moment", "unseen"),
    [
        ("{at: service, do: lose_reply, on: messages, lasts: 2 requests}", "send", True),
        ("{at: service, do: status, status: 500, lasts: 1 request}", "open", True),
        ("{at: service, do: status, status: 429, lasts: 1 request}", "send", False),
        ("{at: service, do: truncate, lasts: 1 request}", "send", False),
        ("{at: service, do: stream_close, lasts: 1 request}", "mid_answer", False),
        ("{at: service_link, do: reset_peer}", "send", False),
        ("{at: uplink, do: reset_peer, lasts: 1 connection}", "send", False),
    ],
)
def test_a_gateway_that_tries_again_hides_a_count_of_what_it_tries_again_after(
    fault: str, moment: str, unseen: bool
) -> None:
    nothing = plan(scenario(fault, moment, "gateway: {retries: 2}"), CLIENT)[0]
    assert nothing.predicted_works is unseen
    assert ("the gateway tries 2 times more by itself" in nothing.because) is unseen
    assert plan(scenario(fault, moment), CLIENT)[0].predicted_works is False


@pytest.mark.parametrize(
    ("moment", "control", "works"),
    [("open", "control[nothing]", False), ("send", "switch_network", True), ("mid_answer", "retry", False)],
)
def test_a_firewall_that_refuses_websockets_from_now_on_is_met_at_once(moment: str, control: str, works: bool) -> None:
    lists = "recovers: [switch_network]\ndoes_not_recover: [retry]" if moment != "open" else ""
    more = f"person: {{network: office}}\nexpect: {{message: any}}\n{lists}"
    one = scenario("{at: office, do: refuse_upgrade}", moment, more)
    assert not list(contradictions(one, CLIENT))
    assert {arm.label: arm.predicted_works for arm in plan(one, CLIENT)}[control] is works


def test_a_portal_is_left_with_its_network_and_with_nothing_else() -> None:
    portal = "{at: wifi, do: portal}"
    assert outcome(portal, "switch_network") == YES
    remedies = ("retry", "restart_router", "phone", "mobile_app", "private_window", "other_service", "api")
    assert {outcome(portal, remedy) for remedy in remedies} == {NO}


@pytest.mark.parametrize(
    ("remedy", "told"), [("new_chat", True), ("log_in_again", True), ("reload", False), ("retry", False)]
)
def test_a_remedy_with_requests_of_its_own_goes_with_no_count_but_one(remedy: str, told: bool) -> None:
    lists = f"does_not_recover: [{remedy}]"
    said = [p.what for p in contradictions(scenario(TWICE, more=lists), CLIENT)]
    assert any("makes requests of its own" in what for what in said) is told
    once = [p.what for p in contradictions(scenario(ONCE, more=lists), CLIENT)]
    assert not any("makes requests of its own" in what for what in once)


def test_a_file_is_kept_for_an_hour_only() -> None:
    short = "{at: wifi, do: down, lasts: 30s}"
    assert outcome(short, "{wait: 50m}", "download") == YES
    assert outcome(short, "{wait: 2h}", "download") == NO


@pytest.mark.parametrize(
    ("faults", "remedy", "start"),
    [
        pytest.param("{at: uplink, do: down}", "extension_off", {"installed": 1}, id="an extension for the one remedy"),
        pytest.param("{at: uplink, do: down}", "security_off", {"security": "on"}, id="software for the one remedy"),
        pytest.param("{at: browser, do: extension, extensions: 3}", "reload", {"installed": 3}, id="for all arms"),
        pytest.param(
            "{at: device, do: block, what: scripts}", "reload", {"security": "on"}, id="software for all arms"
        ),
        pytest.param("{at: uplink, do: down}", "reload", {}, id="nothing that nobody needs"),
    ],
)
def test_who_tries_a_remedy_has_what_it_takes(faults: str, remedy: str, start: dict[str, Any]) -> None:
    one = scenario(faults, "open", f"expect: {{message: any}}\nrecovers: [{remedy}]")
    arm = arm_of(one, remedy)
    assert arm.start == replace(Situation(), **start)
    assert arm_of(one, arm.control).start == arm.start


@pytest.mark.parametrize("remedy", ["private_window", "other_browser", "phone", "mobile_app"])
def test_another_browser_has_no_extensions(remedy: str) -> None:
    assert REMEDIES[remedy].changes(Situation(installed=2)).installed == 0


@pytest.mark.parametrize(("remedy", "left"), [("phone", ""), ("mobile_app", ""), ("other_browser", "on")])
def test_security_software_is_the_devices(remedy: str, left: str) -> None:
    assert REMEDIES[remedy].changes(Situation(security="on")).security == left


AFTERWARDS = "[{at: wifi, do: down, lasts: 20s}, {at: service_link, do: down, after: wifi.down, lasts: 2m}]"


@pytest.mark.parametrize(
    ("remedy", "outcome"),
    [("{wait: 15s}", NO), ("{wait: 30s}", NO), ("{wait: 3m}", YES), ("switch_network", YES)],
)
def test_a_fault_that_begins_as_another_ends_breaks_what_comes_after_that(remedy: str, outcome: str) -> None:
    assert predicted(AFTERWARDS, remedy) == outcome
