"""Text of others as a terminal may show it: what a terminal would obey is shown instead."""

import re

# Control characters without tab and line feed, Unicode's Bidi_Control, and halves of surrogate pairs.
_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The same text with `\u001b` for an escape character, and so on.

    JSON stays JSON of the same value, since it writes these characters so. Done twice, it is the same as once.
    """
    if text.isascii() and text.isprintable():
        return text
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\r\n", "\n"))
