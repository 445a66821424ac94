"""The service as a process: two listeners."""

from __future__ import annotations

import gc

from .doors.app import make_app
from .doors.control import make_control
from .http.listener import announce, cut, end_asked, listen, port_of
from .service import Options, build

CONTROL_HOST = "127.0.0.1"


async def serve(options: Options, token: str) -> None:
    """Serve until SIGTERM or SIGINT. OSError when a port can't be had, JournalError for a bad state file."""
    ended = end_asked()
    service = build(options)
    # What is kept of each request is in no circles: looking for some as often as is usual costs a tenth of the time.
    gc.freeze()
    gc.set_threshold(20_000, 50, 1000)
    main = await listen(make_app(service), options.host, options.port)
    control = await listen(make_control(service, token), CONTROL_HOST, options.control_port)
    announce({"ready": True, "port": port_of(main), "control_port": port_of(control)}, options.ready_file)
    await ended.wait()
    for runner in (main, control):
        await cut(runner)
    service.journal.close()
