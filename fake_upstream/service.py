"""The parts of the service, put together; what every door is handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from .around.status import StatusBoard
from .chat.accounts import Accounts
from .chat.clock import Clock
from .chat.exchanges import Exchanges
from .chat.files import Files
from .chat.generation import Chat
from .chat.journal import Journal
from .chat.record import Record
from .chat.streams import Streams
from .chat.tickets import Desk
from .faults.armed import Faults
from .limits.load import Load
from .limits.quota import Quota
from .limits.rules import Rulebook
from .pages.files import Pages
from .pages.releases import Releases


@dataclass(frozen=True, slots=True)
class Options:
    """How to run: see `python -m fake_upstream --help`. Times are in seconds; `monitor` is a password, `api_key` a key
    that is good from the start. `faults_by`: where a request of the API's may carry a fault of its own (`header`,
    `model`). `per_minute`: how many requests of the API's an account may make."""

    host: str = "127.0.0.1"
    port: int = 8080
    control_port: int = 0
    page: Path = Path(__file__).parent / "page"
    seed: int = 0
    piece_interval: float = 0.02
    hold_clock: bool = False
    state: Path | None = None
    ready_file: Path | None = None
    faults_by: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    per_minute: int = 600_000
    monitor: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the API's door has: models by name (`*`: any), and where a request may carry a fault of its own."""

    models: tuple[str, ...]
    faults_by: tuple[str, ...]


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
    exchanges: Exchanges
    quota: Quota
    offer: Offer

    def reset(self) -> None:
        """Forget people, conversations, faults and events, end all streams, serve the current page. The clock stays."""
        self.streams.abort()
        self.exchanges.abort()
        self.quota.forget()
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
        self.accounts.admit_built_in()


def build(options: Options) -> Service:
    """The service as its state file left it, generating what was left unfinished. Needs a running loop."""
    clock = Clock(held=options.hold_clock)
    journal = Journal(options.state, clock)
    record = Record(journal)
    accounts = Accounts(journal, clock, record, options.monitor, options.api_key)
    faults = Faults(record)
    files = Files(journal, clock, faults, seed=options.seed)
    chat = Chat(journal, clock, record, accounts, faults, files, seed=options.seed, interval=options.piece_interval)
    board, streams = StatusBoard(journal), Streams(faults, record)
    rulebook = Rulebook(journal, record, accounts, chat, streams)
    desk = Desk(journal, record, faults)
    load, releases = Load(journal, chat), Releases(journal, Pages(options.page))
    exchanges, quota = Exchanges(record), Quota(clock, options.per_minute)
    offer = Offer((MODEL, EMBEDDING_MODEL, *options.models), options.faults_by)
    service = Service(
        clock, journal, record, accounts, chat, faults, files, board, streams, rulebook, desk, load, releases,
        exchanges, quota, offer,
    )  # fmt: skip
    journal.on("clock", lambda _: None)
    journal.replay()
    accounts.admit_built_in()
    chat.go_on()
    return service


MODEL, EMBEDDING_MODEL, ANY_MODEL = "fake-1", "fake-embedding-1", "*"
SERVICE = web.AppKey("service", Service)
