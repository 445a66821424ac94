"""The card's page: one file that needs nothing but itself, of one client or of several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from harness.report.card.gather import ASPECTS, RULE, Card
from harness.report.replacing import replace_file
from harness.report.templating import environment, hashed, packaged

SIGNS: Mapping[str, str] = {"pass": "✔", "some": "◐", "fail": "✘", "none": "–"}
PLACES: Mapping[str, str] = {"pass": "all hold", "some": "some hold", "fail": "none holds", "none": "not judged"}


def write(path: Path, cards: Sequence[Card]) -> Path:
    """Write the page of these cards, and return where it is."""
    css = packaged("harness.report.page", "report.css") + packaged(__package__, "card.css")
    policy = f"default-src 'none'; style-src {hashed(css)}; base-uri 'none'; form-action 'none'"
    told = {"cards": cards, "aspects": ASPECTS, "rule": RULE, "signs": SIGNS, "places": PLACES}
    page = environment(__package__).get_template("card.html.j2").render(**told, css=Markup(css), policy=policy)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, page)
    return path
