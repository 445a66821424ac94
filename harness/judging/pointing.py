"""Whether the controls that an error's advice names are there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.judging.case import Case, Screen, quoted
from harness.judging.looks import looks, plain, was_there
from harness.values.result import Finding

PRESS = r"\b(?i:press|click|tap|hit|choose|select|push)(?i: on)?(?i: the)? "
QUOTED = re.compile(
    PRESS + r"[\"“‘']([^\"”’']{2,40})[\"”’']|[「『]([^」』]{2,30})[」』](?:の?ボタン)?を(?:押|クリック|タップ|選)"
)
"""A control's whole name in an advice."""
NAMED = re.compile(PRESS + r"([A-Z]\w+(?: [\w’']+){0,3})")
"""The start of one that stands without quotes: a capital letter within a sentence, and some words more."""
NOT_THE_PAGES = re.compile(
    r"(?:Enter|Return|Esc(?:ape)?|Tab|Space|Shift|Alt|Ctrl|Control|Cmd|Command|Option|F\d+|Back|Reload|Refresh|Home)\b"
)
"""Keys, and the browser's own buttons."""

LOG_IN = re.compile(r"^(?:please )?(?:log|sign) (?:back )?in\b|ログインし(?:て|直)|再ログイン", re.IGNORECASE)
"""How an advice tells somebody to log in."""
ENTRANCE = re.compile(r"\b(?:log|sign) ?(?:back )?in\b|ログイン", re.IGNORECASE)
"""How a place to log in is called."""
PRESSED = re.compile(rf"<(?:a|button)\b[^>]*>(?:(?!</(?:a|button)\b)[\s\S])*?(?:{ENTRANCE.pattern})", re.IGNORECASE)
"""A link or a button that is called so, in the source of an error."""


def pointed(case: Case) -> Finding | None:
    """A control that an error tells somebody to press is on the page."""
    for look in looks(case):
        for line in (look.screen["error"] or {}).get("lines", ()):
            missing = next((name for name in _told_to_press(line) if not _is_there(look.screen, line, name)), "")
            if missing:
                sentence = f"expected what {quoted(line)} tells one to press to be on the page, {missing} is nowhere"
                return Finding("pointed", False, f"{sentence} ({look.phase})", missing, "nothing")
            if LOG_IN.search(line) and not _has_entrance(look.screen):
                sentence = f"expected a place to log in beside {quoted(line)} ({look.phase}), there is none"
                return Finding("pointed", False, sentence, "a login", "nothing")
    return Finding("pointed", True, "what errors tell one to press is there") if was_there(case) else None


def _has_entrance(screen: Screen) -> bool:
    """Whether one can log in from here, also by the error itself; a login that is open is no look at the chat."""
    beside = (*screen.get("others", ()), *screen.get("labels", ()))
    own = PRESSED.search(str(screen["error"].get("source") or ""))
    return own is not None or any(ENTRANCE.search(text) for text in beside)


def _told_to_press(line: str) -> Iterator[str]:
    yield from (one or other for one, other in QUOTED.findall(line))
    yield from (name for name in NAMED.findall(line) if not NOT_THE_PAGES.match(name))


def _is_there(screen: Screen, line: str, name: str) -> bool:
    """Whether something else than the advice is called so: what it names, or the start of it when more words follow."""
    beside = [*screen["error"]["lines"], *screen.get("others", ()), *screen.get("labels", ())]
    beside += [str(one.get("note") or "") for one in screen["messages"]]
    said = [plain(text).casefold() for text in beside if text != line]
    wanted = plain(name).casefold()
    return any(text and (wanted in text or f"{wanted} ".startswith(f"{text} ")) for text in said)
