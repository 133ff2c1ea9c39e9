"""Who a passage says has a role: `Director Ingrid Nyland`, `the historian Karl Brekke`."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from magicai.claims.names import Name
from magicai.claims.reading import Reading

_ROLE = (
    r"director|chief executive(?: officer)?|ceo|cfo|founder|co-founder|president|vice president|chairman|"
    r"chairwoman|chair|mayor|governor|"
    r"historian|spokesman|spokeswoman|spokesperson|minister|senator|coach|captain|professor|owner|manager|chef|"
    r"architect|author|editor|"
    r"curator|conductor|sheriff|judge|attorney|secretary|host|head chef|designer"
)
_PERSON = r"(?:Mr\.? |Mrs\.? |Ms\.? |Dr\.? )?(?P<name>[A-Z][\w'’-]+(?: (?:de |van |von |der )?[A-Z][\w'’-]+){0,2})"
_ROLE_THEN = re.compile(rf"\b(?i:(?P<role>{_ROLE})),? {_PERSON}")
_THEN_ROLE = re.compile(
    rf"{_PERSON}, (?:the |its |a |their |who is (?:the )?)?(?:[\w'’-]+ ){{0,2}}?(?i:(?P<role>{_ROLE}))\b"
)
_SAME = {
    "chief executive officer": "chief executive",
    "ceo": "chief executive",
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "co-founder": "founder",
}


@dataclass(slots=True)
class Roles:
    """Roles of persons in the sources."""

    readings: Sequence[Reading]
    _known: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for reading in self.readings:
            for role, name, _ in _stated(reading.plain):
                self._known[role].append(name)

    def against(self, plain: str, names: Sequence[Name]) -> dict[tuple[int, int], str]:
        """Why a name has not the role that a text gives it, by its place: another has it, and only others."""
        found: dict[tuple[int, int], str] = {}
        places = {name.start: name for name in names}
        for role, said, start in _stated(plain):
            known, name = self._known.get(role), places.get(start)
            if known and name and not any(_same_person(said, other) for other in known):
                found[name.start, name.end] = f"the input says {role} of “{known[0]}”, the text of “{said}”"
        return found


def _stated(plain: str) -> list[tuple[str, str, int]]:
    return [
        (_SAME.get(match["role"].lower(), match["role"].lower()), match["name"], match.start("name"))
        for pattern in (_ROLE_THEN, _THEN_ROLE)
        for match in pattern.finditer(plain)
    ]


def _same_person(one: str, other: str) -> bool:
    return bool(set(re.findall(r"\w{3,}", one.lower())) & set(re.findall(r"\w{3,}", other.lower())))
