"""POST /v1/chat/completions: an answer, or the call of a tool, whole or streamed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from json.encoder import encode_basestring

from aiohttp import web

from ...chat.conversation import Answer
from ...chat.exchanges import told
from ...chat.journal import Fields
from ...http.wire import compact
from .answering import answered
from .asked import Asked, chat_asked, chat_said
from .call import CALL
from .errors import members as of_error

_OPENING = '{"role":"assistant","content":"","refusal":null}'
_NO_LOGPROBS = ',"logprobs":null'
_CERTAIN = 0.0
_DONE = b"data: [DONE]\n\n"


async def completions(request: web.Request) -> web.StreamResponse:
    """POST /v1/chat/completions"""
    call = request[CALL]
    members = call.body.members
    said = chat_said(members)
    call.exchange.messages = [told(role, text) for role, text in said]
    asked = chat_asked(members, said)
    return await answered(request, call, asked, ChatTelling)


class ChatTelling:
    """An answer as chunks, or as one completion."""

    def __init__(self, asked: Asked, answer: Answer, short: bool) -> None:
        self._asked, self._answer = asked, answer
        self._reason = "length" if short else "stop" if asked.tool is None else "tool_calls"
        self._usage = ',"usage":null' if asked.usage else ""
        self._made = int(time.time())

    def opening(self) -> Sequence[bytes]:
        head = self._head("chat.completion.chunk")
        self._start = f'data: {compact(head)[:-1]},"choices":[{{"index":0,"delta":'
        self._end = f'{_NO_LOGPROBS},"finish_reason":null}}]{self._usage}}}\n\n'
        delta, inside, outside = _OPENING, '{"content":', "}"
        if self._asked.tool is not None:
            called = [{"index": 0, **self._call("")}]
            delta = compact({"role": "assistant", "content": None, "refusal": None, "tool_calls": called})
            inside, outside = '{"tool_calls":[{"index":0,"function":{"arguments":', "}}]}"
        self._before, self._after = (self._start + inside).encode(), (outside + self._end).encode()
        return ((self._start + delta + self._end).encode(),)

    def piece(self, text: str) -> bytes:
        if self._asked.likely is not None and self._asked.tool is None:
            told = f'{{"content":{encode_basestring(text)}}},"logprobs":{compact(self._probability([text]))}'
            return (self._start + told + self._end.removeprefix(_NO_LOGPROBS)).encode()
        return self._before + encode_basestring(text).encode() + self._after

    def closing(self) -> Sequence[bytes]:
        end = f'{{}},"logprobs":null,"finish_reason":"{self._reason}"}}]{self._usage}}}\n\n'
        events = [(self._start + end).encode()]
        if self._asked.usage:
            counted = {**self._head("chat.completion.chunk"), "choices": [], "usage": self._tokens()}
            events.append(f"data: {compact(counted)}\n\n".encode())
        return (*events, _DONE)

    def failure(self, message: str, code: str | None) -> bytes:
        return f"data: {compact(of_error(500, message, code))}\n\n".encode()

    def whole(self) -> Fields:
        said: Fields = {"role": "assistant", "content": self._answer.text, "refusal": None, "annotations": []}
        if self._asked.tool is not None:
            said |= {"content": None, "tool_calls": [self._call(self._answer.text)]}
        made = self._answer.plan[: self._answer.made]
        likely = self._probability(made) if self._asked.likely is not None and self._asked.tool is None else None
        choice = {"index": 0, "message": said, "logprobs": likely, "finish_reason": self._reason}
        return {**self._head("chat.completion"), "choices": [choice], "usage": self._tokens()}

    def _head(self, kind: str) -> Fields:
        return {
            "id": f"chatcmpl-{self._answer.id}", "object": kind, "created": self._made, "model": self._asked.model,
            "service_tier": "default", "system_fingerprint": "fp_fake",
        }  # fmt: skip

    def _call(self, arguments: str) -> Fields:
        name = self._asked.tool.name if self._asked.tool is not None else ""
        called = {"name": name, "arguments": arguments}
        return {"id": f"call_{self._answer.id}", "type": "function", "function": called}

    def _probability(self, made: Sequence[str]) -> Fields:
        """What the API tells of tokens when it is asked how likely they were. There is only ever one that is."""
        one = [{"token": text, "logprob": _CERTAIN, "bytes": list(text.encode("utf-8", "replace"))} for text in made]
        return {"content": [{**told, "top_logprobs": [told][: self._asked.likely]} for told in one], "refusal": None}

    def _tokens(self) -> Fields:
        prompt, completion = self._asked.size, self._answer.made
        return {
            "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }  # fmt: skip
