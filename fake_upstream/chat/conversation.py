"""What a conversation is made of: messages, answers in their pieces, and how a listener follows one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from .files import File
from .journal import Fields

GENERATING, COMPLETE, STOPPED, FAILED = "generating", "complete", "stopped", "failed"
# The code of a failure that has none of its own.
UNEXPLAINED = "generation_failed"
_TITLE = 40
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What a person wrote, with the idempotency key that it came with."""

    id: str
    text: str
    key: str

    def to_json(self) -> Fields:
        """The message as clients see it."""
        return {
            "id": self.id, "role": "user", "text": self.text, "state": COMPLETE, "key": self.key, "pieces": 0
        }  # fmt: skip


@dataclass(eq=False, slots=True)
class Answer:
    """An answer, of which `made` pieces of `plan` are there so far. The API's have no conversation. `code` says why it
    failed, if that is known, and `failed_by` which fault it was."""

    id: str
    account: str
    conversation: str | None
    prompt: str
    key: str | None
    reply_to: str | None
    plan: tuple[str, ...]
    made: int = 0
    regenerated: int = 0
    file: File | None = None
    state: str = GENERATING
    code: str | None = None
    replaced: bool = False
    failed_by: str | None = None
    _changed: asyncio.Event | None = None  # there while somebody waits for a change

    @property
    def text(self) -> str:
        """What there is of the answer."""
        return "".join(self.plan[: self.made])

    def to_json(self) -> Fields:
        """The answer as clients see it: a message with the role "assistant"."""
        return {
            "id": self.id, "role": "assistant", "text": self.text, "state": self.state,
            "reply_to": self.reply_to, "pieces": self.made, **_file_json(self.file),
        }  # fmt: skip

    def evidence(self) -> Fields:
        """The answer as the control listener shows it."""
        return {
            "id": self.id, "conversation": self.conversation, "prompt": self.prompt, "text": self.text,
            "pieces": self.made, "last": self.plan[self.made - 1] if self.made else "", "state": self.state,
            "key": self.key, "replaced": self.replaced,
            **({"file": self.file.evidence()} if self.file is not None else {}),
        }  # fmt: skip

    def notify(self) -> None:
        """Wake everyone who waits for a change."""
        if self._changed is not None:
            self._changed.set()
            self._changed = None

    async def change(self) -> None:
        """Wait for the next piece or the end."""
        if self._changed is None:
            self._changed = asyncio.Event()
        await self._changed.wait()


@dataclass(eq=False, slots=True)
class Turn:
    """A message and its present answer; `regenerated` says how often that was asked for anew."""

    message: Message
    answer: Answer
    regenerated: int = 0


@dataclass(eq=False, slots=True)
class Conversation:
    """A conversation of one account; its title is the start of its first message."""

    id: str
    account: str
    title: str = ""
    turns: list[Turn] = field(default_factory=list)

    def to_json(self) -> Fields:
        """{id, title, messages}, oldest first."""
        messages = [part.to_json() for turn in self.turns for part in (turn.message, turn.answer)]
        return {"id": self.id, "title": self.title, "messages": messages}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The outcome of sending: the message and its answer, and whether they were there already."""

    message: Message
    answer: Answer
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Pace:
    """How an account's answers are generated: a hold after so many pieces, and seconds between pieces."""

    hold_after: int | None = None
    interval: float | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """The nth piece of an answer, from 1."""

    answer: str
    n: int
    text: str

    def to_json(self) -> Fields:
        """{type: "piece", answer, n, text}"""
        return {"type": "piece", "answer": self.answer, "n": self.n, "text": self.text}


@dataclass(frozen=True, slots=True)
class End:
    """The answer is over; `pieces` is how many it has, `code` why it failed, if that is known."""

    answer: str
    pieces: int
    state: str
    file: File | None = None
    code: str | None = None

    def to_json(self) -> Fields:
        """{type: "done", answer, pieces, state, file?}, or {type: "error", answer, code} when generating failed."""
        if self.state == FAILED:
            return {"type": "error", "answer": self.answer, "code": self.code or UNEXPLAINED}
        done = {"type": "done", "answer": self.answer, "pieces": self.pieces, "state": self.state}
        return {**done, **_file_json(self.file)}


async def follow(answer: Answer, after: int) -> AsyncIterator[Piece | End]:
    """The pieces after the first `after`, those already there at once, and then how it ended."""
    n = after
    while True:
        while n < answer.made:
            n += 1
            yield Piece(answer.id, n, answer.plan[n - 1])
        if answer.state != GENERATING:
            yield End(answer.id, answer.made, answer.state, answer.file, answer.code)
            return
        await answer.change()


def _file_json(file: File | None) -> Fields:
    return {"file": file.to_json()} if file is not None else {}
