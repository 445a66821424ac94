"""Long answers of other accounts, that hold the service's places for as long as whoever runs it wants."""

from __future__ import annotations

from ..chat.conversation import Pace
from ..chat.generation import Chat
from ..chat.journal import Fields, Journal

MOST = 10_000
_PROMPT = "Tell me a story without an end"


class Load:
    """Answers that are generated like any other, but come to a halt after their first piece.

    Each is of an account of its own, whose name no person can have.
    """

    def __init__(self, journal: Journal, chat: Chat) -> None:
        self._journal, self._chat = journal, chat
        self._answers: list[str] = []
        journal.on("load", self._apply)

    def set(self, answers: int) -> None:
        """So many from now on: start those that are missing, stop those that are too many."""
        while len(self._answers) > answers:
            self._stop(self._answers[-1])
        while len(self._answers) < answers:
            self._start(f"(load) {len(self._answers) + 1}")

    def forget(self) -> None:
        """None is there."""
        self._answers.clear()

    def _start(self, account: str) -> None:
        self._chat.set_pace(account, _ENDLESS)
        answer = self._chat.complete(account, _PROMPT, None)
        self._journal.commit("load", {"answer": answer.id, "account": account, "on": True})

    def _stop(self, name: str) -> None:
        answer = self._chat.find(name)
        self._journal.commit("load", {"answer": name, "account": answer.account if answer else "", "on": False})
        if answer is not None:
            self._chat.stop(answer)

    def _apply(self, fields: Fields) -> None:
        if fields["on"]:
            self._answers.append(fields["answer"])
            self._chat.set_pace(fields["account"], _ENDLESS)
        else:
            self._answers.remove(fields["answer"])


_ENDLESS = Pace(hold_after=1)
