"""What every page of a report is made with: escaped templates, text of others that neither acts nor is endless."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.values.text import clipped, printable

LONGEST = 6000
"""Characters of any one text of others on a page."""


def _said(value: object) -> object:
    """What every expression of a template goes through."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    if len(value) <= LONGEST and value.replace("\n", "").isprintable():
        return value
    return printable(clipped(value, LONGEST), keep="\n\t")


def environment(package: str) -> Environment:
    """The templates of a package's folder `templates`."""
    env = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_said,
    )
    env.filters |= {"words": lambda name: str(name).replace("_", " "), "clip": clipped}
    return env


def packaged(package: str, name: str) -> str:
    """The text of a file that is shipped in a package."""
    return (files(package) / name).read_text(encoding="utf-8")


def hashed(content: str) -> str:
    """A policy's name for exactly this style or script: no other may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
