"""The checks: pure functions of an arm and its recorded history. A check that doesn't apply returns None.

`HARNESS` checks ask whether the arm can be judged at all (one that fails makes it `invalid`), `CLIENT` checks whether
the client did right by the person (one that fails makes it `fail`), `CLAIMS` whether the documents' claims that the
scenario lists hold (one that doesn't is drift, and changes no verdict). None of them knows what was predicted.
"""

from __future__ import annotations

from harness.judging import (
    by_itself,
    conduct,
    context,
    countdown,
    forms,
    kept,
    leaks,
    left,
    listing,
    pointing,
    quotes,
    reached,
    remedies,
    room,
    said,
    shown,
    soundness,
    spoken,
    way,
    wire,
    witnesses,
)
from harness.judging.case import Case, Check, answer_to, answered_whole, lines_on, quoted, works
from harness.judging.claims import CLAIMS

HARNESS: dict[str, Check] = {
    "complete": soundness.complete,
    "evidence": soundness.evidence,
    "done": witnesses.done,
    "undone": soundness.undone,
    "letters": soundness.letters,
}
CLIENT: dict[str, Check] = {
    "leaks": leaks.leaks,
    "chats": wire.chats,
    "conduct": wire.conduct,
    "steady": conduct.steady,
    "seen": shown.seen,
    "stands_out": shown.stands_out,
    "usable": reached.usable,
    "files": kept.files,
    "logged_in": reached.logged_in,
    "logged_out": reached.logged_out,
    "raw": shown.raw,
    "language": said.language,
    "message": shown.message,
    "stays": shown.stays,
    "message_again": shown.message_again,
    "within": conduct.within,
    "fits": shown.fits,
    "pointed": pointing.pointed,
    "quotes": quotes.quotes,
    "countdown": countdown.countdown,
    "order": kept.order,
    "own": kept.own,
    "unsent": kept.unsent,
    "unfinished": kept.unfinished,
    "once_on_screen": conduct.once_on_screen,
    "draft": conduct.draft,
    "partial": conduct.partial,
    "conversation": conduct.conversation,
    "listed": listing.listed,
    "offers": conduct.offers,
    "heard": reached.heard,
    "reached": reached.reached,
    "focus": reached.focus,
    "audit": reached.audit,
    "mine_only": kept.mine_only,
    "once_at_service": conduct.once_at_service,
    "answer_text": conduct.answer_text,
    "leaves": left.leaves,
    "comes_to_rest": left.comes_to_rest,
    "connected": shown.connected,
    "told": conduct.told,
    "draft_again": kept.draft_again,
    "reach": remedies.reach,
    "sends": wire.sends,
    "in_the_way": way.in_the_way,
    "elsewhere": remedies.elsewhere,
    "scripts": conduct.scripts,
    "other_draft": kept.other_draft,
    "as_served": kept.as_served,
    "context": context.context,
    "spoken": spoken.spoken,
    "room": room.room,
    "forms": forms.forms,
    "by_itself": by_itself.by_itself,
    "late": by_itself.late,
    "diagnosis": remedies.diagnosis,
    "status_page": remedies.status_page,
    "bisection": remedies.bisection,
}

__all__ = ["CLAIMS", "CLIENT", "HARNESS", "Case", "Check", "answer_to", "answered_whole", "lines_on", "quoted", "works"]
