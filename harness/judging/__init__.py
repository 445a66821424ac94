"""The checks: pure functions of an arm and its recorded history. A check that doesn't apply returns None.

`HARNESS` checks ask whether the arm can be judged at all (one that fails makes it `invalid`), `CLIENT` checks whether
the client did right by the person (one that fails makes it `fail`), `CLAIMS` whether the documents' claims that the
scenario lists hold (one that doesn't is drift, and changes no verdict). None of them knows what was predicted.
"""

from __future__ import annotations

from harness.judging import conduct, remedies, soundness, way, witnesses
from harness.judging.case import Case, Check, answer_to, answered_whole, lines_on, quoted, works
from harness.judging.claims import CLAIMS

HARNESS: dict[str, Check] = {
    "complete": soundness.complete,
    "evidence": soundness.evidence,
    "done": witnesses.done,
    "undone": soundness.undone,
}
CLIENT: dict[str, Check] = {
    "steady": conduct.steady,
    "message": conduct.message,
    "message_again": conduct.message_again,
    "within": conduct.within,
    "language": conduct.language,
    "draft": conduct.draft,
    "partial": conduct.partial,
    "conversation": conduct.conversation,
    "offers": conduct.offers,
    "countdown": conduct.countdown,
    "once_on_screen": conduct.once_on_screen,
    "once_at_service": conduct.once_at_service,
    "answer_text": conduct.answer_text,
    "told": conduct.told,
    "reach": remedies.reach,
    "sends": conduct.sends,
    "leaks": conduct.leaks,
    "raw": conduct.raw,
    "in_the_way": way.in_the_way,
    "elsewhere": remedies.elsewhere,
    "scripts": conduct.scripts,
    "diagnosis": remedies.diagnosis,
    "status_page": remedies.status_page,
    "bisection": remedies.bisection,
}

__all__ = ["CLAIMS", "CLIENT", "HARNESS", "Case", "Check", "answer_to", "answered_whole", "lines_on", "quoted", "works"]
