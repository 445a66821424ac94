"""What a witness saw, in the words that the raw event bears out."""

from __future__ import annotations

from typing import Any

import pytest

from harness.faults import FAULTS
from harness.judging import HARNESS, Case
from harness.judging.testimony import clause
from harness.judging.testimony import testimony as words
from harness.values.history import Event, History
from harness.values.situation import Fault
from tests.helpers import CLIENT, Story, access, arm_of, scenario

Row = tuple[float, str, str, dict[str, Any]]
CLOSED = {"code": 1006, "clean": False, "pieces": 17}
CUT: tuple[Row, ...] = ((10.0, "browser", "websocket_closed", CLOSED), (10.0, "link", "ended", {"link": "wifi"}))
ASKED: Row = (5.0, "run", "asked", {"question": "How?"})
WHOLE: Row = (9.0, "service", "answer_done", {"state": "complete", "pieces": 17})


def told(do: str, at: str, *rows: Row, **params: Any) -> str:
    """What is said of the event that a fault has for its witness."""
    fault = Fault(at, do, params={"direction": "downstream", **params})
    history = History.of(Event(second, 0.0, "an arm", source, kind, data) for second, source, kind, data in rows)
    found = FAULTS[at][do].seen(fault, history, 9.5, 20.0)
    return words(found) if found else ""


def event(source: str, kind: str, **data: Any) -> Event:
    return Event(1.0, 0.0, "an arm", source, kind, data)


@pytest.mark.parametrize(
    ("rows", "when"),
    [
        pytest.param((ASKED, WHOLE, *CUT), "while nothing was being answered", id="all of the answer had come"),
        pytest.param(CUT, "while nothing was being answered", id="nobody had asked"),
        pytest.param((ASKED, *CUT), "after piece 17", id="under way"),
        pytest.param((ASKED, (9.0, *WHOLE[1:3], {"pieces": 20}), *CUT), "after piece 17", id="the end did not come"),
        pytest.param(
            (ASKED, (10.0, *CUT[0][1:3], {**CLOSED, "pieces": 0}), CUT[1]), "before the first piece", id="none"
        ),
    ],
)
def test_a_piece_is_only_told_of_the_answer_that_was_under_way(rows: tuple[Row, ...], when: str) -> None:
    assert told("down", "wifi", *rows) == (
        f"the browser's WebSocket closed with 1006 {when}, and Toxiproxy ended a connection of wifi"
    )


def test_a_request_that_came_to_nothing_is_told_before_the_end_of_a_websocket_and_one_that_was_given_up_is_not() -> (
    None
):
    failed: Row = (10.5, "browser", "request_failed", {"method": "GET", "path": "/c", "error": "net::ERR_FAILED"})
    assert told("down", "wifi", *CUT, failed) == "the browser's GET /c failed with net::ERR_FAILED"
    given_up = (10.5, *failed[1:3], {**failed[3], "error": "net::ERR_ABORTED"})
    assert told("down", "wifi", *CUT, given_up).startswith("the browser's WebSocket closed with 1006")
    assert told("down", "wifi", given_up) == "the browser's GET /c failed with net::ERR_ABORTED"


def test_a_request_that_was_given_up_is_told_with_how_long_it_waited_and_whether_the_gateway_had_it() -> None:
    what = {"method": "GET", "path": "/c"}
    asked: Row = (10.1, "browser", "request", what)
    given_up: Row = (13.1, "browser", "request_failed", {**what, "error": "net::ERR_ABORTED"})
    said = "the browser's GET /c failed with net::ERR_ABORTED after 3 s without a reply"
    assert told("down", "wifi", asked, given_up) == f"{said}, and until then the gateway had nothing of it"
    logged = access(200) | what
    assert told("down", "wifi", asked, (12.0, "gateway", "access", logged), given_up) == said
    at_its_end: Row = (13.4, "gateway", "access", logged | {"ms": 3000})
    assert told("down", "wifi", asked, given_up, at_its_end) == said
    asked_again: Row = (15.0, "gateway", "access", logged | {"ms": 100})
    assert told("down", "wifi", asked, given_up, asked_again) == f"{said}, and until then the gateway had nothing of it"
    begun: Row = (12.0, "browser", "response", what | {"status": 200})
    assert told("down", "wifi", asked, begun, given_up) == "the browser's GET /c failed with net::ERR_ABORTED"


def test_a_piece_is_told_as_made_and_with_the_seconds_after_which_somebody_looked() -> None:
    rows: tuple[Row, ...] = (
        (10.0, "service", "piece", {"n": 5}),
        (10.26, "browser", "websocket_frames", {"pieces": 4}),
    )
    said = "the service made piece 5, which the browser did not have 0.26 s later"
    assert told("stream_stall", "service", *rows) == said
    assert told("timeout", "wifi", *rows) == said
    late = (10.4, "browser", "websocket_frames", {"pieces": 5})
    assert told("latency", "wifi", rows[0], late, latency=300) == (
        "the service made piece 5, which the browser did not have for 0.4 s"
    )


def test_a_websocket_that_never_came_to_the_gateway_is_told_so() -> None:
    said = told(
        "extension", "browser", (10.0, "browser", "websocket_closed", {**CLOSED, "pieces": 0}), blocks="websocket"
    )
    assert said == "the browser's WebSocket closed with 1006 before it came to the gateway"


def test_what_the_browser_was_told_on_its_websocket_is_told_with_its_code() -> None:
    row: Row = (10.0, "browser", "websocket_told_error", {"url": "/api/stream", "code": "generation_failed"})
    assert told("fail_generation", "service", row, code="generation_failed") == (
        "the browser was told generation_failed on its WebSocket"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param({"details": "via_upstream"}, "503 from the service", id="passed on"),
        pytest.param({"details": "direct_response"}, "503 of its own", id="by the gateway"),
        pytest.param({"details": "local_rate_limited"}, "503 of its own", id="by its rate limit"),
        pytest.param({"details": "response_timeout"}, "503 of its own", id="by its time-out"),
        pytest.param({"details": "direct_response", "road": "security"}, "503", id="in the log of another"),
        pytest.param({"details": "via_upstream", "status": 200}, "200", id="nothing is wrong"),
        pytest.param({"retry_after": "90"}, "503, retry-after 90", id="a wait"),
    ],
)
def test_a_log_tells_who_answered_and_which_wait_was_asked_for(data: dict[str, Any], said: str) -> None:
    entry = event("gateway", "access", **{**access(503), "path": "/m", **data})
    assert words(entry).endswith(f"'s log has POST /m {said}")


def test_a_log_without_a_path_tells_none() -> None:
    entry = event("gateway", "access", method="CONNECT", path=None, status=403, road="proxy")
    assert words(entry) == "the browser's proxy's log has CONNECT 403"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (event("link", "road", passes=["uplink", "mobile"]), "Toxiproxy leads over uplink, mobile"),
        (
            event("service", "ticket_handled", ticket="t-1", did="nothing"),
            "the service handled ticket t-1 and did nothing",
        ),
        (
            event("service", "ticket_handled", ticket="t-1", did="unlocked"),
            "the service handled ticket t-1 and unlocked the account",
        ),
        (event("browser", "kept", clock=1, went=60), "every clock went on by 60 s"),
        (
            event("browser", "response", method="GET", path="/", status=502, ms=3.5),
            "the browser's GET / was answered with 502 after 3.5 ms",
        ),
        (
            event("browser", "response", method="GET", path="/f", status=200, ms=3, endless=True),
            "the browser's GET /f was answered with 200 after 3 ms, and its end did not come",
        ),
    ],
)
def test_each_kind_of_witness_has_its_own_words(seen: Event, said: str) -> None:
    assert words(seen) == said
    assert said.startswith(clause(seen)), "the chart finds the event by its clause"


LATER = """[{at: service, do: status, status: 500, lasts: 10s},
  {at: gateway, do: status, status: 503, lasts: 30s, after: 20s}]"""


def evidence(story: Story, faults: str = LATER) -> str:
    found = HARNESS["evidence"](Case(arm_of(scenario(faults), "control[ask_again]"), CLIENT, story.history))
    assert found is not None
    assert found.holds
    return found.sentence.rpartition("; ")[2]


@pytest.mark.parametrize(
    ("armed", "lifted", "asked", "said"),
    [
        pytest.param(None, None, 25, "was to begin 20s after the moment, and the arm ended before", id="never armed"),
        pytest.param(15, 19, 25, "began 20s after the moment, and nobody asked while it was there", id="nobody asked"),
        pytest.param(
            15, 19, 17, "began 20s after the moment, and was over before the question was asked again", id="over"
        ),
        pytest.param(26, 39, 27, "began 20s after the moment, and the question was asked again before", id="too late"),
    ],
)
def test_a_second_fault_that_nobody_met_is_told(armed: float | None, lifted: float, asked: float, said: str) -> None:
    story = Story(flags="-", status=500).note(asked, "run", "asked", question="How?")
    story.note(11, "gateway", "access", **access(500, details="via_upstream"))
    if armed:
        story.note(armed, "fault", "armed", fault=1).note(lifted, "fault", "lifted", fault=1, because="its time")
    assert evidence(story) == f"status at gateway: it {said}"


def test_one_event_is_no_witness_of_two_faults_whatever_was_noted_of_it() -> None:
    both = "[{at: wifi, do: down}, {at: uplink, do: down}]"
    story = Story(flags="-", status=200).note(9, "fault", "armed", fault=1)
    for link in ("wifi", "uplink"):
        story.note(11, "link", "ended", link=link)
    story.note(11, "browser", "websocket_closed", **CLOSED)
    case = Case(arm_of(scenario(both), "control[ask_again]"), CLIENT, story.history)
    found = HARNESS["evidence"](case)
    assert found is not None
    assert not found.holds
    story.note(11.2, "browser", "websocket_closed", **CLOSED)
    found = HARNESS["evidence"](Case(case.arm, CLIENT, story.history))
    assert found is not None
    assert found.holds
