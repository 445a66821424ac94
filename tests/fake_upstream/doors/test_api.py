"""The API's door as the official package and raw requests see it: answers, tools, embeddings, errors, headers."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.fake_upstream.doors.api import ASKED, MODEL, client, ended, post, raw, serving
from tests.fake_upstream.live import Process, person, run

pytestmark = pytest.mark.live
WEATHER = {
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "unit": {"enum": ["c", "f"]}},
        "required": ["city", "days", "unit"],
    },
}


class Fjord(BaseModel):
    name: str
    depths: list[int]


@pytest.fixture(scope="module")
def service() -> Iterator[Process]:
    with serving() as process:
        yield process


def test_a_streamed_answer_is_the_whole_one_in_pieces(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            whole = await api.chat.completions.create(model=MODEL, messages=ASKED)
            stream = await api.chat.completions.create(
                model=MODEL, messages=ASKED, stream=True, stream_options={"include_usage": True}
            )
            chunks = [chunk async for chunk in stream]
            assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == (
                whole.choices[0].message.content
            )
            assert chunks[-2].choices[0].finish_reason == "stop"
            assert chunks[-1].usage == whole.usage
            assert all(c.usage is None for c in chunks[:-1])
            assert len({c.id for c in chunks}) == 1

    run(story())


def test_the_synchronous_client_streams_as_well(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:

            def ask() -> str:
                with openai.OpenAI(api_key=ann.api_key, base_url=f"{service.base}/v1", max_retries=0) as api:
                    stream = api.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
                    return "".join(chunk.choices[0].delta.content or "" for chunk in stream)

            assert (await asyncio.to_thread(ask)).startswith("About “What is a fjord?”")

    run(story())


def test_responses_whole_and_streamed(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            whole = await api.responses.create(model=MODEL, input="What is a fjord?", instructions="Be brief.")
            assert whole.output_text.startswith("About “What is a fjord?”")
            async with api.responses.stream(model=MODEL, input=ASKED) as stream:
                kinds = [event.type async for event in stream]
                final = await stream.get_final_response()
            assert final.output_text == whole.output_text
            assert (kinds[0], kinds[-1]) == ("response.created", "response.completed")
            assert final.usage is not None
            assert final.usage.output_tokens == kinds.count("response.output_text.delta")
            more = await api.responses.create(model=MODEL, input="And then?", previous_response_id=whole.id)
            assert more.previous_response_id == whole.id
            with pytest.raises(openai.BadRequestError, match="not found"):
                await api.responses.create(model=MODEL, input="And then?", previous_response_id="resp_none")

    run(story())


def test_a_tool_is_called_when_it_is_asked_for_and_then_there_is_an_answer(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            tools: Any = [{"type": "function", "function": WEATHER}]
            messages: list[Any] = [{"role": "user", "content": "Please use get_weather for Oslo"}]
            reply = (await api.chat.completions.create(model=MODEL, messages=messages, tools=tools)).choices[0]
            assert reply.finish_reason == "tool_calls"
            (call,) = reply.message.tool_calls or []
            arguments = json.loads(call.function.arguments)
            assert (set(arguments), arguments["days"], arguments["unit"]) == ({"city", "days", "unit"}, 1, "c")
            async with api.chat.completions.stream(model=MODEL, messages=messages, tools=tools) as stream:
                streamed = (await stream.get_final_completion()).choices[0].message.tool_calls or []
            assert [(one.function.name, json.loads(one.function.arguments)) for one in streamed] == [
                ("get_weather", arguments)
            ]
            messages += [reply.message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
            last = (await api.chat.completions.create(model=MODEL, messages=messages, tools=tools)).choices[0]
            assert (last.finish_reason, bool(last.message.content)) == ("stop", True)
            none = await api.chat.completions.create(model=MODEL, messages=ASKED, tools=tools)
            assert none.choices[0].finish_reason == "stop"
            function: Any = {"type": "function", **WEATHER}
            made = await api.responses.create(model=MODEL, input="Hi", tools=[function], tool_choice="required")
            assert [item.type for item in made.output] == ["function_call"]
            told: Any = [{"type": "function_call_output", "call_id": made.output[0].id, "output": "rain"}]
            said = await api.responses.create(model=MODEL, input=told, tools=[function], previous_response_id=made.id)
            assert said.output_text.startswith("About “rain”")

    run(story())


def test_structured_answers_fit_their_schema_and_limits_hold(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            parsed = await api.chat.completions.parse(model=MODEL, messages=ASKED, response_format=Fjord)
            assert parsed.choices[0].message.parsed == Fjord(name="What is a fjord?", depths=[1])
            short = await api.chat.completions.create(model=MODEL, messages=ASKED, max_completion_tokens=3)
            assert (short.choices[0].finish_reason, short.usage and short.usage.completion_tokens) == ("length", 3)
            stopped = await api.chat.completions.create(model=MODEL, messages=ASKED, stop="fjord")
            assert stopped.choices[0].message.content == "About “What is a "

    run(story())


def test_an_answer_in_json_is_asked_for_with_that_word(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            asked: Any = [{"role": "system", "content": "Reply in JSON."}, *ASKED]
            form: Any = {"type": "json_object"}
            reply = await api.chat.completions.create(model=MODEL, messages=asked, response_format=form)
            assert set(json.loads(reply.choices[0].message.content or "")) == {"answer"}

    run(story())


def test_how_likely_each_token_was_is_told_when_it_is_asked_for(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            more: Any = {"model": MODEL, "messages": ASKED, "logprobs": True, "top_logprobs": 1}
            whole = (await api.chat.completions.create(**more)).choices[0]
            assert whole.logprobs is not None
            tokens = whole.logprobs.content or []
            assert "".join(token.token for token in tokens) == whole.message.content
            assert all(bytes(token.bytes or []).decode() == token.token for token in tokens)
            assert [[top.token for top in token.top_logprobs] for token in tokens] == [[t.token] for t in tokens]
            stream = await api.chat.completions.create(**more, stream=True)
            choices = [chunk.choices[0] async for chunk in stream]
            streamed = [one for choice in choices if choice.logprobs for one in choice.logprobs.content or []]
            assert streamed == tokens
            plain = await api.chat.completions.create(model=MODEL, messages=ASKED)
            assert plain.choices[0].logprobs is None

    run(story())


def test_a_response_says_again_what_was_asked_for(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            function: Any = {"type": "function", **WEATHER, "strict": False}
            more: Any = {
                "metadata": {"run": "7"},
                "temperature": 0.5,
                "tools": [function],
                "store": False,
            }
            asked = {"model": MODEL, "input": "Hi", **more}
            made = await api.responses.create(**asked)
            assert {name: made.to_dict()[name] for name in more} == more
            assert (made.truncation, made.top_p) == ("disabled", 1)
            async with api.responses.stream(**asked) as stream:
                numbers = [event.sequence_number async for event in stream]
                final = await stream.get_final_response()
            assert numbers == list(range(len(numbers)))
            assert final.metadata == {"run": "7"}

    run(story())


def test_any_model_answers_where_any_is_offered() -> None:
    async def story(service: Process) -> None:
        async with person(service) as ann, client(ann) as api:
            assert [model.id async for model in api.models.list()] == [MODEL, "fake-embedding-1"]
            assert (await api.models.retrieve("theirs-4o")).id == "theirs-4o"
            told = await api.chat.completions.create(model="theirs-4o", messages=ASKED)
            assert (told.model, bool(told.choices[0].message.content)) == ("theirs-4o", True)
            with pytest.raises(openai.NotFoundError, match="--faults-by model"):
                await api.chat.completions.create(model="fault/status?status=500", messages=ASKED)

    with serving("--model", "*") as service:
        run(story(service))


def test_models_and_embeddings(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            assert MODEL in [model.id async for model in api.models.list()]
            assert (await api.models.retrieve(MODEL)).id == MODEL
            with pytest.raises(openai.NotFoundError):
                await api.models.retrieve("gpt-none")
            with pytest.raises(openai.NotFoundError) as refused:
                await api.chat.completions.create(model="gpt-none", messages=ASKED)
            assert (refused.value.code, refused.value.param) == ("model_not_found", None)
            one, two = (await api.embeddings.create(model="fake-embedding-1", input=["a", "b"], dimensions=8)).data
            again = await api.embeddings.create(
                model="fake-embedding-1", input="a", dimensions=8, encoding_format="float"
            )
            assert again.data[0].embedding == pytest.approx(one.embedding, abs=1e-6)
            assert one.embedding != two.embedding
            assert math.hypot(*one.embedding) == pytest.approx(1, abs=1e-5)

    run(story())


def test_a_page_of_another_origin_may_call(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            asks = {"Origin": "http://page.test", "Access-Control-Request-Headers": "authorization,x-stainless-os"}
            async with ann.http.options(f"{service.base}/v1/chat/completions", headers=asks) as reply:
                assert reply.status == 204
                assert reply.headers["Access-Control-Allow-Origin"] == "*"
                assert reply.headers["Access-Control-Allow-Headers"] == "authorization,x-stainless-os"
            key = f"Bearer {ann.api_key}"
            asked = {"model": MODEL, "messages": ASKED, "stream": True}
            for body, status in ((asked, 200), ({}, 400)):
                reply = await ann.call(
                    "POST", "/v1/chat/completions", body, Authorization=key, Origin="http://page.test"
                )
                assert (reply.status, reply.headers["Access-Control-Allow-Origin"]) == (status, "*")
                assert "x-request-id" in reply.headers["Access-Control-Expose-Headers"]

    run(story())


def test_every_reply_has_a_request_id_and_says_what_is_left(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            reply = await api.chat.completions.with_raw_response.create(model=MODEL, messages=ASKED)
            assert (await ended(ann))["request"] == reply.headers["x-request-id"]
            assert int(reply.headers["x-ratelimit-remaining-requests"]) < int(
                reply.headers["x-ratelimit-limit-requests"]
            )
            await ann.arm("limit", do="rate_limit", messages=2, per=60)
            left = [await api.chat.completions.with_raw_response.create(model=MODEL, messages=ASKED)]
            assert left[0].headers["x-ratelimit-remaining-requests"] == "0"
            with pytest.raises(openai.RateLimitError) as refused:
                await api.chat.completions.create(model=MODEL, messages=ASKED)
            assert refused.value.response.headers["retry-after"].isdigit()
            assert refused.value.response.headers["x-ratelimit-limit-requests"] == "2"
            assert (refused.value.code, refused.value.type) == ("rate_limit_exceeded", "requests")
            assert refused.value.request_id
            await ann.lift("limit")

    run(story())


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "hi"}, "messages"),
        ({"messages": [1]}, "messages[0]"),
        ({"messages": [{"role": "king", "content": "hi"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content"),
        ({"messages": ASKED}, "model"),
        ({"messages": ASKED, "model": 5}, "model"),
        ({"messages": ASKED, "model": MODEL, "stream": "yes"}, "stream"),
        ({"messages": ASKED, "model": MODEL, "stream_options": {}}, "stream_options"),
        ({"messages": ASKED, "model": MODEL, "temperature": 3}, "temperature"),
        ({"messages": ASKED, "model": MODEL, "max_tokens": 0}, "max_tokens"),
        ({"messages": ASKED, "model": MODEL, "n": 2}, "n"),
        ({"messages": ASKED, "model": MODEL, "tools": {"a": 1}}, "tools"),
        ({"messages": ASKED, "model": MODEL, "tools": [{"type": "function"}]}, "tools[0].function.name"),
        ({"messages": ASKED, "model": MODEL, "tool_choice": "required"}, "tool_choice"),
        ({"messages": ASKED, "model": MODEL, "stop": [1]}, "stop"),
        ({"messages": ASKED, "model": MODEL, "response_format": 5}, "response_format"),
        ({"messages": ASKED, "model": MODEL, "response_format": {"type": "json_object"}}, "messages"),
        ({"messages": ASKED, "model": MODEL, "top_logprobs": 2}, "top_logprobs"),
        ({"messages": ASKED, "model": MODEL, "logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"messages": ASKED, "model": MODEL, "logprobs": True, "top_logprobs": 1.5}, "top_logprobs"),
        ({"messages": ASKED, "model": MODEL, "logprobs": 1}, "logprobs"),
        ({"messages": ASKED, "model": MODEL, "sing": True}, None),
    ],
)
def test_a_request_that_makes_no_sense_is_told_what_is_wrong(service: Process, body: object, param: str | None) -> None:
    async def story() -> None:
        async with person(service) as ann:
            key = f"Bearer {ann.api_key}"
            reply = await ann.call("POST", "/v1/chat/completions", body, Authorization=key)
            assert reply.status == 400
            error = reply.json["error"]
            assert (set(error), error["param"]) == ({"message", "type", "param", "code"}, param)
            assert error["type"] == "invalid_request_error"
            assert (await ended(ann))["how"] == "refused"

    run(story())


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff\xfe", 400),
        (b'{"messages": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b" " * (1 << 21), 413),
    ],
)
def test_a_body_that_is_none_gets_an_error_of_the_apis(service: Process, body: bytes, status: int) -> None:
    async def story() -> None:
        async with person(service) as ann:
            heard = await raw(service, post(ann.api_key, body, more="Connection: close\r\n"))
            head, _, said = heard.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d" % status)
            assert json.loads(said)["error"]["type"] == "invalid_request_error"

    run(story())


def test_old_clients_and_several_requests_at_once_on_a_connection(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            body = json.dumps({"model": MODEL, "messages": ASKED, "stream": True}).encode()
            old = await raw(service, post(ann.api_key, body, "1.0"))
            assert b"chunked" not in old
            assert old.endswith(b"data: [DONE]\n\n")
            both = await raw(service, post(ann.api_key, body) + post(ann.api_key, body, more="Connection: close\r\n"))
            assert (both.count(b"HTTP/1.1 200 OK"), both.count(b"data: [DONE]\n\n")) == (2, 2)
            assert both.endswith(b"0\r\n\r\n")

    run(story())


def test_each_event_is_sent_as_it_comes(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            await ann.control("POST", "pace", {"account": ann.account, "hold_after": 3, "interval": 0})
            stream = await api.chat.completions.create(model=MODEL, messages=ASKED, stream=True)
            heard = [await anext(aiter(stream)) for _ in range(4)]
            assert len([c for c in heard if c.choices[0].delta.content]) == 3
            (under_way,) = (await ann.control("GET", f"requests?account={ann.account}"))["requests"]
            assert (under_way["pieces"], under_way["how"]) == (3, None)
            await stream.close()
            over = await ended(ann)
            assert (over["how"], over["pieces"], over["fault"]) == ("aborted", 3, None)
            assert (await ann.seen("answer_done", account=ann.account))["state"] == "stopped"

    run(story())


def test_the_record_has_what_was_sent_and_how_often(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann, retries=2) as api:
            await ann.arm("twice", do="status", status=503, on=["api"], requests=2)
            messages: list[Any] = [{"role": "system", "content": "Be kind."}, *ASKED]
            await api.chat.completions.create(model=MODEL, messages=messages, max_tokens=64, temperature=0.5)
            last = await ended(ann, 3)
            asked = await ann.events("api_request", account=ann.account)
            assert [e["retries"] for e in asked] == [0, 1, 2]
            assert asked[0]["settings"] == {"max_tokens": 64, "temperature": 0.5}
            how = [(e["how"], e["status"], e["fault"]) for e in await ann.events("api_ended", account=ann.account)]
            assert how == [("cut", 503, "twice"), ("cut", 503, "twice"), ("done", 200, None)]
            told = [("system", "Be kind."), ("user", "What is a fjord?")]
            assert [(m["role"], m["text"]) for m in last["messages"]] == told
            assert (last["model"], last["class"], last["endpoint"]) == (MODEL, "api", "chat/completions")

    run(story())


def test_keys(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            ann.api_key = "sk-nobody"
            async with client(ann) as api:
                with pytest.raises(openai.AuthenticationError) as refused:
                    await api.models.list()
            assert refused.value.code == "invalid_api_key"
            reply = await ann.call("GET", "/v1/nothing", Authorization="Bearer x")
            assert (reply.status, reply.json["error"]["code"]) == (401, "invalid_api_key")

    run(story())
