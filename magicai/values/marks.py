"""Marks around texts of others in a prompt."""

import hashlib

_LENGTH = 16


def mark_of(*texts: str) -> str:
    """A line to put before and after texts of others, which none of them can contain: the digest of them all.

    The same texts have the same mark, so that a call that is repeated asks the same, and is not paid for again.
    """
    return hashlib.sha256("\0".join(texts).encode(errors="surrogatepass")).hexdigest()[:_LENGTH]
