"""Conversations, messages, and the generation of answers, which goes on whether or not anyone listens."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from . import answers
from .accounts import Accounts
from .clock import Clock
from .journal import Fields, Journal
from .record import Record

GENERATING, COMPLETE, STOPPED, FAILED = "generating", "complete", "stopped", "failed"
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
    """An answer, of which `made` pieces of `plan` are there so far. The API's have no conversation."""

    id: str
    account: str
    conversation: str | None
    prompt: str
    key: str | None
    reply_to: str | None
    plan: tuple[str, ...]
    made: int = 0
    state: str = GENERATING
    replaced: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def text(self) -> str:
        """What there is of the answer."""
        return "".join(self.plan[: self.made])

    def to_json(self) -> Fields:
        """The answer as clients see it: a message with the role "assistant"."""
        return {
            "id": self.id, "role": "assistant", "text": self.text, "state": self.state,
            "reply_to": self.reply_to, "pieces": self.made,
        }  # fmt: skip

    def evidence(self) -> Fields:
        """The answer as the control listener shows it."""
        return {
            "id": self.id, "conversation": self.conversation, "prompt": self.prompt, "text": self.text,
            "pieces": self.made, "state": self.state, "key": self.key, "replaced": self.replaced,
        }  # fmt: skip

    def notify(self) -> None:
        """Wake everyone who waits for a change."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def change(self) -> None:
        """Wait for the next piece or the end."""
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
    """The answer is over; `pieces` is how many it has."""

    answer: str
    pieces: int
    state: str

    def to_json(self) -> Fields:
        """{type: "done", answer, pieces, state}, or {type: "error", answer, code} when generating failed."""
        if self.state == FAILED:
            return {"type": "error", "answer": self.answer, "code": "generation_failed"}
        return {"type": "done", "answer": self.answer, "pieces": self.pieces, "state": self.state}


async def follow(answer: Answer, after: int) -> AsyncIterator[Piece | End]:
    """The pieces after the first `after`, those already there at once, and then how it ended."""
    n = after
    while True:
        while n < answer.made:
            n += 1
            yield Piece(answer.id, n, answer.plan[n - 1])
        if answer.state != GENERATING:
            yield End(answer.id, answer.made, answer.state)
            return
        await answer.change()


class Chat:
    """All conversations.

    Nothing between the check of an idempotency key and the change that it stands for gives way to another
    task, so two requests with the same key can't both be taken for the first.
    """

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        record: Record,
        accounts: Accounts,
        *,
        seed: int,
        interval: float,
    ) -> None:
        self._journal, self._clock, self._record, self._accounts = journal, clock, record, accounts
        self._seed, self._interval = seed, interval
        self._conversations: dict[str, Conversation] = {}
        self._answers: dict[str, Answer] = {}
        self._keys: dict[tuple[str, str], Turn] = {}
        self._regenerations: dict[tuple[str, str], Answer] = {}
        self._first_answers: dict[str, Answer] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._paces: dict[str, Pace] = {}
        self._pace_changed = asyncio.Event()
        journal.on("conversation", self._apply_conversation)
        journal.on("message", self._apply_message)
        journal.on("regenerated", self._apply_regenerated)
        journal.on("completion", self._apply_completion)
        journal.on("piece", self._apply_piece)
        journal.on("answer_ended", self._apply_ended)

    # -- conversations and messages ---------------------------------------------------------------------

    def open_conversation(self, account: str) -> Conversation:
        """A new, empty conversation."""
        fields = {"id": _new_id("c"), "account": account}
        self._journal.commit("conversation", fields)
        return self._conversations[fields["id"]]

    def conversations(self, account: str) -> list[Conversation]:
        """The account's conversations, newest first."""
        return [c for c in reversed(self._conversations.values()) if c.account == account]

    def conversation(self, account: str, conversation: str) -> Conversation | None:
        """One conversation, if it is this account's."""
        found = self._conversations.get(conversation)
        return found if found is not None and found.account == account else None

    def sent(self, conversation: str, key: str) -> Turn | None:
        """What was accepted under this idempotency key."""
        return self._keys.get((conversation, key))

    def send(self, conversation: Conversation, key: str, text: str) -> Accepted:
        """Accept a message and start its answer; the same key again gives what it gave the first time."""
        turn = self.sent(conversation.id, key)
        duplicate = turn is not None
        if turn is None:
            turn = self._accept(conversation, key, text)
        self._record.add(
            "message", account=conversation.account, conversation=conversation.id, key=key, text=text,
            duplicate=duplicate,
        )  # fmt: skip
        first = self._first_answers[turn.message.id]
        return Accepted(turn.message, first if duplicate else turn.answer, duplicate)

    def complete(self, account: str, prompt: str, key: str | None) -> Answer:
        """Start an answer that belongs to no conversation, as the API asks for it."""
        answer = _new_id("a")
        fields = {"id": answer, "account": account, "prompt": prompt, "key": key, "at": self._clock.now()}
        self._journal.commit("completion", fields)
        self._record.add("message", account=account, conversation=None, key=key, text=prompt, duplicate=False)
        self._start(self._answers[answer])
        return self._answers[answer]

    # -- answers ----------------------------------------------------------------------------------------

    def find(self, answer: str) -> Answer | None:
        """The answer of that id, whoever's it is."""
        return self._answers.get(answer)

    def answer(self, account: str, answer: str) -> Answer | None:
        """The answer of that id, if it is this account's."""
        found = self._answers.get(answer)
        return found if found is not None and found.account == account else None

    def answers(self, account: str) -> list[Answer]:
        """All answers of the account, replaced ones too, oldest first."""
        return [answer for answer in self._answers.values() if answer.account == account]

    def regenerate(self, answer: Answer, key: str) -> Answer | None:
        """Another answer in this one's place, or what the key gave before; None outside conversations."""
        if answer.conversation is None:
            return None
        known = self._regenerations.get((answer.conversation, key))
        if known is not None:
            return known
        turn = self._turn(answer)
        self.stop(turn.answer)
        fresh = _new_id("a")
        self._journal.commit("regenerated", {"id": fresh, "of": turn.answer.id, "key": key})
        self._start(self._answers[fresh])
        return self._answers[fresh]

    def stop(self, answer: Answer) -> None:
        """Generate no more of this answer. One that is over stays as it is."""
        if answer.state != GENERATING:
            return
        task = self._tasks.pop(answer.id, None)
        if task is not None:
            task.cancel()
        self._end(answer, STOPPED)

    # -- pace -------------------------------------------------------------------------------------------

    def set_pace(self, account: str, pace: Pace) -> None:
        """Generate the account's answers like this from the next piece on."""
        self._paces[account] = pace
        self._pace_changed.set()
        self._pace_changed = asyncio.Event()

    def release(self, account: str) -> None:
        """Let held answers go on, and hold no more."""
        self.set_pace(account, Pace(None, self._pace(account).interval))

    # -- life -------------------------------------------------------------------------------------------

    def go_on(self) -> None:
        """After a restart: generate what an earlier process left unfinished."""
        for answer in self._answers.values():
            if answer.state == GENERATING:
                self._start(answer)

    def forget(self) -> None:
        """Drop all conversations and end all generation."""
        for task in self._tasks.values():
            task.cancel()
        for store in (
            self._conversations, self._answers, self._keys, self._regenerations, self._first_answers,
            self._tasks, self._paces,
        ):  # fmt: skip
            store.clear()

    def _accept(self, conversation: Conversation, key: str, text: str) -> Turn:
        fields = {
            "id": _new_id("m"), "answer": _new_id("a"), "conversation": conversation.id, "key": key,
            "text": text, "at": self._clock.now(),
        }  # fmt: skip
        self._journal.commit("message", fields)
        turn = self._keys[conversation.id, key]
        self._start(turn.answer)
        return turn

    def _turn(self, answer: Answer) -> Turn:
        turns = self._conversations[answer.conversation or ""].turns
        return next(turn for turn in turns if turn.message.id == answer.reply_to)

    def _pace(self, account: str) -> Pace:
        return self._paces.get(account, _USUAL)

    def _start(self, answer: Answer) -> None:
        task = asyncio.get_running_loop().create_task(self._generate(answer))
        self._tasks[answer.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(answer.id, None))

    async def _generate(self, answer: Answer) -> None:
        try:
            while answer.made < len(answer.plan):
                interval = self._pace(answer.account).interval
                await asyncio.sleep(self._interval if interval is None else interval)
                await self._unheld(answer)
                self._journal.commit("piece", {"answer": answer.id})
                self._record.add("piece", account=answer.account, answer=answer.id, n=answer.made)
                answer.notify()
            self._end(answer, COMPLETE)
        except Exception:
            _log.exception("generating %s failed", answer.id)
            answer.state = FAILED
            answer.notify()

    async def _unheld(self, answer: Answer) -> None:
        while (held := self._pace(answer.account).hold_after) is not None and answer.made >= held:
            await self._pace_changed.wait()

    def _end(self, answer: Answer, state: str) -> None:
        self._journal.commit("answer_ended", {"answer": answer.id, "state": state})
        self._record.add("answer_done", account=answer.account, answer=answer.id, state=state, pieces=answer.made)
        answer.notify()

    # -- changes, now or read again ---------------------------------------------------------------------

    def _apply_conversation(self, fields: Fields) -> None:
        self._conversations[fields["id"]] = Conversation(fields["id"], fields["account"])

    def _apply_message(self, fields: Fields) -> None:
        conversation = self._conversations[fields["conversation"]]
        message = Message(fields["id"], fields["text"], fields["key"])
        answer = Answer(
            id=fields["answer"],
            account=conversation.account,
            conversation=conversation.id,
            prompt=message.text,
            key=message.key,
            reply_to=message.id,
            plan=answers.pieces(self._seed, message.text),
        )
        turn = Turn(message, answer)
        conversation.turns.append(turn)
        conversation.title = conversation.title or " ".join(message.text.split())[:_TITLE]
        self._answers[answer.id] = self._first_answers[message.id] = answer
        self._keys[conversation.id, message.key] = turn
        self._accounts.note_accepted(conversation.account, fields["at"])

    def _apply_regenerated(self, fields: Fields) -> None:
        old = self._answers[fields["of"]]
        turn = self._turn(old)
        turn.regenerated += 1
        plan = answers.pieces(self._seed, old.prompt, turn.regenerated)
        turn.answer = Answer(fields["id"], old.account, old.conversation, old.prompt, old.key, old.reply_to, plan)
        old.replaced = True
        self._answers[turn.answer.id] = turn.answer
        self._regenerations[old.conversation or "", fields["key"]] = turn.answer

    def _apply_completion(self, fields: Fields) -> None:
        plan = answers.pieces(self._seed, fields["prompt"])
        answer = Answer(fields["id"], fields["account"], None, fields["prompt"], fields["key"], None, plan)
        self._answers[answer.id] = answer
        self._accounts.note_accepted(answer.account, fields["at"])

    def _apply_piece(self, fields: Fields) -> None:
        self._answers[fields["answer"]].made += 1

    def _apply_ended(self, fields: Fields) -> None:
        self._answers[fields["answer"]].state = fields["state"]


def _new_id(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(8)}"


_USUAL = Pace()
