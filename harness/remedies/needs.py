"""What a client must have for a remedy to be possible with it."""

from __future__ import annotations

from collections.abc import Mapping

NEEDS: Mapping[str, str] = {
    "retry": "retry",
    "regenerate": "regenerate",
    "new_chat": "new_chat",
    "download_again": "files",
    "files_on": "files",
    "log_in_again": "login",
    "change_password": "login",
    "close_sessions": "login",
    "support": "support",
    "paid_plan": "plans",
    "mobile_app": "app",
    "other_service": "provider",
    "update_browser": "releases",
}
"""The capability, by the remedy's name; the others need nothing of a client."""
