"""Faults that a request asks for itself, by a header or by its model's name, where the service was started to allow it.

Both are written like the end of an address: `stream_end?after=3`, `status?status=503&retry_after=2`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from ...faults.armed import SCOPE, FailGeneration, Fault, TooMany, parse_fault
from ...faults.streaming import SseAct, StreamAct
from ...http.wire import ApiError, Body
from .call import Call
from .errors import Refused

HEADER, MODEL = "header", "model"
FAULT_HEADER, FAULT_MODEL = "X-Fault", "fault/"
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)
_ANSWERING = ("chat/completions", "responses")


def own_faults(call: Call, header: str | None, model: str | None) -> tuple[Fault, ...]:
    """What the request for this model asks for, and is to meet. Refused for one that could do nothing here, or is not
    allowed."""
    allowed = call.service.offer.faults_by
    if header is None and not allowed:
        return ()
    found = []
    if header is not None:
        if HEADER not in allowed:
            raise Refused(400, f"{FAULT_HEADER} is off: start the service with --faults-by header.", None, FAULT_HEADER)
        found.append(_read(call, HEADER, header, FAULT_HEADER))
    if MODEL in allowed and model is not None and model.startswith(FAULT_MODEL):
        found.append(_read(call, MODEL, model.removeprefix(FAULT_MODEL), "model"))
    return tuple(fault for fault in found if fault.requests is None or (call.exchange.retries or 0) < fault.requests)


def _read(call: Call, name: str, text: str, param: str) -> Fault:
    do, _, query = text.partition("?")
    members: dict[str, Any] = {key: _value(value) for key, value in parse_qsl(query, keep_blank_values=True)}
    if scoped := [key for key in members if key in SCOPE]:
        raise Refused(
            400, f"A request's own fault meets this request; {scoped[0]!r} is for armed ones.", "bad_fault", param
        )
    body = Body({**members, "do": do.strip()})
    if do.strip() != "fail_generation":
        body.members["on"] = ["api"]
    if do.strip() == "lock":
        body.members["account"] = call.subject.account or ""
    try:
        fault = parse_fault(name, body)
    except ApiError as bad:
        raise Refused(400, f"The fault {text[:100]!r} can't act here: {bad.message}", "bad_fault", param) from bad
    _check_acts(call, fault, param)
    return fault


def _check_acts(call: Call, fault: Fault, param: str) -> None:
    act, answering = fault.act, call.exchange.endpoint in _ANSWERING
    if isinstance(act, StreamAct | SseAct) and not (answering and call.exchange.stream):
        raise Refused(400, f'{fault.do} acts on streams only: ask with "stream": true.', "bad_fault", param)
    if isinstance(act, FailGeneration) and not answering:
        raise Refused(400, f"{fault.do} acts on answers only.", "bad_fault", param)
    if isinstance(act, TooMany) and not (answering or call.exchange.endpoint == "embeddings"):
        raise Refused(400, f"{fault.do} counts answers and embeddings only.", "bad_fault", param)


def _value(text: str) -> object:
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
