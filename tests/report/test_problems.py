"""Problems: one cause is told once, with both sides, however many arms met it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness import report
from harness.judging import CLIENT, HARNESS
from harness.judging.verdict import flaky
from harness.report.causes import KINDS, cause, compared
from harness.report.data import gather, read
from harness.report.problems import Problem, problems
from harness.values.result import Finding, Result, Verdict
from tests.report.told import RELOAD, event, opening, recorded, scenario, snapshot

WRONG = Finding("message", False, "expected “It was cut”, shown was “Oh no / Details of arm 1”")


def failed(finding: Finding, label: str = "reload", scenario: str = "f1", **more: object) -> Result:
    told = {"verdict": Verdict.FAIL, "findings": (finding,), "sentence": f"{label}: {finding.sentence}", **more}
    return replace(RELOAD, arm=f"{scenario}/{label}", scenario=scenario, path=f"scenarios/{scenario}.yaml", **told)


def found(tmp_path: Path, results: list[Result], *events: object) -> list[Problem]:
    recording = read(recorded(tmp_path, [scenario(), *events]))  # type: ignore[list-item]
    return problems(gather(results, recording, {}))


def test_arms_that_show_the_same_instead_are_one_problem(tmp_path: Path) -> None:
    other = Finding("message", False, "expected “It was cut”, shown was “Oh no / Details of arm 2”")
    (one,) = found(tmp_path, [failed(WRONG), failed(other, "retry"), failed(WRONG, scenario="f2")])
    assert (one.cause.expected, one.cause.shown) == ("It was cut", "Oh no / Details of arm 1")
    assert [(name, len(arms)) for name, arms in one.by_scenario] == [("f1", 2), ("f2", 1)]
    assert str(one.place) == "scenarios/f1.yaml:4"
    assert one.place.text == "message: cut"
    assert one.command == "chatfault run scenarios/f1.yaml::f1::reload"


def test_a_wrong_message_that_has_a_name_comes_with_what_to_write(tmp_path: Path) -> None:
    named = Finding("message", False, "expected “It was cut”, shown was “Too many requests”")
    (one,) = found(tmp_path, [failed(named)])
    assert one.write == "message: rate_limited"
    (other,) = found(tmp_path, [failed(WRONG)])
    assert other.write == ""


def test_what_differs_in_another_way_is_another_problem(tmp_path: Path) -> None:
    other = Finding("message", False, "expected “It was cut”, shown was nothing")
    late = Finding("within", False, "expected a message within 3 s, it took 9.0 s")
    kinds = [one.cause.kind for one in found(tmp_path, [failed(WRONG), failed(other), failed(late)])]
    assert kinds == ["Another message than expected", "Nothing is shown", "Told too late"]


def test_what_broke_as_well_is_named_with_it(tmp_path: Path) -> None:
    draft = Finding("draft", False, "expected the draft “x”, shown was nothing")
    (one,) = found(tmp_path, [failed(WRONG, findings=(draft, WRONG))])
    assert (one.cause.check, one.cause.also) == ("message", ("draft",))


def test_a_remedy_that_does_something_else_is_a_problem_of_that_remedy(tmp_path: Path) -> None:
    def other(arm: str, remedy: str) -> Result:
        sentence = f"{remedy}: expected recovers, observed does_not_recover: the question got no whole answer"
        return replace(
            RELOAD, arm=arm, remedy=remedy, verdict=Verdict.FAIL, sentence=sentence, observed="does_not_recover", line=6
        )

    one, two = found(tmp_path, [other("f1/retry", "retry"), other("f1/reload", "reload"), other("f2/retry", "retry")])
    assert (one.cause.check, one.cause.about, len(one.arms), len(two.arms)) == ("outcome", "retry", 2, 1)
    assert (one.cause.expected, one.cause.shown) == ("recovers", "does not recover")
    assert one.place.text == "recovers: [reload]"


def test_an_arm_whose_control_can_not_be_judged_has_the_controls_reason(tmp_path: Path) -> None:
    flaw = Finding("evidence", False, "no witness on the wire saw reset_peer at wifi")
    control = replace(
        RELOAD,
        arm="f1/control[ask_again]",
        kind="control",
        verdict=Verdict.INVALID,
        findings=(flaw,),
        sentence=f"control[ask_again]: {flaw.sentence}",
    )
    arm = replace(RELOAD, verdict=Verdict.INVALID, sentence=f"reload: its control can't be judged: {control.sentence}")
    (one,) = found(tmp_path, [control, arm])
    assert (one.cause.kind, len(one.arms)) == ("The fault was not seen on the wire", 2)
    assert one.cause.sentence == flaw.sentence
    assert one.first.label == "control[ask_again]"


def test_a_flaky_arm_says_how_often_and_shows_both_sides(tmp_path: Path) -> None:
    passed = "reload: recovers; the question got its whole answer"
    runs = [replace(RELOAD, sentence=passed), replace(failed(WRONG), repeat=1), replace(failed(WRONG), repeat=2)]
    (one,) = found(tmp_path, flaky(runs))
    assert (one.verdict, one.repeats) == (Verdict.FLAKY, "2 of 3")
    assert [(side.times, side.verdict) for side in one.sides] == [(2, Verdict.FAIL), (1, Verdict.PASS)]
    assert one.command.endswith("--repeat 3")
    assert not [side for side in one.sides if "disagree" in side.sentence]


def test_a_known_failure_stands_behind_the_others_with_its_issue(tmp_path: Path) -> None:
    known = failed(WRONG, verdict=Verdict.KNOWN, issue="#12", until="2030-01-31")
    invalid = replace(RELOAD, verdict=Verdict.INVALID, sentence="reload: a check crashed")
    told = found(tmp_path, [known, invalid, failed(WRONG, "retry")])
    assert [one.verdict.value for one in told] == ["fail", "invalid", "known"]
    assert told[-1].first.result.issue == "#12"


def test_a_known_failure_says_by_what_it_is_known(tmp_path: Path) -> None:
    of_scenario = failed(WRONG, verdict=Verdict.KNOWN, issue="#12", until="2030-01-31", signature="message")
    of_client = failed(WRONG, "retry", verdict=Verdict.KNOWN, known_of="keeps no draft, since 1.2", signature="draft")
    of_client = replace(
        of_client, client="deep-chat", sentence=f"{of_client.sentence} (known of deep-chat: keeps no draft, since 1.2)"
    )
    assert of_scenario.known_as == "#12, until 2030-01-31, by message"
    assert of_client.known_as == "keeps no draft, since 1.2 (known of deep-chat), by draft"
    assert RELOAD.known_as == ""
    results = [of_scenario, of_client]
    one, other = found(tmp_path, results)
    assert one.first is not other.first, "two reasons are two problems"
    page = report.write(tmp_path, results, tmp_path / "history.jsonl", {}).read_text(encoding="utf-8")
    assert "until 2030-01-31; by <code>message</code>" in page
    assert "Known of <b>deep-chat</b>: keeps no draft, since 1.2; by <code>draft</code>" in page


def test_every_check_has_its_own_words_for_what_is_wrong() -> None:
    assert {*HARNESS, *CLIENT} <= KINDS.keys()
    assert len({KINDS[check] for check in (*HARNESS, *CLIENT)}) == len({*HARNESS, *CLIENT})


def test_what_may_be_the_reason_stands_with_the_problem(tmp_path: Path) -> None:
    script = Finding("scripts", False, "expected no script error, the page raised “x is null”")
    seen = Finding("evidence", True, "reset at wifi: the gateway's log has GET / 503")
    (one,) = found(tmp_path, [failed(WRONG, findings=(seen, WRONG, script))])
    assert one.cause.explained == (script.sentence,)
    assert one.wire == seen.sentence


def test_a_sentence_is_told_where_the_sides_leave_something_out(tmp_path: Path) -> None:
    late = Finding("within", False, "expected a message within 3 s, it took 9.0 s")
    assert [one.said for one in found(tmp_path, [failed(WRONG), failed(late)])] == ["", late.sentence]


def test_an_arm_that_was_broken_off_has_to_do_with_no_line(tmp_path: Path) -> None:
    ended = Finding("complete", False, "Envoy ended (signal 9) while the person looked")
    (one,) = found(tmp_path, [failed(ended, verdict=Verdict.INVALID)])
    assert (one.place.path, one.place.line) == ("scenarios/f1.yaml", 0)


@pytest.mark.parametrize(
    ("expected", "observed", "kind"),
    [
        ("recovers", "does_not_recover", "The remedy doesn't help"),
        ("recovers", "recovers_anyway", "The remedy isn't needed"),
        ("does_not_recover", "recovers", "The remedy helps"),
    ],
)
def test_what_a_remedy_did_instead_is_named(expected: str, observed: str, kind: str) -> None:
    said = f"reload: expected {expected}, observed {observed}: so it is"
    assert (
        cause(replace(RELOAD, verdict=Verdict.FAIL, expected=expected, observed=observed, sentence=said)).kind == kind
    )


def test_an_arm_without_a_picture_has_that_of_its_scenarios_first_arm(tmp_path: Path) -> None:
    control = replace(RELOAD, arm="f1/control[nothing]", kind="control", remedy="nothing")
    first = [
        event(n, "screen", "picture", arm=control.arm, phase=phase, file=f"pictures/{phase}.png")
        for n, phase in enumerate(("symptom", "recovery"), 2)
    ]
    events = [opening(1, control.arm), *first, opening(5)]
    (one,) = found(tmp_path, [control, failed(WRONG)], *events)
    assert one.picture == "pictures/symptom.png"
    assert one.first.as_before == {"symptom": "pictures/symptom.png"}, "what came after the symptom was the arm's own"


def test_the_picture_is_that_of_the_symptom(tmp_path: Path) -> None:
    shots = [
        event(n, "screen", "picture", phase=p, file=f"pictures/{p}.png") for n, p in enumerate(("steady", "symptom"), 2)
    ]
    (one,) = found(tmp_path, [failed(WRONG)], opening(), event(2, "screen", "snapshot", **snapshot("symptom")), *shots)
    assert one.picture == "pictures/symptom.png"


@pytest.mark.parametrize(
    ("sentence", "sides"),
    [
        ("expected “a, b”, shown was “c”", ("a, b", "c")),
        ("expected no error, shown was “Oh”", ("no error", "Oh")),
        (
            "expected the draft “x” in the composer (symptom), shown was nothing",
            ("draft “x” in the composer (symptom)", "nothing"),
        ),
        ("expected “a” again, shown was “b / c”", ("“a” again", "b / c")),
        ("expected the controls retry, shown were send, regenerate", ("controls retry", "send, regenerate")),
        ("expected a message within 3 s, it took 9.0 s", ("", "")),
        ("nothing is doubled", ("", "")),
    ],
)
def test_both_sides_are_read_from_a_sentence_that_has_them(sentence: str, sides: tuple[str, str]) -> None:
    assert compared(Finding("x", False, sentence)) == sides


def test_the_sides_of_a_finding_come_before_those_of_its_sentence() -> None:
    assert compared(Finding("x", False, "expected “a”, shown was “b”", "c", "d")) == ("c", "d")


def test_a_failure_that_became_a_pass_is_told_as_such() -> None:
    told = "reload: known as failing (#12), and it passes: take it off the list"
    assert cause(replace(RELOAD, verdict=Verdict.FAIL, sentence=told, issue="#12")).kind == "A known failure passes"
