"""Goals in words: what somebody wants, as an action and its parameters.

Words are matched by what workflows declare. Addresses, the language and numbers are read by rules, never by a model: it
may only say which verb is meant by a part of which nothing was understood, and only one that there is.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, create_model

from magicai.errors import Invalid, MagicError
from magicai.messages import say
from magicai.ports import Message, TextModel
from magicai.runs import registry
from magicai.runs.composing.actions import Members, missing, unknown, verbs, ways
from magicai.runs.composing.composed import aim
from magicai.runs.composing.spoken_values import addresses_in, numbers_left, spoken_values, without_addresses
from magicai.runs.requests.accept import check_request

LONGEST = 2000
_PARTS = re.compile(r"[,.](?!\d)|[;!?\n，。；！？、]+|\b(?:and|but|then)\b|并且?|但是?|然后|再")
# What is not to be done; not a maximum, such as 不超过 100 页, nor a word such as 差别 (difference).
_NOT = re.compile(
    r"\b(?:not|no|without|never|neither|nor|none|skip(?:ping)?|omit(?:ting)?|avoid(?:ing)?|ignor(?:e|ing)|except"
    r"|exclud(?:e|ing)|leav(?:e|ing) out|instead of|rather than)\b(?! (?:more|longer|later) than\b)|n['’]t\b|\bdont\b"
    r"|不(?![超多大]|同|错)|(?<![分特差区类级个性识辨])别|无需|无须|勿|没有|除了|除外|跳过|忽略|省略"
)
_LATIN = re.compile(r"[a-z]")
_WORD = re.compile(r"[^\W\d_]")
OpenModel = Callable[[], Awaitable[TextModel | None]]


@dataclass(frozen=True, slots=True)
class Understood:
    """What somebody wants.

    Attributes:
        workflow, request: what would be started.
        said: what was understood, a sentence each.
        unclear: parts of what was said that nothing here can do, or that were not understood.
    """

    workflow: str
    request: BaseModel
    said: tuple[str, ...]
    unclear: tuple[str, ...]


async def understand(text: str, text_model: OpenModel | None = None) -> Understood:
    """Understand a goal in words.

    Args:
        text_model: opens a model that may say what is meant where words do not tell.

    Raises:
        Invalid: nothing here can do any of it, it contradicts itself, or something is missing; names what.
    """
    if len(text) > LONGEST:
        raise Invalid("goal_too_long", count=len(text), limit=LONGEST)
    found: dict[str, str] = {}
    unclear: list[str] = []
    plain = without_addresses(text).casefold()
    parts = [part for part in map(str.strip, _PARTS.split(plain)) if _WORD.search(part)]
    _refuse_negated(parts)
    prefer = _most_meant(parts)
    bound: dict[str, str] = {}
    for part in parts:
        meant = _verbs_in(part, prefer) or await _proposed(part, text_model)
        for verb, word in meant.items():
            found.setdefault(verb, word)
        # One verb is one workflow's: whoever asks for a report and a post gets the one of which more is said.
        others = [verb for verb, name in _bound(part, prefer) if bound.setdefault(verb, name) != name]
        if others or (not meant and not any(spoken_values(part, registry.workflow(name)) for name in registry.names())):
            unclear.append(part)
    if not found:
        raise _not_here(text.strip().casefold())
    way, values = _way(list(found), bound, text)
    unclear += _numbers_left(plain, way, values, unclear)
    # An action names verbs alone: without this, one who can do with these values would do what is another's.
    check_request(way.parameters, values)
    action = "_".join(verb for verbs_of in way.verbs.values() for verb in verbs_of)
    workflow, request = aim(action, values)
    said = [f"{verb}, by {word!r}" for verb, word in found.items()]
    said += [f"{name} = {_short(value)}" for name, value in values.items()]
    return Understood(workflow, request, tuple(said), tuple(unclear))


def refuse_unclear(understood: Understood) -> None:
    """Refuse a goal of which a part is not understood, since nobody is there to say whether the rest will do.

    Raises:
        Invalid: names the part, and what is near it.
    """
    if understood.unclear:
        raise _not_here(understood.unclear[0])


def _refuse_negated(parts: Sequence[str]) -> None:
    """Refuse what says what not to do: its words alone would be taken for the opposite."""
    for part in parts:
        if _NOT.search(part):
            raise Invalid("goal_negation_unsupported", part=part[:80])


def _not_here(part: str) -> Invalid:
    words = {word for name in registry.names() for word in _words(name)}
    return unknown(say("goal_part_unknown", part=part[:80]), part, verbs(), synonyms=words)


def _words(workflow: str) -> dict[str, str]:
    """The verbs of a workflow, by what people say for them."""
    declared = registry.workflow(workflow)
    return {word: verb for verb in declared.actions for word in (verb, *declared.words.get(verb, ()))}


def _hits(part: str, workflow: str) -> dict[str, str]:
    """The words of a workflow that a part says, and their verbs."""
    return {word: verb for word, verb in _words(workflow).items() if _says(part, word)}


def _says(part: str, word: str) -> bool:
    if not _LATIN.search(word):
        return word in part
    return re.search(rf"\b{_forms(word)}\b", part) is not None


def _forms(word: str) -> str:
    """A pattern of an English word as people inflect it: compares, comparing; summaries; crawled."""
    for ending, forms in (("e", "e|es|ed|ing"), ("y", "y|ies|ied|ying")):
        if word.endswith(ending):
            return f"{re.escape(word.removesuffix(ending))}(?:{forms})"
    return f"{re.escape(word)}(?:s|es|ed|ing)?"


def _most_meant(parts: list[str]) -> list[str]:
    """The workflows, first the one of which most is said."""
    names = registry.names()
    return sorted(names, key=lambda name: -len({word for part in parts for word in _hits(part, name)}))


def _verbs_in(part: str, prefer: list[str]) -> dict[str, str]:
    """The verbs that a part means, by the words that say so; a word of several workflows is the most meant one's."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in prefer:
        for word, verb in _hits(part, name).items():
            if word not in taken:
                taken.add(word)
                found.setdefault(verb, word)
    return found


def _bound(part: str, prefer: list[str]) -> list[tuple[str, str]]:
    """Verbs and workflows, by words that are one workflow's alone, such as a post; the most meant workflow first."""
    found = [(word, verb, name) for name in prefer for word, verb in _hits(part, name).items()]
    return [(verb, name) for word, verb, name in found if not any(word in _words(one) for one in prefer if one != name)]


async def _proposed(part: str, text_model: OpenModel | None) -> dict[str, str]:
    """The verb that a model takes a part for; nothing where there is no model, it fails, or it says none."""
    if text_model is None:
        return {}
    known = verbs()
    verb_or_none: Any = Literal[(*known, "none")]  # pyright: ignore[reportInvalidTypeForm]
    shape = create_model("Meant", verb=(verb_or_none, ...))
    told = "; ".join(
        f"{verb} ({', '.join(registry.workflow(names[0]).words.get(verb, ()))})" for verb, names in known.items()
    )
    asked = (
        Message("system", f"Say which of these somebody asks for, or none: {told}."),
        Message("user", part),
    )
    try:
        if (model := await text_model()) is None:
            return {}
        answer, _ = await model.typed(asked, shape, max_tokens=32)
    except MagicError:
        return {}
    verb: str = answer.model_dump()["verb"]
    return {verb: f"{part} ({model.name})"} if verb in known else {}


def _way(wanted: list[str], bound: Mapping[str, str], text: str) -> tuple[Members, dict[str, Any]]:
    """Who does it, and with which of the values that were said: those for whom least is missing.

    Args:
        bound: the workflow that is meant, by verb, where words tell.
    """
    options = [(way, _values(way, text)) for way in ways(wanted) if _is_bound(way, bound)]
    return min(options, key=lambda one: (len(missing(one[0], one[1])), len(one[0].verbs), -len(one[1])))


def _is_bound(way: Members, bound: Mapping[str, str]) -> bool:
    return all(bound.get(verb, name) == name for name, verbs_of in way.verbs.items() for verb in verbs_of)


def _numbers_left(plain: str, way: Members, values: Mapping[str, Any], unclear: Sequence[str]) -> list[str]:
    """The numbers that nothing takes, but for the count of the addresses, such as `2 shops`."""
    words = [word for name in way.verbs for word in _words(name)]
    given = {str(len(values[one.addresses])) for one in way.workflows if one.addresses in values}
    return [
        one.text
        for one in numbers_left(plain, way.workflows)
        if not (one.digits in given and any(_says(one.unit, word) for word in words))
        and not any(one.text in part for part in unclear)
    ]


def _values(way: Members, text: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for declared in way.workflows:
        if declared.addresses and (addresses := addresses_in(text)):
            values[declared.addresses] = addresses
        values |= spoken_values(without_addresses(text).casefold(), declared)
    return values


def _short(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
