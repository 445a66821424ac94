"""The commands by their names, where each is written, and what their errors end with.

A module of this room is imported when its command is called: `--help` and completion cost nothing of the others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple

import click

from harness.values.errors import AuthorError, ChatfaultError


class Entry(NamedTuple):
    """One command or group of commands: `module:name` in this room, and its line in the help."""

    where: str
    says: str


COMMANDS: dict[str, dict[str, Entry]] = {
    "Run": {
        "run": Entry("run:run", "run scenarios, and write the report"),
        "watch": Entry("writing:watch", "run scenarios again whenever they are saved"),
        "explore": Entry("run:explore", "draw scenarios that nobody wrote, and run them"),
    },
    "Write scenarios": {
        "explain": Entry("words:explain", "say what a name is: a place, a fault, a remedy, a message, a key …"),
        "list": Entry("words:list_", "list the names that a scenario can use"),
        "new": Entry("drafts:new", "write a first scenario that runs"),
        "import": Entry("drafts:import_", "propose a scenario from a failure that a browser recorded"),
        "lint": Entry("writing:lint", "tell every error of scenarios and runbooks"),
        "plan": Entry("writing:plan", "say what would run, what is foretold of it and why, and how long it takes"),
        "show": Entry("showing:show", "draw scenarios as lanes of places against time"),
        "schema": Entry("schemas:schema", "print or write the JSON schema for editors"),
    },
    "Read what runs recorded": {
        "judge": Entry("recorded:judge", "judge a recorded run again, from its history alone"),
        "matrix": Entry("recorded:matrix", "causes × remedies, as a run observed them"),
        "runbooks": Entry("recorded:runbooks", "at which step of each document's order each cause recovered"),
        "advise": Entry("recorded:advise", "the order of remedies that helps soonest, beside the documents' orders"),
        "coverage": Entry("recorded:coverage", "what the scenarios cover of the documented failures"),
    },
    "Work with reports": {
        "report": Entry("report:report", "open a report with its traces, merge several, compare two"),
    },
    "Work with clients": {
        "client": Entry("client:client", "write, check and learn a client's profile, and draw its report card"),
    },
    "Look after the machine": {
        "setup": Entry("machine:setup", "find or install Toxiproxy, Envoy and the browsers"),
        "doctor": Entry("machine:doctor", "say what is there, where, and what is missing; changes nothing"),
        "clean": Entry("machine:clean", "end and remove what killed runs have left on this machine"),
        "completion": Entry("shell:completion", "print what a shell needs to complete commands and names"),
    },
}
"""A further command is one line here; a group such as `report` is a `click.Group` of that name in its module."""

ENTRIES = {name: entry for section in COMMANDS.values() for name, entry in section.items()}
INTERRUPTED = 130


class Commands(click.Group):
    """Every command of the table, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ENTRIES)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in ENTRIES:
            return None
        module, _, attribute = ENTRIES[name].where.partition(":")
        command: click.Command = getattr(import_module(f"harness.cli.{module}"), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in ENTRIES and not args[0].startswith("-"):
            from harness.language.source import suggestion

            raise AuthorError(f"there is no command {args[0]!r}", cure=suggestion(args[0], ENTRIES))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, entries in COMMANDS.items():
            with formatter.section(section):
                formatter.write_dl([(name, entry.says) for name, entry in entries.items()], col_max=14)


def _version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"chatfault {version('chatfault')}")
        ctx.exit()


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say which it is.")
def chatfault() -> None:
    """Break one real thing between a browser and a chat service, and see what the person is shown and what helps.

    Start with `chatfault run`, or with `chatfault COMMAND --help`.
    """


def main(argv: Sequence[str] | None = None) -> int:
    """The door of the command line. Returns the exit code: 1 failed, 2 author, 3 environment."""
    try:
        given = list(sys.argv[1:] if argv is None else argv)
        done = chatfault.main(given or ["--help"], prog_name="chatfault", standalone_mode=False)
        return int(done or 0)
    except ChatfaultError as error:
        _tell(str(error))
        return error.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "chatfault"
        _tell(f"{error.format_message()}\n  help: `{path} --help` says what there is")
        return AuthorError.exit_code
    except click.ClickException as error:
        _tell(error.format_message())
        return AuthorError.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _tell(text: str) -> None:
    click.echo(f"chatfault: {text}", err=True)
