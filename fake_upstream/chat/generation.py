"""Conversations, messages, and the generation of answers, which goes on whether or not anyone listens."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict

from ..faults.armed import GENERATION, FailGeneration, Fault, Faults, Subject
from ..http.ids import new_id
from . import answers
from .accounts import Accounts
from .clock import Clock
from .conversation import COMPLETE, FAILED, GENERATING, STOPPED, Accepted, Answer, Conversation, Message, Pace, Turn
from .files import File, Files
from .journal import Fields, Journal
from .record import Record

_TITLE = 40
# Answers of the API's that are kept for who asks what was said; conversations keep all of theirs.
_BEGUN_KEPT = 10_000
_log = logging.getLogger(__name__)


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
        faults: Faults,
        files: Files,
        *,
        seed: int,
        interval: float,
    ) -> None:
        self._journal, self._clock, self._record, self._accounts = journal, clock, record, accounts
        self._faults, self._files = faults, files
        self._seed, self._interval = seed, interval
        self._conversations: dict[str, Conversation] = {}
        self._answers: dict[str, Answer] = {}
        self._keys: dict[tuple[str, str], Turn] = {}
        self._regenerations: dict[tuple[str, str], Answer] = {}
        self._first_answers: dict[str, Answer] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._begun: dict[str, Answer] = {}
        self._begun_ids: deque[str] = deque()
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
        fields = {"id": new_id("c-"), "account": account}
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
        answer = new_id("a-")
        fields = {"id": answer, "account": account, "prompt": prompt, "key": key, "at": self._clock.now()}
        self._journal.commit("completion", fields)
        self._record.add("message", account=account, conversation=None, key=key, text=prompt, duplicate=False)
        self._start(self._answers[answer])
        return self._answers[answer]

    def usual(self, prompt: str) -> tuple[str, ...]:
        """The pieces of the answer to this prompt."""
        return answers.pieces(self._seed, prompt)

    def begin(self, account: str, prompt: str, key: str | None, plan: Sequence[str]) -> Answer:
        """An answer of these pieces that belongs to no conversation. Whoever goes through `making` makes it, and it is
        over with them: call `stop` in the end."""
        name, at = new_id("a-"), self._clock.now()
        fields = {"id": name, "account": account, "prompt": prompt, "key": key, "at": at, "begun": True, "plan": plan}
        self._journal.commit("completion", fields)
        self._record.add("message", account=account, conversation=None, key=key, text=prompt, duplicate=False)
        answer = self._begun[name] = self._answers[name]
        return answer

    def make_at_once(self, answer: Answer) -> bool:
        """Make all pieces now, if nothing can come between them: no pause, no pace of the account's own, no fault."""
        if self._interval or self._paces or self._faults.some:
            return False
        answer.made = len(answer.plan)
        self._end(answer, COMPLETE)
        return True

    async def making(self, answer: Answer, also: Sequence[Fault] = ()) -> AsyncIterator[str]:
        """The pieces of an answer that was begun, each when it is due; `also` are faults that meet this one alone.

        Pieces without a pause between them come without giving way, and are not noted one by one.
        """
        while answer.made < len(answer.plan):
            interval = self._interval
            if self._paces:
                own = self._pace(answer.account).interval
                interval = interval if own is None else own
            if interval:
                await asyncio.sleep(interval)
            if self._paces:
                await self._unheld(answer)
            if (code := self._failure(answer, also)) is not None:
                self._end(answer, FAILED, code)
                return
            answer.made += 1
            if interval:
                self._record.add("piece", account=answer.account, answer=answer.id, n=answer.made)
            yield answer.plan[answer.made - 1]
        if self._paces and (own := self._pace(answer.account).interval):
            await asyncio.sleep(own)  # who needs a pace needs it before the end as well
        code = self._failure(answer, also)  # an answer of one piece has no other time to fail
        self._end(answer, COMPLETE if code is None else FAILED, code)

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

    @property
    def generating(self) -> int:
        """How many answers are being generated, everyone's and the API's."""
        return len(self._begun) + sum(self._answers[name].state == GENERATING for name in self._tasks)

    def present(self, answer: Answer) -> Answer:
        """What stands in the answer's place now, after it was asked for anew."""
        return self._turn(answer).answer if answer.conversation is not None else answer

    def regenerated(self, answer: Answer, key: str) -> Answer | None:
        """What was made in an answer's place under this key."""
        return self._regenerations.get((answer.conversation or "", key))

    def regenerate(self, answer: Answer, key: str) -> Answer | None:
        """Another answer in this one's place, or what the key gave before; None outside conversations."""
        if answer.conversation is None:
            return None
        known = self.regenerated(answer, key)
        if known is not None:
            return known
        turn = self._turn(answer)
        self.stop(turn.answer)
        fresh = new_id("a-")
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
        """After a restart: generate what an earlier process left unfinished. What was made for a caller of that process
        is over."""
        for answer in [one for one in self._answers.values() if one.state == GENERATING]:
            if answer.id in self._begun_ids:
                self._end(answer, STOPPED)
            else:
                self._start(answer)

    def forget(self) -> None:
        """Drop all conversations and end all generation."""
        for task in self._tasks.values():
            task.cancel()
        for answer in self._begun.values():
            answer.state = STOPPED
        for store in (
            self._conversations, self._answers, self._keys, self._regenerations, self._first_answers,
            self._tasks, self._paces, self._begun, self._begun_ids,
        ):  # fmt: skip
            store.clear()

    def _accept(self, conversation: Conversation, key: str, text: str) -> Turn:
        fields = {
            "id": new_id("m-"), "answer": new_id("a-"), "conversation": conversation.id, "key": key,
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
                if (code := self._failure(answer)) is not None:
                    self._end(answer, FAILED, code)
                    return
                self._journal.commit("piece", {"answer": answer.id})
                self._record.add("piece", account=answer.account, answer=answer.id, n=answer.made)
                answer.notify()
            await asyncio.sleep(self._pace(answer.account).interval or 0)
            self._end(answer, COMPLETE)
        except Exception:
            _log.exception("generating %s failed", answer.id)
            answer.state = FAILED
            answer.notify()

    async def _unheld(self, answer: Answer) -> None:
        while (held := self._pace(answer.account).hold_after) is not None and answer.made >= held:
            await self._pace_changed.wait()

    def _failure(self, answer: Answer, also: Sequence[Fault] = ()) -> str | None:
        """The code to fail with instead of getting the next piece; None to go on."""
        if answer.made == 0 or not (also or self._faults.some):
            return None
        prompt, conversation = len(answer.prompt), answer.conversation
        subject = Subject(GENERATION, None, answer.account, None, None, conversation, prompt)
        for fault in (*also, *self._faults.matching(subject)):
            if isinstance(fault.act, FailGeneration):
                self._faults.hit(fault, subject)
                answer.failed_by = fault.id
                return fault.act.code
        return None

    def _end(self, answer: Answer, state: str, code: str | None = None) -> None:
        file = self._file(answer) if state == COMPLETE else None
        made: Fields = {"file": asdict(file)} if file is not None else {}
        if self._begun.pop(answer.id, None) is not None:
            made["made"] = answer.made
        self._journal.commit("answer_ended", {"answer": answer.id, "state": state, "code": code, **made})
        if file is not None:
            self._record.add("file_made", account=file.account, file=file.id, size=file.size, state=file.state)
        self._record.add("answer_done", account=answer.account, answer=answer.id, state=state, pieces=answer.made)
        answer.notify()

    def _file(self, answer: Answer) -> File | None:
        if answer.conversation is None:
            return None
        return self._files.make(answer.account, answer.conversation, answer.prompt, answer.regenerated)

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
        turn.answer.regenerated = turn.regenerated
        old.replaced = True
        self._answers[turn.answer.id] = turn.answer
        self._regenerations[old.conversation or "", fields["key"]] = turn.answer

    def _apply_completion(self, fields: Fields) -> None:
        plan = tuple(fields.get("plan") or answers.pieces(self._seed, fields["prompt"]))
        answer = Answer(fields["id"], fields["account"], None, fields["prompt"], fields["key"], None, plan)
        self._answers[answer.id] = answer
        if fields.get("begun"):
            self._begun_ids.append(answer.id)
            self._let_go()
        self._accounts.note_accepted(answer.account, fields["at"])

    def _let_go(self) -> None:
        if len(self._begun_ids) <= _BEGUN_KEPT:
            return
        oldest = self._begun_ids.popleft()
        if oldest in self._begun:
            self._begun_ids.append(oldest)
        else:
            self._answers.pop(oldest, None)

    def _apply_piece(self, fields: Fields) -> None:
        self._answers[fields["answer"]].made += 1

    def _apply_ended(self, fields: Fields) -> None:
        answer = self._answers.get(fields["answer"])
        if answer is None:
            return  # one of the API's, of which so many came after it that it is no longer kept
        answer.made = fields.get("made", answer.made)
        answer.state, answer.code = fields["state"], fields.get("code")
        if (made := fields.get("file")) is not None:
            answer.file = File(**made)
            self._files.add(answer.file)


_USUAL = Pace()
