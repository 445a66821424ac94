"""What on the wire is taken for a fault, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from harness.faults import FAULTS
from harness.values.history import Event, History
from harness.values.situation import Fault

Row = tuple[float, str, str, dict[str, Any]]
FILE = "/api/files/f-1"
SENT: Row = (10.01, "gateway", "access", {"method": "GET", "path": FILE, "bytes": 20_000, "flags": "-", "ms": 4})
ASKED: Row = (10.1, "browser", "response", {"method": "GET", "path": FILE, "status": 200, "ms": 100, "length": "20000"})


def seen(fault: Fault, *rows: Row, until: float = 20.0) -> Event | None:
    events = tuple(Event(at, at, "an arm", source, kind, data) for at, source, kind, data in rows)
    return FAULTS[fault.at][fault.do].seen(fault, History(events), 10.0, until)


def broken(do: str, at: str = "wifi", **params: Any) -> Fault:
    return Fault(at, do, params={"direction": "downstream", **params})


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        pytest.param("finished", {"path": FILE, "ms": 420}, id="a reply's end"),
        pytest.param("downloaded", {"name": "answer.txt", "bytes": 20_000}, id="a download"),
        pytest.param("saved", {"url": "/", "bytes": 20_000}, id="what the page gave to be saved"),
    ],
)
def test_a_narrow_link_is_seen_by_whatever_tells_when_the_file_was_there(kind: str, data: dict[str, Any]) -> None:
    late = (10.4, "browser", kind, data)
    found = seen(broken("bandwidth", rate=50), SENT, ASKED, late)
    assert found is not None
    assert found.kind == kind
    soon = (10.11, "browser", kind, {**data, "ms": 110})
    assert seen(broken("bandwidth", rate=50), SENT, ASKED, soon) is None, "as fast as without the fault"
    assert seen(broken("bandwidth", rate=50), SENT, ASKED, late, until=10.3) is None, "only after somebody had acted"


@pytest.mark.parametrize(("ms", "is_seen"), [(300, True), (280, True), (250, False)])
def test_a_slow_link_is_seen_by_a_reply_that_took_nine_tenths_of_its_latency(ms: int, is_seen: bool) -> None:
    reply = (10.3, "browser", "response", {**ASKED[3], "ms": ms})
    assert (seen(broken("latency", latency=300), SENT, reply) is not None) is is_seen


def test_a_slow_link_is_told_by_a_reply_before_a_look_that_may_be_late_by_itself() -> None:
    piece = (10.2, "service", "piece", {"n": 1})
    look = (10.6, "browser", "websocket_frames", {"pieces": 1})
    reply = (10.3, "browser", "response", {**ASKED[3], "ms": 310})
    told = [seen(broken("latency", latency=300), SENT, *rows) for rows in ((piece, reply, look), (piece, look))]
    assert [one.kind if one else "" for one in told] == ["response", "piece"]


def test_the_end_of_a_link_to_the_service_is_seen_by_the_gateway_and_not_by_the_browser() -> None:
    closed = (10.2, "browser", "websocket_closed", {"code": 1006, "clean": False, "pieces": 4})
    cut = (10.2, "gateway", "access", {**SENT[3], "flags": "UC"})
    left = (10.2, "gateway", "access", {**SENT[3], "flags": "DC"})
    fault = broken("down", at="service_link")
    assert seen(fault, closed) is None
    assert seen(fault, left) is None, "the person's side hung up"
    assert seen(fault, closed, cut) is not None


def test_a_portal_is_seen_in_its_own_log_and_not_in_the_gateways() -> None:
    own = {"method": "POST", "path": "/", "status": 302, "route": "portal", "flags": "-"}
    portal = Fault("wifi", "portal", params={"status": "302", "body": ""})
    assert seen(portal, (10.2, "gateway", "access", own)) is not None
    assert seen(portal, (10.2, "gateway", "access", {**own, "route": ""})) is None
    assert seen(portal, (10.2, "gateway", "access", {**own, "status": 200})) is None, "its page, to which it led"
    broke_off = (10.2, "browser", "request_failed", {"method": "POST", "path": "/v1/chat/completions", "error": "cut"})
    assert seen(portal, broke_off) is not None, "who asks for nothing more"


@pytest.mark.parametrize(
    ("do", "at", "params"),
    [
        ("reset_peer", "service_link", {}),
        ("drop", "service", {}),
        ("lose_reply", "service", {}),
        ("garbage", "service", {}),
        ("status", "service", {"status": 500}),
    ],
)
def test_what_the_gateway_tried_again_after_is_seen_by_its_attempts(do: str, at: str, params: dict[str, Any]) -> None:
    taken = {"method": "POST", "path": "/api/conversations/c/messages", "status": 202, "flags": "-", "attempts": 2}
    assert seen(broken(do, at=at, **params), (10.2, "gateway", "access", taken)) is not None
    assert seen(broken(do, at=at, **params), (10.2, "gateway", "access", {**taken, "attempts": 1})) is None


def test_a_websocket_that_is_refused_from_now_on_is_seen_by_the_refusal_or_by_the_end_of_what_was_open() -> None:
    refused = {"method": "GET", "path": "/api/stream", "status": 403, "flags": "-"}
    closed = (10.2, "browser", "websocket_closed", {"code": 1006, "clean": False, "pieces": 4})
    ended = (10.2, "link", "ended", {"link": "office"})
    fault = broken("refuse_upgrade", at="office")
    assert seen(fault, (10.2, "gateway", "access", refused)) is not None
    assert seen(fault, closed, ended) is not None
    assert seen(fault, closed) is None, "anybody on its way may have ended it"
    assert seen(broken("refuse_upgrade", at="gateway"), closed, ended) is None, "a gateway lets what is open be"


@pytest.mark.parametrize(
    ("sockets", "gave_up", "is_seen"),
    [
        pytest.param({"open": 1, "unheard": 1}, True, True, id="said into silence"),
        pytest.param({"open": 1, "unheard": 1}, False, False, id="an answer that may yet come"),
        pytest.param({"open": 1, "unheard": 0}, True, False, id="something came"),
        pytest.param({"open": 0, "unheard": 1}, True, False, id="a socket that has ended"),
        pytest.param(None, True, False, id="a page without sockets"),
    ],
)
def test_a_silent_network_is_seen_by_what_a_page_said_on_a_socket_that_stays_open_and_mute(
    sockets: dict[str, int] | None, gave_up: bool, is_seen: bool
) -> None:
    asked: Row = (10.1, "run", "asked", {"question": "How?"})
    look: Row = (12.0, "screen", "snapshot", {"phase": "symptom", "sockets": sockets, "gave_up": gave_up})
    assert (seen(broken("timeout"), asked, look) is not None) is is_seen
    assert seen(broken("timeout"), look) is None, "nobody asked anything"


@pytest.mark.parametrize(
    ("codes", "is_seen"),
    [
        pytest.param((), True, id="the browser had no time to tell"),
        pytest.param((1006,), True, id="broken off"),
        pytest.param((1000,), False, id="closed as it should be"),
        pytest.param((1001,), False, id="closed by a page that was left"),
        pytest.param((1000, 1006), True, id="one of two"),
    ],
)
def test_a_websocket_that_both_ends_closed_is_no_cut_whatever_the_gateway_calls_it(
    codes: tuple[int, ...], is_seen: bool
) -> None:
    ended: Row = (10.2, "gateway", "access", {"method": "GET", "path": "/api/stream", "status": 101, "flags": "UC"})
    closed = [(10.3, "browser", "websocket_closed", {"code": code, "pieces": 4}) for code in codes]
    assert (seen(broken("down", at="service_link"), ended, *closed) is not None) is is_seen
    assert (seen(broken("drop", at="service"), ended, *closed) is not None) is is_seen
