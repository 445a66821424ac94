"""The project's jobs. `nox -s scenarios` is the main one; what it needs on the machine it finds or installs."""

from __future__ import annotations

from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "scenarios", "tests"]
nox.options.reuse_venv = "yes"
PYPROJECT = nox.project.load_toml("pyproject.toml")
GROUPS = PYPROJECT["dependency-groups"]
CODE = ("harness", "fake_upstream", "tests", "noxfile.py")


@nox.session
def scenarios(session: nox.Session) -> None:
    """Run every scenario on the real stack and write the report (arguments go to `chatfault run`)."""
    session.install("-e", ".")
    session.run("chatfault", "setup")
    session.run("chatfault", "run", *(session.posargs or ("-n", "2")))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the project's own tests (arguments go to pytest)."""
    session.install("-e", ".", *GROUPS["tests"])
    session.run("chatfault", "setup")
    session.run("pytest", *(session.posargs or ("-n", "2", "tests")))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and format."""
    session.install(*GROUPS["lint"])
    session.run("ruff", "check", *CODE)
    session.run("ruff", "format", "--check", *CODE)


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    session.install("-e", ".", *GROUPS["types"])
    session.run("mypy")


@nox.session
def clients(session: nox.Session) -> None:
    """Install what others wrote, and run what applies to each (arguments: other profiles, such as open-webui)."""
    session.install("-e", ".")
    session.run("chatfault", "setup")
    for name in session.posargs or ("deep-chat", "gradio", "streamlit"):
        out = f"report-{Path(name).stem}"
        session.run("chatfault", "run", "scenarios", "--client", name, "-n", "2", "--out", out)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure an arm beside the same steps written by hand, and the API's door beside a plain handler."""
    session.install("-e", ".")
    session.run("chatfault", "setup")
    session.run("python", "-m", "harness.bench", *session.posargs)
    session.run("python", "-m", "fake_upstream.bench")
