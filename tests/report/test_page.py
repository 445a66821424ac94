"""The report: what others said stays text, what went wrong comes first, and the page needs nothing but itself."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness import report
from harness.values.history import Event
from harness.report.data import read, timeline
from harness.report.lines import is_evidence, line
from harness.report.markup import el
from harness.values.result import Finding, Result, Verdict

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\x00\ud800"
REQUIRED = frozenset(
    {"scenario", "kind", "remedy", "documents", "cause", "browser", "locale", "documented", "predicted", "observed"}
    | {"verdict", "sentence", "seconds", "moment", "remedy_id", "claims"}
)
RELOAD = Result(
    arm="f1/reload",
    scenario="f1",
    kind="remedy",
    remedy="reload",
    moment="send",
    remedy_id="R1",
    documents=("F1",),
    cause="C15",
    browser="chromium",
    locale="en",
    documented="recovers",
    expected="recovers",
    predicted="recovers",
    observed="recovers",
    verdict=Verdict.PASS,
    sentence="reload: recovers; the question got its whole answer",
    seconds=1.25,
)


class Page(HTMLParser):
    """The elements and the text of a page, each with its attributes, outside of style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("style", "script"):
            self.text += data + " "

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


def event(at: float, source: str, kind: str, world: float = 0.0, arm: str = "f1/reload", **data: Any) -> Event:
    return Event(at, world, arm, source, kind, data)


def written(tmp_path: Path, results: list[Result], events: Sequence[Event] = (), **about: Any) -> str:
    history = tmp_path / "history.jsonl"
    history.write_text("".join(json.dumps(json.loads(one.to_json())) + "\n" for one in events), encoding="utf-8")
    return report.write(tmp_path / "report", results, history, about).read_text(encoding="utf-8")


def snapshot(phase: str, **more: Any) -> dict[str, Any]:
    return {"phase": phase, "client": True, "error": None, "draft": "", "messages": [], "document": [], **more}


def test_what_others_said_is_never_markup(tmp_path: Path) -> None:
    shot = snapshot(
        HOSTILE,
        error={"lines": [HOSTILE]},
        draft=HOSTILE,
        messages=[{"role": HOSTILE, "state": HOSTILE, "text": HOSTILE}],
        controls={HOSTILE: HOSTILE},
        countdown=HOSTILE,
        navigation=HOSTILE,
    )
    events = [
        event(1, "run", "arm", scenario=HOSTILE, label=HOSTILE),
        Event(2, 0, "f1/reload", HOSTILE, HOSTILE, {HOSTILE: HOSTILE}),
        event(3, "screen", "snapshot", **{**shot, "phase": "symptom"}),
        event(4, "screen", "snapshot", **shot),
        event(5, "gateway", "access", method="GET", path=HOSTILE, status=503, flags=HOSTILE, reply=HOSTILE, ms=1),
    ]
    names = ("remedy", "remedy_id", "cause", "browser", "locale", "documented", "expected", "predicted", "observed")
    texts: dict[str, Any] = dict.fromkeys((*names, "sentence", "control", "because", "trace", "moment"), HOSTILE)
    found = (Finding(HOSTILE, False, HOSTILE), Finding(f"K1{HOSTILE}", False, HOSTILE))
    hostile = replace(RELOAD, **texts, verdict=Verdict.FAIL, findings=found, claims=(f"K1{HOSTILE}",))
    html = written(tmp_path, [hostile], events, titles={"f1": HOSTILE}, **{HOSTILE: HOSTILE})
    page = Page(html)
    assert page.count("script") == 1
    assert page.count("img") == 0
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\ufffd\ufffd" in page.text


def test_an_attribute_can_not_be_left() -> None:
    assert el("a", "x", href='"><b>') == '<a href="&quot;&gt;&lt;b&gt;">x</a>'


def test_results_have_every_field_that_readers_rely_on(tmp_path: Path) -> None:
    written(tmp_path, [RELOAD, replace(RELOAD, verdict=Verdict.FAIL)], seed=7)
    told = json.loads((tmp_path / "report" / "results.json").read_text(encoding="utf-8"))
    assert told["about"] == {"seed": 7}
    assert told["summary"] == {"arms": 2, "pass": 1, "fail": 1, "flaky": 0, "invalid": 0, "known": 0, "drift": 0}
    assert told["arms"][0].keys() >= REQUIRED
    assert Result.from_json(told["arms"][0]) == RELOAD


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    written(tmp_path, [RELOAD])
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == ["index.html", "results.json"]


@pytest.mark.parametrize(
    ("documented", "observed", "marked"),
    [
        ("recovers", "does_not_recover", True),
        ("recovers", "recovers_anyway", True),
        ("recovers", "recovers", False),
        ("recovers", "", False),
        ("", "does_not_recover", False),
    ],
)
def test_drift_is_where_documents_and_observation_disagree(
    tmp_path: Path, documented: str, observed: str, marked: bool
) -> None:
    html = written(tmp_path, [replace(RELOAD, documented=documented, observed=observed)])
    assert ('data-is="pass remedy drift"' in html) is marked
    assert ('id="drift"' in html) is marked
    summary = json.loads((tmp_path / "report" / "results.json").read_text(encoding="utf-8"))["summary"]
    assert summary["drift"] == int(marked)


K6 = Finding("K6", False, "expected reload to solve it: it did not")
CLAIMED = replace(RELOAD, claims=("K1", "K6"), findings=(Finding("K1", True, "nothing was lost"), K6))


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (CLAIMED, 1),
        (replace(CLAIMED, observed="does_not_recover"), 2),
        (replace(CLAIMED, verdict=Verdict.FAIL), 1),
        (replace(CLAIMED, verdict=Verdict.INVALID, observed=""), 0),
        (replace(CLAIMED, findings=(Finding("K1", True, ""), Finding("K6", True, ""))), 0),
        (replace(CLAIMED, claims=("K1",), findings=(replace(K6, holds=None),)), 0),
        (replace(CLAIMED, claims=(), findings=(Finding("draft", False, ""),)), 0),
    ],
    ids=["a claim", "a claim and the advice", "in a failed arm", "in an invalid arm", "none", "crashed", "a check"],
)
def test_a_claim_that_does_not_hold_is_drift(tmp_path: Path, one: Result, count: int) -> None:
    html = written(tmp_path, [one])
    assert (f'data-is="{one.verdict} remedy drift"' in html) is bool(count)
    table = html.partition('id="drift"')[2].partition("</section>")[0]
    assert table.count('<td data-label="Id">') == count
    assert table.count('<td data-label="Where"><span>') == count  # one cell of the grid on a narrow screen
    assert ("it did not" in table) is bool(count)
    summary = json.loads((tmp_path / "report" / "results.json").read_text(encoding="utf-8"))["summary"]
    assert summary["drift"] == int(bool(count))


def test_claims_stand_apart_from_what_the_checks_found(tmp_path: Path) -> None:
    draft = Finding("draft", False, "expected the draft, it was lost")
    crashed = Finding("K3", None, "the check K3 crashed")
    text = Page(written(tmp_path, [replace(CLAIMED, findings=(*CLAIMED.findings, draft, crashed))])).text
    found, claims = text.split("Findings")[1].split("Claims of the documents")
    assert "draft   does not hold   expected the draft, it was lost" in found
    assert "K3   could not be told" in found
    assert "K6   does not hold   expected reload to solve it: it did not" in claims
    assert "K1   holds   nothing was lost" in claims
    assert claims.index("K6") < claims.index("K1")
    assert "Claims of the documents" not in Page(written(tmp_path, [RELOAD])).text


def test_a_scenario_names_every_claim_that_one_of_its_arms_checked(tmp_path: Path) -> None:
    arms = [replace(RELOAD, claims=("K6",)), replace(RELOAD, arm="f1/retry", claims=("K1",)), RELOAD]
    assert "claims K1, K6" in written(tmp_path, arms)


def test_one_claim_is_one_row_with_all_its_arms(tmp_path: Path) -> None:
    html = written(tmp_path, [CLAIMED, replace(CLAIMED, arm="f2/reload", scenario="f2", findings=(K6,))])
    table = html.partition('id="drift"')[2].partition("</section>")[0]
    assert table.count("it did not") == 1
    assert ('href="#arm-1"' in table, 'href="#arm-2"' in table) == (True, True)


def test_what_went_wrong_comes_before_what_passed(tmp_path: Path) -> None:
    results = [
        replace(RELOAD, sentence="reload: all is well"),
        replace(RELOAD, arm="f1/retry", verdict=Verdict.INVALID, sentence="retry: no witness"),
        replace(RELOAD, arm="f1/vpn_off", verdict=Verdict.FAIL, sentence="vpn_off: the draft was lost"),
    ]
    html = written(tmp_path, results)
    assert html.index("the draft was lost") < html.index("no witness") < html.index("all is well")
    assert "Of 3 arms, 1 failed, 1 could not be judged; 1 came out as expected." in html


def test_controls_stand_before_the_remedies_of_their_scenario(tmp_path: Path) -> None:
    control = replace(RELOAD, arm="f1/control[nothing]", kind="control", remedy="nothing")
    html = written(tmp_path, [RELOAD, control])
    assert html.index("<b>control[nothing]</b>") < html.index("<b>reload</b>")


def test_the_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    trace = replace(RELOAD, trace="traces/f1 reload.zip", verdict=Verdict.FAIL)
    html = written(tmp_path, [trace], [event(1, "screen", "snapshot", **snapshot("steady", url="http://127.0.0.1/"))])
    page = Page(html)
    outside = [
        value
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data") and not re.match(r"#|traces/", value or "")
    ]
    assert outside == []
    assert page.count("link") == 0
    assert not re.search(r"@import|url\(|https?://", html)
    assert 'href="traces/f1%20reload.zip"' in html
    assert "playwright show-trace &#x27;traces/f1 reload.zip&#x27;" in html


@pytest.mark.parametrize("path", ["javascript:alert(1)", "/etc/passwd", "//elsewhere/x"])
def test_only_a_relative_trace_becomes_a_link(tmp_path: Path, path: str) -> None:
    assert "href=" not in written(tmp_path, [replace(RELOAD, trace=path)]).split("</header>")[1]


def test_without_script_everything_is_there_and_only_the_filters_are_not(tmp_path: Path) -> None:
    page = Page(written(tmp_path, [RELOAD]))
    hidden = [attributes.get("id") for _, attributes in page.elements if "hidden" in attributes]
    assert hidden == ["filters", "nomatch"]


def test_the_screens_of_the_phases_are_told(tmp_path: Path) -> None:
    error = {"name": "cut", "lines": ["The connection was cut"]}
    shots = [
        event(1, "screen", "snapshot", **snapshot("steady", messages=[{"role": "user", "text": "Hello?"}])),
        event(2, "screen", "snapshot", **snapshot("symptom", error=error, draft="And now?")),
        event(3, "screen", "snapshot", **snapshot("remedy", client=False, document=["502 Bad Gateway"])),
    ]
    text = Page(written(tmp_path, [RELOAD], shots)).text
    assert [
        word for word in ("Hello?", "The connection was cut", "And now?", "502 Bad Gateway") if word not in text
    ] == []


def test_what_was_collected_late_shows_the_clock_of_its_own_time() -> None:
    late = event(1.5, "gateway", "access", world=300, method="POST", path="/m", status=503, ms=1)
    live = [event(1, "run", "step", name="break"), late, event(2, "run", "step", world=0, name="remedy")]
    assert [row.world for row in timeline(live, False).rows] == [0, 0, 0]


def test_pieces_that_follow_each_other_share_a_row() -> None:
    pieces = [event(n, "service", "piece", n=n) for n in range(1, 18)]
    assert [row.text for row in timeline(pieces, False).rows] == ["1–17"]


def test_a_passed_arm_is_told_short_but_its_evidence_and_steps_stay() -> None:
    busy = [event(n, "service", "message", text="x", duplicate=False) for n in range(500)]
    broken = event(600, "gateway", "access", method="POST", path="/m", status=503, flags="UC", ms=1)
    shown = timeline([*busy, broken, event(601, "run", "step", name="undone")], True)
    assert len(shown.rows) == 80
    assert shown.left_out == 422
    assert [row.kind for row in shown.rows[-2:]] == ["access", "step"]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (event(1, "gateway", "access", status=200, flags="UC"), True),
        (event(1, "gateway", "access", status=200, flags="-"), False),
        (event(1, "browser", "response", status=503), True),
        (event(1, "browser", "websocket_closed", code=1006), True),
        (event(1, "browser", "websocket_closed", code=1000), False),
        (event(1, "fault", "armed"), True),
        (event(1, "run", "step", name="steady"), False),
    ],
)
def test_evidence_is_what_shows_that_something_was_broken(one: Event, expected: bool) -> None:
    assert is_evidence(one) is expected


def test_an_event_that_is_not_as_usual_is_told_by_its_particulars() -> None:
    assert line(event(1, "gateway", "access", method="GET", odd=[1])) == "method GET, odd [1]"


def test_a_line_cut_short_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text(event(1, "run", "arm").to_json() + '\n[]\n{"at": 1, "wor', encoding="utf-8")
    recorded = read(history)
    assert recorded.unreadable == 2
    assert list(recorded.runs) == ["f1/reload"]


def test_repeats_of_an_arm_have_their_own_history(tmp_path: Path) -> None:
    events = []
    for at, words in ((1, "first run"), (5, "second run")):
        events += [event(at, "run", "arm", label="reload"), event(at + 1, "run", "asked", question=words)]
    html = written(tmp_path, [replace(RELOAD, repeat=1), replace(RELOAD, repeat=2)], events)
    first, second = html.split('id="arm-2"')
    assert "first run" in first
    assert "second run" in second
    assert "second run" not in first


def test_without_a_history_and_without_results_there_is_still_a_page(tmp_path: Path) -> None:
    assert "Nothing was run." in report.write(tmp_path, [], tmp_path / "none.jsonl", {}).read_text(encoding="utf-8")


def test_what_stayed_on_real_time_is_named(tmp_path: Path) -> None:
    html = written(tmp_path, [replace(RELOAD, real_time=("the gateway's time-out of 2 s",))])
    assert "the gateway&#x27;s time-out of 2 s (1 arm)" in html


def test_a_large_run_stays_small(tmp_path: Path) -> None:
    results, events = [], []
    for n in range(100):
        arm = f"f{n % 10}/arm{n}"
        findings = tuple(Finding(f"check{k}", True, "expected this, shown was this " * 20) for k in range(14))
        results.append(replace(RELOAD, arm=arm, scenario=f"f{n % 10}", findings=findings))
        events += [event(k, "service", "message", arm=arm, text="A question?" * 9, duplicate=False) for k in range(60)]
    assert len(written(tmp_path, results, events)) < 2_000_000
