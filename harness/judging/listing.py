"""The list of a person's conversations: it has this one, once, by its name, in its place, marked as the open one."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from harness.judging.case import Case, Screen, quoted
from harness.judging.looks import TURNED, Look, conversation_of, looks, plain, was_there
from harness.values.result import Finding

EMPTIED = ("clear_site_data", "private_window", "phone", "mobile_app", "other_browser")
"""Remedies after which the browser has nothing of what it kept."""
Entries = Sequence[Mapping[str, Any]]


def listed(case: Case) -> Finding | None:
    """The list of conversations has this one, as it had it before."""
    if new := _unlisted(case):
        titles = [one["title"] for one in new.screen["conversations"]]
        sentence = f"expected the open conversation in the list of them ({new.phase}), listed was {quoted(titles)}"
        return Finding("listed", False, sentence, "one more", " / ".join(titles))
    before = case.history.screen("steady")
    if before is None or not before.get("conversations"):
        return None
    here = conversation_of(before)
    had = [one for one in before["conversations"] if _leads(one, here)]
    broken = case.history.step("break")
    for look in [*looks(case), *looks(case, *TURNED)]:
        shown = look.screen.get("conversations")
        if (gone := _heading(case, before, look)) and had and gone == had[0]["title"]:
            sentence = f"expected the open conversation to be called {quoted(gone)} ({look.phase}), it no longer is"
            return Finding("listed", False, sentence, gone, "nothing")
        wrong = _wrongly_listed(shown or (), conversation_of(look.screen)) or _called_after_an_error(look.screen)
        if broken and look.at > broken.at and not wrong:
            wrong = _changed(before["conversations"], shown or (), {here, conversation_of(look.screen)})
        if wrong:
            return Finding("listed", False, f"{wrong} ({look.phase})")
        if had and shown and _has_kept(case, before, look.screen) and not any(_leads(one, here) for one in shown):
            titles = [one["title"] for one in shown]
            want = f"{quoted(had[0]['title'])} in the list of conversations ({look.phase})"
            sentence = f"expected {want}, listed was {quoted(titles)}"
            return Finding("listed", False, sentence, had[0]["title"], " / ".join(titles))
        if had and not shown and _same_window(case, look):
            sentence = f"expected the list of conversations to stay ({look.phase}), it is empty"
            return Finding("listed", False, sentence, had[0]["title"], "nothing")
    if again := _called_as_once(case, here):
        return Finding("listed", False, again)
    return Finding("listed", True, "the conversation is in the list") if was_there(case) else None


def _called_as_once(case: Case, here: str) -> str:
    """A conversation that had got a name after what was asked in it, and has the one from before it, in words."""
    names: list[str] = []
    for look in sorted([*looks(case), *looks(case, *TURNED)], key=lambda one: one.at):
        named = [str(one["title"]) for one in look.screen.get("conversations", ()) if _leads(one, here)]
        if not named or names[-1:] == named[:1]:
            continue
        if named[0] in names:
            kept = f"expected the conversation to keep its name {quoted(names[-1])} ({look.phase})"
            return f"{kept}, it is called {quoted(named[0])} again"
        names.append(named[0])
    return ""


def _unlisted(case: Case) -> Look | None:
    """The look at a new chat that has its answer for a while, if a list has another that was asked and not this one."""
    last = next(iter(looks(case, "begun")), None)
    listed = last.screen.get("conversations") if last else None
    if last is None or not listed or last.screen["busy"] or last.screen["error"] or _failed_since(case, last):
        return None
    here, messages = conversation_of(last.screen), last.screen["messages"]
    taken = {str(one.data["conversation"]) for one in case.history.where("service", "message", before=last.at)}
    answered = len(messages) > 1 and messages[-1]["text"] in case.whole(messages[-2]["text"])
    others = any(_leads(one, conversation) for one in listed for conversation in taken - {here})
    if here not in taken or not answered or not others or any(_leads(one, here) for one in listed):
        return None
    return last


def _failed_since(case: Case, look: Look) -> bool:
    """Whether the page asked for something in vain since what was asked last: it may not know of it."""
    asked = case.history.last("run", "asked", before=look.at)
    since = {"after": asked.at if asked else 0.0, "before": look.at}
    replies = case.history.where("browser", "response", **since)
    failed = case.history.where("browser", "request_failed", **since)
    return bool(failed) or any(int(one.data.get("status") or 0) >= 400 for one in replies)


def _wrongly_listed(shown: Entries, here: str) -> str:
    """What is wrong about the entries of a list of conversations by themselves, or empty."""
    addresses = [one["address"] for one in shown if one["address"]]
    twice = next((one["title"] for one in shown if addresses.count(one["address"]) > 1), None)
    if twice is not None:
        return f"expected each conversation once in their list, listed more than once was {quoted(twice)}"
    current = [one for one in shown if one.get("current")]
    if current and not any(_leads(one, here) for one in current) and any(_leads(one, here) for one in shown):
        said = quoted([one["title"] for one in current])
        return f"expected the list of conversations to mark the one that is open, marked was {said}"
    if len(current) > 1:
        said = quoted([one["title"] for one in current])
        return f"expected one conversation of the list to be marked as the open one, marked were {said}"
    pale = next((f"{quoted(one['title'])}: {one['pale']}" for one in shown if one.get("pale")), "")
    return f"expected the list of conversations to be readable, {pale}" if pale else ""


def _called_after_an_error(screen: Screen) -> str:
    """A conversation whose name is not what was asked in it but what went wrong there, in words, or empty."""
    told = {plain(line) for line in (screen["error"] or {}).get("lines", ())} - {""}
    named = next((one["title"] for one in screen.get("conversations", ()) if plain(one["title"]) in told), "")
    return f"expected conversations to be called after what was asked, one is called {quoted(named)}" if named else ""


def _changed(before: Entries, shown: Entries, open_then: Container[str]) -> str:
    """What of a list of conversations is no longer as it was, although nobody did anything to it, or empty.

    `open_then`: the conversation that was open in the steady state, and the one that is. These may get other names.
    """
    addresses = {one["address"] for one in shown}
    stays = [one["address"] for one in before if one["address"] in addresses]
    had, has = ({one["address"]: one for one in some if one["address"] in stays} for some in (before, shown))
    titles = quoted([str(one["title"]) for one in has.values()])
    others = [address for address in stays if address.rstrip("/").rsplit("/", 1)[-1] not in open_then]
    if renamed := next((one for one in others if had[one]["title"] not in has[one]["title"]), ""):
        was, now = quoted(had[renamed]["title"]), quoted(has[renamed]["title"])
        return f"expected the other conversations to be called as before, {was} is called {now}"
    if len({one["title"] for one in had.values()}) > len({one["title"] for one in has.values()}):
        return f"expected to tell conversations apart, listed was {titles}"
    if [one for one in has if one in others] != others:
        return f"expected the list in its order, listed was {titles}"
    sank = [one for one in stays if one not in others and list(has).index(one) > list(had).index(one)]
    if others and sank:
        title = quoted(has[sank[0]]["title"])
        return f"expected the open conversation to stay where it is in the list, {title} sank in it"
    open_before = [one for one in had.values() if one.get("current")]
    if open_before and not any(one.get("current") for one in shown):
        return f"expected the list of conversations to mark the one that is open, none of {titles} was"
    return ""


def _leads(one: Mapping[str, Any], conversation: str) -> bool:
    return str(one["address"]).rstrip("/").endswith(conversation)


def _heading(case: Case, before: Screen, look: Look) -> str:
    """The title over the open conversation that stood there in the steady state and no longer does, or empty."""
    steady = case.history.step("break")
    if (
        steady is None
        or look.at < steady.at
        or not _same_window(case, look)
        or conversation_of(look.screen) != conversation_of(before)
    ):
        return ""
    titles = {one["title"] for one in before["conversations"]}
    return next((line for line in before.get("others", ()) if line in titles and line not in _said(look.screen)), "")


def _said(screen: Screen) -> set[str]:
    return set(screen.get("others", ()))


def _has_kept(case: Case, before: Screen, screen: Screen) -> bool:
    """Whether a page knows of what was there before: not another service's, nor what was kept in another profile."""
    if conversation_of(screen) != conversation_of(before) and case.arm.remedy in EMPTIED:
        return False
    return urlsplit(str(before.get("url", ""))).netloc == urlsplit(str(screen.get("url", ""))).netloc


def _same_window(case: Case, look: Look) -> bool:
    """Whether nothing was opened since the steady state."""
    steady = case.history.step("break")
    opened = case.history.where("browser", "navigation", after=steady.at if steady else 0.0, before=look.at)
    return not opened
