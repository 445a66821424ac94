"""The parts of the service, put together; what every door is handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from .around.status import StatusBoard
from .chat.accounts import Accounts
from .chat.clock import Clock
from .chat.files import Files
from .chat.generation import Chat
from .chat.journal import Journal
from .chat.record import Record
from .chat.streams import Streams
from .chat.tickets import Desk
from .faults.armed import Faults
from .limits.load import Load
from .limits.rules import Rulebook
from .pages.files import Pages
from .pages.releases import Releases


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: see `python -m fake_upstream --help`. Times are in seconds; `monitor` is a password."""

    host: str = "127.0.0.1"
    port: int = 8080
    control_port: int = 0
    page: Path = Path(__file__).parent / "page"
    seed: int = 0
    piece_interval: float = 0.02
    hold_clock: bool = False
    state: Path | None = None
    ready_file: Path | None = None
    monitor: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """One of each part."""

    clock: Clock
    journal: Journal
    record: Record
    accounts: Accounts
    chat: Chat
    faults: Faults
    files: Files
    board: StatusBoard
    streams: Streams
    rulebook: Rulebook
    desk: Desk
    load: Load
    releases: Releases

    def reset(self) -> None:
        """Forget people, conversations, faults and events, end all streams, serve the current page. The clock stays."""
        self.streams.abort()
        self.chat.forget()
        self.load.forget()
        self.accounts.forget()
        self.faults.forget()
        self.files.forget()
        self.board.forget()
        self.rulebook.forget()
        self.desk.forget()
        self.releases.forget()
        self.record.forget()
        self.journal.clear()
        self.accounts.admit_monitor()


def build(options: Options) -> Service:
    """The service as its state file left it, generating what was left unfinished. Needs a running loop."""
    clock = Clock(held=options.hold_clock)
    journal = Journal(options.state, clock)
    record = Record(journal)
    accounts = Accounts(journal, clock, record, options.monitor)
    faults = Faults(record)
    files = Files(journal, clock, faults, seed=options.seed)
    chat = Chat(journal, clock, record, accounts, faults, files, seed=options.seed, interval=options.piece_interval)
    board, streams = StatusBoard(journal), Streams(faults, record)
    rulebook = Rulebook(journal, record, accounts, chat, streams)
    desk = Desk(journal, record, faults)
    load, releases = Load(journal, chat), Releases(journal, Pages(options.page))
    service = Service(
        clock, journal, record, accounts, chat, faults, files, board, streams, rulebook, desk, load, releases
    )  # fmt: skip
    journal.on("clock", lambda _: None)
    journal.replay()
    accounts.admit_monitor()
    chat.go_on()
    return service


SERVICE = web.AppKey("service", Service)
