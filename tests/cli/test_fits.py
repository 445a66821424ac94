"""What a check of a profile makes of what it counted and saw: what doesn't fit, and what to write instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.cli.fits import UNREADABLE, Screen, Step, misfits, notes, table
from harness.clients import Client
from harness.language.profiles import parse
from harness.values.questions import QUESTION, STEADY

ASKED, ANSWER = STEADY["en"], "About lighthouses."
SOUND = parse(
    "mine.yaml",
    "runs: page\nsends: Enter\nlocators: {root: main, composer: input, message: li, user_message: .me, error: .bad}\n",
    "mine",
)
FOUND = {"root": 1, "composer": 1, "message": 2, "user_message": 1, "error": 0}


def screen(*turns: tuple[str, str], state: str = "complete", **more: Any) -> Screen:
    messages = [{"role": role, "text": text, "state": state} for role, text in turns]
    return {"client": True, "messages": messages, "error": None, "draft": "", "busy": False, "ready": False, **more}


def steps(answered: Screen | None = None, failed: Screen | None = None, **found: int) -> list[Step]:
    """The steps of a check that a sound client passes, but for what is named."""
    counts = {**FOUND, **found}
    whole = screen(("user", ASKED), ("assistant", ANSWER))
    told = screen(error={"lines": ["It broke."]})
    return [
        Step("opened", counts, counts, screen()),
        Step("answered", counts, counts, whole if answered is None else answered, lines=(ASKED, ANSWER)),
        Step(
            "failed",
            counts,
            counts,
            told if failed is None else failed,
            lines=(ASKED, QUESTION["en"], "Oh no."),
            tries=1,
        ),
        Step("reloaded", counts, counts, screen()),
    ]


def test_a_sound_client_fits() -> None:
    assert misfits(SOUND, steps()) == []
    assert notes(SOUND, steps()) == [
        "an error of the service is told as “It broke.”",
        "it asked once when that failed",
        "what was written is not kept when sending fails",
        "the conversation does not outlive a reload",
        "never found, and perhaps only there at other times: error",
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"message": 0}, "message is never found: it is one turn of the conversation, whoever wrote it."),
        ({"composer": 3}, "composer is found 3 times at once"),
        ({"error": UNREADABLE}, "error: .bad is no selector that a browser can read"),
    ],
)
def test_a_locator_that_finds_nothing_or_too_much_does_not_fit(found: dict[str, int], said: str) -> None:
    [only] = misfits(SOUND, steps(**found))
    assert only.startswith(said)


def test_what_is_there_and_hidden_is_not_the_one_that_people_see() -> None:
    hidden = [replace(step, visible={**step.visible, "root": 0}) for step in steps()]
    assert misfits(SOUND, hidden) == ["root is found, and can never be seen: name the one that people see"]


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (screen(("user", ASKED), ("user", ANSWER)), "user_message finds every turn, the answers too"),
        (screen(("user", f"You {ASKED}"), ("assistant", ANSWER)), f"no turn of the person's is “{ASKED}”"),
        (screen(("user", ASKED), ("assistant", "Abou"), state="part"), "the answer is not what the service answered"),
        (screen(("user", ASKED)), "the answer is not what the service answered, there is none: name message"),
        (screen(("user", ASKED), ("assistant", ANSWER), busy=True), "busy still shows once the answer has ended"),
    ],
)
def test_turns_that_are_not_what_was_asked_and_answered_do_not_fit(shown: Screen, said: str) -> None:
    [only] = misfits(SOUND, steps(answered=shown))
    assert only.startswith(said)


def test_a_step_that_could_not_be_done_does_not_fit() -> None:
    asked, *others = steps()
    assert misfits(SOUND, [replace(asked, screen=None, trouble="no composer"), *others]) == ["opened: no composer"]


def test_what_follows_from_a_composer_that_is_not_found_is_not_told_as_well() -> None:
    none = {**FOUND, "composer": 0, "message": 0, "user_message": 0}
    lost = Step("answering", none, none, trouble="composer can't be used")
    [only] = misfits(SOUND, [Step("opened", none, none, screen()), lost, replace(lost, name="failed")])
    assert only.startswith("composer is never found: it is the box to write in.")
    [unreadable] = misfits(SOUND, [replace(lost, found={**FOUND, "message": UNREADABLE}, visible=FOUND)])
    assert unreadable == "message: li is no selector that a browser can read"


def test_an_error_that_stands_elsewhere_is_told_with_its_words() -> None:
    said = notes(SOUND, steps(failed=screen()))[0]
    assert said.endswith("new on the page is “Oh no.”")


@pytest.mark.parametrize(("at", "write"), [(".trouble", 'write `error: ".trouble"`'), ("", "name where that stands")])
def test_an_error_that_the_profile_does_not_find_does_not_fit(at: str, write: str) -> None:
    silent = [
        replace(one, news="Oh no.", news_at=at) if one.name == "failed" else one for one in steps(failed=screen())
    ]
    [only] = misfits(SOUND, silent)
    assert only == f"error finds nothing when the service fails, and “Oh no.” is new on the page: {write}"
    nameless = replace(SOUND, locators={name: one for name, one in SOUND.locators.items() if name != "error"})
    [only] = misfits(nameless, silent)
    assert only.startswith("the profile names no error when the service fails")


def test_a_client_that_says_nothing_of_a_failure_fits_all_the_same() -> None:
    silent = [replace(one, lines=(ASKED, QUESTION["en"])) for one in steps(failed=screen())]
    assert misfits(SOUND, silent) == []


def test_what_the_profile_says_otherwise_is_told_with_what_to_write() -> None:
    retrying = [replace(step, tries=3) for step in steps()]
    assert "it asked 3 times when that failed: write retries: 2" in notes(SOUND, retrying)
    claims: Client = replace(SOUND, has=frozenset({"history"}))
    assert "the conversation does not outlive a reload: take history out of has" in notes(claims, steps())


def test_the_table_says_what_is_found_once_never_or_many_times() -> None:
    lines = {line.split()[0]: line for line in table(SOUND, steps())[1:]}
    assert "once" in lines["root"]
    assert "many" in lines["message"]
    assert "never" in lines["error"]
