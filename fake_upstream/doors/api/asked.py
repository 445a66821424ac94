"""What a request for an answer says, checked: of chat completions, and what the other ways of asking share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from .errors import Refused
from .example import example

MAX_PROMPT = 100_000
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_TOPIC = 40
Check = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function that may be called, with the JSON schema of its arguments."""

    name: str
    parameters: object


class Asked(NamedTuple):
    """What a client wants. `tool`: what is to be called in the place of an answer; `schema`: what the answer is to fit;
    `limit`: in pieces; `size`: of all that was sent, in words; `likely`: how many tokens to name as the likeliest
    beside each token's own probability, None to name no probability; `echoed`: parameters that the reply says again."""

    model: str
    prompt: str
    stream: bool = False
    usage: bool = False
    tool: Tool | None = None
    schema: object = None
    limit: int | None = None
    stops: tuple[str, ...] = ()
    size: int = 0
    instructions: str | None = None
    previous: str | None = None
    likely: int | None = None
    echoed: Mapping[str, Any] = MappingProxyType({})

    def plan(self, usual: Sequence[str]) -> tuple[Sequence[str], bool]:
        """The pieces of the answer, and whether the limit cuts it short."""
        pieces = usual
        if self.tool is not None or self.schema is not None:
            schema = self.tool.parameters if self.tool is not None else self.schema
            pieces = _in_parts(json.dumps(example(schema, self.topic), ensure_ascii=False))
        text = "".join(pieces) if self.stops else ""
        found = [at for stop in self.stops if (at := text.find(stop)) >= 0]
        if found:
            pieces = _in_parts(text[: min(found)])
        short = self.limit is not None and len(pieces) > self.limit
        return (pieces[: self.limit] if short else pieces), short

    @property
    def topic(self) -> str:
        """The start of the prompt."""
        return " ".join(self.prompt.split())[:_TOPIC]


def _in_parts(text: str) -> list[str]:
    size = max(12, -(-len(text) // 18))
    return [text[i : i + size] for i in range(0, len(text), size)] or [""]


def chat_said(members: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was sent: each message's role and text. Refused when it is no list of messages."""
    messages = members.get("messages")
    if messages is None:
        raise Refused(400, "Missing required parameter: 'messages'.", "missing_required_parameter", "messages")
    if not isinstance(messages, list):
        raise mistyped("messages", "an array of objects", messages)
    if not messages:
        raise Refused(400, "Invalid 'messages': empty array. Expected at least one message.", "empty_array", "messages")
    return [_said(i, message) for i, message in enumerate(messages)]


def _said(i: int, message: Any) -> tuple[str, str]:
    if not isinstance(message, dict):
        raise mistyped(f"messages[{i}]", "an object", message)
    role, content = message.get("role"), message.get("content")
    if role not in ROLES:
        said = f"Invalid value: {shown(role)}. Supported values are: {', '.join(map(repr, ROLES))}."
        raise Refused(400, said, "invalid_value", f"messages[{i}].role")
    if isinstance(content, str):
        return role, content
    if not isinstance(content, list) and not (content is None and role == "assistant"):
        raise mistyped(f"messages[{i}].content", "a string or an array of parts", content)
    return role, text_of(content)


def chat_asked(members: Mapping[str, Any], said: Sequence[tuple[str, str]]) -> Asked:
    """A request for a chat completion, in which this was said. Refused says what is wrong."""
    check(members, _CHECKS)
    prompt = _last_of_the_user(said)
    checked_prompt(prompt, "messages")
    stream, options = flag(members, "stream"), members.get("stream_options")
    if options is not None and not stream:
        told = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        raise Refused(400, told, None, "stream_options")
    if members.get("top_logprobs") is not None and not flag(members, "logprobs"):
        told = "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled."
        raise Refused(400, told, None, "top_logprobs")
    tools = [_tool(i, tool) for i, tool in enumerate(members.get("tools") or ())]
    return Asked(
        model=model_of(members),
        prompt=prompt,
        stream=stream,
        usage=options is not None and options.get("include_usage") is True,
        tool=chosen(tools, members.get("tool_choice"), prompt, answered=said[-1][0] in ("tool", "function")),
        schema=_schema(members.get("response_format"), said),
        limit=members.get("max_completion_tokens") or members.get("max_tokens"),
        stops=_stops(members.get("stop")),
        size=sum([len(text.split()) for _, text in said]),
        likely=(members.get("top_logprobs") or 0) if flag(members, "logprobs") else None,
    )


def _last_of_the_user(said: Sequence[tuple[str, str]]) -> str:
    for role, text in reversed(said):
        if role == "user":
            return text
    return said[-1][1]


def last_prompt(messages: Iterable[Any]) -> str:
    """The text of the user's last message; that of the last one of all where the user has said nothing."""
    listed = [message for message in messages if isinstance(message, dict)]
    own = [message for message in listed if message.get("role") == "user"]
    return text_of((own or listed or [{}])[-1].get("content"))


def text_of(content: Any) -> str:
    """What a message says, its parts' texts one after another."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    kinds = ("text", "input_text", "output_text")
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") in kinds]
    return "".join(text for text in texts if isinstance(text, str))


def chosen(tools: list[Tool], choice: Any, prompt: str, *, answered: bool) -> Tool | None:
    """The tool to call: the one that is demanded, else the one whose name the prompt says, until it has answered."""
    if isinstance(choice, dict):
        inner = choice.get("function")
        name = inner.get("name") if isinstance(inner, dict) else choice.get("name")
        named = [tool for tool in tools if tool.name == name]
        if not named:
            raise Refused(400, f"Tool choice {shown(name)} not found in 'tools' parameter.", None, "tool_choice")
        return named[0]
    if choice not in (None, "none", "auto", "required"):
        raise Refused(400, f"Invalid value: {shown(choice)}.", "invalid_value", "tool_choice")
    if choice is not None and choice != "none" and not tools:
        raise Refused(400, "'tool_choice' is only allowed when 'tools' are specified.", None, "tool_choice")
    if choice == "required":
        return tools[0]
    if choice == "none" or answered or not tools:
        return None
    return next((tool for tool in tools if tool.name in prompt), None)


def function(raw: Any, at: str) -> Tool:
    """One function of a list of tools, which stands at `at`."""
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str) or not raw["name"]:
        raise Refused(400, f"Missing required parameter: '{at}.name'.", "missing_required_parameter", f"{at}.name")
    return Tool(raw["name"], raw.get("parameters") or {"type": "object", "properties": {}})


def _tool(i: int, raw: Any) -> Tool:
    if not isinstance(raw, dict) or raw.get("type") != "function":
        raise Refused(400, "Only tools of the type 'function' are supported.", "invalid_value", f"tools[{i}].type")
    return function(raw.get("function"), f"tools[{i}].function")


# -- what all ways of asking share -----------------------------------------------------------------------


def check(members: Mapping[str, Any], checks: Mapping[str, Check | None]) -> None:
    """Refuse a parameter that the API doesn't have, and a value that it doesn't take; null is as good as absent."""
    for name, value in members.items():
        if name not in checks:
            raise Refused(400, f"Unrecognized request argument supplied: {shown(name)[1:-1]}")
        of_value = checks[name]
        if of_value is not None and value is not None:
            of_value(name, value)


def model_of(members: Mapping[str, Any]) -> str:
    """The model's name."""
    model = members.get("model")
    if model is None or model == "":
        raise Refused(400, "you must provide a model parameter", "missing_required_parameter", "model")
    if not isinstance(model, str):
        raise mistyped("model", "a string", model)
    return model


def checked_prompt(prompt: str, param: str) -> None:
    """Refuse one without text, or with too much of it."""
    if not prompt.strip():
        raise Refused(400, "There must be a message with text.", "invalid_value", param)
    if len(prompt) > MAX_PROMPT:
        said = f"This model's maximum length of a message is {MAX_PROMPT} characters; yours has {len(prompt)}."
        raise Refused(400, said, "context_length_exceeded", param)


def flag(members: Mapping[str, Any], name: str) -> bool:
    """A member that is true or false, or absent."""
    value = members.get(name)
    if value is not None and not isinstance(value, bool):
        raise mistyped(name, "a boolean", value)
    return bool(value)


def at_least_one(name: str, value: Any) -> None:
    """Refuse what is no whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise mistyped(name, "an integer", value)
    if value < 1:
        raise Refused(400, f"Invalid '{name}': integer below minimum value.", "integer_below_min_value", name)


def listed(name: str, value: Any) -> None:
    """Refuse what is no list."""
    if not isinstance(value, list):
        raise mistyped(name, "an array of objects", value)


def an_object(name: str, value: Any) -> None:
    """Refuse what is no object."""
    if not isinstance(value, dict):
        raise mistyped(name, "an object", value)


def between(least: float, most: float) -> Check:
    """Refuse numbers that no model takes; those that one takes change nothing here."""

    def of_value(name: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise mistyped(name, "a decimal", value)
        if not least <= value <= most:
            said = f"Invalid '{name}': expected a value from {least} to {most}, but got {value} instead."
            raise Refused(400, said, "decimal_out_of_range", name)

    return of_value


def not_done(name: str, value: Any) -> None:
    """Refuse what would change the answer, and isn't done here."""
    if value:
        raise Refused(400, f"'{name}' is not supported.", "unsupported_parameter", name)


def _twenty_at_most(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise mistyped(name, "an integer", value)
    between(0, 20)(name, value)


def _only_one(name: str, value: Any) -> None:
    if value != 1:
        raise Refused(400, "Only n=1 is supported.", "unsupported_value", name)


def mistyped(name: str, wanted: str, found: object) -> Refused:
    """The refusal of a value of another type."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    got = "null" if found is None else names.get(type(found), "a decimal")
    return Refused(400, f"Invalid type for '{name}': expected {wanted}, but got {got} instead.", "invalid_type", name)


def shown(value: object) -> str:
    """A value of the client's, in a few characters."""
    return repr(str(value)[:100])


def _stops(raw: Any) -> tuple[str, ...]:
    if raw is None:
        return ()
    stops = [raw] if isinstance(raw, str) else raw
    if not isinstance(stops, list) or len(stops) > 4 or not all(isinstance(stop, str) and stop for stop in stops):
        raise Refused(400, "Invalid 'stop': expected up to 4 texts.", "invalid_value", "stop")
    return tuple(stops)


def _schema(raw: Any, said: Sequence[tuple[str, str]]) -> object:
    if raw is None:
        return None
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind == "text":
        return None
    if kind == "json_object":
        if not any("json" in text.lower() for _, text in said):
            wanted = "to use 'response_format' of type 'json_object'."
            raise Refused(400, f"'messages' must contain the word 'json' in some form, {wanted}", None, "messages")
        return {"type": "object", "properties": {"answer": {"type": "string"}}}
    inner = raw.get("json_schema") if kind == "json_schema" else None
    if not isinstance(inner, dict) or not isinstance(inner.get("schema"), dict):
        raise Refused(400, "Missing required parameter: 'response_format'.", "invalid_value", "response_format")
    return inner["schema"]


SAMPLING: Mapping[str, Check] = {"temperature": between(0, 2), "top_p": between(0, 1)}
_CHECKS: Mapping[str, Check | None] = {
    **dict.fromkeys(
        """
        messages model logit_bias metadata modalities parallel_tool_calls prediction prompt_cache_key
        prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier stop store stream
        tool_choice logprobs user verbosity
        """.split()  # noqa: SIM905
    ),
    **SAMPLING,
    "frequency_penalty": between(-2, 2),
    "presence_penalty": between(-2, 2),
    "max_completion_tokens": at_least_one,
    "max_tokens": at_least_one,
    "tools": listed,
    "stream_options": an_object,
    "n": _only_one,
    "top_logprobs": _twenty_at_most,
    "audio": not_done,
    "functions": not_done,
    "function_call": not_done,
    "web_search_options": not_done,
}
