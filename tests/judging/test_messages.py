"""Every message of the shipped page's profile, with each of its advices, in every language: no check holds it wrong."""

from __future__ import annotations

import re

import pytest

from harness.judging import CLIENT as CHECKS
from harness.judging import Case
from harness.language.profiles import client
from tests.helpers import ASKED, Story, arm_of, scenario, screen

PAGE = client("default")
TOLD = [
    (message, locale, advice)
    for message in PAGE.messages
    for locale in PAGE.languages
    for advice in PAGE.advice_of(message, locale) or ("",)
]
OF_WORDS = ("message", "fits", "language", "raw", "once_on_screen", "leaks")


REASON = re.compile("over the limit|超えて|switched off|オフ")
RECOVERS = "recovers: [shorten_prompt, files_on]"
"""Each reason for which there may be no file has its remedy."""


def case(message: str, locale: str, *lines: str, recovers: str = RECOVERS) -> Case:
    shown = screen(ASKED, [line for line in lines if line], lang=locale)
    story = Story().shows("symptom", shown).lacks("steady", "moment", "remedy", "recovery")
    of_files = message == "download_failed"
    more = f"locale: {locale}\nexpect: {{message: {message}}}\n{recovers if of_files else ''}"
    one = scenario(moment="download" if of_files else "send", more=more, client=PAGE)
    return Case(arm_of(one, "control[nothing]", PAGE), PAGE, story.history)


@pytest.mark.parametrize("check", OF_WORDS)
@pytest.mark.parametrize(("message", "locale", "advice"), TOLD)
def test_a_message_with_its_advice_is_right(message: str, locale: str, advice: str, check: str) -> None:
    found = CHECKS[check](case(message, locale, PAGE.text(message, locale), advice))
    assert found is None or found.holds, found


@pytest.mark.parametrize(("message", "locale", "advice"), [one for one in TOLD if one[2]])
def test_its_advice_in_another_language_is_not(message: str, locale: str, advice: str) -> None:
    (other,) = (one for one in PAGE.languages if one != locale)
    found = CHECKS["language"](case(message, other, PAGE.text(message, other), advice))
    assert found is not None
    assert not found.holds


@pytest.mark.parametrize(
    ("locale", "advice"), [one[1:] for one in TOLD if one[0] == "download_failed" and REASON.search(one[2])]
)
def test_its_advice_for_another_reason_is_not(locale: str, advice: str) -> None:
    told = PAGE.text("download_failed", locale), advice
    found = CHECKS["fits"](case("download_failed", locale, *told, recovers="recovers: [regenerate]"))
    assert found is not None
    assert not found.holds
