"""The project's jobs. `nox -s scenarios` is the main one; what it needs on the machine it finds or installs."""

from __future__ import annotations

from pathlib import Path

import nox
from nox.command import CommandFailed

nox.options.sessions = ["lint", "types", "scenarios", "tests"]
nox.options.reuse_venv = "yes"
PYPROJECT = nox.project.load_toml("pyproject.toml")
GROUPS = PYPROJECT["dependency-groups"]
SMOKE = {
    "f1_send": ("retry", ""),
    "f2_server_error": ("reload", ""),
    "f3_overload": ("retry", ""),
    "f4_gateway_full": ("paid_plan", ""),
    "f5_slow_service": ("shorten_prompt", ""),
    "f6_rate_limit": ("wait[2m]", ""),
    "f7_in_one_conversation": ("new_chat", ""),
    "f8_websocket_cut": ("regenerate", ""),
    "f9_shared_vpn_exit": ("vpn_off", "+vpn_a"),
    "f10_security_software": ("security_off", "+security"),
    "f11_overload": ("new_chat", ""),
    "f12_cut_once": ("download_again", "+vpn_a"),
    "f13_lost_for_a_moment": ("retry", ""),
    "f14_expired_session": ("log_in_again", ""),
}
"""A scenario of each documented failure, one of its remedies, and what its controls have in their names."""
CODE = ("harness", "fake_upstream", "tests", "noxfile.py")


def ready(session: nox.Session, *groups: str) -> None:
    """Install the project with what these groups need, and what it needs on the machine.

    A run starts Python a few times and imports all of it each time: what was compiled is kept, also where a machine's
    environment says otherwise.
    """
    session.env["PYTHONDONTWRITEBYTECODE"] = ""
    session.install("-e", ".", *groups)
    session.run("chatfault", "setup")


@nox.session
def scenarios(session: nox.Session) -> None:
    """Run every scenario on the real stack and write the report (arguments go to `chatfault run`)."""
    ready(session)
    session.run("chatfault", "run", *(session.posargs or ("-n", "2")))


@nox.session
def smoke(session: nox.Session) -> None:
    """Run one arm of each documented failure with its controls, in under a minute once the tools are there."""
    ready(session)
    arms = [
        f"scenarios/{name}.yaml::{name}::{label}"
        for name, (remedy, has) in SMOKE.items()
        for label in (f"control[nothing{has}]", f"control[ask_again{has}]", remedy)
    ]
    session.run("chatfault", "run", *arms, *(session.posargs or ("-n", "2")))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the project's own tests (arguments go to pytest)."""
    ready(session, *GROUPS["tests"])
    three = ("-n", "3", "--dist", "worksteal", "tests")  # also on two cores: some of them wait more than they compute
    session.run("pytest", *(session.posargs or three))


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
    ready(session)
    failed = []
    for name in session.posargs or ("deep-chat", "gradio", "streamlit"):
        out = f"report-{Path(name).stem}"
        try:
            session.run("chatfault", "run", "scenarios", "--client", name, "-n", "2", "--out", out)
        except CommandFailed:
            failed.append(f"{name} (see {out}/index.html)")
    if failed:
        session.error(f"not as foretold: {', '.join(failed)}")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure an arm beside the same by hand, reading, a report, and the API's door (or `--client NAME` alone)."""
    ready(session)
    session.run("python", "-m", "harness.bench", *session.posargs)
    if "--client" not in session.posargs:
        session.run("python", "-m", "harness.bench", "--reading")
        session.run("python", "-m", "harness.bench", "--page")
        session.run("python", "-m", "fake_upstream.bench")
