"""The doors to support: a bot with a hint for every error, and a form that makes a ticket."""

from __future__ import annotations

from aiohttp import web

from ..around.status import preferred_language
from ..http.wire import ApiError, Body, json_reply, read_body
from ..service import SERVICE
from .caller import SUBJECT

MAX_TEXT = 10_000
_MOST_STEPS = 50
_GENERAL = "general"

_HINTS: dict[str, dict[str, str]] = {
    _GENERAL: {
        "en": "Tell us what you did and what you saw, and we will look into it.",
        "ja": "操作の内容と表示された内容を書いてください。担当者が調べます。",
    },
    "connection_termination": {
        "en": "The connection was cut on its way. Reload the page, and look at the status page if it happens again.",
        "ja": "通信が途中で切れました。ページを再読み込みし、続くときは稼働状況のページを確認してください。",
    },
    "internal_server_error": {
        "en": "Something failed on our side. Wait a few minutes before you try again.",
        "ja": "サーバー側で失敗しました。数分待ってから、もう一度お試しください。",
    },
    "bad_gateway": {
        "en": "Two of our servers lost touch. Your message was not lost: reload the page and send it again.",
        "ja": "サーバー間の通信が途切れました。再読み込みしてから、もう一度送信してください。",
    },
    "service_unavailable": {
        "en": "The service is busy or being maintained. The status page says whether there is an incident.",
        "ja": "混雑中か保守中です。障害の有無は稼働状況のページで確認できます。",
    },
    "gateway_timeout": {
        "en": "The answer took too long. Try again in a few minutes, with a shorter question if you can.",
        "ja": "応答に時間がかかりすぎました。数分後に、できれば短い質問でお試しください。",
    },
    "rate_limited": {
        "en": "Leave one to two minutes between messages, and close the sessions that you don't need.",
        "ja": "次の送信まで1〜2分あけ、使っていないセッションを閉じてください。",
    },
    "network_error": {
        "en": "Check that other sites open, then try another network or switch the VPN off.",
        "ja": "ほかのサイトが開くか確かめ、別の回線に切り替えるか VPN を切ってください。",
    },
    "websocket_error": {
        "en": "Something between you and us blocks the live link: a firewall, a VPN or an extension.",
        "ja": "ファイアウォール、VPN、拡張機能などがリアルタイム通信を止めています。",
    },
    "unusual_activity": {
        "en": "Many people seem to share your address. Switch the VPN off, or wait until it is calmer.",
        "ja": "同じアドレスを多くの人が使っているようです。VPN を切るか、しばらくお待ちください。",
    },
    "suspicious_activity": {
        "en": "Your account seems to be in use elsewhere. Change your password; if it stays locked, write to us.",
        "ja": "別の場所で使われている可能性があります。パスワードを変更し、解除されなければご連絡ください。",
    },
    "preparation_failed": {
        "en": "An extension may stop the page's scripts. Open a private window, where extensions are off.",
        "ja": "拡張機能がスクリプトを止めている可能性があります。シークレットウィンドウで開いてください。",
    },
    "generation_failed": {
        "en": "Shorten the question, or have the response made again when it is less busy.",
        "ja": "質問を短くするか、混雑が収まってから応答を再生成してください。",
    },
    "download_failed": {
        "en": "Check in the settings that files are on, and that the file is not too large; then download it again.",
        "ja": "設定でファイルが有効か、大きすぎないかを確かめてから、もう一度ダウンロードしてください。",
    },
    "file_not_found": {
        "en": "Files are kept for one hour. Have the response made again to get a fresh one.",
        "ja": "ファイルの保存期間は1時間です。応答を再生成すると新しいファイルができます。",
    },
    "session_expired": {
        "en": "Log in again. If that fails, clear the cookies of this site first.",
        "ja": "もう一度ログインしてください。できないときは、このサイトの Cookie を削除してください。",
    },
    "client_outdated": {
        "en": "Update your browser, or use another one.",
        "ja": "ブラウザを更新するか、別のブラウザをお使いください。",
    },
}  # fmt: skip


async def new_ticket(request: web.Request) -> web.Response:
    """POST /api/support/tickets, with or without a session"""
    body = await read_body(request)
    body.only("text", "error", "tried")
    text, error = body.string("text"), body.optional_string("error")
    if not text.strip():
        raise ApiError(400, "empty_text", "there is nothing to send")
    if len(text) > MAX_TEXT:
        raise ApiError(413, "text_too_long", f"a ticket may have at most {MAX_TEXT} characters")
    ticket = request.app[SERVICE].desk.open(request[SUBJECT].account, text, error, _tried(body))
    return json_reply({"id": ticket.id}, 201)


async def bot(request: web.Request) -> web.Response:
    """GET /api/support/bot?about=NAME"""
    lang = preferred_language(request.headers.get("Accept-Language", ""))
    hint = _HINTS.get(request.query.get("about", ""), _HINTS[_GENERAL])
    reply = json_reply({"text": hint[lang]})
    reply.headers["Vary"] = "Accept-Language"
    return reply


def _tried(body: Body) -> tuple[str, ...]:
    tried = body.members.get("tried") or []
    steps = [tried] if isinstance(tried, str) else tried
    if not isinstance(steps, list) or len(steps) > _MOST_STEPS or not all(isinstance(step, str) for step in steps):
        raise ApiError(400, message=f"tried must be a string, or a list of up to {_MOST_STEPS} of them")
    return tuple(step[:MAX_TEXT] for step in steps)
