"""The remedies, as one table."""

from __future__ import annotations

from harness.remedies.account import ACCOUNT
from harness.remedies.base import Remedy
from harness.remedies.beyond import BEYOND
from harness.remedies.browser import BROWSER
from harness.remedies.network import NETWORK
from harness.remedies.page import PAGE

REMEDIES: dict[str, Remedy] = {**PAGE, **BROWSER, **NETWORK, **ACCOUNT, **BEYOND}
