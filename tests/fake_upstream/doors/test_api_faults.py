"""What breaks on the API's door: every fault by each way of asking for it, as clients see it, and what is noted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest

from tests.fake_upstream.doors.api import ASKED, MODEL, client, ended, post, raw, serving
from tests.fake_upstream.live import Person, Process, person, run

pytestmark = pytest.mark.live
CUT = (openai.APIConnectionError, httpx2.HTTPError)


@pytest.fixture(scope="module")
def service() -> Iterator[Process]:
    with serving("--faults-by", "header,model") as process:
        yield process


async def texts(api: openai.AsyncOpenAI, model: str = MODEL, **more: Any) -> tuple[list[str], Exception | None]:
    """The pieces of a streamed answer, and what ended it if that was an error."""
    heard: list[str] = []
    try:
        async for chunk in await api.chat.completions.create(model=model, messages=ASKED, stream=True, **more):
            heard += [chunk.choices[0].delta.content] if chunk.choices and chunk.choices[0].delta.content else []
    except Exception as error:
        return heard, error
    return heard, None


STREAMS = [
    ("stream_error?after=2&message=Overloaded&code=overloaded", 2, openai.APIError),
    ("stream_end?after=3", 3, None),
    ("stream_half?after=2", 2, None),
    ("stream_malformed?after=2", 2, ValueError),
    ("stream_close?code=1011&after=4", 4, CUT),
    ("stream_close?code=1011&after=999", None, CUT),
    ("truncate", None, CUT),
    ("fail_generation?code=out_of_memory", 1, openai.APIError),
    ("empty", 0, None),
    ("html", 0, None),
    ("drop", 0, CUT),
    ("lose_reply", 0, CUT),
    ("garbage", 0, CUT),
    ("status?status=503", 0, openai.InternalServerError),
    ("status?status=429&retry_after=7", 0, openai.RateLimitError),
    ("lock", 0, openai.PermissionDeniedError),
]


@pytest.mark.parametrize("way", ["control", "header", "model"])
@pytest.mark.parametrize(("fault", "pieces", "error"), STREAMS)
def test_a_fault_acts_on_a_stream_and_is_noted(
    service: Process, way: str, fault: str, pieces: int | None, error: Any
) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            name = await asked_for(ann, way, fault)
            headers = {"X-Fault": fault} if way == "header" else {}
            heard, seen = await texts(api, f"fault/{fault}" if way == "model" else MODEL, extra_headers=headers)
            assert (seen is None) if error is None else isinstance(seen, error)
            assert pieces is None or len(heard) == pieces
            over = await ended(ann)
            assert over["fault"] == name
            assert over["how"] in ("done", "aborted") if "malformed" in fault else over["how"] == "cut"
            assert await ann.events("fault_hit", fault=name)
            if way == "control":
                assert await ann.lift(name) == 1
                assert (await texts(api))[1] is None

    run(story())


async def asked_for(ann: Person, way: str, fault: str) -> str:
    if way != "control":
        return way
    do, _, query = fault.partition("?")
    pairs = [pair.split("=") for pair in query.split("&") if pair]
    await ann.arm(
        "f-" + ann.account, do=do, **{k: int(v) if v.isdigit() and k != "retry_after" else v for k, v in pairs}
    )
    return "f-" + ann.account


def test_silence_is_before_the_first_token_and_may_end(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            began = asyncio.get_running_loop().time()
            heard, error = await texts(api, "fault/stream_silence?seconds=0.2")
            assert (len(heard) > 13, error) == (True, None)
            assert asyncio.get_running_loop().time() - began > 0.2

    run(story())


@pytest.mark.parametrize("do", ["hang", "stream_stall", "stream_silence"])
def test_what_hangs_ends_when_the_fault_is_lifted(service: Process, do: str) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            await ann.arm("still", do=do, on=["api"])
            waiting = asyncio.create_task(texts(api))
            await ann.seen("fault_hit", fault="still", request=(await begun(ann))["request"])
            assert not waiting.done()
            await ann.lift("still")
            assert isinstance((await waiting)[1], CUT)
            assert ((over := await ended(ann))["how"], over["fault"]) == ("cut", "still")

    run(story())


@pytest.mark.parametrize("do", ["hang", "stream_stall"])
def test_who_leaves_what_hangs_has_aborted_it(service: Process, do: str) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            await ann.arm("still", do=do, on=["api"], requests=1)
            waiting = asyncio.create_task(texts(api))
            await ann.seen("fault_hit", fault="still", request=(await begun(ann))["request"])
            waiting.cancel()
            assert ((over := await ended(ann))["how"], over["fault"]) == ("aborted", "still")
            await ann.lift("still")

    run(story())


async def begun(ann: Person) -> dict[str, Any]:
    return await ann.seen("api_request", account=ann.account)


def test_a_reset_ends_what_hangs() -> None:
    async def story(process: Process) -> None:
        async with person(process) as ann, client(ann) as api:
            await ann.arm("still", do="hang", on=["api"])
            waiting = asyncio.create_task(texts(api))
            await ann.seen("fault_hit", fault="still")
            await ann.control("POST", "reset", {})
            assert isinstance((await waiting)[1], CUT)

    with serving() as process:
        run(story(process))


def test_a_fault_by_header_can_be_over_after_so_many_tries(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann, retries=3) as api:
            headers = {"X-Fault": "status?status=500&requests=2"}
            reply = await api.chat.completions.create(model=MODEL, messages=ASKED, extra_headers=headers)
            assert reply.choices[0].message.content
            assert (await ended(ann, 3))["retries"] == 2

    run(story())


@pytest.mark.parametrize(
    ("fault", "stream"),
    [
        ("nothing", True),
        ("file_size?size=1", True),
        ("status", True),
        ("status?status=200", True),
        ("drop?after=1", True),
        ("stream_end", False),
        ("stream_stall", False),
        ("status?status=503&account=somebody", True),
        ("status?status=503&longer_than=9", True),
    ],
)
def test_a_fault_that_could_do_nothing_is_refused(service: Process, fault: str, stream: bool) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            with pytest.raises(openai.BadRequestError):
                await api.chat.completions.create(
                    model=MODEL, messages=ASKED, stream=stream, extra_headers={"X-Fault": fault}
                )

    run(story())


@pytest.mark.parametrize("do", ["file_size", "file_incomplete"])
def test_what_cant_act_on_the_api_cant_be_armed_on_it(service: Process, do: str) -> None:
    async def story() -> None:
        async with person(service) as ann:
            url = f"http://127.0.0.1:{service.control_port}/control/faults/f"
            from tests.fake_upstream.live import TOKEN

            asked = {"do": do, "size": 1, "on": ["api"]} if do == "file_size" else {"do": do, "on": ["api"]}
            async with ann.http.put(url, json=asked, headers={"Authorization": f"Bearer {TOKEN}"}) as reply:
                assert reply.status == 400

    run(story())


def test_where_they_are_not_allowed_faults_by_header_and_model_are_refused() -> None:
    async def story(process: Process) -> None:
        async with person(process) as ann, client(ann) as api:
            with pytest.raises(openai.BadRequestError, match="--faults-by header"):
                await api.chat.completions.create(model=MODEL, messages=ASKED, extra_headers={"X-Fault": "drop"})
            with pytest.raises(openai.NotFoundError, match="--faults-by model"):
                await api.chat.completions.create(model="fault/drop", messages=ASKED)

    with serving() as process:
        run(story(process))


def test_responses_and_whole_answers_break_as_well(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            stream = await api.responses.create(model="fault/stream_end?after=2", input="Hello?", stream=True)
            kinds = [event.type async for event in stream]
            assert (kinds.count("response.output_text.delta"), "response.completed" in kinds) == (2, False)
            with pytest.raises(openai.APIConnectionError):
                await api.chat.completions.create(model="fault/truncate", messages=ASKED)
            with pytest.raises(openai.InternalServerError) as failed:
                await api.responses.create(model="fault/fail_generation?code=oom", input="Hello?")
            assert failed.value.code == "oom"
            with pytest.raises(openai.InternalServerError):
                await api.embeddings.create(
                    model="fake-embedding-1", input="a", extra_headers={"X-Fault": "status?status=502"}
                )

    run(story())


def test_a_lost_reply_was_made_all_the_same(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            for stream in (True, False):
                await ann.arm("lost", do="lose_reply", on=["api"], requests=1)
                with pytest.raises(CUT):
                    await api.chat.completions.create(model=MODEL, messages=ASKED, stream=stream)
                assert (await ended(ann, 1 + (not stream)))["fault"] == "lost"
            made = (await ann.control("GET", f"answers?account={ann.account}"))["answers"]
            assert [answer["state"] for answer in made] == ["complete", "complete"]
            assert made[0]["text"].startswith("About")

    run(story())


ONE_PIECE: dict[str, Any] = {"model": "fault/fail_generation?code=oom", "messages": ASKED, "max_tokens": 1}


async def told(api: openai.AsyncOpenAI) -> int:
    """How many chunks of it came."""
    return len([chunk async for chunk in await api.chat.completions.create(**ONE_PIECE, stream=True)])


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_of_one_piece_fails_as_well(service: Process, stream: bool) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            with pytest.raises(openai.APIError) as failed:
                await (told(api) if stream else api.chat.completions.create(**ONE_PIECE))
            assert failed.value.code == "oom"
            assert (await ended(ann))["how"] == "cut"

    run(story())


def test_a_rate_limit_counts_embeddings_and_is_refused_where_nothing_is_counted(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            headers = {"X-Fault": "rate_limit?messages=1&per=60"}
            await api.embeddings.create(model="fake-embedding-1", input="a", extra_headers=headers)
            with pytest.raises(openai.RateLimitError):
                await api.embeddings.create(model="fake-embedding-1", input="a", extra_headers=headers)
            with pytest.raises(openai.BadRequestError, match="counts answers and embeddings only"):
                await api.models.list(extra_headers=headers)

    run(story())


def test_a_model_that_is_looked_up_breaks_as_well(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann, client(ann) as api:
            with pytest.raises(openai.InternalServerError):
                await api.models.retrieve("fault/status?status=502")
            over = await ended(ann)
            assert (over["fault"], over["model"]) == ("model", "fault/status?status=502")

    run(story())


def test_a_half_frame_is_half_a_frame(service: Process) -> None:
    async def story() -> None:
        async with person(service) as ann:
            body = json.dumps({"model": "fault/stream_half?after=1", "messages": ASKED, "stream": True}).encode()
            heard = await raw(service, post(ann.api_key, body, "1.0"))
            *_, last = heard.split(b"\n\n")
            assert last.startswith(b'data: {"id"')
            assert not last.endswith(b"}")

    run(story())


def test_a_key_is_there_from_the_start_when_the_service_is_alone() -> None:
    import os
    import subprocess
    import sys

    environment = {k: v for k, v in os.environ.items() if not k.startswith("FAKE_UPSTREAM")}
    command = [sys.executable, "-m", "fake_upstream", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            port = json.loads(process.stdout.readline())["port"]
            said = dict(process.stderr.readline().strip().split("=", 1) for _ in range(2))
            with openai.OpenAI(api_key=said["FAKE_UPSTREAM_API_KEY"], base_url=f"http://127.0.0.1:{port}/v1") as api:
                assert api.models.list().data
            environment["FAKE_UPSTREAM_API_KEY"] = "sk-mine"
            refused = subprocess.run(
                [*command, "--host", "0.0.0.0"], env=environment, capture_output=True, text=True, check=False
            )
            assert (refused.returncode, "loopback only" in refused.stderr) == (2, True)
        finally:
            process.terminate()
