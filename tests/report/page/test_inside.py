"""What an arm has inside: screens, requests, the timeline, and what the checks found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.report.data import ArmView, gather, read
from harness.report.page.chart import chart, witnesses
from harness.report.page.inside import inside
from harness.values.history import Event
from harness.values.result import Finding, Result, Verdict
from tests.report.told import RELOAD, event, opening, recorded, scenario, snapshot

ACCESS = {"method": "POST", "path": "/m", "status": 503, "flags": "UC", "reply": "reset", "request": "r1", "ms": 3}
SEEN = Finding("evidence", True, "reset_peer at service_link: the gateway's log has POST /m 503 UC “reset”")
FAILED = replace(
    RELOAD, verdict=Verdict.FAIL, findings=(SEEN, Finding("draft", False, "expected the draft, it was lost"))
)


def story(arm: str = "f1/reload", begin: float = 1.0) -> list[Event]:
    return [
        opening(begin, arm),
        event(begin + 0.1, "run", "step", arm=arm, name="steady"),
        event(begin + 0.5, "fault", "armed", arm=arm, fault=0, do="reset_peer", at_place="service_link", lasts="45s"),
        event(begin + 0.6, "run", "step", arm=arm, name="moment"),
        event(begin + 0.7, "gateway", "access", world=300, arm=arm, **ACCESS),
        event(begin + 0.7, "service", "request", world=300, arm=arm, id="r1", method="POST", path="/m", status=200),
        event(
            begin + 0.8,
            "screen",
            "snapshot",
            arm=arm,
            **snapshot("symptom", error={"lines": ["It was cut", "Details"]}),
        ),
        event(begin + 0.9, "run", "step", arm=arm, name="remedy"),
        event(begin + 1.0, "fault", "lifted", world=60, arm=arm, fault=0, because="its time is over"),
        event(begin + 1.1, "run", "step", world=60, arm=arm, name="undone"),
    ]


def view(tmp_path: Path, result: Result = FAILED, *events: Event) -> ArmView:
    recording = read(recorded(tmp_path, [scenario(), *(events or story())]))
    (arm,) = (one for one in gather([result], recording, {}).arms if one.result.arm == result.arm)
    return arm


def test_what_was_collected_late_shows_the_clock_of_its_own_time(tmp_path: Path) -> None:
    told = {e.kind: e.world for e in view(tmp_path).events}
    assert told["access"] == 0
    assert told["lifted"] == 60


def test_a_request_is_one_row_of_gateway_and_service(tmp_path: Path) -> None:
    (asked,) = inside(view(tmp_path), {}, "").requests
    assert (asked.gateway, asked.service, asked.said) == ("503 UC", "200", "reset")
    assert asked.at == 0.1  # seconds from the moment
    assert asked.bad
    assert asked.lit


def test_a_stream_that_was_left_is_not_marked_as_one_that_was_cut(tmp_path: Path) -> None:
    upgrade = {"method": "GET", "path": "/api/stream", "status": 101, "flags": "UC"}

    def marked(code: int, folder: str) -> tuple[list[bool], list[str]]:
        ended = event(1.75, "browser", "websocket_closed", arm="f1/reload", code=code)
        logged = event(1.76, "gateway", "access", arm="f1/reload", **upgrade)
        (tmp_path / folder).mkdir()
        found = inside(view(tmp_path / folder, FAILED, *story()[:6], ended, logged), {}, "")
        told = [one.bad for one in found.requests if one.gateway.startswith("101")]
        return told, [row.how for row in found.rows if "101 UC" in row.text]

    assert marked(1006, "cut") == ([True], ["bad"])
    assert marked(1001, "left") == ([False], [])


def test_the_witness_that_a_finding_names_is_lit(tmp_path: Path) -> None:
    arm = view(tmp_path)
    assert [e.kind for e in witnesses(arm.result.findings, arm.events)] == ["access"]
    assert witnesses((replace(SEEN, holds=False),), arm.events) == []
    drawn = chart(arm)
    assert drawn
    lanes = {lane.name: lane for lane in drawn.bands[0].lanes}
    assert [mark.lit for mark in lanes["gateway"].marks] == [True]
    assert [mark.kind for mark in lanes["fault"].marks] == ["seen"]
    assert [bar.label for bar in lanes["fault"].bars] == ["reset_peer at service_link"]


def test_the_control_lies_below_on_the_same_axis(tmp_path: Path) -> None:
    control = replace(RELOAD, arm="f1/control[nothing]", kind="control", remedy="nothing", findings=(SEEN,))
    events = [*story("f1/control[nothing]", 100), *story()]
    recording = read(recorded(tmp_path, events))
    arms = gather([control, replace(FAILED, control="control[nothing]")], recording, {}).arms
    drawn = chart(next(arm for arm in arms if arm.label == "reload"))
    assert drawn
    assert [band.name for band in drawn.bands] == ["this arm", "its control, control[nothing]"]
    ours, theirs = ({lane.name: lane for lane in band.lanes} for band in drawn.bands)
    assert ours["fault"].bars[0].x == theirs["fault"].bars[0].x
    assert ours["fault"].y < theirs["fault"].y


def test_both_clocks_are_on_the_axes(tmp_path: Path) -> None:
    drawn = chart(view(tmp_path))
    assert drawn
    assert "moment" in [one.text for one in drawn.seconds]
    assert [one.text for one in drawn.bands[0].clock] == ["0 s", "1m"]


def test_an_arm_without_a_history_has_no_timeline(tmp_path: Path) -> None:
    assert chart(ArmView("x", RELOAD, "reload", "")) is None


def test_a_screen_that_did_not_change_is_told_once(tmp_path: Path) -> None:
    shots = [
        event(n, "screen", "snapshot", **snapshot(phase, draft="x")) for n, phase in enumerate(("steady", "symptom"), 2)
    ]
    found = inside(view(tmp_path, RELOAD, opening(), *shots), {}, "").screens
    assert [(one.phase, one.same_as, one.draft) for one in found] == [("steady", "", "x"), ("symptom", "steady", None)]


def test_a_picture_stands_with_its_screen(tmp_path: Path) -> None:
    shots = [
        event(2, "screen", "snapshot", **snapshot("symptom")),
        event(2, "screen", "picture", phase="symptom", file="pictures/a.png"),
        event(3, "screen", "picture", phase="recovery", file="pictures/b.png"),
    ]
    found = inside(view(tmp_path, RELOAD, opening(), *shots), {}, "").screens
    assert [(one.phase, one.picture) for one in found] == [
        ("symptom", "pictures/a.png"),
        ("recovery", "pictures/b.png"),
    ]


def test_claims_stand_apart_from_what_the_checks_found(tmp_path: Path) -> None:
    found = (
        Finding("K1", True, "nothing was lost"),
        Finding("K6", False, "it did not"),
        Finding("draft", False, "lost"),
    )
    told = inside(view(tmp_path, replace(FAILED, claims=("K1", "K6"), findings=found)), {}, "")
    assert [one.check for one in told.found] == ["draft"]
    assert [(one.check, one.how) for one in told.claimed] == [("K6", "drifts"), ("K1", "held")]


def test_what_passed_is_told_shorter_than_what_did_not(tmp_path: Path) -> None:
    many = [
        event(2 + n / 100, "gateway", "access", method="GET", path="/x", status=200, flags="-", ms=1) for n in range(90)
    ]
    events = [opening(), *many, event(9, "gateway", "access", **ACCESS)]
    passed = inside(view(tmp_path, RELOAD, *events), {}, "")
    failed = inside(view(tmp_path, FAILED, *events), {}, "")
    assert (len(passed.requests), passed.routine, len(failed.requests)) == (31, 60, 91)
    assert passed.requests[-1].bad
    assert (passed.rows, bool(failed.rows)) == ([], True)
