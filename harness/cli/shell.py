"""`chatfault completion`: what a shell needs to complete commands, options and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = {
    "bash": 'eval "$(chatfault completion bash)"  # in ~/.bashrc',
    "zsh": 'eval "$(chatfault completion zsh)"  # in ~/.zshrc, after compinit',
    "fish": "chatfault completion fish | source  # in ~/.config/fish/config.fish",
}


@click.command(epilog="\b\n" + "\n".join(SHELLS.values()))
@click.argument("shell", type=click.Choice(list(SHELLS)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what SHELL needs to complete chatfault's commands, options and names.

    Put one of these lines where your shell reads it:
    """
    made = get_completion_class(shell)
    assert made is not None
    root = ctx.find_root()
    click.echo(made(root.command, {}, "chatfault", "_CHATFAULT_COMPLETE").source())
