"""Whether a login and the client's dialogs can be filled in by everybody, and say what is for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.judging.case import Case, quoted, squeeze
from harness.judging.looks import looks
from harness.judging.said import is_foreign
from harness.judging.wording import RAW
from harness.values.result import Finding

PASSWORDS = {"en": re.compile(r"pass ?(?:word|phrase|code)", re.IGNORECASE), "ja": re.compile("パスワード|暗証")}
"""What a box for a password is called, by language."""
FREE = re.compile(
    r"\W*(?:(?:your |current )?plan\W+)?free(?: plan)?\W*|\W*(?:プラン\W*)?無料(?:プラン)?\W*", re.IGNORECASE
)
"""How a client names the plan that costs nothing, and no other one beside it."""
TAKES_PASSWORD = {"login_account": False, "login_password": True}
"""Boxes of a login, and whether it is the password that one writes there."""


def forms(case: Case) -> Finding | None:
    """A login and a dialog are reached without a mouse, hide passwords, and say nothing raw, foreign or secret."""
    noted = case.history.where("screen", "form")
    if not noted:
        return None
    wrong = next((f"{said} ({one.data['what']})" for one in noted for said in _wrong(case, one.data)), "")
    wrong = wrong or _lost(case) or _left_in_a_box(case) or _of_the_old_plan(case)
    return Finding("forms", not wrong, wrong or "logins and dialogs can be used by everybody")


def _of_the_old_plan(case: Case) -> str:
    """What the settings say or offer of the plan of before, once they have told of the one that was taken, in words."""
    plans = [str(one.data["plan"]) for one in case.history.where("service", "account")]
    begun = [one.at for one in case.history.where("run", "begins") if one.data["remedy"] == "paid_plan"]
    forms = case.history.where("screen", "form", after=begun[0]) if begun else []
    taken = next((one.data for one in forms if one.data["what"] == "settings"), None)
    if taken is None or len(plans) < 2 or (plans[0], plans[-1]) != ("free", "paid"):
        return ""
    if "upgrade" in taken["names"]:
        return "expected the paid plan not to be offered to who has just taken it, upgrade still is"
    line = next((one for one in taken["said"] if FREE.fullmatch(one)), "")
    return f"expected the settings to say that the plan is a paid one, they say {quoted(line)}" if line else ""


def _lost(case: Case) -> str:
    """What the person wrote to support and nobody there has, or what they didn't write to it, in words."""
    wrote = case.history.last("run", "support")
    told, came = (str(wrote.data["told"]), wrote.data["came"]) if wrote and wrote.data.get("came") else ("", [])
    if not told:
        return ""
    if not any(squeeze(told) in squeeze(text) for text in came):
        return f"expected support to have what the person wrote, {quoted(told)}, it has {quoted(came)}"
    said = case.history.where("run", "asked", "wrote")
    own = {squeeze(str(event.data.get("question") or event.data.get("draft"))) for event in said}
    rest = [squeeze(text).replace(squeeze(told), "") for text in came]
    if more := next((text for text in sorted(own) if any(text in one for one in rest)), ""):
        return f"expected support to have what the person wrote to it and no more, it has {quoted(more)} as well"
    return ""


def _left_in_a_box(case: Case) -> str:
    """A password that stands in its box once the login, or the dialog in which it was written, is done, in words."""
    left = next((look for look in looks(case) if look.screen.get("passwords")), None)
    return f"expected no password to stay in its box once it was sent ({left.phase}), one stands there" if left else ""


def _wrong(case: Case, form: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong about a form, each as a sentence."""
    for name, why in form["unreached"].items():
        yield f"expected {name} to be reached and used without a mouse, but {why}"
    for one in form.get("unseen", ()):
        yield f"expected {quoted(one['text'])} to be seen in a dialog, but {one['why']}"
    for name, takes in TAKES_PASSWORD.items():
        called = form.get("names", {}).get(name)
        if called and case.locale in PASSWORDS and takes != bool(PASSWORDS[case.locale].search(called)):
            yield f"expected {name} to be called by what it takes, its name is {quoted(called)}"
    if form.get("overprinted"):
        one, other = form["overprinted"]
        yield f"expected a dialog to be read, {quoted(one)} stands across {quoted(other)}"
    if form["clear"]:
        yield "expected a password to be hidden while it is typed, it is shown"
    if form["shows"]:
        yield f"expected no secret in a dialog, it shows {form['shows']}"
    for line in form["said"]:
        if found := next((what for what, looks in RAW.items() if looks.search(line)), ""):
            yield f"expected words for a person in a dialog, shown was {found}: {quoted(line)}"
        if is_foreign(case, line):
            yield f"expected every line of a dialog in {case.locale!r}, shown was {quoted(line)}"
