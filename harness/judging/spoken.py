"""What is told to those who hear a page instead of seeing it: the answers, who wrote what, the whole error, in time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.judging.case import Case, quoted
from harness.judging.looks import UNDER_WAY, Look, looks
from harness.values.result import Finding

PERSON = re.compile(r"\b(you|me|user|human)\b|あなた|自分|ユーザー", re.IGNORECASE)
"""How clients call who asks."""
ASSISTANT = re.compile(r"\b(assistant|bot|ai|model|agent|chatgpt|claude)\b|アシスタント|ボット", re.IGNORECASE)
"""How they call who answers."""

CALLED = {
    control: re.compile(words, re.IGNORECASE)
    for control, words in {
        "send": r"\b(?:send|submit|ask|go)\b|送信|送る|質問",
        "stop": r"\b(?:stop|cancel|abort|pause)\b|停止|中止|止め|キャンセル",
        "retry": r"\b(?:retry|try|again|resend|reconnect|reload)\b|再試行|再送|再接続|もう一度|やり直",
        "regenerate": r"\b(?:regenerate|retry|again|redo|another)\b|再生成|作り直|もう一度|やり直",
        "new_chat": r"\b(?:new|clear|start)\b|新しい|新規",
        "download": r"\b(?:download|save|get)\b|ダウンロード|保存",
    }.items()
}
"""How clients call what a control does, in the languages in which the harness asks."""


def closely(case: Case) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was noticed by somebody who looked closely, with the phase."""
    for event in case.history.where("screen", "closely"):
        yield str(event.data["phase"]), event.data


ABOUT_WHAT_WAS_WRITTEN = frozenset({400, 413, 414, 422, 431})
"""Statuses by which somebody says that it is the request that is wrong, or too long."""


def spoken(case: Case) -> Finding | None:
    """Who hears the page is told of answers, who wrote what, and all of an error, each once and by its name."""
    if wrong := _blamed(case):
        return Finding("spoken", False, wrong)
    noticed = list(closely(case))
    if not noticed:
        return None
    for phase, seen in noticed:
        wrong = _unheard(seen) or _speakers(seen) or _misnamed(seen)
        if wrong:
            return Finding("spoken", False, f"{wrong} ({phase})")
    if confused := next((said for look in looks(case) for said in _confused(look)), ""):
        return Finding("spoken", False, confused)
    return Finding("spoken", True, "who hears the page is told what others see")


def _blamed(case: Case) -> str:
    """What was written is told as filled in wrongly, and nobody had said that it is, in words."""
    broken = case.history.step("break")
    if broken is None or "prompt" in str(case.arm.scenario.expect.message):
        return ""
    replies = case.history.where("gateway", "access", after=broken.at)
    replies += case.history.where("browser", "response", after=broken.at)
    if any(event.data.get("status") in ABOUT_WHAT_WAS_WRITTEN for event in replies):
        return ""
    before = [look for look in looks(case) if look.at < broken.at]
    told = next((look for look in looks(case) if look.at > broken.at and look.screen.get("invalid")), None)
    if told is None or any(look.screen.get("invalid") for look in before):
        return ""
    return f"expected nothing to be wrong with what is written, who hears the page is told so ({told.phase})"


def _unheard(seen: Mapping[str, Any]) -> str:
    if why := seen.get("unheard"):
        return f"expected the answer to be announced to screen readers, but {why}"
    if silent := seen.get("silent"):
        return f"expected {quoted(silent[0])} to be told to screen readers, it is hidden from them"
    if seen.get("loud"):
        return "expected the countdown not to be read out anew each second, it is part of a live region"
    if seen.get("anew"):
        return "expected what is new to be read out, each time all of the conversation is, for its region is atomic"
    return ""


def _confused(look: Look) -> Iterator[str]:
    """Controls whose name says what another one does and not what they do, each as a sentence."""
    idle = not look.screen["busy"] and look.phase != UNDER_WAY  # a button may be Send, and Stop meanwhile
    for control, name in look.screen.get("names", {}).items() if idle else ():
        if control not in CALLED or CALLED[control].search(name):
            continue
        if other := next((other for other, words in CALLED.items() if words.search(name)), ""):
            yield (
                f"expected {control} to be called by what it does ({look.phase}), its name is {quoted(name)}, "
                f"which is what {other} does"
            )


def _speakers(seen: Mapping[str, Any]) -> str:
    """What is wrong about how a screen reader tells questions from answers, or empty."""
    speakers = seen.get("speakers")
    if not speakers:
        return ""
    person, assistant = str(speakers["user"]), str(speakers["assistant"])
    if _bare(person) == _bare(assistant):
        said = quoted(person) if person else "nothing"
        return f"expected screen readers to be told who wrote what, beside question and answer alike stands {said}"
    if _says_only(PERSON, ASSISTANT, assistant) or (
        _says_only(ASSISTANT, PERSON, person) and not ASSISTANT.search(assistant)
    ):
        return (
            "expected screen readers to be told who wrote what, "
            f"the question is told as by {quoted(person)}, the answer as by {quoted(assistant)}"
        )
    return ""


def _says_only(what: re.Pattern[str], other: re.Pattern[str], text: str) -> bool:
    return bool(what.search(text)) and not other.search(text)


def _bare(text: str) -> str:
    return re.sub(r"[\W\d_]+", " ", text).strip().lower()


def _misnamed(seen: Mapping[str, Any]) -> str:
    for one in seen.get("misnamed", ()):
        return (
            f"expected the control {quoted(one['seen'])} to be called so by screen readers and voice control, "
            f"its name is {quoted(one['heard'])}"
        )
    return ""
