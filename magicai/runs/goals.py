"""Goals in words: what somebody wants, as an action and its parameters.

Words are matched by what workflows declare. Addresses, the language and numbers are read by rules, never by a model: it
may only say which verb is meant by a part of which nothing was understood, and only one that there is.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, create_model

from magicai.errors import Invalid, MagicError
from magicai.ports import Message, TextModel
from magicai.runs import catalogue
from magicai.runs.actions import Members, missing, unknown, verbs, ways
from magicai.runs.composed import aim
from magicai.runs.spoken_values import addresses_in, spoken_values, without_addresses

LONGEST = 2000
_PARTS = re.compile(r"[,.](?!\d)|[;!?\n，。；！？、]+|\b(?:and|then)\b|并且?|然后|再")
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
        raise Invalid(f"The goal has {len(text)} characters; the maximum is {LONGEST}.", way_out="Shorten it.")
    found: dict[str, str] = {}
    unclear: list[str] = []
    parts = [part.strip() for part in _PARTS.split(without_addresses(text).casefold())]
    prefer = _most_meant(parts)
    for part in (part for part in parts if _WORD.search(part)):
        meant = _verbs_in(part, prefer) or await _proposed(part, text_model)
        for verb, word in meant.items():
            found.setdefault(verb, word)
        if not meant and not any(spoken_values(part, catalogue.workflow(name)) for name in catalogue.names()):
            unclear.append(part)
    if not found:
        raise _not_here(text.strip().casefold())
    way, values = _way(list(found), text)
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


def _not_here(part: str) -> Invalid:
    words = {word for name in catalogue.names() for word in _words(name)}
    return unknown(f"No workflow can do {part[:80]!r}.", part, verbs(), synonyms=words)


def _words(workflow: str) -> dict[str, str]:
    """The verbs of a workflow, by what people say for them."""
    declared = catalogue.workflow(workflow)
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
    names = catalogue.names()
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


async def _proposed(part: str, text_model: OpenModel | None) -> dict[str, str]:
    """The verb that a model takes a part for; nothing where there is no model, it fails, or it says none."""
    if text_model is None:
        return {}
    known = verbs()
    verb_or_none: Any = Literal[(*known, "none")]  # pyright: ignore[reportInvalidTypeForm]
    shape = create_model("Meant", verb=(verb_or_none, ...))
    told = "; ".join(
        f"{verb} ({', '.join(catalogue.workflow(names[0]).words.get(verb, ()))})" for verb, names in known.items()
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


def _way(wanted: list[str], text: str) -> tuple[Members, dict[str, Any]]:
    """Who does it, and with which of the values that were said: those for whom least is missing."""
    options = [(way, _values(way, text)) for way in ways(wanted)]
    return min(options, key=lambda one: (len(missing(one[0], one[1])), len(one[0].verbs), -len(one[1])))


def _values(way: Members, text: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for declared in way.workflows:
        if declared.addresses and (addresses := addresses_in(text)):
            values[declared.addresses] = addresses
        values |= spoken_values(without_addresses(text).casefold(), declared)
    return values


def _short(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
