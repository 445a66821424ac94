"""The advice recovers a person soonest by what was observed, and the documents' orders are timed beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cli import main
from harness.remedies import REMEDIES
from harness.report.advise import (
    COSTS,
    FEW_MINUTES,
    Advice,
    Option,
    advise,
    all_advice,
    cases,
    follow,
    greedy,
    likelihood,
    lines,
    told,
    unpriced,
)
from harness.values.documents import ORDERS
from harness.values.errors import AuthorError
from harness.values.result import Result, Verdict
from tests.report.test_matrix import ANYWAY, NO, YES, control, run, saved

RELOAD, RETRY, WAIT_1M = Option("reload", ("R1",)), Option("retry", ()), Option("wait", ("R14",), 60.0)


def order(*runs: Result, **likely: float) -> list[str]:
    return [option.label for option in greedy(cases(runs, likely))]


def advice(*runs: Result) -> Advice:
    return advise("", cases(runs, {}))


def test_every_remedy_has_a_cost_and_a_reason() -> None:
    assert set(REMEDIES) - set(COSTS) == set()
    assert all(seconds >= 0 and reason for seconds, reason in COSTS.values())


def test_the_cheapest_of_two_that_do_the_same_comes_alone() -> None:
    assert order(run("other_browser", YES), run("reload", YES)) == ["reload"]


def test_what_recovers_more_people_per_second_comes_first() -> None:
    runs = [run("reload", YES, "one", "C1"), run("switch_network", YES, "two", "C7")]
    assert order(*runs) == ["reload", "switch network"]
    assert order(*runs, C7=9) == ["switch network", "reload"]


def test_a_dear_remedy_that_recovers_all_beats_two_cheap_ones_only_when_it_pays() -> None:
    both = [run("vpn_off", YES, name, cause) for name, cause in (("one", "C1"), ("two", "C2"))]
    assert order(*both, run("regenerate", YES, "one", "C1")) == ["regenerate", "vpn off"]
    assert order(*both, run("private_window", YES, "one", "C1")) == ["vpn off"]


def test_a_remedy_that_never_recovered_is_not_advised() -> None:
    assert order(run("reload", NO), run("wait[1m]", YES)) == ["wait 1m"]


def test_what_the_status_page_makes_one_wait_is_counted_in_its_scenario_only() -> None:
    long, short = run("status_page", YES, "one", "C1", waited=600.0), run("status_page", YES, "two", "C2", waited=60.0)
    alone, both = advice(long), advice(long, short)
    assert alone.expected == pytest.approx(COSTS["status_page"][0] + 600)
    assert both.expected == pytest.approx(COSTS["status_page"][0] + 330)
    assert [step.option.label for step in both.steps] == ["status page"]


def test_recovering_anyway_recovers_the_person() -> None:
    assert order(run("reload", ANYWAY)) == ["reload"]


@pytest.mark.parametrize("left_out", [run("reload", YES, verdict=Verdict.INVALID), control("ask_again", YES)])
def test_controls_and_invalid_runs_advise_nothing(left_out: Result) -> None:
    assert order(left_out, run("wait[1m]", YES)) == ["wait 1m"]


def test_a_cause_weighs_the_same_however_many_scenarios_it_has() -> None:
    runs = [run("reload", YES, f"s{at}", "C1") for at in range(3)] + [run("reload", YES, "t", "C2,C3")]
    assert {case.scenario + case.cause: round(case.weight, 3) for case in cases(runs, {})} == {
        "s0C1": 0.111,
        "s1C1": 0.111,
        "s2C1": 0.111,
        "tC2": 0.333,
        "tC3": 0.333,
    }


def test_repeats_that_disagree_are_a_chance() -> None:
    (case,) = cases([run("reload", YES), run("reload", NO, repeat=1)], {})
    assert case.chance == {RELOAD: 0.5}
    assert greedy([case]) == [RELOAD]
    assert greedy([case], done=[RELOAD]) == []


def test_a_longer_wait_recovers_what_a_shorter_one_does_and_not_the_other_way() -> None:
    runs = [run("wait[1m]", YES, "one", "C1"), run("wait[1m]", NO, "two", "C2"), run("wait[15m]", YES, "two", "C2")]
    one, two = cases(runs, {})
    waits = {seconds: Option("wait", ("R14",), seconds) for seconds in (60.0, FEW_MINUTES, 900.0)}
    assert [one.chance[wait] for wait in waits.values()] == [1.0, 1.0, 1.0]
    assert [two.chance[wait] for wait in waits.values()] == [0.0, 0.0, 1.0]
    assert order(*runs) == ["wait 1m", "wait 15m"]


def test_the_mean_time_counts_every_step_until_help_came() -> None:
    some = cases([run("reload", YES, "one", "C1"), run("wait[1m]", YES, "two", "C2")], {})
    steps, expected = follow([RELOAD, WAIT_1M], some)
    assert expected == pytest.approx((5 + 65) / 2)
    assert [step.helped for step in steps] == pytest.approx([0.5, 1.0])
    assert follow([WAIT_1M, RELOAD], some)[1] == pytest.approx((60 + 65) / 2)


def test_whom_nothing_helps_is_named_and_not_averaged() -> None:
    found = advice(run("reload", YES, "one", "C1"), run("reload", NO, "two", "C2"))
    assert found.expected == 5
    assert [step.helped for step in found.steps] == [1.0]
    assert [case.scenario for case in found.hopeless] == ["two"]
    assert "nothing that was run recovers: C2 in two" in "\n".join(told(found))


def test_where_nothing_helps_at_all_no_order_is_made_up() -> None:
    text = "\n".join(told(advice(run("reload", NO))))
    assert "on average" not in text
    assert "nothing that was run recovers: C15 in one" in text


def test_a_documents_order_is_followed_as_far_as_it_was_run_and_then_ours() -> None:
    runs = [run("reload", NO), run("clear_site_data", NO, remedy_id="R2"), run("wait[1m]", YES)]
    found = advice(*runs)
    by_name = {one.name: one for one in found.documents}
    assert set(by_name) == set(ORDERS)
    s0, s1 = by_name["S0"], by_name["S1"]
    assert [option.label for option in s0.order] == ["reload", "clear site data"]
    assert s0.skipped == ("R3", "R5", "R10", "R8", "R9", "R21", "R22", "R23")
    assert (s0.expected, s0.helps) == (5 + 90 + 60, 0.0)
    assert [option.label for option in s1.order] == ["reload", "wait 5m", "clear site data"]
    assert (s1.expected, s1.helps) == (5 + 300, 1.0)
    assert found.expected == 60
    text = "\n".join(told(found))
    assert "S0 2m 35s, ours 1m 35s sooner (61%), helps 0% by itself: reload → clear site data; not run: R3," in text


def test_an_id_of_several_remedies_means_the_cheapest_that_was_run() -> None:
    found = advice(run("new_tab", YES), run("retry", YES))
    assert [option.label for option in found.documents[0].order] == ["new tab"]
    found = advice(run("new_tab", YES), run("reload", YES))
    assert [option.label for option in found.documents[0].order] == ["reload"]


def test_each_message_has_its_own_advice() -> None:
    runs = [run("reload", YES, "one", "C1"), run("wait[1m]", YES, "two", "C2"), run("retry", YES, "three", "C3")]
    found = all_advice(runs, {"one": "bad_gateway", "two": "rate_limited", "three": "", "elsewhere": "other"})
    assert [one.about for one in found] == ["", "bad_gateway", "rate_limited"]
    assert [[step.option.label for step in one.steps] for one in found[1:]] == [["reload"], ["wait 1m"]]
    assert [case.weight for case in found[1].cases] == [1.0]


def test_a_remedy_without_a_cost_is_left_out_and_named() -> None:
    runs = [run("pray", YES), run("reload", YES)]
    assert unpriced(runs) == ["pray"]
    assert order(*runs) == ["reload"]
    assert "COSTS has no cost of it: pray" in "\n".join(lines(runs, {"one": ""}, {}, str))


def test_a_scenario_that_is_not_among_the_files_is_named() -> None:
    assert "which message is shown in: one" in "\n".join(lines([run("reload")], {}, {}, str))


def test_how_likely_a_cause_is_can_be_given() -> None:
    assert likelihood(["C15=3", "C1=0.5"]) == {"C15": 3.0, "C1": 0.5}


@pytest.mark.parametrize("given", ["C15", "F1=2", "C1=-1", "C1=often"])
def test_a_likelihood_that_is_none_is_the_authors_error(given: str) -> None:
    with pytest.raises(AuthorError, match="no cause"):
        likelihood([given])


def test_the_command_tells_by_message_in_its_own_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, scenarios = saved(tmp_path, [run("reload", YES), run("wait[1m]", YES)]), tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "one.yaml").write_text(
        "title: x\nmoment: send\nfaults: [{at: uplink, do: down}]\nexpect: {message: bad_gateway}\n"
    )
    assert main(["advise", str(folder), "--scenarios", str(scenarios)]) == 0
    shown = capsys.readouterr().out
    assert "Whatever is shown (causes C15)" in shown
    assert "Reading bad_gateway “The web server reported a bad gateway error” (causes C15)" in shown
    assert max(map(len, shown.splitlines())) <= 120
