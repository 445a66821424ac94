"""What is kept of a token, so that neither the memory, the state file nor the control listener can give it away."""

from __future__ import annotations

import hashlib


def digest(secret: str) -> str:
    """What is kept of a token. Tokens are long and random: they need no salt and no stretching.

    A corrupt cookie may hold bytes that are no UTF-8, which arrive here as lone surrogates.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
