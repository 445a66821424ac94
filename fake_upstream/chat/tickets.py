"""What people wrote to support, and what the staff did about it."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace

from ..faults.armed import Faults
from .journal import Fields, Journal
from .record import Record


@dataclass(frozen=True, slots=True)
class Ticket:
    """`account` is whose session it was sent with, if any; `error` a message's name, `tried` the steps so far."""

    id: str
    account: str | None
    text: str
    error: str | None
    tried: tuple[str, ...]
    did: str | None = None

    def to_json(self) -> Fields:
        """{id, account, text, error, tried: [...], did: null until handled}"""
        return {**asdict(self), "tried": list(self.tried)}


class Desk:
    """All tickets, oldest first."""

    def __init__(self, journal: Journal, record: Record, faults: Faults) -> None:
        self._journal, self._record, self._faults = journal, record, faults
        self._tickets: dict[str, Ticket] = {}
        journal.on("ticket", self._apply_ticket)
        journal.on("ticket_handled", self._apply_handled)

    def open(self, account: str | None, text: str, error: str | None, tried: tuple[str, ...]) -> Ticket:
        """A new ticket."""
        ticket = Ticket(f"t-{secrets.token_hex(4)}", account, text, error, tried)
        self._journal.commit("ticket", ticket.to_json())
        self._record.add("ticket", account=account, ticket=ticket.id, error=error)
        return ticket

    def handle(self, ticket_id: str) -> str | None:
        """Look at the ticket's account and lift its locks: "unlocked", or "nothing". None without such a ticket."""
        ticket = self._tickets.get(ticket_id)
        if ticket is None:
            return None
        unlocked = ticket.account is not None and self._faults.unlock(ticket.account) > 0
        did = "unlocked" if unlocked else "nothing"
        self._journal.commit("ticket_handled", {"id": ticket_id, "did": did})
        self._record.add("ticket_handled", account=ticket.account, ticket=ticket_id, did=did)
        return did

    def tickets(self) -> list[Ticket]:
        """All of them."""
        return list(self._tickets.values())

    def forget(self) -> None:
        """Drop them all."""
        self._tickets.clear()

    def _apply_ticket(self, fields: Fields) -> None:
        self._tickets[fields["id"]] = Ticket(**{**fields, "tried": tuple(fields["tried"])})

    def _apply_handled(self, fields: Fields) -> None:
        self._tickets[fields["id"]] = replace(self._tickets[fields["id"]], did=fields["did"])
