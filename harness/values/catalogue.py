"""The catalogue of what is documented: failures (F), causes (C), advice (R) and claims (K), a name for each row."""

from __future__ import annotations

ANY = ("open", "send", "mid_answer", "download")

FAILURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "F1": ("connection termination", ("open", "send", "mid_answer")),
    "F2": ("internal server error (500)", ("send",)),
    "F3": ("bad gateway (502)", ("open", "send")),
    "F4": ("service unavailable (503)", ("open", "send")),
    "F5": ("gateway timeout (504)", ("send",)),
    "F6": ("rate limit (429)", ("send",)),
    "F7": ("generic failure", ANY),
    "F8": ("network error, WebSocket cut", ("mid_answer",)),
    "F9": ("unusual activity", ()),
    "F10": ("chat preparation failed", ("open",)),
    "F11": ("error generating a response", ()),
    "F12": ("download failed", ("download",)),
    "F13": ("slow or unstable network", ANY),
    "F14": ("stale or broken browser data", ("open", "send")),
}
"""Each failure's name and the moments that are documented for it; none where the documents name no moment."""

CAUSES: dict[str, str] = {
    "C1": "the service is down for a short time",
    "C2": "overload",
    "C3": "maintenance or downtime",
    "C4": "a bug or misconfiguration after an update",
    "C5": "the gateway throttles, fails or is misconfigured",
    "C6": "an unstable user network",
    "C7": "a firewall blocks ports or protocols",
    "C8": "a VPN or proxy",
    "C9": "a browser extension or ad blocker",
    "C10": "security software",
    "C11": "stale cache, cookies or session",
    "C12": "an expired login",
    "C13": "too many requests in a short time",
    "C14": "a prompt too long or too complex",
    "C15": "the link between two servers breaks",
    "C16": "a generated file expired, incomplete, too large, or its tool is off",
    "C17": "a security setting blocks the servers from each other",
}

ADVICE: dict[str, str] = {
    "R1": "reload, or a new tab",
    "R2": "clear cache and cookies, log in again",
    "R3": "VPN or proxy off",
    "R4": "another VPN region, or correct proxy settings",
    "R5": "disable the extension",
    "R6": "find the guilty extension one by one",
    "R7": "a private window",
    "R8": "another browser",
    "R9": "another device",
    "R10": "an exception in the security software",
    "R11": "another network",
    "R12": "restart the router or the device",
    "R13": "restart the browser",
    "R14": "wait a few minutes",
    "R15": "leave 1 to 2 minutes between requests, fewer sessions",
    "R16": "log out and in again",
    "R17": "regenerate the response",
    "R18": "a new chat",
    "R19": "a shorter or simpler prompt",
    "R20": "the mobile app",
    "R21": "look at the status page, wait out an incident",
    "R22": "contact support",
    "R23": "an alternative service meanwhile",
    "R24": "change the password, nobody else on the account",
    "R25": "download the file again while it is fresh",
    "R26": "call the API directly",
    "R27": "check Wi-Fi, ports and other sites",
    "R28": "look into the developer tools",
    "R29": "a paid plan with priority",
    "R30": "close what uses up the bandwidth",
    "R31": "keep browser and device up to date",
}

CLAIMS: dict[str, str] = {
    "K1": "a bad gateway loses no data",
    "K2": "no confidential data leaks through the error",
    "K3": "account, credentials and permissions are untouched",
    "K4": "an interrupted conversation can lose unsaved work",
    "K5": "the errors repeat until the cause is gone",
    "K6": "a reload or a short wait solves most of them",
    "K7": "failover and scaling reduce the errors, and don't remove them",
    "K8": "500, 502, 503 and 504 mean different things",
    "K9": "a paid plan is interrupted less under load, and not never",
}
