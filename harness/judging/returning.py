"""What somebody finds who has turned to another conversation for a moment, and comes back to their own."""

from __future__ import annotations

from harness.judging.case import Case, Screen, quoted, squeeze
from harness.judging.countdown import CLOSE, seconds_in
from harness.judging.kept import taken_in
from harness.judging.looks import Look, conversation_of, looks
from harness.values.history import Event
from harness.values.result import Finding

PHASE = "returned"
"""The phase of the look of who comes back."""


def returned(case: Case) -> Finding | None:
    """What was written and sent there is there still, and no wait has begun anew."""
    back = looks(case, PHASE)
    before = _left_as(case, back[0].at) if back else None
    if not back or before is None or conversation_of(back[0].screen) != conversation_of(before.screen):
        return None
    screen = back[0].screen
    if screen["busy"]:
        return None
    lost = _draft_lost(case, before, screen) or _messages_lost(case, screen) or _waits_anew(case, before, back[0])
    return Finding("returned", not lost, lost or "the conversation is as it was left")


def _left_as(case: Case, until: float) -> Look | None:
    """The last look at the conversation before it was left."""
    seen = [look for look in looks(case) if look.at < until]
    return seen[-1] if seen else None


def _draft_lost(case: Case, before: Look, screen: Screen) -> str:
    """What stood unsent in the composer when the conversation was left, and stands nowhere now, in words."""
    added: Event | None = case.history.last("screen", "added")
    written = added is not None and added.at > before.at and bool(added.data["client"])
    draft = squeeze(str(added.data["draft"] if added is not None and written else before.screen["draft"]))
    stands = any(one["role"] == "user" and one["text"] == draft for one in screen["messages"])
    if not draft or stands or squeeze(screen["draft"]) == draft or case.client.lacks("drafts"):
        return ""
    shown = quoted(screen["draft"])
    return f"expected the draft {quoted(draft)} for who comes back to the conversation, shown was {shown}"


def _messages_lost(case: Case, screen: Screen) -> str:
    """What the service has of the conversation and is no longer shown in it, in words."""
    if screen["error"] and not screen["messages"]:
        return ""  # it could not be read, and that is told
    taken = taken_in(case.history, conversation_of(screen))
    want = [text for text in taken if text not in squeeze(screen["draft"])]  # whose reply was lost
    shown = [one["text"] for one in screen["messages"] if one["role"] == "user"]
    if [text for text in dict.fromkeys(shown) if text in want] == want:
        return ""
    return f"expected {quoted(want)} for who comes back to the conversation, shown was {quoted(shown)}"


def _waits_anew(case: Case, before: Look, after: Look) -> str:
    """A wait that was over when the conversation was left, or shorter, without a reply that asks for one, in words."""
    shown = seconds_in(str(after.screen.get("countdown", "")))
    asked = case.history.where("gateway", "access", after=before.at, before=after.at)
    if not shown or any(event.data.get("retry_after") for event in asked):
        return ""
    left = max(0.0, (seconds_in(str(before.screen.get("countdown", ""))) or 0.0) - (after.world - before.world))
    if shown <= left + CLOSE:
        return ""
    return f"expected a wait of at most {left:.0f} s for who comes back to the conversation, shown was {shown:g} s"
