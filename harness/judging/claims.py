"""The claims of the documents, each as a check: what an arm says for or against it.

A claim that an arm contradicts is drift and no failure: the documents say something else than what was seen, and the
client may have done right all the same. An arm that says nothing about a claim returns None.
"""

from __future__ import annotations

from collections import Counter

from harness.faults import FAULTS
from harness.judging import conduct, leaks, partial, soundness
from harness.judging.case import Case, Check, Screen, answer_to, ended, lines_on, quoted, squeeze, times, works
from harness.remedies import REMEDIES
from harness.values.documents import SHORTEST_WAIT
from harness.values.result import Finding
from harness.values.scenario import ASK_AGAIN
from harness.values.situation import LINKS, Fault, Moment
from harness.values.text import unopened

SHORT_WAIT = 300.0
"""Seconds: the longest of what the documents call a few minutes."""
ENDS_SESSIONS = ("log_in_again", "change_password", "clear_site_data")
"""Remedies that end a session by what they are."""
MEANS: dict[int, tuple[str, ...]] = {
    500: ("internal_server_error",),
    502: ("bad_gateway",),
    503: ("service_unavailable", "connection_termination", "generation_failed"),
    504: ("gateway_timeout",),
}
"""The messages by which a client tells a status from the others."""


def loses_nothing(case: Case) -> Finding | None:
    """K1: what failed was not processed, and what was there before is there in the end."""
    if not failed(case):
        return None
    return _unprocessed(case) if case.arm.scenario.moment is Moment.SEND else _still_there(case)


def failed(case: Case) -> bool:
    """Whether the person saw at the moment that something was wrong."""
    screen = case.symptom
    return screen is not None and bool(screen["error"] or screen["login"] or not screen["client"])


def _unprocessed(case: Case) -> Finding | None:
    """The service took nothing until the remedy. Where only the reply is lost it may have, and then just once."""
    moment, remedy = case.history.step("moment"), case.history.step("remedy")
    if moment is None or remedy is None:
        return None
    early = _taken(case, after=moment.at, before=remedy.at).total()
    if early and any(fault.kept for fault in case.arm.scenario.faults):
        most = max(_taken(case).values())
        sentence = f"expected a message whose reply was lost to be taken once, the service took it {times(most)}"
        return Finding("K1", most == 1, sentence)
    did = f"took it {times(early)}" if early else "did not take it"
    return Finding("K1", not early, f"expected a message that failed to be left unprocessed, the service {did}")


def _taken(case: Case, **within: float) -> Counter[str]:
    """How often the service took the question, by conversation: who asks in a new chat asks for another answer."""
    return Counter(
        str(event.data["conversation"])
        for event in case.history.where("service", "message", **within)
        if squeeze(str(event.data["text"])) == case.question and not event.data["duplicate"]
    )


def _still_there(case: Case) -> Finding | None:
    """The conversation of before. An error that stands in its place hides it, and doesn't say that it is lost."""
    screen = case.final
    elsewhere = case.arm.remedy in REMEDIES and REMEDIES[case.arm.remedy].elsewhere
    if screen is None or not screen["client"] or screen["login"] or elsewhere:
        return None
    answer = answer_to(screen, case.steady_question)
    stands = answer is not None and answer["text"] in case.whole(case.steady_question)
    if not stands and screen["error"]:
        return None
    shown = quoted([one["text"] for one in screen["messages"]])
    sentence = f"expected {quoted(case.steady_question)} with its answer in the end, shown was {shown}"
    return Finding("K1", stands, sentence)


def leaks_nothing(case: Case) -> Finding | None:
    """K2: an error names no account, repeats no prompt, and holds nothing by which one gets in."""
    if not leaks.said_of_errors(case):
        return None
    found = leaks.leaks(case)
    return None if found is None else Finding("K2", found.holds, found.sentence)


def leaves_account(case: Case) -> Finding | None:
    """K3: the account is in the end what it was, but for what the remedy itself is about."""
    phases = {str(event.data["phase"]): event.data for event in case.history.where("service", "account")}
    before, after = phases.get("before"), phases.get("after")
    if before is None or after is None:
        return None
    remedy, faults = case.arm.remedy, case.arm.scenario.faults
    ends = remedy in ENDS_SESSIONS or any(fault.do == "session_expired" for fault in faults)
    had, has = int(before["sessions"]), int(after["sessions"])
    changes = {
        "another account": before["name"] != after["name"],
        f"the plan {after['plan']}": after["plan"] != before["plan"] and remedy != "paid_plan",
        "another password": after["password_changed"] and remedy != "change_password",
        f"{has} of {had} live sessions": has < had and not ends,
    }
    changed = " and ".join(what for what, is_so in changes.items() if is_so)
    return Finding("K3", not changed, f"expected the account to be as it was, seen was {changed or 'no change'}")


def keeps_unsaved(case: Case) -> Finding | None:
    """K4: what the interrupted conversation may not have saved is there. Who opens the page has written nothing."""
    screen = case.symptom
    if case.arm.scenario.moment is Moment.OPEN or not failed(case):
        return None
    if screen is None or not screen["client"] or screen["login"]:
        return None
    found = (conduct.draft(case), partial.partial(case), conduct.conversation(case))
    lost = [one.sentence for one in found if one is not None and one.holds is False]
    if lost:
        return Finding("K4", False, lost[0])
    answer = answer_to(screen, case.question)
    kept = quoted(answer["text"] if answer else case.question)
    return Finding("K4", True, f"expected what was on the screen to be kept, kept was {kept}")


def repeats(case: Case) -> Finding | None:
    """K5: who asks again while the cause is there meets the error again."""
    arm = case.arm
    if arm.kind != "control" or arm.remedy != ASK_AGAIN or arm.takes or not failed(case) or case.final is None:
        return None
    lasting = _lasting(case)
    if not lasting:
        return None
    has_it = works(case)
    sentence = f"expected the error again while there is {', '.join(lasting)}: {_ended(case, has_it)}"
    return Finding("K5", not has_it, sentence)


def _lasting(case: Case) -> list[str]:
    """The faults that were still armed when the person last looked."""
    looks = [event.at for event in case.history.where("screen", "snapshot") if event.data["phase"] == "recovery"]
    gone = case.history.where("fault", "lifted", before=looks[-1])
    lifted = {event.data["fault"] for event in gone if event.data["because"] != "the arm is over"}
    there = {event.data["fault"] for event in case.history.where("fault", "armed")} - lifted
    faults = enumerate(case.arm.scenario.faults)
    return [str(fault) for index, fault in faults if index in there and _breaks(case, fault)]


def _breaks(case: Case, fault: Fault) -> bool:
    """Whether a fault that is armed breaks something. How many requests it has left only the service knows."""
    if fault.harmless or (fault.lasts.hits is not None and fault.at not in LINKS):
        return False
    return FAULTS[fault.at][fault.do].breaks(fault, case.arm.scenario.gateway.timeout)


def solved_soon(case: Case) -> Finding | None:
    """K6: a reload or a short wait solves it."""
    arm = case.arm
    waits = arm.remedy == "wait" and SHORTEST_WAIT <= arm.argument <= SHORT_WAIT
    if not (waits or arm.remedy in conduct.STAYS) or not failed(case) or case.final is None:
        return None
    has_it = works(case)
    return Finding("K6", has_it, f"expected {arm.label} to solve it: {_ended(case, has_it)}")


def redundancy(case: Case) -> Finding | None:
    """K7: where another instance takes over, who asks again is answered, though a fault was met."""
    arm, instances = case.arm, int(getattr(case.arm.scenario.gateway, "instances", 1))
    if arm.kind != "control" or arm.remedy != ASK_AGAIN or arm.takes or instances < 2 or case.final is None:
        return None
    evidence = soundness.evidence(case)
    if evidence is None or not evidence.holds:
        return None
    has_it = works(case)
    return Finding(
        "K7", has_it, f"expected one of {instances} instances to answer: {_ended(case, has_it)}, {_way(case)}"
    )


def told_apart(case: Case) -> Finding | None:
    """K8: the client says of the status that was on the wire what it says of that status only."""
    moment, remedy, screen = case.history.step("moment"), case.history.step("remedy"), case.symptom
    if moment is None or remedy is None or screen is None or not failed(case):
        return None
    replies = case.history.where("gateway", "access", after=moment.at, before=remedy.at)
    met = sorted({event.data["status"] for event in replies} & MEANS.keys())
    if not met:
        return None
    right = [case.client.text(name, case.locale) for status in met for name in MEANS[status]]
    others = {case.client.text(name, case.locale) for names in MEANS.values() for name in names} - set(right)
    lines = lines_on(screen)
    own = [line for line in lines if line not in screen.get("details", ())]
    holds = any(text in lines for text in right) and not others & set(own)
    status = " and ".join(map(str, met))
    sentence = f"expected {status} to be told as {' or '.join(map(quoted, right))}, shown was {_shown(screen)}"
    return Finding("K8", holds, sentence)


def paid_for(case: Case) -> Finding | None:
    """K9: who has paid for priority is answered, though perhaps not at once."""
    paid = case.arm.remedy == "paid_plan" or getattr(case.arm.start, "plan", "free") == "paid"
    if not paid or case.final is None:
        return None
    has_it = works(case)
    return Finding("K9", has_it, f"expected a paid plan to get an answer: {_ended(case, has_it)}, {_way(case)}")


def _ended(case: Case, has_it: bool) -> str:
    said = ended(case, has_it)
    return said if has_it or case.final is None else f"{said}, shown was {_shown(case.final)}"


def _way(case: Case) -> str:
    """Whether the person was spared the error or only helped out of it: reduced is not removed."""
    return f"after the error {_shown(case.symptom)}" if case.symptom and failed(case) else "with no error on the way"


def _shown(screen: Screen) -> str:
    navigation = str(screen.get("navigation", ""))
    return quoted(lines_on(screen)) if lines_on(screen) or not navigation else unopened(navigation)


CLAIMS: dict[str, Check] = {
    "K1": loses_nothing,
    "K2": leaks_nothing,
    "K3": leaves_account,
    "K4": keeps_unsaved,
    "K5": repeats,
    "K6": solved_soon,
    "K7": redundancy,
    "K8": told_apart,
    "K9": paid_for,
}
