"""Who a passage says has a role: `Director Ingrid Nyland`, `the historian Karl Brekke`."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from magicai.claims.names import SURNAMES, Name
from magicai.claims.reading import Reading

_ROLE = (
    r"director|chief executive(?: officer)?|ceo|cfo|founder|co-founder|president|vice president|chairman|"
    r"chairwoman|chair|mayor|governor|"
    r"historian|spokesman|spokeswoman|spokesperson|minister|senator|coach|captain|professor|owner|manager|chef|"
    r"architect|author|editor|"
    r"curator|conductor|sheriff|judge|attorney|secretary|host|head chef|designer"
)
_PERSON = (
    r"(?:Mr\.? |Mrs\.? |Ms\.? |Dr\.? )?(?P<name>[A-Z][\w'’-]{1,60}(?: (?:de |van |von |der )?[A-Z][\w'’-]{1,60}){0,2})"
)
_ROLE_THEN = re.compile(rf"\b(?i:(?P<role>{_ROLE})),? {_PERSON}")
_THEN_ROLE = re.compile(
    rf"\b{_PERSON}, (?:the |its |a |their |who is (?:the )?)?(?:[\w'’-]{{1,60}} ){{0,2}}?(?i:(?P<role>{_ROLE}))\b"
)
_SAME = {
    "chief executive officer": "chief executive",
    "ceo": "chief executive",
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "co-founder": "founder",
}


# 副局长 and 局长 are two people.
_HAN_ROLE = re.compile(
    "(?P<role>副?(?:秘书长|总经理|董事长|研究员|负责人|局长|厅长|部长|主任|院长|校长|市长|县长|区长|镇长|村长|主席|书记|经理|总裁|馆长|会长|"
    "店长|厂长|站长|处长|科长|队长|社长|所长|教授|总监))(?P<name>[\u4e00-\u9fff]{2})"
)


_HAN_NAME = re.compile(f"[{SURNAMES}][\u4e00-\u9fff]{{2}}")
_HAN_TITLE = re.compile(
    "(?P<role>副?(?:秘书长|总经理|董事长|局长|厅长|部长|主任|院长|校长|市长|县长|主席|书记|总裁|馆长|会长))"
)


@dataclass(slots=True)
class Roles:
    """Roles of persons in the sources."""

    readings: Sequence[Reading]
    _known: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for reading in self.readings:
            for role, name, _ in _stated(reading.plain):
                self._known[role].append(name)

    def wrong(self, plain: str) -> tuple[tuple[int, int, str, str], ...]:
        """Chinese names and titles that are none of the sources': place, name or title, and why not."""
        found = {one[0]: one for one in (*self.misnamed(plain), *self.deputies(plain), *self.titles(plain))}
        return tuple(found.values())

    def titles(self, plain: str) -> Iterator[tuple[int, int, str, str]]:
        """Chinese titles of people that the sources have with another title: place, title and why not."""
        for match in _HAN_ROLE.finditer(plain):
            its = [
                one["role"]
                for reading in self.readings
                for one in _HAN_ROLE.finditer(reading.plain)
                if one["name"] == match["name"]
            ]
            if its and match["role"] not in its:
                reason = f"the input says {its[0]} of “{match['name']}”, the text {match['role']}"
                yield match.start(), match.end("role"), match["role"], reason

    def deputies(self, plain: str) -> Iterator[tuple[int, int, str, str]]:
        """A Chinese title where the sources have only that of the deputy, or the other way around."""
        said = "\n".join(reading.plain for reading in self.readings)
        known = {match["role"] for match in _HAN_TITLE.finditer(said)}
        for match in _HAN_TITLE.finditer(plain):
            role = match["role"]
            other = role.removeprefix("副") if role.startswith("副") else f"副{role}"
            if role not in known and other in known:
                yield match.start(), match.end(), role, f"the input says {other}, the text {role}"

    def misnamed(self, plain: str) -> Iterator[tuple[int, int, str, str]]:
        """Chinese names that differ from one of the input in one character: 孙若桐 of 孙若彤."""
        said = "\n".join(reading.plain for reading in self.readings)
        for name in {reading.plain.strip() for reading in self.readings if _HAN_NAME.fullmatch(reading.plain.strip())}:
            for match in re.finditer(f"{name[:2]}[\u4e00-\u9fff]|{name[0]}[\u4e00-\u9fff]{name[2]}", plain):
                if match[0] not in said:
                    yield match.start(), match.end(), match[0], f"the input says “{name}”, the text “{match[0]}”"

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
