"""`chatfault client learn` and `accept`: what a client says in each failure, seen first, then expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.cli.cards import ran
from harness.clients import FOLDER, Client, Texts
from harness.language import profiles
from harness.language.blocks import with_block
from harness.report.card.learned import Learned, learned
from harness.report.replacing import replace_file
from harness.values.errors import AuthorError
from harness.values.text import shown

Table = Mapping[str, Mapping[str, Texts]]


def learn(profile: str, run: Path | None, out: Path, workers: str) -> int:
    """See what the client says and write it into its profile as `seen`; returns 0."""
    path, _ = _own(profile)
    folder = run or ran(profile, out, ["-n", workers, "-k", "control and nothing"])
    found = learned(folder)
    text = path.read_text(encoding="utf-8")
    replace_file(path, with_block(text, "seen", _written(found.texts)))
    _tell(found)
    many = sum(len(some) for by in found.texts.values() for some in by.values())
    print(f"{path}: {many} texts seen of {len(found.texts)} messages; `chatfault client accept {profile}` expects them")
    return 0


def accept(profile: str) -> int:
    """Expect what was seen from now on; returns 0."""
    path, client = _own(profile)
    if not client.seen:
        raise AuthorError(f"{path} has nothing seen", cure=f"`chatfault client learn {profile}` first")
    for name, by in client.seen.items():
        for locale, some in by.items():
            before = client.messages.get(name, {}).get(locale, ())
            if _texts(before) != _texts(some):
                was = f"“{shown(' / '.join(_texts(before)))}” → " if before else ""
                print(f"{name} ({locale}): {was}“{shown(' / '.join(_texts(some)))}”")
    expected = {name: {**client.messages.get(name, {}), **client.seen.get(name, {})} for name in _names(client)}
    text = with_block(path.read_text(encoding="utf-8"), "seen", None)
    replace_file(path, with_block(text, "messages", _written(expected)))
    print(f"{path}: these texts are expected from now on; another one is a failure that shows the difference")
    return 0


def _names(client: Client) -> list[str]:
    return list(dict.fromkeys((*client.messages, *client.seen)))


def _own(profile: str) -> tuple[Path, Client]:
    """The file of a profile of one's own, and what it says; a shipped one is nobody's to write into."""
    client = profiles.client(profile)
    path = Path(profile)
    if not profile.endswith((".yaml", ".yml")):
        cure = f"copy {FOLDER / profile}.yaml, and name the copy"
        raise AuthorError(f"{profile!r} is a shipped profile", cure=cure)
    return path, client


def _texts(some: Texts) -> tuple[str, ...]:
    return (some,) if isinstance(some, str) else tuple(some)


def _written(texts: Table) -> dict[str, dict[str, str | list[str]]]:
    """As it stands in a profile: one text, or a list of several."""
    told = {name: {locale: list(_texts(some)) for locale, some in by.items()} for name, by in texts.items()}
    return {name: {locale: x[0] if len(x) == 1 else x for locale, x in by.items()} for name, by in told.items()}


def _tell(found: Learned) -> None:
    for name, by in found.texts.items():
        for locale, some in by.items():
            print(f"{name} ({locale}): “{shown(' / '.join(some))}”")
    for finding in found.findings:
        print(f"finding: {finding}")
