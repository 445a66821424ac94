"""The doors to files: the download, and the setting that switches the tool that makes them on or off."""

from __future__ import annotations

from aiohttp import web

from ..chat.files import File
from ..chat.record import Record
from ..http.wire import ApiError, json_reply, read_body
from ..service import SERVICE
from .caller import account_of


class FileReply(web.Response):
    """A whole file. It is noted as sent when its last byte was handed to the connection, and not when it was cut."""

    def __init__(self, file: File, record: Record) -> None:
        headers = {
            "Content-Disposition": f'attachment; filename="{file.name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        super().__init__(body=file.content(), headers=headers, content_type="text/plain", charset="utf-8")
        self._file, self._record = file, record

    async def write_eof(self, data: bytes = b"") -> None:
        """End the reply."""
        await super().write_eof(data)
        self._record.add("file_sent", account=self._file.account, file=self._file.id, bytes=self.content_length)


async def download(request: web.Request) -> web.Response:
    """GET /api/files/{file}"""
    account, service = account_of(request), request.app[SERVICE]
    return FileReply(service.files.get(account.name, request.match_info["file"]), service.record)


async def settings(request: web.Request) -> web.Response:
    """GET /api/settings"""
    account = account_of(request)
    return json_reply({"files": request.app[SERVICE].files.tool_is_on(account.name)})


async def change_settings(request: web.Request) -> web.Response:
    """PUT /api/settings"""
    account, body = account_of(request), await read_body(request)
    body.only("files")
    on = body.members.get("files")
    if not isinstance(on, bool):
        raise ApiError(400, message="files must be true or false")
    service = request.app[SERVICE]
    service.files.switch_tool(account.name, on)
    service.record.add("settings", account=account.name, files=on)
    return json_reply({"files": on})
