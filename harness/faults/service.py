"""Faults of the service: what a service really does when it is broken, or has had enough."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from harness.faults import witness
from harness.faults.base import ENDLESS, TIME, Kind, Param
from harness.faults.hands import World
from harness.faults.link import NONE
from harness.faults.telling import (
    ANSWERING,
    FILES,
    LIVES,
    LONG,
    REQUESTS,
    RETRY_AFTER,
    SCOPES,
    STREAM_ONLY,
    answered_with,
    retry_after,
    rule_of,
    while_armed,
)
from harness.values.history import Event, History
from harness.values.situation import Fault, Moment, duration_text


@asynccontextmanager
async def _shared(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """Other people come by the same road, and the service allows so many accounts per address."""
    await world.crowd.come_by(world.target.road, int(fault.params["accounts"]))
    async with while_armed(lambda one: {"accounts_per_address": one.params["accounts"]})(world, fault, _id):
        yield


@asynccontextmanager
async def _overload(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    """So many answers of other people under way as the service has places for, or more."""
    places, reserved = int(fault.params["places"]), int(fault.params["reserved"])
    rules = {"concurrent_answers": places, "reserved": reserved}
    await world.crowd.ask(places + (reserved if fault.params["paid_too"] else 0))
    async with while_armed(lambda _: rules)(world, fault, _id):
        try:
            yield
        finally:
            await world.crowd.stop("asking")


def _delay(world: World, fault: Fault, id_: str) -> AbstractAsyncContextManager[None]:
    """The service counts in seconds."""
    told = replace(fault, params={"seconds": fault.params["delay"]})
    return rule_of("delay", by_class=True)(world, told, id_)


@asynccontextmanager
async def _hour_goes_by(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.let_pass(float(fault.params["after"]))
    yield


@asynccontextmanager
async def _crash(world: World, _fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.service.crash()
    try:
        yield
    finally:
        await world.service.restart()


def _status(fault: Fault, history: History, after: float, until: float) -> Event | None:
    answered = witness.via_upstream(history, after, until, int(fault.params["status"]))
    return answered or witness.asked_again(history, after, until)


def _garbled(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UPE") or witness.asked_again(history, after, until)


def _dropped(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    broken = witness.flagged(history, after, until, "UC", "UPE", "UF")
    return broken or witness.asked_again(history, after, until)


def _late(fault: Fault, history: History, after: float, until: float) -> Event | None:
    slow = witness.slow_service(history, after, until, 900 * float(fault.params["delay"]))
    return slow or witness.flagged(history, after, until, "UT", "DC")


def _silent(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.flagged(history, after, until, "UT", "DC", "SI")


def _closed(fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.closed_with(history, after, until, int(fault.params["code"]))


def _failed_to_generate(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    """The browser was told over the stream that the answer failed, or an event of the API's passed the gateway."""
    told = history.first("browser", "websocket_told_error", after=after, before=until)
    return told or witness.access(history, after, until, _carries_an_error)


def _carries_an_error(event: Event) -> bool:
    return event.data.get("status") == 200 and str(event.data.get("reply") or "").startswith('{"error"')


def _stalled(_fault: Fault, history: History, after: float, until: float) -> Event | None:
    return witness.stalled(history, after, until)


SERVICE: dict[str, Kind] = {
    "none": NONE,
    "status": Kind(
        says="the service answers with `status`",
        arm=rule_of("status", by_class=True),
        seen=_status,
        params={
            "status": Param(required=True, low=400, high=599, says="the status of the reply"),
            "body": Param("text", "", says="what the reply says", default_says="the service's own words"),
            "retry_after": RETRY_AFTER,
        },
        tells_to_wait=retry_after,
        asked_again=lambda params: int(params["status"]) >= 500,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
    ),
    "garbage": Kind(
        says="the service answers with bytes that are no HTTP reply",
        arm=rule_of("garbage", by_class=True),
        seen=_garbled,
        asked_again=lambda params: True,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
    ),
    "drop": Kind(
        says="the service closes the connection without a reply",
        arm=rule_of("drop", by_class=True),
        seen=_dropped,
        asked_again=lambda params: True,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
    ),
    "truncate": Kind(
        says="the service sends half of the reply and closes",
        arm=rule_of("truncate", by_class=True),
        seen=_dropped,
        kept=lambda fault: True,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
    ),
    "lose_reply": Kind(
        says="the service does what it is asked, and closes the connection without the reply",
        arm=rule_of("lose_reply", by_class=True),
        seen=_dropped,
        asked_again=lambda params: True,
        kept=lambda fault: True,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
    ),
    "delay": Kind(
        says="the service answers `delay` later",
        arm=_delay,
        seen=_late,
        params={"delay": Param("seconds", required=True, low=0.01, high=60, says="how much later")},
        breaks=lambda fault, timeout: float(fault.params["delay"]) >= timeout,
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
        real_time=lambda fault: f"the delay of {duration_text(fault.params['delay'])} at the service runs on real time",
    ),
    "hang": Kind(
        says="the service never answers",
        arm=rule_of("hang", by_class=True),
        seen=_silent,
        swallows=lambda fault: True,
        lifetimes=(TIME, ENDLESS),
        scopes=SCOPES,
        moments=REQUESTS,
        classes=True,
    ),
    "crash": Kind(
        says="the service's process is killed; it is started again when the fault ends",
        arm=_crash,
        seen=_dropped,
        ends_open=True,
        lifetimes=(TIME, ENDLESS),
    ),
    "longest_prompt": Kind(
        says="the service can't answer a prompt of more than `characters`",
        arm=while_armed(lambda fault: {"longest_prompt": fault.params["characters"]}),
        seen=answered_with(422),
        params={
            "characters": Param(
                default=LONG, low=40, high=120, says="between the short question and the long", unit="characters"
            )
        },
        lifetimes=(TIME, ENDLESS),
        only=("prompt",),
        moments=(Moment.SEND,),
        traffic=ANSWERING,
    ),
    "overload": Kind(
        says="other people's answers take up all of the service's places; `reserved` ones are for paid accounts only",
        arm=_overload,
        seen=answered_with(503),
        params={
            "places": Param(default=4, low=1, high=50, says="answers that the service gives at once"),
            "reserved": Param(default=0, low=0, high=50, says="further ones, for paid accounts only"),
            "paid_too": Param("bool", False, says="whether others take the reserved places as well"),
        },
        lifetimes=(TIME, ENDLESS),
        moments=(Moment.SEND,),
        traffic=ANSWERING,
        only_if=lambda params: ("plan",) if params["reserved"] and not params["paid_too"] else (),
    ),
    "accounts_per_address": Kind(
        says="more than `accounts` accounts share the person's address, and the service takes that for an attack",
        arm=_shared,
        seen=answered_with(403),
        params={"accounts": Param(default=3, low=1, high=10, says="how many an address may have")},
        lifetimes=(TIME, ENDLESS),
        only=("address",),
        moments=(Moment.SEND,),
        traffic=("messages",),
    ),
    "oldest_browser": Kind(
        says="the service no longer takes browsers below version `version`",
        arm=while_armed(lambda fault: {"oldest_browser": fault.params["version"]}),
        seen=answered_with(426),
        params={"version": Param(default=120, low=110, high=130, says="the oldest that is taken")},
        lifetimes=(TIME, ENDLESS),
        only=("release",),
        moments=REQUESTS,
        traffic=("login", "me", "history", "messages", "answers", "files"),
    ),
    "fail_generation": Kind(
        says="the service fails in the middle of an answer, with an error of this `code`",
        arm=rule_of("fail_generation"),
        seen=_failed_to_generate,
        params={"code": Param("text", "internal_error", says="the error's name")},
        lifetimes=LIVES,
        scopes=("account", "conversation"),
        moments=STREAM_ONLY,
        traffic=("generation",),
    ),
    "file_incomplete": Kind(
        says="the file that goes with an answer is never completely made",
        arm=rule_of("file_incomplete"),
        seen=answered_with(409),
        lifetimes=LIVES,
        scopes=("account", "conversation"),
        moments=FILES,
        early=True,
        spoils="file",
    ),
    "file_too_large": Kind(
        says="who asks for much gets a file over the limit of 512 MB",
        arm=rule_of("file_size"),
        seen=answered_with(413),
        params={"size": Param(default=(512 << 20) + 1, low=(512 << 20) + 1, says="how big it gets", unit="bytes")},
        lifetimes=(ENDLESS,),
        only=("prompt",),
        moments=FILES,
        early=True,
    ),
    "file_expires": Kind(
        says="so much time goes by that the file is no longer kept",
        arm=_hour_goes_by,
        seen=answered_with(410),
        params={"after": Param("seconds", 3700.0, low=3600, high=86_400, says="how much time goes by")},
        lifetimes=(ENDLESS,),
        only=("file",),
        moments=FILES,
    ),
    "stream_close": Kind(
        says="the service closes the stream with `code` after the next piece",
        arm=rule_of("stream_close"),
        seen=_closed,
        params={"code": Param(default=1011, low=1000, high=4999, says="the WebSocket's close code")},
        lifetimes=LIVES,
        scopes=SCOPES,
        moments=STREAM_ONLY,
        traffic=("pieces",),
    ),
    "stream_stall": Kind(
        says="the service sends no more pieces and doesn't close",
        arm=rule_of("stream_stall"),
        seen=_stalled,
        lifetimes=(TIME, ENDLESS),
        scopes=SCOPES,
        moments=STREAM_ONLY,
        traffic=("pieces",),
        quiet=lambda fault, moment: "piece",
    ),
}
