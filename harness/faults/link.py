"""Faults on a link: Toxiproxy's toxics under their own names, the link that is down, and the cut of what is open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from harness.faults import witness
from harness.faults.base import COUNT, ENDLESS, INSTANT, TIME, Arm, Kind, Param
from harness.faults.hands import World
from harness.values.situation import NEAR_LINKS, Fault, Moment

LATE = 600
"""Milliseconds with which a page still comes in time over a link near the person."""
FEW = 50
"""Bytes of which no reply's headers consist."""
TIMED = ("page", "login", "me", "history", "messages", "answers", "files", "status")
"""The traffic for which the gateway has a time-out; a stream may be as late as it likes."""
DIRECTION = Param(
    "choice",
    "downstream",
    choices=("downstream", "upstream"),
    says="what is hit: what comes to the person, or what they send",
)


def _toxic(name: str, attributes: tuple[str, ...]) -> Arm:
    @asynccontextmanager
    async def arm(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
        values = {attribute: int(fault.params[attribute]) for attribute in attributes}
        toxic = await world.links.add_toxic(fault.at, name, str(fault.params["direction"]), values)
        try:
            yield
        finally:
            await world.links.remove_toxic(fault.at, toxic)

    return arm


@asynccontextmanager
async def _down(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.links.down(fault.at)
    try:
        yield
    finally:
        await world.links.remake(fault.at)


@asynccontextmanager
async def _cut(world: World, fault: Fault, _id: str) -> AsyncIterator[None]:
    await world.links.cut(fault.at)
    yield


def _reply_or_piece(moment: Moment) -> str:
    return "piece" if moment is Moment.MID_ANSWER else "reply"


def _swallows(fault: Fault, moment: Moment) -> str:
    """A black hole: behind the gateway its own time-out speaks, everywhere else the client's."""
    if fault.at == "service_link" and moment is not Moment.MID_ANSWER:
        return ""
    return _reply_or_piece(moment)


def _timeout_swallows(fault: Fault, moment: Moment) -> str:
    return "" if fault.params["timeout"] else _swallows(fault, moment)


def _bandwidth_swallows(fault: Fault, moment: Moment) -> str:
    return "" if fault.params["rate"] else _swallows(fault, moment)


def _black_hole(fault: Fault) -> bool:
    return not int(fault.params.get("timeout", fault.params.get("rate", 0)))


def _loses_reply(fault: Fault) -> bool:
    return bool(fault.params["direction"] == "downstream")


def _has_data(fault: Fault, moment: Moment) -> str:
    """In the middle of an answer all data comes downstream, so that an upstream toxic never meets any."""
    idle = moment is Moment.MID_ANSWER and fault.params["direction"] == "upstream"
    return "nothing goes upstream while an answer comes; write `direction: downstream`" if idle else ""


def _stays_silent(fault: Fault, moment: Moment) -> str:
    """Near the person the gateway ends each connection with its reply, and with it whatever held that reply back."""
    replies = moment is not Moment.MID_ANSWER and fault.params["direction"] == "downstream"
    if fault.at in NEAR_LINKS and replies and not fault.params["timeout"]:
        return "the gateway ends its connection with each reply, and the silence with it; `direction: upstream` lasts"
    return _has_data(fault, moment)


def _cuts_every_reply(fault: Fault, moment: Moment) -> str:
    """More than a few bytes let short replies pass; of a file of 20 KB they cut every one."""
    few = int(fault.params["bytes"]) <= FEW or moment is Moment.DOWNLOAD
    too_many = f"more than {FEW} bytes let some replies through whole; write at most {FEW}"
    return _has_data(fault, moment) if few else too_many


def _narrow_enough(fault: Fault, moment: Moment) -> str:
    """What is small comes over a narrow link as over a wide one; only a file takes its time."""
    if fault.params["rate"] and moment is not Moment.DOWNLOAD:
        narrow = f"a page, a message and a piece are too small for {fault.params['rate']} KB/s to hold up"
        return f"{narrow}; write `rate: 0`, or `moment: download`"
    return _has_data(fault, moment)


def _bearable(fault: Fault, moment: Moment) -> str:
    """Near the person every step of opening a page is late once more; how many that are depends on the browser."""
    if fault.at != "service_link" and int(fault.params["latency"]) > LATE:
        what = f"with more than {LATE} ms near the person it can't be foretold whether a page comes in time"
        return f"{what}; write {LATE}ms"
    return _has_data(fault, moment)


def _too_slow(fault: Fault, timeout: float) -> bool:
    return fault.at == "service_link" and int(fault.params["latency"]) >= 1000 * timeout


def on_real_time(*names: str) -> Callable[[Fault], str]:
    def say(fault: Fault) -> str:
        values = ", ".join(f"{name} {fault.params[name]}" for name in names)
        return f"{fault.do} on {fault.at} ({values}) runs on real time"

    return say


def _none(_world: World, _fault: Fault, _id: str) -> AbstractAsyncContextManager[None]:
    return _nothing()


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


NONE = Kind(
    says="does nothing: for checking the harness itself",
    arm=_none,
    seen=lambda fault, history, after, until: None,
    harmless=True,
    lifetimes=(TIME, COUNT, ENDLESS, INSTANT),
    classes=True,
)

LINK: dict[str, Kind] = {
    "none": NONE,
    "reset_peer": Kind(
        says="connections are reset, `timeout` after they begin",
        arm=_toxic("reset_peer", ("timeout",)),
        seen=witness.cut_link,
        params={
            "timeout": Param("ms", 0, low=1, high=60_000, says="how long they live", default_says="at once"),
            "direction": DIRECTION,
        },
        lifetimes=(TIME, COUNT, ENDLESS),
        fits=_has_data,
        kept=_loses_reply,
        real_time=on_real_time("timeout"),
    ),
    "limit_data": Kind(
        says="connections are closed after `bytes` bytes",
        arm=_toxic("limit_data", ("bytes",)),
        seen=witness.cut_link,
        params={
            "bytes": Param(
                default=0, low=0, high=5000, says="few enough that no reply gets through whole", unit="bytes"
            ),
            "direction": DIRECTION,
        },
        lifetimes=(TIME, COUNT, ENDLESS),
        kept=_loses_reply,
        fits=_cuts_every_reply,
    ),
    "timeout": Kind(
        says="all data of one direction is swallowed; connections are closed after `timeout`",
        arm=_toxic("timeout", ("timeout",)),
        seen=witness.silent_link,
        params={
            "timeout": Param("ms", 0, low=1, high=60_000, says="when they are closed", default_says="never"),
            "direction": DIRECTION,
        },
        lifetimes=(TIME, ENDLESS),
        fits=_stays_silent,
        kept=_loses_reply,
        quiet=_timeout_swallows,
        swallows=_black_hole,
        real_time=on_real_time("timeout"),
    ),
    "bandwidth": Kind(
        says="at most `rate` comes through; 0 is a stall without a close",
        arm=_toxic("bandwidth", ("rate",)),
        seen=witness.narrow_link,
        params={"rate": Param(default=0, low=0, says="0, or at least 50", unit="KB/s"), "direction": DIRECTION},
        lifetimes=(TIME, ENDLESS),
        fits=_narrow_enough,
        kept=_loses_reply,
        breaks=lambda fault, timeout: not fault.params["rate"],
        check=lambda params: "" if not params["rate"] or params["rate"] >= 50 else "below 50 KB/s a page takes minutes",
        quiet=_bandwidth_swallows,
        holds_back=True,
        swallows=_black_hole,
        real_time=on_real_time("rate"),
    ),
    "latency": Kind(
        says="data arrives `latency` later",
        arm=_toxic("latency", ("latency",)),
        seen=witness.slow_link,
        params={
            "latency": Param("ms", required=True, low=1, says="how much later"),
            "direction": DIRECTION,
        },
        lifetimes=(TIME, ENDLESS),
        fits=_bearable,
        kept=_loses_reply,
        breaks=_too_slow,
        traffic=TIMED,
        real_time=on_real_time("latency"),
    ),
    "down": Kind(
        says="the link is down: connections end, new ones are refused",
        arm=_down,
        seen=witness.cut_link,
        ends_open=True,
        lifetimes=(TIME, ENDLESS),
    ),
    "cut": Kind(
        says="every open connection ends, and the next one works",
        arm=_cut,
        seen=witness.cut_link,
        ends_open=True,
        lifetimes=(INSTANT,),
        only=("connection",),
        moments=(Moment.MID_ANSWER,),
    ),
    "flap": Kind(
        says="the link is down for `down`, works for `up`, and so on",
        arm=_down,
        seen=witness.cut_link,
        ends_open=True,
        params={
            "down": Param("seconds", 40.0, low=5, high=3600, says="how long it is down"),
            "up": Param("seconds", 50.0, low=5, high=3600, says="how long it works"),
        },
        lifetimes=(TIME, ENDLESS),
        comes_and_goes=lambda params: (float(params["down"]), float(params["up"])),
    ),
}
