"""Verdicts: what makes an arm pass, fail or invalid, and with which sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from harness import judging as checks
from harness.clients import KnownFinding
from harness.faults import FAULTS
from harness.judging.verdict import flaky, judge, last_screen
from harness.values.history import History
from harness.values.result import Finding, Result, Summary, Verdict
from harness.values.scenario import Arm
from tests.helpers import (
    ASKED,
    BEFORE,
    CLIENT,
    FAILED,
    OUTAGE,
    QUESTION,
    STEADY,
    Story,
    access,
    arm_of,
    foreign_page,
    result,
    said,
    scenario,
    screen,
)

BROKEN_CONTROL = result(works=False)
WORKING_CONTROL = result(works=True)
SHOWN = "expect: {message: connection_termination}\n"
LISTS = "recovers: [{wait: 1m}]\nrecovers_anyway: [new_tab]\ndoes_not_recover: [reload]\n"


def arm(label: str = "reload", more: str = SHOWN + LISTS, faults: str = OUTAGE) -> Arm:
    return arm_of(scenario(faults, more=more), label)


def judged(
    story: Story, label: str = "reload", control: Result | None = BROKEN_CONTROL, more: str = SHOWN + LISTS, **how: Any
) -> Result:
    return judge(arm(label, more), CLIENT, story.history, control, **how)


def test_what_comes_as_expected_passes() -> None:
    seen = judged(Story())
    assert (seen.verdict, seen.observed, seen.works) == (Verdict.PASS, "does_not_recover", False)
    assert seen.sentence == (
        "reload: does not recover; the question has no whole answer on the screen, "
        "and after control[ask_again] there was none either"
    )


@pytest.mark.parametrize(
    ("recovers", "control", "observed"),
    [
        (True, BROKEN_CONTROL, "recovers"),
        (True, WORKING_CONTROL, "recovers_anyway"),
        (False, BROKEN_CONTROL, "does_not_recover"),
        (False, WORKING_CONTROL, "does_not_recover"),
    ],
)
def test_an_outcome_is_what_the_arm_does_beside_its_control(recovers: bool, control: Result, observed: str) -> None:
    assert judged(Story(recovers=recovers), control=control).observed == observed


def test_a_control_by_itself_works_or_not() -> None:
    for recovers, observed in ((True, "recovers"), (False, "does_not_recover")):
        seen = judged(Story(recovers=recovers), "control[ask_again]", control=None)
        assert (seen.observed, seen.works) == (observed, recovers)


def test_an_outcome_that_was_not_expected_fails_and_names_both() -> None:
    seen = judged(Story(recovers=True), "reload")
    assert seen.verdict is Verdict.FAIL
    assert seen.sentence == (
        "reload: expected does_not_recover, observed recovers: "
        "the question got its whole answer, and after control[ask_again] it did not"
    )


def test_a_remedy_that_its_control_equals_is_no_recovery() -> None:
    seen = judged(Story(recovers=True), "wait[1m]", WORKING_CONTROL)
    assert seen.verdict is Verdict.FAIL
    assert "expected recovers, observed recovers_anyway" in seen.sentence


def test_a_prediction_that_does_not_come_true_fails() -> None:
    seen = judged(Story(recovers=True), "new_tab", WORKING_CONTROL)
    assert seen.verdict is Verdict.FAIL
    assert seen.sentence == (
        "new_tab: the model predicts does_not_recover "
        "(reset_peer at service_link lasts 45s, and no time will have passed), observed recovers_anyway"
    )


def test_a_control_that_the_model_did_not_foresee_fails() -> None:
    seen = judged(Story(recovers=True), "control[ask_again]", None)
    assert seen.verdict is Verdict.FAIL
    assert "the model predicts does_not_recover" in seen.sentence


def test_without_predictions_the_wire_decides_alone() -> None:
    seen = judged(Story(recovers=True), "new_tab", WORKING_CONTROL, predicting=False)
    assert (seen.verdict, seen.predicted, seen.because) == (Verdict.PASS, "", "")


def test_a_fault_that_no_witness_saw_is_invalid() -> None:
    seen = judged(Story(flags="-"))
    assert seen.verdict is Verdict.INVALID
    assert seen.sentence == "reload: no witness on the wire saw reset_peer at service_link"
    assert seen.observed == ""


def test_a_fault_seen_only_after_the_remedy_is_invalid() -> None:
    late = Story(flags="-").note(25, "gateway", "access", **access(503, "UC"))
    assert judged(late).verdict is Verdict.INVALID


def test_the_hand_that_armed_a_fault_is_no_witness() -> None:
    assert judged(Story().lacks("access").note(11, "fault", "access", flags="UC")).verdict is Verdict.INVALID


@pytest.mark.parametrize("place", sorted(FAULTS))
@pytest.mark.parametrize("recovers", [True, False])
@pytest.mark.parametrize("predicting", [True, False])
def test_a_fault_that_does_nothing_never_passes(place: str, recovers: bool, predicting: bool) -> None:
    for label in ("reload", "control[nothing]", "control[ask_again]"):
        one = arm(label, SHOWN + "recovers_anyway: reload", f"{{at: {place}, do: none, lasts: 45s}}")
        seen = judge(one, CLIENT, Story(recovers=recovers).history, WORKING_CONTROL, predicting)
        assert seen.verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("story", "because"),
    [
        pytest.param(Story(clean=False), "a link is not clean", id="a toxic is left"),
        pytest.param(Story().lacks("undone"), "the arm was broken off", id="cut off by a kill"),
        pytest.param(Story().note(15, "run", "stopped", because="envoy died"), "envoy died", id="a part died"),
    ],
)
def test_what_the_harness_falls_short_of_is_invalid(story: Story, because: str) -> None:
    seen = judged(story)
    assert (seen.verdict, seen.sentence) == (Verdict.INVALID, f"reload: {because}")


@pytest.mark.parametrize(("table", "name"), [("HARNESS", "undone"), ("CLIENT", "told"), ("CLAIMS", "K2")])
def test_a_check_that_crashes_is_invalid(table: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_case: checks.Case) -> None:
        raise KeyError("text")

    monkeypatch.setitem(getattr(checks, table), name, crash)
    seen = judged(Story(), more=f"{SHOWN}{LISTS}claims: K2")
    assert seen.verdict is Verdict.INVALID
    assert "crashed: KeyError('text')" in seen.sentence


def test_a_history_in_which_anything_may_stand_is_invalid_and_no_crash() -> None:
    seen = judged(Story().note(39, "service", "answer", prompt=1, text=2, state="complete"))
    assert seen.verdict is Verdict.INVALID


def test_an_empty_history_is_invalid() -> None:
    assert judge(arm(), CLIENT, History.of([]), BROKEN_CONTROL).verdict is Verdict.INVALID


def test_an_arm_of_which_no_screen_was_recorded_is_invalid() -> None:
    assert judged(Story().lacks("snapshot")).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("control", "why"),
    [
        pytest.param(None, "it was not run", id="no control"),
        pytest.param(result(Verdict.INVALID, sentence="no witness"), "no witness", id="an invalid control"),
        pytest.param(result(works=None, sentence="unclear"), "unclear", id="a control that says nothing"),
    ],
)
def test_without_a_sound_control_an_arm_is_invalid(control: Result | None, why: str) -> None:
    for recovers in (True, False):
        seen = judged(Story(recovers=recovers), control=control)
        assert seen.verdict is Verdict.INVALID
        assert seen.sentence == f"reload: its control can't be judged: {why}"


def test_a_control_that_failed_on_the_screen_is_still_a_control() -> None:
    assert judged(Story(), control=result(Verdict.FAIL)).verdict is Verdict.PASS


def test_what_the_client_did_wrong_fails_the_arm_though_the_outcome_is_right() -> None:
    seen = judged(Story().shows("symptom", screen(ASKED, "Oops", draft="")), more=f"{LISTS}expect: {{message: Sorry}}")
    assert (seen.verdict, seen.observed) == (Verdict.FAIL, "does_not_recover")
    assert seen.sentence == "reload: expected “Sorry”, shown was “Oops”"


def test_a_client_that_shows_another_answer_before_anything_broke_fails() -> None:
    wrong = screen((said("user", STEADY), said("assistant", "For shi")))
    seen = judged(
        Story()
        .shows("steady", wrong)
        .lacks("undone")
        .note(5, "run", "stopped", because="not steady", environment=False)
    )
    assert seen.verdict is Verdict.FAIL
    assert "expected the whole answer" in seen.sentence


CLAIMED = f"{SHOWN}{LISTS}claims: [K1, K3, K6]\n"
"""K1 holds after a reload in vain, K6 doesn't, and without its account nothing is said of K3."""


def test_a_claim_that_does_not_hold_changes_no_verdict() -> None:
    seen, without = judged(Story(), more=CLAIMED), judged(Story())
    assert {one.check: one.holds for one in seen.findings if one.check.startswith("K")} == {"K1": True, "K6": False}
    assert replace(seen, findings=(), claims=()) == replace(without, findings=(), claims=())
    assert seen.verdict is Verdict.PASS


def test_a_claim_excuses_nothing() -> None:
    wrong = Story(recovers=True)
    assert judged(wrong, more=CLAIMED).sentence == judged(wrong).sentence
    assert judged(wrong, more=CLAIMED).verdict is Verdict.FAIL


def test_a_result_names_the_claims_that_were_checked() -> None:
    assert judged(Story(), more=CLAIMED).claims == ("K1", "K6")
    assert judged(Story(), "control[ask_again]", None, CLAIMED).claims == ("K1",)
    assert judged(Story()).claims == ()


def test_only_the_claims_that_the_scenario_lists_are_checked() -> None:
    seen = judged(Story(), more=f"{SHOWN}{LISTS}claims: K6")
    assert [one.check for one in seen.findings if one.check in checks.CLAIMS] == ["K6"]


def test_a_claim_that_crashes_is_invalid_and_was_not_checked() -> None:
    half = Story().note(0.5, "service", "account", phase="before").note(39, "service", "account", phase="after")
    seen = judged(half, more=CLAIMED)
    assert seen.verdict is Verdict.INVALID
    assert seen.sentence == "reload: the check K3 crashed: KeyError('sessions')"
    assert seen.claims == ("K1", "K6")


def test_an_invalid_arm_is_not_excused_by_what_the_client_did_wrong() -> None:
    assert judged(Story(flags="-").shows("recovery", foreign_page("502"))).verdict is Verdict.INVALID


def test_letters_that_are_missing_for_another_language_are_the_clients_failure() -> None:
    story = Story().note(12.5, "screen", "letters", missing="请后")
    assert judged(story).verdict is Verdict.INVALID
    failed = screen(BEFORE, ["upstream connect error", "请稍后重试"], draft=QUESTION)
    told = judged(story.shows("symptom", failed))
    assert (told.verdict, "expected every line in" in told.sentence) == (Verdict.FAIL, True)


KNOWN = "known: {{issue: '#12', until: {until}, fails: observed recovers{of}}}\n"


@pytest.mark.parametrize(
    ("recovers", "until", "of", "verdict", "ends"),
    [
        pytest.param(True, "2999-12-31", "", Verdict.KNOWN, "(known: #12)", id="fails as known"),
        pytest.param(True, "2001-01-01", "", Verdict.FAIL, "it did not", id="its date has come"),
        pytest.param(False, "2999-12-31", "", Verdict.FAIL, "and it passes: take it off the list", id="passes"),
        pytest.param(True, "2999-12-31", ", remedies: reload", Verdict.KNOWN, "(known: #12)", id="of this remedy"),
        pytest.param(True, "2999-12-31", ", remedies: retry", Verdict.FAIL, "it did not", id="of another remedy"),
        pytest.param(False, "2999-12-31", ", remedies: retry", Verdict.PASS, "none either", id="another one passes"),
    ],
)
def test_known_failures(recovers: bool, until: str, of: str, verdict: Verdict, ends: str) -> None:
    seen = judged(Story(recovers=recovers), more=SHOWN + LISTS + KNOWN.format(until=until, of=of))
    assert seen.verdict is verdict
    assert seen.sentence.endswith(ends)


@pytest.mark.parametrize("fails", ["draft", "observed nothing"])
def test_another_failure_than_the_known_one_is_new(fails: str) -> None:
    more = SHOWN + LISTS + f"known: {{issue: '#12', until: 2999-12-31, fails: {fails}}}\n"
    assert judged(Story(recovers=True), more=more).verdict is Verdict.FAIL


def test_a_known_failure_is_known_on_its_last_day_and_not_after(monkeypatch: pytest.MonkeyPatch) -> None:
    for today, verdict in ((date(2027, 1, 31), Verdict.KNOWN), (date(2027, 2, 1), Verdict.FAIL)):
        day = type("Day", (date,), {"today": classmethod(lambda cls, now=today: now)})
        monkeypatch.setattr("harness.judging.verdict.date", day)
        assert (
            judged(Story(recovers=True), more=SHOWN + LISTS + KNOWN.format(until="2027-01-31", of="")).verdict
            is verdict
        )


def test_an_invalid_arm_is_not_known() -> None:
    more = SHOWN + LISTS + KNOWN.format(until="2999-12-31", of="")
    assert judged(Story(flags="-"), more=more).verdict is Verdict.INVALID


def test_what_a_client_did_wrong_hides_no_crash_of_the_harness() -> None:
    hidden = screen(ASKED, "Oops", unseen=[{"text": "Wait", "why": "it is hidden"}])
    story = Story().shows("symptom", hidden).lacks("undone")
    assert (
        judged(story.note(35, "run", "stopped", because="the harness failed: KeyError", environment=True)).verdict
        is Verdict.INVALID
    )


@pytest.mark.parametrize(("stops", "verdict"), [(False, Verdict.KNOWN), (True, Verdict.FAIL)])
def test_what_a_client_is_known_for_excuses_no_arm_that_was_broken_off(stops: bool, verdict: Verdict) -> None:
    covered = KnownFinding(("usable",), "its error lies over it", "1", shows="lies over it$")
    story = Story().note(12, "run", "in_the_way", what="retry", because="div lies over it")
    story = story.note(13, "run", "stopped", because="retry can't be used", environment=False) if stops else story
    seen = judge(arm(), replace(CLIENT, known=(covered,)), story.history, BROKEN_CONTROL)
    assert seen.verdict is verdict


def test_what_is_new_of_a_client_is_told_and_not_what_it_is_known_for() -> None:
    covered = KnownFinding(("seen",), "its error is pale", "1", shows="it is hidden$")
    hidden = screen(ASKED, "Oops", unseen=[{"text": "Wait", "why": "it is hidden"}])
    story = Story().shows("symptom", hidden).note(12, "run", "in_the_way", what="retry", because="div lies over it")
    told = [judge(arm(), replace(CLIENT, known=known), story.history, BROKEN_CONTROL) for known in ((), (covered,))]
    assert [one.verdict for one in told] == [Verdict.FAIL, Verdict.FAIL]
    assert told[0].sentence.endswith("it is hidden")
    assert told[1].sentence.endswith("div lies over it")


@pytest.mark.parametrize(
    ("verdicts", "then"),
    [
        (["pass", "pass"], ["pass", "pass"]),
        (["pass", "fail"], ["flaky", "flaky"]),
        (["fail", "fail"], ["fail", "fail"]),
        (["pass", "invalid"], ["pass", "invalid"]),
        (["pass", "invalid", "fail"], ["flaky", "invalid", "flaky"]),
    ],
)
def test_repeats_that_disagree_are_flaky(verdicts: list[str], then: list[str]) -> None:
    repeats = [result(Verdict(one), repeat=i) for i, one in enumerate(verdicts)]
    assert [one.verdict for one in flaky(repeats)] == then


def test_arms_that_disagree_are_not_flaky() -> None:
    both = [result(Verdict.PASS, arm="one/a"), result(Verdict.FAIL, arm="one/b")]
    assert flaky(both) == both


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([], 0),
        (["pass", "known"], 0),
        (["pass", "fail"], 1),
        (["flaky"], 1),
        (["invalid"], 1),
        (["broken off"], 3),
        (["broken off", "pass"], 3),
        (["broken off", "invalid"], 1),
        (["broken off", "fail"], 1),
    ],
)
def test_exit_codes(verdicts: list[str], code: int) -> None:
    broken_off = replace(result(Verdict.INVALID), environment=True)
    some = [broken_off if one == "broken off" else result(Verdict(one)) for one in verdicts]
    assert Summary.of(some).exit_code == code


def test_a_result_survives_json() -> None:
    seen = replace(judged(Story()), trace="traces/x.zip", repeat=2)
    assert Result.from_json(json.loads(json.dumps(seen.to_json()))) == seen


def test_what_stays_on_real_time_is_named() -> None:
    assert judged(Story()).real_time == (
        "the gateway's time-out of 2 s",
        "reset_peer on service_link (timeout 0) runs on real time",
    )


def test_the_last_screen_in_words() -> None:
    assert last_screen(Story().history) == "“upstream connect error”"
    assert last_screen(Story().lacks("snapshot").history) == "nothing"
    assert FAILED["error"] is not None


def test_an_arm_that_was_broken_off_is_the_environments_and_one_without_evidence_is_not() -> None:
    unseen = judged(Story().lacks("access", "request_failed", "websocket_closed"))
    assert (unseen.verdict, unseen.environment) == (Verdict.INVALID, False)
    for environment in (True, False):
        stopped = Story().note(15, "run", "stopped", because="Envoy ended (signal 9)", environment=environment)
        assert (judged(stopped).verdict, judged(stopped).environment) == (Verdict.INVALID, environment)
    assert judged(Story().lacks("undone")).environment, "its worker was killed"
    control = replace(BROKEN_CONTROL, verdict=Verdict.INVALID, environment=True)
    assert judged(Story(), control=control).environment


def test_a_sentence_of_a_page_is_clipped_and_can_not_act() -> None:
    one = Finding("x", False, "\x1b]0;" + "m" * 100_000, expected="\x00", shown="\x1b")
    assert len(one.sentence) < 2100
    assert (one.expected, one.shown) == ("\\x00", "\\x1b")


def test_a_client_that_tries_again_by_itself_is_told_which_trait_its_profile_lacks() -> None:
    seen = judged(Story(recovers=True), "control[nothing]", None)
    assert seen.verdict is Verdict.FAIL
    assert seen.sentence.endswith("its profile does not say `recovers_by_itself: true`")
