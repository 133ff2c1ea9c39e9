"""The sentences of a passage as they are quoted, with the lines that a colon leads to."""

import re
from dataclasses import dataclass

from magicai.claims.reading import read, sentences

# Lines that follow a colon, such as commands or the items of a list.
_MOST_LINES = 8
_LEADS_IN = (":", "：")
# Where a sentence ends, though what follows begins with no capital: a row of a table, a line of a configuration.
_SMALL_BEGINS = re.compile(
    r"(?<=[^\W\d_]{3}[.!?])(?<!etc\.)(?<!max\.)(?<!min\.)(?<!incl\.)(?<!excl\.)(?<!approx\.)"
    r"\s+(?=[^\sA-Z0-9\"'“‘(\[])|(?<=\d [ap]m\.)\s+(?=[^\sA-Z])"
)
_ENDS = re.compile(r"[.!?。！？…][\"'”’」』)\]]*$")
# What goes on with what was said before.
_GOES_ON = re.compile(
    r"^\W*(?:it|its|they|their|them|this|that|these|those|he|she|his|her|then|also|both|each|there|such|otherwise|after)\b"
    r"|^(?:它|其|该|此|这|那|他|她|并|也|还|但|因此|所以|同时|另外)",
    re.IGNORECASE,
)
# That there is no more than so much of something denies nothing.
_NOT = re.compile(
    r"\b(?:no|not|never|nobody|none|nothing|neither|nor|cannot|without|lacks?|free of|\w+n['’]t)\b"
    r"(?! (?:more|less|later|longer|fewer|earlier|only|matter|just|least|most) (?:than\b)?)"
    "|不(?!仅|但|超过|少于|多于|得超过|足|同|满|限|断)|没有|无(?!论|限)|未|并非|取消|免",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of a passage; with the lines that its colon leads to, where there are some."""

    text: str


def said_in(text: str) -> tuple[Said, ...]:
    """The sentences of a text."""
    found: list[list[str]] = []
    for one in sentences(text):
        before = found[-1] if found else []
        if before and before[0].endswith(_LEADS_IN) and not _ENDS.search(one.text) and len(before) <= _MOST_LINES:
            before.append(one.text)
        else:
            found += [[part] for part in _SMALL_BEGINS.split(one.text)]
    return tuple(Said("\n".join(" ".join(line.split()) for line in lines)) for lines in found)


def goes_on(sentence: str) -> bool:
    """Whether a sentence goes on with what was said before it."""
    return bool(_GOES_ON.search(sentence))


def is_negative(text: str) -> bool:
    """Whether a sentence denies something; two denials say yes."""
    return len(_NOT.findall(read(text).plain)) % 2 == 1
