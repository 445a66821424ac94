"""A wrong message, told once for its scenario: the name to write, and what became of each remedy beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.clients import Client
from harness.values.result import Result, Verdict
from harness.values.text import shown

CHECK = "message"
SHOWN = "shown was "


def only_the_message(result: Result) -> bool:
    """Whether an arm failed for its message alone; what became of its remedy is then as the scenario lists it."""
    failed = {one.check for one in result.findings if one.holds is False and one.check not in result.claims}
    return result.verdict is Verdict.FAIL and failed == {CHECK} and result.observed in (result.expected, "")


def wrong_messages(results: Sequence[Result], client: Client) -> Iterator[str]:
    """Lines about every scenario whose message is another one, in the order of the results."""
    by_scenario: dict[tuple[str, str], list[Result]] = {}
    for one in results:
        if any(found.check == CHECK and found.holds is False for found in one.findings):
            by_scenario.setdefault((one.path, one.scenario.partition("/")[0]), []).append(one)
    for (path, name), arms in by_scenario.items():
        said = next(f.sentence for f in arms[0].findings if f.check == CHECK and f.holds is False)
        yield f"{shown(path or name)}: the message is another one (in {len(arms)} arms): {said}"
        write = cure(arms[0], client)
        if write:
            yield f"  = {write}"
        outcomes = [f"{one.arm.rpartition('/')[2]} {one.observed.replace('_', ' ')}" for one in arms if one.observed]
        if outcomes:
            yield f"  beside it: {', '.join(dict.fromkeys(outcomes))}"


def cure(result: Result, client: Client) -> str:
    """`message: NAME`, for an arm in which another message was shown than was expected; else empty."""
    wrong = next((one.sentence for one in result.findings if one.check == CHECK and one.holds is False), "")
    write = to_write(wrong.rpartition(SHOWN)[2], result.locale, client) if wrong else ""
    return f"message: {write}" if write else ""


def to_write(text: str, locale: str, client: Client) -> str:
    """The name of the message in a shown text (the longest that fits), `none` for none, or empty."""
    fit = [name for name in client.messages if client.text(name, locale) in text]
    if fit:
        return max(fit, key=lambda name: len(client.text(name, locale)))
    return "none" if text in ("", "nothing", "none") else ""
