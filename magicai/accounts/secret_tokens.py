"""Secrets that are handed out once, and kept as digests."""

import hashlib
import secrets

_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """A secret that nobody guesses: 256 random bits, in characters that fit into an address."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret. It is random, so a plain SHA-256 is as good as a slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
