"""The page: what others said stays text, what went wrong comes first, and it needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness import report
from harness.report.page.draw import MOST_IN_ONE
from harness.values.result import Finding, Verdict
from tests.report.told import RELOAD, Page, event, opening, scenario, snapshot, told_in, written

HOSTILE = "<script>alert(1)</script></noscript>\"'><img src=x onerror=alert(2)>\x00\ud800\u202e\x1b[31m"


def hostile_run() -> tuple[Any, list[Any]]:
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
        scenario(HOSTILE),
        opening(title=HOSTILE, scenario=HOSTILE, label=HOSTILE),
        event(2, HOSTILE, HOSTILE, **{HOSTILE: HOSTILE}),
        event(3, "screen", "snapshot", **{**shot, "phase": "symptom"}),
        event(4, "screen", "snapshot", **shot),
        event(4, "screen", "picture", phase="symptom", file=f"pictures/{HOSTILE}.png"),
        event(5, "gateway", "access", method="GET", path=HOSTILE, status=503, flags=HOSTILE, reply=HOSTILE, ms=1),
        event(6, "fault", "armed", fault=0, do=HOSTILE, at_place=HOSTILE, lasts=HOSTILE),
    ]
    names = ("remedy", "remedy_id", "cause", "documented", "expected", "predicted", "observed", "issue", "until")
    texts: dict[str, Any] = dict.fromkeys((*names, "sentence", "control", "because", "trace", "moment"), HOSTILE)
    found = (
        Finding(HOSTILE, False, HOSTILE, HOSTILE, HOSTILE),
        Finding(f"K1{HOSTILE}", False, HOSTILE),
        Finding("evidence", True, HOSTILE),
        Finding("scripts", False, f"another {HOSTILE}"),
    )
    more: dict[str, Any] = {"findings": found, "claims": (f"K1{HOSTILE}",), "options": ("--page", HOSTILE)}
    return replace(RELOAD, **texts, **more, verdict=Verdict.FAIL), events


def test_what_others_said_is_never_markup(tmp_path: Path) -> None:
    hostile, events = hostile_run()
    html = written(tmp_path, [hostile], events, errors=[HOSTILE], command=HOSTILE)
    page = Page(html)
    assert page.count("script") == 1
    assert not [attributes for tag, attributes in page.elements if tag == "img" and attributes.get("src") == "x"]
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert (
        "<script>alert(1)</script></noscript>\"'><img src=x onerror=alert(2)>\\x00\\ud800\\u202e\\x1b[31m" in page.text
    )
    assert not re.search("[\x00\x1b\u202e\ud800]", html)


def test_what_others_said_does_not_leave_the_files_for_programs(tmp_path: Path) -> None:
    hostile, events = hostile_run()
    written(tmp_path, [hostile], events, errors=[HOSTILE])
    folder = tmp_path / "report"
    for name in ("junit.xml", "summary.md", "annotations.txt"):
        assert not re.search("[\x00\x1b\u202e]", (folder / name).read_text(encoding="utf-8")), name
    assert len((folder / "annotations.txt").read_text(encoding="utf-8").splitlines()) == 1
    json.loads((folder / "ctrf.json").read_text(encoding="utf-8"))


def test_a_scenario_is_shown_line_by_line_also_its_empty_ones(tmp_path: Path) -> None:
    failed = replace(RELOAD, verdict=Verdict.FAIL)
    page = written(tmp_path, [failed], [scenario("title: x\n\nfaults: []\nmoment: send"), opening()])
    shown = re.sub("<[^>]+>", "", page[page.index('class="source"') :].partition("</pre>")[0]).split("\n")
    assert [line[:3] for line in shown[1:-1]] == ["  2", "  3", "  4"]


def test_a_line_of_a_megabyte_is_clipped(tmp_path: Path) -> None:
    long = "x" * 1_000_000
    shot = event(3, "screen", "snapshot", **snapshot("symptom", error={"lines": [long]}, draft=long))
    failed = replace(
        RELOAD, verdict=Verdict.FAIL, sentence=f"reload: {long}", findings=(Finding("draft", False, long),)
    )
    html = written(tmp_path, [failed], [opening(), shot])
    assert len(html) < 150_000
    assert "more characters" in html


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
    shots = [
        opening(),
        event(2, "screen", "snapshot", **snapshot("symptom", url="http://127.0.0.1/")),
        event(2, "screen", "picture", phase="symptom", file="pictures/f1 reload.png"),
    ]
    page = Page(written(tmp_path, [trace], shots))
    named = [
        value or ""
        for _, attributes in page.elements
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "action", "data")
    ]
    assert [one for one in named if not re.match(r"#|traces/f1%20reload.zip$|pictures/f1%20reload.png$", one)] == []
    assert "pictures/f1%20reload.png" in named
    assert page.count("link") == 0


def test_its_policy_lets_only_its_own_style_and_script_run(tmp_path: Path) -> None:
    html = written(tmp_path, [RELOAD])
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        named = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{named}&#39;" in html
    assert "default-src &#39;none&#39;" in html
    assert "unsafe" not in html.partition("</head>")[0].partition("<style>")[0]
    assert not re.search(r"@import|url\(", html)
    assert not [one for _, attributes in Page(html).elements for one in attributes if one == "style"]


@pytest.mark.parametrize("path", ["javascript:alert(1)", "/etc/passwd", "//elsewhere/x", "../up.png", "a\\b"])
def test_only_what_lies_below_the_report_becomes_a_link(tmp_path: Path, path: str) -> None:
    shot = event(2, "screen", "picture", phase="symptom", file=path)
    page = Page(written(tmp_path, [replace(RELOAD, trace=path, verdict=Verdict.FAIL)], [opening(), shot]))
    assert [a for _, a in page.elements if path in ((a.get("href") or ""), (a.get("src") or ""))] == []


def test_without_script_every_arm_has_its_inside_on_the_page(tmp_path: Path) -> None:
    shot = event(2, "screen", "snapshot", **snapshot("symptom", draft="And now?"))
    html = written(tmp_path, [RELOAD], [opening(), shot])
    inside = html.partition('id="arm=f1/reload"')[2].partition("</noscript>")[0]
    assert "And now?" in inside
    assert "<noscript>" in inside
    hidden = {a.get("id") or a.get("class") for _, a in Page(html).elements if "hidden" in a}
    assert hidden == {"filters", "nomatch", "copy"}


def test_a_large_run_has_its_parts_beside_it(tmp_path: Path) -> None:
    results = [replace(RELOAD, arm=f"f{n % 9}/arm{n}", scenario=f"f{n % 9}") for n in range(MOST_IN_ONE + 1)]
    findings = tuple(Finding(f"check{k}", True, "expected this, shown was this " * 20) for k in range(14))
    html = written(tmp_path, [replace(one, findings=findings) for one in results])
    parts = tmp_path / "report" / "parts"
    assert len(html) < 700_000
    assert 'href="parts/s.f0.html#arm=f0/arm0"' in html
    assert "check13" not in html
    script = (parts / "s.f0.js").read_text(encoding="utf-8")
    name, bodies = json.loads(f"[{script.removeprefix('chatfault(').rstrip().removesuffix(');')}]")
    assert name == "s.f0"
    assert "check13" in bodies["arm=f0/arm0"]
    assert "check13" in (parts / "s.f0.html").read_text(encoding="utf-8")


def test_parts_of_a_larger_run_before_are_gone(tmp_path: Path) -> None:
    left = tmp_path / "report" / "parts" / "s.gone.js"
    left.parent.mkdir(parents=True)
    left.write_text("x")
    written(tmp_path, [RELOAD])
    assert not left.exists()


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    written(tmp_path, [RELOAD])
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert names == set(report.FILES) - {"history.jsonl", "traces", "pictures", "parts"}


def test_without_pages_there_are_the_results_only(tmp_path: Path) -> None:
    found = report.write(tmp_path, [RELOAD], tmp_path / "none.jsonl", {}, pages=False)
    assert {path.name for path in tmp_path.iterdir()} == {"results.json", "runs.json"}
    assert found.name == "results.json"


def test_without_a_history_and_without_results_there_is_still_a_page(tmp_path: Path) -> None:
    assert "Nothing was run." in report.write(tmp_path, [], tmp_path / "none.jsonl", {}).read_text(encoding="utf-8")


def test_what_stayed_on_real_time_is_named(tmp_path: Path) -> None:
    html = written(tmp_path, [replace(RELOAD, real_time=("the gateway's time-out of 2 s",))])
    assert "the gateway&#39;s time-out of 2 s (1 arm)" in html


def test_a_run_that_was_broken_off_says_so(tmp_path: Path) -> None:
    html = written(tmp_path, [RELOAD], interrupted="The run was killed: what stands here was done before.")
    assert "The run was killed" in html.partition("</header>")[0]


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
    assert ('data-drift="yes"' in html) is marked
    assert ('id="table=drift"' in html) is marked
    assert told_in(tmp_path)["summary"]["drift"] == int(marked)


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
def test_a_claim_that_does_not_hold_is_drift(tmp_path: Path, one: Any, count: int) -> None:
    html = written(tmp_path, [one])
    table = html.partition('id="table=drift"')[2].partition("</section>")[0]
    assert table.count("<tr><td>") == count
    assert ("it did not" in table) is bool(count)
    assert told_in(tmp_path)["summary"]["drift"] == int(bool(count))


def test_one_claim_is_one_row_with_all_its_arms(tmp_path: Path) -> None:
    html = written(tmp_path, [CLAIMED, replace(CLAIMED, arm="f2/reload", scenario="f2", findings=(K6,))])
    table = html.partition('id="table=drift"')[2].partition("</section>")[0]
    assert table.count("it did not") == 1
    assert ('href="#arm=f1/reload"' in table, 'href="#arm=f2/reload"' in table) == (True, True)


def test_a_cell_of_the_matrix_has_all_four_sides(tmp_path: Path) -> None:
    control = replace(
        RELOAD, arm="f1/control[nothing]", kind="control", remedy="nothing", observed="recovers", documented=""
    )
    arm = replace(RELOAD, control="control[nothing]", observed="recovers_anyway", expected="recovers_anyway")
    html = written(tmp_path, [control, arm])
    cell = (
        html.partition('<table class="matrix">')[2].partition('<td class="recovers_anyway">')[2].partition("</td>")[0]
    )
    text = Page(cell).text
    assert "anyway" in text
    assert "◆" in text
    assert [part in text for part in ("doc recovers", "model recovers", "control recovers")] == [True] * 3
