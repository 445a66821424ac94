"""What can go wrong outside a verdict, each kind with the exit code that it ends the program with."""

from __future__ import annotations

from typing import ClassVar

from harness.values.text import block


class ChatfaultError(Exception):
    """Says what is wrong, where, and what cures it."""

    exit_code: ClassVar[int] = 3

    def __init__(self, what: str, where: str = "", cure: str = "") -> None:
        super().__init__(what, where, cure)
        self.what, self.where, self.cure = what, where, cure

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return block(f"{text}\n  help: {self.cure}" if self.cure else text)


class AuthorError(ChatfaultError):
    """What somebody wrote (a scenario, an option, a client's profile) can't be right."""

    exit_code = 2


class EnvironmentFault(ChatfaultError):
    """This machine lacks something, or a real part doesn't work here."""

    exit_code = 3


class BrokenMachine(EnvironmentFault):
    """As it is, this machine can run no arm: it is said once, and the run ends.

    `told`: another worker of the run has said so already.
    """

    told = False
