"""Every message of the shipped page's profile, with each of its advices, in every language: no check holds it wrong."""

from __future__ import annotations

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


def case(message: str, locale: str, *lines: str) -> Case:
    shown = screen(ASKED, [line for line in lines if line], lang=locale)
    story = Story().shows("symptom", shown).lacks("steady", "moment", "remedy", "recovery")
    one = scenario(more=f"locale: {locale}\nexpect: {{message: {message}}}", client=PAGE)
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
