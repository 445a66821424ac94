"""GET /v1/models and POST /v1/embeddings: what needs no answer to be made."""

from __future__ import annotations

import base64
import hashlib
import math
import random
import struct
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from ...chat.exchanges import told
from ...chat.journal import Fields
from ...http.wire import json_reply
from ...service import ANY_MODEL
from .answering import known_model
from .asked import Check, at_least_one, check, mistyped, model_of
from .call import CALL, Call
from .errors import Refused

_DIMENSIONS, _MOST_DIMENSIONS, _MOST_INPUTS = 1536, 3072, 2048
_CHECKS: Mapping[str, Check | None] = {
    **dict.fromkeys(("input", "model", "encoding_format", "user")),
    "dimensions": at_least_one,
}


async def models(request: web.Request) -> web.Response:
    """GET /v1/models"""
    offer = request[CALL].service.offer
    return json_reply({"object": "list", "data": [_model(name) for name in offer.models if name != ANY_MODEL]})


async def model(request: web.Request) -> web.Response:
    """GET /v1/models/{model}"""
    name = request.match_info["model"]
    known_model(request[CALL], name, "model")
    return json_reply(_model(name))


async def embeddings(request: web.Request) -> web.Response:
    """POST /v1/embeddings: the same input always has the same vector, of length 1."""
    call = request[CALL]
    members = call.body.members
    check(members, _CHECKS)
    name = model_of(members)
    texts = _inputs(members.get("input"))
    call.exchange.messages = [told("input", text) for text in texts]
    known_model(call, name)
    call.service.accounts.note_accepted(call.subject.account or "", call.service.clock.now())
    form = members.get("encoding_format") or "float"
    if form not in ("float", "base64"):
        raise Refused(400, "'encoding_format' must be float or base64.", "invalid_value", "encoding_format")
    dimensions = members.get("dimensions") or _DIMENSIONS
    if dimensions > _MOST_DIMENSIONS:
        raise Refused(400, f"'dimensions' must be at most {_MOST_DIMENSIONS}.", "invalid_value", "dimensions")
    return json_reply(_reply(call, name, [_told(vector(text, dimensions), form) for text in texts], texts))


def vector(text: str, dimensions: int) -> list[float]:
    """The text's embedding."""
    chance = random.Random(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    raw = struct.unpack(f"<{dimensions}i", chance.randbytes(4 * dimensions))
    length = math.sqrt(sum(number * number for number in raw))
    return [number / length for number in raw]


def _reply(call: Call, name: str, vectors: list[Any], texts: list[str]) -> Fields:
    data = [{"object": "embedding", "index": i, "embedding": one} for i, one in enumerate(vectors)]
    tokens = sum(len(text.split()) for text in texts)
    return {
        "object": "list", "data": data, "model": name, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}
    }  # fmt: skip


def _told(numbers: list[float], form: str) -> object:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode() if form == "base64" else numbers


def _inputs(raw: Any) -> list[str]:
    if raw is None:
        raise Refused(400, "Missing required parameter: 'input'.", "missing_required_parameter", "input")
    listed = raw if isinstance(raw, list) else [raw]
    if listed and all(isinstance(one, int) and not isinstance(one, bool) for one in listed):
        listed = [listed]
    if not listed or len(listed) > _MOST_INPUTS:
        raise Refused(400, f"'input' must have from 1 to {_MOST_INPUTS} texts.", "invalid_value", "input")
    return [_input(one) for one in listed]


def _input(raw: Any) -> str:
    if isinstance(raw, str) and raw:
        return raw
    if isinstance(raw, list) and raw and all(isinstance(one, int) and not isinstance(one, bool) for one in raw):
        return " ".join(map(str, raw))
    raise mistyped("input", "a text that is not empty, or an array of tokens", raw)


def _model(name: str) -> Fields:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "fake_upstream"}
