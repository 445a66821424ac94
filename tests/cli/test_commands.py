"""The command line: every command has its help, errors are chatfault's own, completion knows names, help is quick."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from harness.cli import main
from harness.cli.commands import COMMANDS, ENTRIES


@pytest.mark.parametrize("name", ENTRIES)
def test_every_command_of_the_table_is_there_and_has_a_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, _, attribute = ENTRIES[name].where.partition(":")
    command = getattr(import_module(f"harness.cli.{module}"), attribute)
    assert isinstance(command, click.Command)
    assert main([name, "--help"]) == 0
    assert f"Usage: chatfault {name}" in capsys.readouterr().out


def test_the_help_has_a_line_for_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert {words[0] for words in lines} >= set(ENTRIES)
    assert all(section for section in COMMANDS)


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("chatfault 0.")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["rnu"], "chatfault: there is no command 'rnu'\n  help: did you mean 'run'?\n"),
        (
            ["doctor", "--all"],
            "chatfault: No such option '--all'.\n  help: `chatfault doctor --help` says what there is\n",
        ),
        (["completion", "csh"], "'csh' is not one of 'bash', 'zsh', 'fish'"),
    ],
)
def test_what_is_wrong_with_an_option_is_told_as_chatfaults_own(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(given) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_the_help_of_a_run_has_its_own_options_first_and_says_where_pytests_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", "--help"]) == 0
    said = capsys.readouterr().out
    assert 0 < said.index("--client") < said.index("pytest's options as well")
    assert "unittest" not in said


@pytest.mark.live
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    assert "_CHATFAULT_COMPLETE" in capsys.readouterr().out


@pytest.mark.live
@pytest.mark.parametrize(
    ("words", "among"),
    [("chatfault co", "coverage"), ("chatfault run --loc", "--locale"), ("chatfault run --locale ", "ja")],
)
def test_bash_completes_commands_options_and_values(words: str, among: str) -> None:
    env = {
        "_CHATFAULT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        [Path(sys.executable).parent / "chatfault"], env=env, capture_output=True, text=True, check=False
    )
    assert f"plain,{among}" in done.stdout.splitlines()


ITS_HELP = """
import sys
from harness.cli import main
main(["--help"])
print(sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[1:])), file=sys.stderr)
"""
HEAVY = ("_pytest", "aiohttp", "jinja2", "playwright", "psutil", "pytest", "rich", "yaml")
"""What takes longer to be imported than all that a help needs."""


@pytest.mark.live
def test_the_help_comes_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", ITS_HELP, *HEAVY], check=True, capture_output=True, text=True)
    assert "Usage: chatfault" in done.stdout
    assert done.stderr.strip() == "[]"
