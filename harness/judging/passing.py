"""What is told in passing: an error that stood there for a moment while nothing was wrong."""

from __future__ import annotations

from harness.judging.case import Case, lines_on, quoted
from harness.judging.looks import looks, soundly_opened
from harness.values.result import Finding


def in_passing(case: Case) -> Finding | None:
    """A page that comes while all is well tells of no error until it is there."""
    sound = [look for look in looks(case) if soundly_opened(case, look)]
    for look in sound:
        stands = " ".join(lines_on(look.screen))
        passed = [text for text in look.screen.get("flashed", ()) if text not in stands]
        if passed:
            sentence = (
                f"expected no error while the page came and nothing was wrong ({look.phase}), "
                f"for a moment it said {quoted(passed[0])}"
            )
            return Finding("in_passing", False, sentence, "nothing", passed[0])
    return Finding("in_passing", True, "no error is told while all is well") if sound else None
