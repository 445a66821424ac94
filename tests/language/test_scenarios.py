"""What the loader says about a broken scenario, letter by letter, and what it makes of a sound one.

Each `bad/<name>.yaml` has beside it, in `<name>.txt`, all that must be said about it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.language.scenarios import load
from harness.language.source import Problem, ScenarioError
from harness.prediction.reading import read
from harness.values.errors import AuthorError
from harness.values.situation import Lifetime, Moment, Outcome, Situation
from tests.helpers import CLIENT, scenario, scenarios

BAD = Path(__file__).parent / "bad"


def problems(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        read(path, CLIENT, name=path.name)
    return caught.value.problems


def bad_files() -> list[object]:
    return [pytest.param(path, id=path.stem) for path in sorted(BAD.glob("*.yaml"))]


@pytest.mark.parametrize("path", bad_files())
def test_a_broken_scenario_gets_exactly_its_message(path: Path) -> None:
    said = "\n".join(str(problem) for problem in problems(path))
    assert f"{said}\n" == path.with_suffix(".txt").read_text(encoding="utf-8")


def test_every_broken_scenario_has_its_message_and_every_message_its_scenario() -> None:
    names = [{path.stem for path in BAD.glob(f"*.{suffix}")} for suffix in ("yaml", "txt")]
    assert names[0] == names[1]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in sorted(BAD.glob("*.txt"))])
def test_every_caret_stands_under_the_line_that_the_file_has_there(path: Path) -> None:
    lines = path.with_suffix(".yaml").read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    said = path.read_text(encoding="utf-8").splitlines()
    heads = [i for i, line in enumerate(said) if line.startswith(f"{path.stem}.yaml:")]
    assert heads
    for head in heads:
        _, line, column, _ = said[head].split(":", 3)
        text = lines[int(line) - 1]
        if len(text) > 110 or not text.isascii() or not text.isprintable():
            continue  # what is cut, wide or made visible is held letter by letter above
        gutter = f"  {' ' * len(line)} | "
        carets = said[head + 2].removeprefix(gutter)
        assert said[head + 1] == f"  {line} | {text}".rstrip()
        assert said[head + 2].startswith(gutter)
        assert carets.index("^") == int(column) - 1
        assert len(carets) <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("title: [" + "[" * 3000, "nested more than 40", id="deep nesting"),
        pytest.param("title: a\0b", "YAML", id="a null byte"),
        pytest.param("title: *nobody", "no value before this one", id="an alias of nothing"),
        pytest.param("{[a]: b}", "a key is a single word", id="a list as key"),
        pytest.param("matrix: {a: [1], b: " + str(list(range(201))) + "}", "201 combinations", id="a huge matrix"),
        pytest.param("just a text", "a mapping of keys", id="no mapping"),
    ],
)
def test_hostile_files_are_an_authors_error_and_no_crash(text: str, word: str) -> None:
    with pytest.raises(AuthorError, match=word):
        scenarios(text)


def test_a_file_that_is_not_there_is_an_authors_error(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^gone.yaml:1:1: there is no such file"):
        load(tmp_path / "gone.yaml", CLIENT, "gone.yaml")


def test_a_file_in_another_encoding_is_an_authors_error(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_bytes("title: ü".encode("latin-1"))
    with pytest.raises(ScenarioError, match=r"one.yaml:1:8: the byte 0xfc in this line is not UTF-8"):
        load(tmp_path / "one.yaml", CLIENT)


def test_without_predictions_a_contradiction_is_read_all_the_same() -> None:
    ((one, arms),) = read(BAD / "remedy_cannot_help.yaml", CLIENT, predict=False)
    assert [listed.remedy for listed in one.listed] == ["reload", "wait"]
    assert arms


def test_everything_that_a_scenario_can_say() -> None:
    (one,) = scenarios(
        """
title: All of it
documents: [F1, F3]
cause: [C1, C15]
claims: K1
moment: mid_answer
after: 7
locale: ja
browser: firefox
person: {network: mobile, vpn: b}
gateway: {error_pages: branded, timeout: 500ms}
faults:
  - {at: service, do: stream_close, code: 1012, lasts: 2 requests, only: account}
expect: {message: bad_gateway, within: 3s, partial: kept, offers: [retry], countdown: true}
recovers: [{wait: 90s}]
does_not_recover: reload
known: {issue: '#12', until: 2027-01-31, fails: draft, remedies: reload}
""".lstrip()
    )
    (fault,) = one.faults
    assert (one.id, one.title, one.documents, one.cause, one.claims) == (
        "one",
        "All of it",
        ("F1", "F3"),
        "C1,C15",
        ("K1",),
    )
    assert (one.moment, one.after, one.locale) == (Moment.MID_ANSWER, 7, "ja")
    assert one.start == Situation(network="mobile", vpn="b", engine="firefox")
    assert (one.gateway.error_pages, one.gateway.timeout) == ("branded", 0.5)
    assert (fault.at, fault.do, fault.params, fault.only) == ("service", "stream_close", {"code": 1012}, ("account",))
    assert fault.lasts == Lifetime(hits=2, unit="request")
    assert (one.expect.message, one.expect.within, one.expect.partial) == ("bad_gateway", 3, "kept")
    assert (one.expect.offers, one.expect.countdown) == (("retry",), True)
    assert [(x.label, x.argument, x.outcome) for x in one.listed] == [
        ("wait[90s]", 90, Outcome.RECOVERS),
        ("reload", 0, Outcome.DOES_NOT_RECOVER),
    ]
    assert one.known is not None
    assert (one.known.issue, one.known.until, one.known.remedies) == ("#12", "2027-01-31", ("reload",))


@pytest.mark.parametrize(
    ("written", "seconds"), [("300ms", 0.3), ("45s", 45), ("1.5m", 90), ("15m", 900), ("3h", 10800), ("168h", 604800)]
)
def test_durations(written: str, seconds: float) -> None:
    assert scenario(f"{{at: uplink, do: down, lasts: {written}}}").faults[0].lasts.seconds == pytest.approx(seconds)


@pytest.mark.parametrize("written", ["60s", "1m", '"60"', "60", "'060'"])
def test_a_wait_may_be_written_as_the_header_does(written: str) -> None:
    (fault,) = scenario(f"{{at: service, do: status, status: 503, retry_after: {written}}}").faults
    assert (fault.params["retry_after"], fault.told_to_wait) == ("60", 60.0)


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("forever", Lifetime()),
        ("1 connection", Lifetime(hits=1, unit="connection")),
        ("3 connections", Lifetime(hits=3, unit="connection")),
    ],
)
def test_lifetimes_that_are_no_duration(written: str, means: Lifetime) -> None:
    assert scenario(f"{{at: uplink, do: reset_peer, lasts: {written}}}").faults[0].lasts == means


def test_parameters_left_out_have_their_defaults() -> None:
    assert scenario("{at: uplink, do: reset_peer}").faults[0].params == {"timeout": 0, "direction": "downstream"}


def test_a_matrix_makes_one_scenario_of_each_combination() -> None:
    many = scenarios(
        'title: In ${locale} for ${time}\nmoment: send\nlocale: "${locale}"\n'
        "matrix: {time: [1m, 2m], locale: [en, ja]}\n"
        'faults: [{at: uplink, do: down, lasts: "${time}"}]\n'
    )
    assert [one.id for one in many] == ["one[1m,en]", "one[1m,ja]", "one[2m,en]", "one[2m,ja]"]
    assert [(one.title, one.locale, one.faults[0].lasts.seconds) for one in many] == [
        ("In en for 1m", "en", 60),
        ("In ja for 1m", "ja", 60),
        ("In en for 2m", "en", 120),
        ("In ja for 2m", "ja", 120),
    ]


def test_an_alias_stands_for_what_it_names() -> None:
    (one,) = scenarios(
        "title: Twice\nmoment: send\nx-fault: &broken {at: uplink, do: down}\nfaults: [*broken, {at: wifi, do: down}]\n"
    )
    assert [str(fault) for fault in one.faults] == ["down at uplink", "down at wifi"]


@pytest.mark.parametrize(
    "message",
    [
        "none",
        "browser_error",
        pytest.param("still_loading"),
        "timeout",
        "A text of its own, in words.",
    ],
)
def test_messages_that_every_client_has(message: str) -> None:
    expected = "" if message == "none" else message
    assert scenario("[]", more=f"expect: {{message: {message!r}}}").expect.message == expected


def test_a_delay_is_a_number_of_seconds() -> None:
    with pytest.raises(ScenarioError, match="nan"):
        scenario("{at: service, do: delay, delay: nan}")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("20270131"),
        pytest.param("2027-W04-7"),
        "2027-1-5",
    ],
)
def test_a_date_is_written_in_one_way_only(written: str) -> None:
    with pytest.raises(ScenarioError, match="is not a date"):
        scenario(more=f"known: {{issue: '#12', until: {written}}}")


def test_an_axis_may_be_named_behind_the_values_that_it_chooses() -> None:
    text = (
        "title: A story\nmoment: send\nmatrix: {outage: [45s, 10m]}\n"
        'faults: [{at: uplink, do: down, lasts: "${outage}"}]\n'
        "recovers:\n  45s: [{wait: 1m}]\n  else: [{wait: 15m}]\n  by: outage\n"
    )
    assert [[one.label for one in found.listed] for found in scenarios(text)] == [["wait[1m]"], ["wait[15m]"]]
