"""What errors may not say, and how one knows it: tables of patterns, for the languages that the texts are in."""

from __future__ import annotations

import re

LOGIN_FITS = ("session_expired", "bad_credentials", "suspicious_activity", "unusual_activity", "client_outdated")
NETWORK_FITS = (
    "network_error",
    "websocket_error",
    "timeout",
    "stalled",
    "generic",
    "download_failed",
    "preparation_failed",
    "unusual_activity",
    "suspicious_activity",
    "connection_termination",
    "gateway_timeout",
)
PAYING = "paying"
MISFITS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = (
    (re.compile(r"\b(log|sign) ?in\b|ログイン|サインイン", re.I), "logging in", LOGIN_FITS),
    (re.compile(r"too many|slow down|rate limit|多すぎ|間をあけ", re.I), "asking less often", ("rate_limited",)),
    (
        re.compile(
            r"(update|upgrade) your browser|\bbrowser is (too old|outdated|not supported)|ブラウザーと端末を最新", re.I
        ),
        "another browser",
        ("client_outdated",),
    ),
    (re.compile(r"\bpassword\b|パスワード", re.I), "a password", LOGIN_FITS),
    (
        re.compile(r"\baccount\b.*\b(blocked|suspended|banned|disabled|closed)\b|アカウントが?.*(凍結|停止)", re.I),
        "an account that is blocked",
        LOGIN_FITS,
    ),
    (
        re.compile(
            r"\b(content|usage|community|our|safety) (policy|policies|guidelines|rules|terms)\b"
            r"|\bviolat(e|es|ed|ing|ion)\b"
            r"|(ポリシー|規約|ガイドライン).*(違反|反)",
            re.I,
        ),
        "breaking the rules",
        LOGIN_FITS,
    ),
    (
        re.compile(
            r"\b(your|the) (internet|network|wi-?fi)( connection)?\b|\byou('re| are|r device is) offline\b"
            r"|(インターネット|ネットワーク)(の)?接続を?.{0,4}確認|オフラインです",
            re.I,
        ),
        "the person's own network",
        NETWORK_FITS,
    ),
    (
        re.compile(
            r"\b(do not|don't|never) (try again|retry|resend|send (it|this) again)\b|再試行しないで|再送しないで", re.I
        ),
        "not trying again",
        ("rate_limited", *LOGIN_FITS),
    ),
    (
        re.compile(
            r"\b(turn|switch)(ing)? on (a |the |your )?(vpn|proxy)\b"
            r"|\b(turn|switch)(ing)? (a |the |your )?(vpn|proxy) on\b"
            r"|\b(enable|activate|connect to|use|try) (a|the|your)( \w+)? (vpn|proxy)\b"
            r"|\b(keep|leave) (the|your) (vpn|proxy)\b|\bstay (in|on) (the|this|your) (same )?(network|vpn)\b"
            r"|(VPN|プロキシ)を?(オンに|有効に|入れ|使って|お使い)|同じネットワークの?まま",
            re.I,
        ),
        "going by a VPN, or staying in a network",
        ("network_error", "websocket_error", "timeout", "generic", "connection_termination"),
    ),
    (
        re.compile(
            r"\b(do not|don['’]?t|never) (wait|log ?in|sign ?in|contact|update|switch off|turn off)\b"
            r"|待たないで|ログインしないで|更新しないで|問い合わせないで",
            re.I,
        ),
        "not doing what helps",
        (),
    ),
    (re.compile(r"\bmaintenance\b|メンテナンス", re.I), "maintenance", ("service_unavailable",)),
    (
        re.compile(
            r"\b(paid|pro|plus|premium|free) (plan|account|tier|version)s?\b|\bsubscri(be|ption)\b"
            r"|\b(credits?|balance|billing|invoices?|payments?)\b.*\b(used up|out|exhausted|low|failed|due|declined)\b"
            r"|\btop(ped)? up\b|\bout of credits?\b|\bbilling\b|残高|クレジット.*(不足|切れ)|お支払い|料金"
            r"|\b(get|buy|go|try) (pro|plus|premium)\b|[有無]料プラン",
            re.I,
        ),
        PAYING,
        (),
    ),
    (
        re.compile(r"\bfile\b.*\b(expired|finished|large)|ファイル.*(期限|完了し|超え)", re.I),
        "a file",
        ("file_not_found", "download_failed"),
    ),
)
"""Advice that fits only some failures: how one knows it, what it is about, and the messages with which it may stand.

Paying fits where a scenario says that it recovers.
"""
REASONS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"\bfile\b.*\b(too (large|big)|over the limit|exceeds?)\b|ファイル.*(超え|大きすぎ)", re.I),
        "a file that is too large",
        "shorten_prompt",
    ),
    (
        re.compile(r"\btools?\b.*\b((switched|turned) off|disabled)\b|ツール.*(オフ|無効)", re.I),
        "a tool that is off",
        "files_on",
    ),
)
"""Reasons that a message may give, also with its own advice: how one knows each, and the remedy that recovers then."""
_ARRIVED = r"( (was|has been|is))? (sent|saved|delivered|received|on its way)"
SUCCESS = re.compile(
    rf"\b(success(ful(ly)?)?|(message|answer|file){_ARRIVED}"
    r"|all (good|done|set)|completed|delivered|got it|thank you|thanks for"
    r"|(?<!be )(answered|replied|responded) (in|after|within) \d+)\b"
    r"|成功しました|送信しました|完了しました|保存しました|受け付けました|届けました|ありがとうございま",
    re.IGNORECASE,
)
SENT = re.compile(rf"\bmessage{_ARRIVED}\b|送信しました|届けました|受け付けました", re.IGNORECASE)
"""A success that is told of the message alone, and no answer's."""
RECOVERED = re.compile(
    r"\b(?:everything|all|it|we|the (?:service|server|chat|assistant))(?:['’](?:s|re)| is| are)? (?:now )?"
    r"(?:works?|working|runs?|running|back|up|fine|restored|resolved|well)(?: (?:again|online|to normal|and running))\b"
    r"|\b(?:the )?(?:problem|issue|error|outage) (?:is|was|has been) (?:over|solved|resolved|fixed)\b"
    r"|復旧しました|回復しました|解決しました|元に戻りました|正常に(?:戻り|動いて)",
    re.IGNORECASE,
)
"""How a client says that what had failed works again."""
BROKE_OFF = re.compile(
    r"\b(answer|response|reply)\b.{0,12}\b(brok(e|en) off|cut (off|short)|interrupted|incomplete)\b"
    r"|\b(answer|response|reply)\b.{0,12}\b(ended|stopped) (too )?(early|midway|soon)\b"
    r"|(回答|応答|返答).{0,8}(途中で|途切れ|中断)",
    re.IGNORECASE,
)
"""How a client says of an answer that a part of it had come."""
CONNECTED = re.compile(r"\W*(connected|online|接続済み|接続中|オンライン)\W*", re.IGNORECASE)
"""What a client says that has its live connection."""
DISCONNECTED = re.compile(r"\W*(not connected|disconnected|offline|no connection|未接続|オフライン)\W*", re.IGNORECASE)
"""What one says that has lost it."""
BEARER = r"\bbearer\s+(?!(?:tokens?|auth\w*|headers?|schemes?|credentials?|keys?)(?![\w~+/=-]))"
"""What stands before a bearer's token (RFC 6750, section 2.1), and not before a word about one."""
RAW: dict[str, re.Pattern[str]] = {
    "HTML as source": re.compile(r"<!doctype|</?(html|head|body|center|h1|title|pre|div|p|hr|br)\b[^>]*>", re.I),
    "JSON": re.compile(r"^\s*[\[{]\s*\"[^\"]+\"\s*:|\{\"\w+\":\s*[\[{\"\d]"),
    "a stack trace": re.compile(
        r"\.[a-z]\w{0,4}:\d+:\d+|\bat \S+ \(\S+:\d+\)|Traceback \(most recent|File \"[^\"]+\", line \d+"
    ),
    "an internal address": re.compile(
        r"\b(127\.0\.0\.1|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+)\b"
        r"|\blocalhost:\d+|\b[\w-]+\.(internal|local|svc|cluster)\b|/(usr|home|srv|var|app)/[\w./-]+\.\w+"
    ),
    "what a program puts in the place of a word": re.compile(
        r"\[object \w+\]|\bundefined\b|\bNaN\b|\bInvalid Date\b|\bstatus(?: code)? 0\b"
        r"|(?<=[a-z:,(] )None\b(?! of\b)|\(None\)|\bnull\b(?! and void)(?=[ .)])|(?<![\w$\"'])\{(?:[a-z]\w*|\d)\}"
        r"|\{\{\s*[\w.]+\s*\}\}|\$\{[\w.]+\}|(?<![\w%])%[sd]\b"
        r"|&(?:amp|quot|apos|lt|gt|nbsp|#x?[\da-f]+);"
        r"|^(?:errors?|messages?|i18n|common|labels?|toasts?|alerts?|ui|chat)(?:\.[a-z]\w*)+$|^null$"
        r"|^(?=\S*(?:_|[a-z][A-Z]))[a-z]\w*(?:\.[A-Za-z]\w*){2,}$"
    ),
    "letters in a wrong coding": re.compile(
        r"\ufffd|\u00e2\u20ac|\u00c3[\u00a0-\u00bf]|\u00c2[\u00a0-\u00bf]|[繧縺]{2}"
    ),
    "what nobody has written yet": re.compile(r"\b(TODO|FIXME|TBD|XXX)\b|\blorem ipsum\b|\bplaceholder text\b", re.I),
    "a number that nobody has rounded": re.compile(r"\d\.\d{3,} ?(s|sec|seconds|min|minutes|秒|分)\b"),
    "a day before anybody wrote": re.compile(
        r"\b19(?:70[-/.年]\s?0?1\b|69[-/.年]\s?12)|\b(?:0?1/0?1/|Jan(?:uary)? 1(?:st)?,? )1970\b"
        r"|\bDec(?:ember)? 31,? 1969\b"
    ),
    "a time below zero": re.compile(r"(?<![\w.:-])[-\u2212]\d+ ?(s|sec|seconds|min|minutes|秒|分)(?!\w)"),
    "a program's own error": re.compile(
        r"\b(?:Type|Reference|Syntax|Range|Axios|Abort|Fetch|URI|DOM|Value|Key|Attribute|Runtime|Assertion|ClientConnector)"
        r"(?:Error|Exception)\b|\bFailed to fetch\b|\bNetworkError when\b|\bUnexpected (?:token|end of JSON)\b"
        r"|\bE(?:CONN[A-Z]+|PIPE|TIMEDOUT|HOSTUNREACH|AI_AGAIN)\b|\bERR_[A-Z_]{4,}|\bCannot read propert"
        r"|\b(?:signal (?:is|was)|the (?:user|operation was)) aborted\b|\baborted without reason\b|\bsocket hang up\b"
        r"|\bgetaddrinfo\b|\bMax retries exceeded\b|ConnectionPool\(|\bCannot connect to host \S+:\d"
        r"|\bobject has no attribute\b|\bis not (?:a function(?!-)|iterable|subscriptable)\b|\bNoneType\b"
    ),
    "one of a thing with the word for many": re.compile(
        r"(?<![\d.,:])1 (?:seconds|secs|minutes|mins|hours|days|tries|attempts|messages|times)\b", re.IGNORECASE
    ),
    "a secret": re.compile(
        rf"\bsession=|set-cookie|authorization\s*[:=]|{BEARER}\S{{6,}}"
        r"|\bsk-[\w-]{8,}|api[_-]?key\s*[:=]|password\s*[:=]",
        re.IGNORECASE,
    ),
}
"""What nobody is to find in a chat: bodies as they came over the wire, and what only those inside may know."""
STATUS = re.compile(
    r"\b(?:http|status|code|error|エラー)\W{0,3}(?:status|code|コード)?\W{0,3}([45]\d\d)\b|^([45]\d\d) [A-Z]", re.I
)
"""A status of HTTP that somebody names."""
OWN_STATUS = re.compile(r"(?<![\w.])[45]\d\d(?![\w.:])")
"""One in the text of a message."""
ADVICE = re.compile(r"(?:(?:\S+\s+){4}.*|[\u3040-\u30ff\u4e00-\u9fff、].{8,})[.!?。！？]\W*$")
"""A whole sentence, which may tell somebody what to do."""
FAILED = re.compile(
    r"\b(?:not|never|couldn['’]?t|could not|un)[ -]?(?:be )?(?:sent|send|delivered|answered)\b"
    r"|\b(?:failed|undelivered|unanswered|interrupted|incomplete|brok(?:e|en) off|cut (?:off|short))\b"
    r"|未送信|失敗|送信でき|送信されま|中断|途切れ",
    re.IGNORECASE,
)
"""How a client tells that a message or an answer has not come through."""
