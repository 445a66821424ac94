"""What becomes of the words that somebody writes while an error is told."""

from __future__ import annotations

from harness.judging.case import Case, quoted, squeeze
from harness.judging.wire import route
from harness.values.history import Event
from harness.values.result import Finding


def typed(case: Case) -> Finding | None:
    """Who writes while an error is told has it in the composer, to the last letter, and sends nothing by that."""
    added, began = case.history.last("screen", "added"), case.history.last("run", "adds")
    if added is None or began is None:
        return None
    want, shown = squeeze(f"{added.data['before']}{added.data['text']}"), squeeze(str(added.data["draft"]))
    if not added.data["client"] or shown != want:
        stood = f"expected what is written while an error is told to stand there, {quoted(want)}"
        sentence = f"{stood}, shown was {quoted(shown)}"
        return Finding("typed", False, sentence, want, shown)
    usual = {_where(one) for one in _sent_when_all_was_well(case)}
    sent = case.history.where("browser", "sent", after=began.at, before=added.at)
    if again := next((one for one in sent if _where(one) in usual), None):
        sentence = f"expected nothing to be sent by whoever only writes, POST {again.data['path']} was"
        return Finding("typed", False, sentence, "nothing", str(again.data["path"]))
    if added.data["client"] and added.data.get("still") is False and not _began_anew(case, began.at, added.at):
        gone = quoted(added.data["told"])
        return Finding(
            "typed", False, f"expected the error {gone} to stay for who only writes, it is gone", gone, "nothing"
        )
    if case.history.where("service", "message", after=began.at, before=added.at):
        return Finding("typed", False, "expected nothing to be sent by whoever only writes, the service has a message")
    return Finding("typed", True, "what is written while an error is told stands there")


def _began_anew(case: Case, since: float, until: float) -> bool:
    """Whether something came meanwhile by which an error may be over: a reply, or a stream."""
    within = {"after": since, "before": until}
    return bool(case.history.where("browser", "response", "websocket_open", "document", **within))


def _sent_when_all_was_well(case: Case) -> list[Event]:
    asked, broken = case.history.first("run", "asked"), case.history.step("break")
    if asked is None or broken is None:
        return []
    earlier = {_where(one) for one in case.history.where("browser", "sent", before=asked.at)}
    sent = case.history.where("browser", "sent", after=asked.at, before=broken.at)
    return [one for one in sent if _where(one) not in earlier]


def _where(event: Event) -> str:
    return route(str(event.data["path"]))
