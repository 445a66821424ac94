"""The guide's tables, drawn from the code's own, and how a scenario is written in a few lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.clients import CAPABILITIES, Client
from harness.faults import FAULTS
from harness.language import lexicon, words_of_profiles
from harness.report.words import kinds, left_out, lifetimes, places_of, takes, words
from harness.values.errors import AuthorError
from harness.values.situation import Moment

BEGIN, END = "<!-- words:begin -->", "<!-- words:end -->"
SHORT = """\
A scenario is a YAML file: title, moment, faults, expect, and up to three lists of remedies.

  title: The service drops the gateway's connection while a message is being sent
  moment: send                          # open, send, mid_answer, download
  faults:
    - at: service_link                  # chatfault list places
      do: reset_peer                    # chatfault list faults
      lasts: 45s                        # 300ms, 45s, 15m, 3h; 1 connection; forever
  expect:
    message: connection_termination     # chatfault list messages; none, any
    within: 3s
  recovers: [{wait: 1m}]                # chatfault list remedies
  does_not_recover: [reload, private_window]

`chatfault explain reset_peer` says all about a name, `chatfault new` writes a first scenario, `chatfault lint` reads
yours and tells every error, `chatfault plan` says what would run, `chatfault run` runs it."""


def in_short() -> str:
    return SHORT


def keys() -> set[str]:
    """Every key and word that can stand in a scenario, a runbook or a profile."""
    tables = (lexicon.TOP, lexicon.FAULT, lexicon.EXPECT, lexicon.PERSON, lexicon.GATEWAY, lexicon.KNOWN)
    params = {name for kind in kinds().values() for name in kind.params}
    scenarios = params.union(
        *tables, lexicon.SCOPES, lexicon.TRAFFIC, lexicon.RUNBOOK, lexicon.CONSTRUCTS, lexicon.VALUES
    )
    return scenarios.union(*(words_of_profiles.KEYS, words_of_profiles.KNOWN, words_of_profiles.PLACES, CAPABILITIES))


def tables(client: Client) -> str:
    """The guide's tables, in Markdown."""
    parts = [
        "### Places\n\n" + _table(("place", "is", "can do"), _places()),
        "### Faults\n\n" + _table(("fault", "does", "at", "keys", "lasts", "moments"), _faults()),
        "### Moments\n\n" + _table(("moment", "is"), ((f"`{k}`", v) for k, v in lexicon.MOMENTS.items())),
        "### Scopes (`only:`)\n\n" + _table(("scope", "is"), ((f"`{k}`", v) for k, v in lexicon.SCOPES.items())),
        "### Traffic (`on:`)\n\n" + _table(("class", "is"), ((f"`{k}`", v) for k, v in lexicon.TRAFFIC.items())),
        "### Remedies\n\n" + _listing("remedies", client),
        "### Messages\n\n" + _listing("messages", client),
        "### The person\n\n" + _table(("key", "is"), ((f"`{k}`", v) for k, v in lexicon.PERSON.items())),
        "### The gateway\n\n" + _table(("key", "is"), ((f"`{k}`", v) for k, v in lexicon.GATEWAY.items())),
        "### What is expected\n\n" + _table(("key", "is"), ((f"`{k}`", v) for k, v in lexicon.EXPECT.items())),
        "### Failures, causes and claims\n\n" + "\n".join(_catalogue(client)),
    ]
    return "\n\n".join(parts)


def write(target: Path, client: Client) -> None:
    """Put the tables between a file's markers. Raises `AuthorError` where it has none."""
    text = target.read_text(encoding="utf-8") if target.is_file() else ""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise AuthorError(f"{target} has no place for the tables", cure=f"write {BEGIN} and {END} where they belong")
    target.write_text(f"{head}{BEGIN}\n\n{tables(client)}\n\n{END}{tail}", encoding="utf-8")


def _places() -> Iterator[tuple[str, ...]]:
    for at, table in FAULTS.items():
        yield f"`{at}`", lexicon.PLACES[at], ", ".join(f"`{do}`" for do in table if do != "none")


def _faults() -> Iterator[tuple[str, ...]]:
    for do, kind in kinds().items():
        params = "; ".join(
            f"`{name}`: {takes(one)}" + (f" ({left_out(one)})" if not one.required else " (must be given)")
            for name, one in kind.params.items()
        )
        moments = "all" if len(kind.moments) == len(Moment) else ", ".join(one.value for one in kind.moments)
        at = places_of(do)
        near = f"`{at[0]}` and {len(at) - 1} more" if len(at) > 3 else ", ".join(f"`{one}`" for one in at)
        yield f"`{do}`", kind.says, near, params, lifetimes(at[0], kind), moments


def _listing(sort: str, client: Client) -> str:
    return _table(
        (sort[:-1] if sort != "remedies" else "remedy", "is"), ((f"`{w.name}`", w.says) for w in words(sort, client))
    )


def _catalogue(client: Client) -> Iterator[str]:
    for sort in ("failures", "causes", "claims"):
        yield f"- {sort}: " + ", ".join(f"{word.name} {word.says}" for word in words(sort, client))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    for row in rows:
        lines.append("| " + " | ".join(one.replace("|", "\\|") for one in row) + " |")
    return "\n".join(lines)
