"""POST /v1/responses: the same answers, told as items and typed events."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

from aiohttp import web

from ...chat.conversation import Answer
from ...chat.exchanges import told
from ...chat.journal import Fields
from ...http.wire import Body, compact
from .answering import answered
from .asked import (
    ROLES,
    SAMPLING,
    Asked,
    Check,
    at_least_one,
    check,
    checked_prompt,
    chosen,
    flag,
    function,
    last_prompt,
    listed,
    mistyped,
    model_of,
    not_done,
    shown,
    text_of,
)
from .call import CALL, Call
from .errors import Refused

_CHECKS: Mapping[str, Check | None] = {
    **dict.fromkeys(
        """
        include input instructions max_tool_calls metadata model parallel_tool_calls previous_response_id
        prompt_cache_key prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options
        text tool_choice top_logprobs truncation user
        """.split()  # noqa: SIM905
    ),
    **SAMPLING,
    "max_output_tokens": at_least_one,
    "tools": listed,
    "background": not_done,
    "conversation": not_done,
    "prompt": not_done,
}


# What a response says again of what was asked for, and what it says where that was nothing.
_ECHOED: Mapping[str, Any] = {
    "background": False, "max_tool_calls": None, "metadata": {}, "parallel_tool_calls": True, "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None}, "safety_identifier": None, "service_tier": "default", "store": True,
    "temperature": 1.0, "text": {"format": {"type": "text"}}, "tool_choice": "auto", "tools": [], "top_logprobs": 0,
    "top_p": 1.0, "truncation": "disabled", "user": None,
}  # fmt: skip


async def responses(request: web.Request) -> web.StreamResponse:
    """POST /v1/responses"""
    call = request[CALL]
    items = _items(call.body.members)
    call.exchange.messages = [told(_role(item), _said(item)) for item in items]
    asked = responses_asked(call.body, items)
    _check_previous(call, asked.previous)
    return await answered(request, call, asked, ResponseTelling)


def responses_asked(body: Body, items: list[Fields]) -> Asked:
    """A request for a response. Refused says what is wrong."""
    members = body.members
    check(members, _CHECKS)
    prompt = last_prompt([item for item in items if _role(item) in ROLES]) or _said(items[-1])
    checked_prompt(prompt, "input")
    tools = [_tool(i, tool) for i, tool in enumerate(members.get("tools") or ())]
    answered_tool = items[-1].get("type") == "function_call_output"
    return Asked(
        model=model_of(members),
        prompt=prompt,
        stream=flag(members, "stream"),
        tool=chosen(tools, members.get("tool_choice"), prompt, answered=answered_tool),
        schema=_schema(members.get("text")),
        limit=members.get("max_output_tokens"),
        size=sum(len(_said(item).split()) for item in items),
        instructions=body.optional_string("instructions"),
        previous=body.optional_string("previous_response_id"),
        echoed={name: members[name] for name in _ECHOED if members.get(name) is not None},
    )


def _items(members: Mapping[str, Any]) -> list[Fields]:
    raw = members.get("input")
    if raw is None:
        raise Refused(400, "Missing required parameter: 'input'.", "missing_required_parameter", "input")
    if isinstance(raw, str):
        return [{"role": "user", "content": raw}]
    if not isinstance(raw, list):
        raise mistyped("input", "a string or an array of items", raw)
    if not raw:
        raise Refused(400, "Invalid 'input': empty array.", "empty_array", "input")
    for i, item in enumerate(raw):
        if not isinstance(item, dict):
            raise mistyped(f"input[{i}]", "an object", item)
        if item.get("type") in (None, "message") and item.get("role") not in ROLES:
            said = f"Invalid value: {shown(item.get('role'))}. Supported values are: {', '.join(map(repr, ROLES))}."
            raise Refused(400, said, "invalid_value", f"input[{i}].role")
    return raw


def _role(item: Fields) -> object:
    return item.get("role") or item.get("type")


def _said(item: Fields) -> str:
    return text_of(item.get("content", item.get("output", item.get("arguments"))))


def _tool(i: int, raw: Any) -> Any:
    if not isinstance(raw, dict) or raw.get("type") != "function":
        raise Refused(400, "Only tools of the type 'function' are supported.", "invalid_value", f"tools[{i}].type")
    return function(raw, f"tools[{i}]")


def _schema(text: Any) -> object:
    form = text.get("format") if isinstance(text, dict) else None
    if not isinstance(form, dict) or form.get("type") in (None, "text"):
        return None
    if form.get("type") == "json_object":
        return {"type": "object", "properties": {"answer": {"type": "string"}}}
    if not isinstance(form.get("schema"), dict):
        raise Refused(400, "Missing required parameter: 'text.format.schema'.", "invalid_value", "text.format.schema")
    return form["schema"]


def _check_previous(call: Call, previous: str | None) -> None:
    if previous is None:
        return
    account, answer = call.subject.account or "", previous.removeprefix("resp_")
    if call.service.chat.answer(account, answer) is None:
        said = f"Previous response with id {shown(previous)} not found."
        raise Refused(400, said, "previous_response_not_found", "previous_response_id")


# Around the number and the text of the event that is sent for each piece.
_DELTA = "response.output_text.delta"
_BEFORE, _AFTER = f'event: {_DELTA}\ndata: {{"type":"{_DELTA}","sequence_number":', ',"logprobs":[]}\n\n'


class ResponseTelling:
    """An answer as a response, or as the events of one."""

    def __init__(self, asked: Asked, answer: Answer, short: bool) -> None:
        self._asked, self._answer, self._short = asked, answer, short
        self._made, self._sequence = int(time.time()), 0
        self._item = f"{'msg' if asked.tool is None else 'fc'}_{answer.id}"
        self._between = f',"item_id":"{self._item}","output_index":0,"content_index":0,"delta":'

    def opening(self) -> Sequence[bytes]:
        started = compact(self._response("in_progress", []))
        events = [self._said(kind, f'"response":{started}') for kind in ("response.created", "response.in_progress")]
        events.append(self._event("response.output_item.added", output_index=0, item=self._output("in_progress", "")))
        if self._asked.tool is None:
            events.append(self._event("response.content_part.added", **self._at, content_index=0, part=_part("")))
        return events

    def piece(self, text: str) -> bytes:
        if self._asked.tool is not None:
            return self._event("response.function_call_arguments.delta", **self._at, delta=text)
        return f"{_BEFORE}{self._number()}{self._between}{encode_basestring(text)}{_AFTER}".encode()

    def closing(self) -> Sequence[bytes]:
        text, item = self._answer.text, self._output(self._end, self._answer.text)
        if self._asked.tool is None:
            at = {**self._at, "content_index": 0}
            events = [self._event("response.output_text.done", **at, text=text, logprobs=[])]
            events.append(self._event("response.content_part.done", **at, part=_part(text)))
        else:
            name = self._asked.tool.name
            done = "response.function_call_arguments.done"
            events = [self._event(done, **self._at, name=name, arguments=text)]
        events.append(self._event("response.output_item.done", output_index=0, item=item))
        return (*events, self._event(f"response.{self._end}", response=self.whole()))

    def failure(self, message: str, code: str | None) -> bytes:
        return self._event("error", code=code, message=message, param=None)

    def whole(self) -> Fields:
        return self._response(self._end, [self._output(self._end, self._answer.text)])

    @property
    def _at(self) -> Fields:
        return {"item_id": self._item, "output_index": 0}

    @property
    def _end(self) -> str:
        return "incomplete" if self._short else "completed"

    def _number(self) -> int:
        self._sequence += 1
        return self._sequence - 1

    def _event(self, kind: str, **fields: Any) -> bytes:
        return self._said(kind, compact(fields)[1:-1])

    def _said(self, kind: str, members: str) -> bytes:
        """An event with these members, which are JSON already."""
        number = self._number()
        return f'event: {kind}\ndata: {{"type":"{kind}","sequence_number":{number},{members}}}\n\n'.encode()

    def _output(self, status: str, text: str) -> Fields:
        if self._asked.tool is not None:
            called = {"name": self._asked.tool.name, "arguments": text, "call_id": f"call_{self._answer.id}"}
            return {"id": self._item, "type": "function_call", "status": status, **called}
        content = [] if status == "in_progress" else [_part(text)]
        return {"id": self._item, "type": "message", "status": status, "role": "assistant", "content": content}

    def _response(self, status: str, output: list[Fields]) -> Fields:
        over = status != "in_progress"
        asked, short = self._asked, {"reason": "max_output_tokens"}
        return {
            "id": f"resp_{self._answer.id}", "object": "response", "created_at": self._made, "status": status,
            "error": None, "incomplete_details": short if status == "incomplete" else None,
            "instructions": asked.instructions, "max_output_tokens": asked.limit, "model": asked.model,
            "output": output, "previous_response_id": asked.previous, **_ECHOED, **asked.echoed,
            "usage": self._usage() if over else None,
        }  # fmt: skip

    def _usage(self) -> Fields:
        sent, made = self._asked.size, self._answer.made
        return {
            "input_tokens": sent, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": sent + made,
        }  # fmt: skip


def _part(text: str) -> Fields:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
