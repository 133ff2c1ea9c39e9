"""Email addresses as mail servers take them: in ASCII, without anything that could end a header or a command."""

import re
from unicodedata import category

LONGEST = 254
# Source: HTML Standard, "Valid email address"; the longest by RFC 5321, section 4.5.3.1.3.
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_ADDRESS = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_NAMED = re.compile(r'(?P<quote>"?)(?P<name>[^<>"]*?)(?P=quote)\s*<(?P<address>[^<>]+)>')
_ENDS_A_LINE = ("Cc", "Zl", "Zp")


def is_address(text: str) -> bool:
    """Whether a text is an email address, and nothing else."""
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None


def is_one_line(text: str) -> bool:
    """Whether a text may stand in a header: it has no line break and no other control character."""
    return all(category(character) not in _ENDS_A_LINE for character in text)


def sender_of(text: str) -> tuple[str, str] | None:
    """The name ("" for none) and the address of `NAME <ADDRESS>` or `ADDRESS`; None where it is neither."""
    if not is_one_line(text):
        return None
    named = _NAMED.fullmatch(text.strip())
    name, address = (named["name"], named["address"]) if named else ("", text.strip())
    return (name, address) if is_address(address) else None
