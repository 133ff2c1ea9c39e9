"""Text without the credentials that addresses in it hold."""

import re

# A password may hold `/`, `?` or `#` though it should not: where a colon comes first, all up to the last @ is masked.
_CREDENTIALS = re.compile(r"://(?:[^/?#\s:@]*:(?:(?!://)\S)*|[^/?#\s]*)@")


def masked(words: str) -> str:
    """The same words, without the user names and passwords that addresses in them hold."""
    return _CREDENTIALS.sub("://***@", words)
