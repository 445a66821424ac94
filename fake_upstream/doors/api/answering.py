"""From a checked request to an answer under way: the model, the service's own rules, and the way that it is told."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from ...chat.conversation import Answer
from ...service import ANY_MODEL
from ..caller import SUBJECT
from .asked import Asked
from .call import Call
from .deliver import Telling, streamed, whole
from .errors import Refused
from .own_faults import FAULT_MODEL, MODEL


async def answered(
    request: web.Request, call: Call, asked: Asked, telling: Callable[[Asked, Answer, bool], Telling]
) -> web.StreamResponse:
    """The reply with the answer to what was asked."""
    known_model(call, asked.model)
    service, account = call.service, call.subject.account or ""
    service.rulebook.check_answer(request[SUBJECT], asked.prompt)
    plan, short = asked.plan(service.chat.usual(asked.prompt))
    answer = service.chat.begin(account, asked.prompt, request.headers.get("Idempotency-Key"), plan)
    call.exchange.answer = answer.id
    try:
        tell = telling(asked, answer, short)
        return await (streamed(call, request, answer, tell) if asked.stream else whole(call, answer, tell))
    finally:
        service.chat.stop(answer)  # a caller who has gone wants no more of it; one that is over stays as it is


def known_model(call: Call, model: str, param: str | None = None) -> None:
    """Refused 404 when there is no such model."""
    offer = call.service.offer
    as_a_fault = model.startswith(FAULT_MODEL)
    if model in offer.models or (MODEL in offer.faults_by if as_a_fault else ANY_MODEL in offer.models):
        return
    said = f"The model `{model[:100]}` does not exist or you do not have access to it."
    if as_a_fault:
        said += " Faults by the model's name are off: start the service with --faults-by model."
    raise Refused(404, said, "model_not_found", param)
