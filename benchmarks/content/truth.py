"""What two hundred texts by each model state, in those that are not flagged, and the input does not.

It is looked for apart from the product's own checks.
"""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from benchmarks.content.inputs import briefs
from benchmarks.content.inventing import Inventor
from magicai.content.answers import Unusable
from magicai.content.brief import Brief
from magicai.content.drafting import Draft, Drafter, facts_block
from magicai.content.text import plain
from magicai.ports import TextModel
from tests.scripted import ScriptedText

TEXTS, SEED = 200, 4_711
# As models err in data-to-text, of which people have labelled texts.
SHARES = {"a model that errs in 8 % of texts": 0.08, "a model that errs in 61 % of texts": 0.61}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_UNIT = re.compile(
    r"(\d+(?:[.,]\d+)*)\s*(cm|mm|m|kg|g|ml|l|W|minutes|hours|days|weeks|months?|years?|%|USD|EUR|克|元|年|分钟)\b"
)
_NAME = re.compile(r"(?<![.!?:”“]\s)(?<!^)\b[A-Z][a-z]+\b", re.MULTILINE)


@dataclass(frozen=True)
class Truth:
    """What two hundred texts came to.

    Attributes:
        wrong: places in texts that are not flagged which the input does not say.
        flagged: texts.
        kept: share of the needed facts that texts state.
    """

    model: str
    texts: int
    wrong: list[str]
    flagged: int
    kept: float


def measure(data: Path, number: int = TEXTS) -> list[Truth]:
    """Facts blocks, and the scripted models."""
    found = [_measured("facts blocks", list(briefs(data, SEED, number)), None)]
    for name, share in SHARES.items():
        inventor = Inventor(share, SEED)
        found.append(_measured(name, list(briefs(data, SEED, number)), ScriptedText(inventor), inventor.wrong))
    return found


def measure_model(data: Path, model: TextModel, number: int) -> Truth:
    """A model that is there."""
    return _measured(model.name, list(briefs(data, SEED, number)), model)


def _measured(
    name: str,
    wanted: Sequence[Brief],
    model: TextModel | None,
    injected: AbstractSet[str] = frozenset(),
) -> Truth:
    async def draft(brief: Brief) -> Draft | None:
        """None where what the model wrote is no text, such as one taken for another language: its row would fail."""
        try:
            return facts_block(brief) if model is None else await Drafter(model, temperature=0.2).draft(brief)
        except Unusable:
            return None

    async def all_of_them() -> list[tuple[Brief, Draft]]:
        every = [(brief, await draft(brief)) for brief in wanted]
        return [(brief, made) for brief, made in every if made is not None]

    drafts = asyncio.run(all_of_them())
    wrong: list[str] = []
    kept: list[float] = []
    for brief, made in drafts:
        text = plain(made.blocks)
        if not made.assessment.flags:
            wrong += [f"{one} in “{text[:200]}”" for one in unsupported(text, brief, injected)]
        kept.append(_kept(text, brief))
    flagged = sum(bool(made.assessment.flags) for _, made in drafts)
    return Truth(name, len(drafts), wrong, flagged, sum(kept) / len(kept))


def unsupported(text: str, brief: Brief, injected: AbstractSet[str] = frozenset()) -> list[str]:
    """Numbers, units, names and what a model put in that neither the input nor the template says."""
    given = json.dumps(brief.variables, ensure_ascii=False) + brief.template.body
    numbers = set(_NUMBER.findall(given))
    units = {match.groups() for match in _UNIT.finditer(given)}
    words = {word.casefold() for word in re.findall(r"\w+", given)}
    found = [one for one in _NUMBER.findall(text) if one.rstrip(".,") not in numbers]
    found += [" ".join(match.groups()) for match in _UNIT.finditer(text) if match.groups() not in units]
    if brief.template.language == "en":
        found += [one for one in _NAME.findall(text) if one.casefold() not in words]
    return found + [one for one in injected if one in text and one not in given]


def _kept(text: str, brief: Brief) -> float:
    """The share of needed values, and parts of lists, that stand in the text as they are."""
    low = "".join(text.casefold().split())
    parts: list[str] = []
    for name in brief.needed:
        value = brief.variables[name]
        parts += [str(one) for one in value] if isinstance(value, list) else [str(value)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    stated: Callable[[str], bool] = lambda part: "".join(part.casefold().split()) in low  # noqa: E731 - one line, used once
    return sum(map(stated, parts)) / len(parts) if parts else 1.0
