"""The page's files: one that needs nothing but itself, or, where a run is large, one with its parts beside it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup

from harness.report import advise
from harness.report.causes import kind_of
from harness.report.data import ArmView, Report, ScenarioView, counted, lies_below
from harness.report.matrix import causes_of
from harness.report.page.inside import inside
from harness.report.page.overview import View
from harness.report.page.tables import Books, Table, books, drift, table
from harness.report.past import WORDS, Past, named
from harness.report.replacing import replace_file
from harness.report.templating import environment, hashed, packaged
from harness.report.where import command
from harness.values.result import Result

MOST_IN_ONE = 300
"""Arms up to which everything is in one file."""
LARGEST = 5_000_000
"""Characters of insides up to which they are in one file."""
PARTS = "parts"
TABLES = {
    "matrix": ("Causes × remedies", "documented, predicted, observed and the control in each cell"),
    "drift": ("Documents and observation disagree", "advice that did something else, claims that did not hold"),
    "runbooks": ("Runbooks", "at which step of each document’s order it worked again"),
    "advice": ("Advice", "the order of remedies that helps soonest"),
}


def _environment() -> Environment:
    env = environment("harness.report.page")
    env.filters |= {
        "address": lambda path: quote(str(path), safe="/~", errors="replace"),
        "lies_below": lies_below,
        "is_link": lambda text: bool(re.fullmatch(r"https?://[^\s\"'<>]+", str(text))),
        "kind": kind_of,
        "label": lambda arm, result: str(arm).removeprefix(f"{result.scenario}/"),
        "causes": lambda cause: str(cause).replace(",", " "),
        "counts": _counts,
        "part": part_of,
    }
    return env


def _counts(scenario: ScenarioView) -> str:
    counts = counted([arm.result for arm in scenario.arms])
    return ", ".join(f"{counts[name]} {name}" for name in ("fail", "flaky", "invalid", "known", "pass") if counts[name])


def part_of(scenario: ScenarioView) -> str:
    """The name of a scenario's part, fit for a file."""
    name = scenario.slug.replace("/", "~~")
    return f"s.{name}" if len(name) <= 100 else f"s.{name[:80]}.{hashlib.sha256(name.encode()).hexdigest()[:12]}"


@dataclass
class Drawing:
    """A report's page. `past`: the runs before it and it itself."""

    report: Report
    view: View
    past: Past
    env: Environment = field(default_factory=_environment)
    _made: dict[str, Markup] = field(default_factory=dict)

    @cached_property
    def _macros(self) -> Any:
        return self.env.get_template("parts.html.j2").module

    @cached_property
    def css(self) -> str:
        return packaged(__package__, "report.css")

    @cached_property
    def script(self) -> str:
        return packaged(__package__, "report.js")

    @property
    def policy(self) -> str:
        """Nothing but this very style and script, what that script loads, and pictures from beside the page."""
        return (
            f"default-src 'none'; style-src {hashed(self.css)}; script-src {hashed(self.script)} 'strict-dynamic'; "
            "img-src 'self' file:; base-uri 'none'; form-action 'none'"
        )

    def write(self, folder: Path) -> Path:
        shutil.rmtree(folder / PARTS, ignore_errors=True)
        if self._is_large():
            self._write_parts(folder / PARTS)
            content = self._index(self._link)
        else:
            content = self._index(lambda slug, _: self._inside(slug))
        index = folder / "index.html"
        replace_file(index, content)
        return index

    def _is_large(self) -> bool:
        arms = self.report.arms
        if len(arms) > MOST_IN_ONE:
            return True
        return sum(len(self._inside(arm.slug)) for arm in arms) > LARGEST

    @cached_property
    def _by_slug(self) -> dict[str, ArmView]:
        return {arm.slug: arm for arm in self.report.arms}

    def _inside(self, slug: str) -> Markup:
        """What an arm or a table has inside, made once."""
        if slug not in self._made:
            self._made[slug] = self._table(slug) if slug.startswith("table=") else self._arm(self._by_slug[slug])
        return self._made[slug]

    def _arm(self, arm: ArmView) -> Markup:
        again = command(arm.result)
        told = inside(arm, self.report.texts, again, self._before(arm))
        return _tight(self._macros.arm(told))

    def _before(self, arm: ArmView) -> list[str]:
        """What became of the arm in the last runs, in words; nothing where this is the first."""
        letters = self.past.of(named(arm.result))
        return [WORDS[letter] for letter in letters] if len(letters) > 1 else []

    @cached_property
    def tables(self) -> dict[str, Any]:
        """What each table shows; empty ones are left out."""
        results = [arm.result for arm in self.report.arms]
        found: dict[str, Table | Books | list[Any] | None] = {
            "matrix": table(self.report.arms),
            "drift": drift(self.report),
            "runbooks": books(self.report),
            "advice": _advice(results),
        }
        return {name: told for name, told in found.items() if told and getattr(told, "lines", told)}

    def _table(self, slug: str) -> Markup:
        name = slug.removeprefix("table=")
        macro = {"matrix": "matrix", "drift": "drifts", "runbooks": "books", "advice": "advice"}[name]
        return _tight(getattr(self._macros, macro)(self.tables[name]))

    def _index(self, body: Any) -> str:
        view = self.view
        view.tables = [(name, *TABLES[name]) for name in self.tables]
        index = self.env.get_template("index.html.j2")
        return index.render(view=view, body=body, policy=self.policy, css=Markup(self.css), script=Markup(self.script))

    # -- parts

    def _link(self, slug: str, scenario: ScenarioView | None) -> Markup:
        name = part_of(scenario) if scenario else f"t.{slug.removeprefix('table=')}"
        at = slug if slug.startswith("table=") else f"arm={slug}"
        return Markup('<p><a href="{}/{}.html#{}">Everything about it</a></p>').format(PARTS, quote(name), at)

    def _write_parts(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        for scenario in self.report.scenarios:
            bodies = [(f"arm={arm.slug}", arm.label, self._inside(arm.slug)) for arm in scenario.arms]
            self._write_part(folder, part_of(scenario), scenario.title, bodies)
        for name in self.tables:
            title = TABLES[name][0]
            self._write_part(folder, f"t.{name}", title, [(f"table={name}", title, self._inside(f"table={name}"))])

    def _write_part(self, folder: Path, name: str, title: str, bodies: list[tuple[str, str, Markup]]) -> None:
        """The same twice: as a script that the page loads from disk, and as a page for who runs no scripts."""
        told = json.dumps({id_: str(body) for id_, _, body in bodies}, ensure_ascii=False)
        script = f"chatfault({json.dumps(name)},{told});\n".replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        replace_file(folder / f"{name}.js", script)
        template = self.env.get_template("part.html.j2")
        policy = f"default-src 'none'; style-src {hashed(self.css)}; img-src 'self' file:; form-action 'none'"
        html = template.render(title=title, bodies=bodies, css=Markup(self.css), policy=policy)
        replace_file(folder / f"{name}.html", html)


def _advice(results: list[Result]) -> list[str]:
    found = advise.all_advice(results, {}) if any(causes_of(one) for one in results) else []
    return [line for one in found for line in [*advise.told(one), ""]]


def _tight(html: str) -> Markup:
    """Without the white space between elements that a template leaves and nobody sees."""
    return Markup(re.sub(r">\s*\n\s*<(?!/span>)", "><", str(html)))
