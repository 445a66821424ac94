"""What of a scenario a client has: what it hasn't is skipped with that reason, and is neither a failure nor absent."""

from __future__ import annotations

from collections.abc import Mapping

from harness.clients import SERVER, Client
from harness.language.source import Problem
from harness.prediction.contradictions import not_to_be_judged
from harness.remedies import REMEDIES
from harness.values.scenario import Arm, Scenario
from harness.values.situation import CLIENT_PLACES, Fault, Moment

FAULT_NEEDS: Mapping[str, str] = {
    "corrupt_cookie": "login",
    "session_expired": "login",
    "too_many_sessions": "login",
    "two_places": "login",
    "burst": "login",
    "accounts_per_address": "login",
    "stale_script": "releases",
    "stale_worker": "releases",
    "oldest_browser": "releases",
    "refuse_upgrade": "websocket",
    "stream_close": "websocket",
    "files_off": "files",
    "file_incomplete": "files",
    "file_too_large": "files",
    "file_expires": "files",
}
"""What a client must have to meet a fault at all."""
SCOPE_NEEDS: Mapping[str, str] = {"session": "login", "conversation": "conversations", "entrance": "websocket"}
BEHIND = ("gateway", "service_link", "service", "account")
"""The places that only those requests pass which go on to the service."""
ASKED_FOR = frozenset({"page", "messages", "stream", "answers", "api", "pieces", "generation", "live"})
"""The traffic of who comes by the API, by the names of those who come by the page as well."""


def unfit(scenario: Scenario, client: Client) -> str:
    """Why a client can't be asked a scenario's question, or empty."""
    lacking = [_of_scenario(scenario, client), *(_of_fault(fault, scenario, client) for fault in scenario.faults)]
    reasons = [reason for reason in lacking if reason]
    if not reasons and client.by_model:
        reasons = [problem.what for problem in not_to_be_judged(scenario) if not _about_listed(problem, scenario)]
    return reasons[0] if reasons else ""


def unfit_arm(arm: Arm, client: Client) -> str:
    """Why a remedy is not possible with a client, or empty. `arm`: of a scenario that fits."""
    if arm.kind != "remedy":
        return ""
    if lacks := client.lacks(REMEDIES[arm.remedy].capability):
        return lacks
    if not client.by_model:
        return ""
    return next((problem.what for problem in not_to_be_judged(arm.scenario) if problem.line == arm.line), "")


def _of_scenario(scenario: Scenario, client: Client) -> str:
    if scenario.locale not in client.languages:
        return f"{client.name} does not speak {scenario.locale}"
    if scenario.moment is Moment.DOWNLOAD:
        return client.lacks("files")
    if scenario.gateway.instances > 1 and client.by_api:
        return "the instances of the service serve its page, and not the API"
    if scenario.gateway.retries and client.by_api:
        return "the API has no key by which a message that the gateway sends once more is known as the same one"
    return ""


def _of_fault(fault: Fault, scenario: Scenario, client: Client) -> str:
    needs = [FAULT_NEEDS[fault.do]] if fault.do in FAULT_NEEDS else []
    needs += [SCOPE_NEEDS[scope] for scope in fault.only if scope in SCOPE_NEEDS]
    if fault.params.get("blocks", fault.params.get("what")) in ("websocket", "messages"):
        needs.append("websocket")
    if fault.at == "provider_link":
        needs.append("provider")
    lacks = next((reason for need in needs if (reason := client.lacks(need))), "")
    if "scripts" in (fault.params.get("blocks"), fault.params.get("what")):
        on_the_way = fault.at == "device"  # what the browser keeps passes nobody on the way
        lacks = lacks or client.has_not.get("scripts", "") or (client.has_not.get("revalidation", "") * on_the_way)
    return lacks or _of_place(fault, client) or _of_way(fault, scenario, client)


def _of_place(fault: Fault, client: Client) -> str:
    there = CLIENT_PLACES if client.has_server else CLIENT_PLACES[1:] if client.has_host else ()
    if fault.at in CLIENT_PLACES and fault.at not in there:
        return f"{client.name} has no {fault.at.replace('_', ' ')}"
    if fault.at == "client_server" and client.runs not in (SERVER, "page"):
        return f"the server of {client.name} is not the harness's to stop"
    if client.has_server and fault.at in BEHIND and {"address", "network"} & set(fault.only):
        return f"what is behind the server of {client.name} never sees the person's own address"
    return ""


def _of_way(fault: Fault, scenario: Scenario, client: Client) -> str:
    """Whether what the client asks for at the moment passes the fault, and who waits for what is foretellable."""
    if client.has_host and scenario.moment is Moment.OPEN and fault.at in BEHIND:
        return f"the page of {client.name} doesn't come from the service, so that opening it never meets {fault}"
    if client.by_api and fault.on and not ASKED_FOR & set(fault.on):
        return f"{client.name} never asks for {', '.join(fault.on)}"
    asks_to_wait = fault.told_to_wait or fault.params.get("retry_after", "none") not in ("", "none")
    if client.has_server and client.retries and asks_to_wait:
        return f"{client.name} waits as it is told on the clock of its own server, which is not the harness's"
    return ""


def _about_listed(problem: Problem, scenario: Scenario) -> bool:
    return any((problem.line, problem.column) == (listed.line, listed.column) for listed in scenario.listed)
