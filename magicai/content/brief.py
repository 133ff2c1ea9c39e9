"""What a text is to be written from: a template, and variables that fit it."""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from magicai.claims.sources import Source, sources_of
from magicai.content.facts_block import facts_block
from magicai.content.template import Template
from magicai.content.template_language import CLOSE, OPEN, TOKEN, render
from magicai.content.text import Block, Blocks, parse, plain_number, spaced
from magicai.content.variable_schema import validator_of
from magicai.errors import Invalid
from magicai.runs.run import JSON

_LARGEST = 200_000
_LONGEST_VALUE = 20_000
_MEETING = re.compile(f"{OPEN}(\\d+){CLOSE}(?={OPEN}(\\d+){CLOSE})")


@dataclass(frozen=True)
class Brief:
    """A template with variables that fit it.

    Attributes:
        variables: those that are given and not empty.
        language: of the text, BCP 47; the template's where it is not named.
    """

    template: Template
    variables: JSON
    language: str = ""

    def __post_init__(self) -> None:
        if not self.language:
            object.__setattr__(self, "language", self.template.language)

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Where the text's claims may come from."""
        return sources_of(self.variables)

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """Names of the variables that the text must keep."""
        return tuple(name for name in self.template.needed if name in self.variables)

    @property
    def digest(self) -> str:
        """SHA-256 of the template and the variables."""
        body = json.dumps([self.template.model_dump(mode="json"), self.variables], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(body.encode(errors="surrogatepass")).hexdigest()


def brief_of(template: Template, given: Mapping[str, Any], language: str = "") -> Brief:
    """Check variables against a template. Text is taken for a number or a yes, as the rows of a file have them.

    Args:
        language: of the text, BCP 47; the template's where it is empty.

    Raises:
        Invalid: one is missing, unknown, too large or of the wrong type; names it. Or none is given.
    """
    unknown = sorted(given.keys() - template.variables.keys())
    if unknown:
        has = ", ".join(template.variables)
        raise Invalid("unknown_variable", name=template.name, unknown=unknown[0], names=has)
    if len(json.dumps(dict(given), ensure_ascii=False)) > _LARGEST:
        raise Invalid("variables_too_long", limit="200,000")
    variables = {name: _read(given[name], template.variables[name]) for name in template.variables if name in given}
    variables = {name: value for name, value in variables.items() if value not in (None, "", [], {})}
    missing = [name for name in template.required if name not in variables]
    if missing:
        need = ", ".join(template.required)
        raise Invalid("variable_missing", name=template.name, missing=missing[0], names=need)
    if variables.keys().isdisjoint(template.facts):
        has = ", ".join(template.facts)
        raise Invalid("facts_missing", name=template.name, names=has)
    for name, value in variables.items():
        _must_be_short(name, value)
        validator: Any = validator_of(template.variables[name])  # its types are unknown in part
        error = next(validator.iter_errors(value), None)
        if error is not None and isinstance(value, list) and template.variables[name].get("type") == "string":
            said = ", ".join(map(str, cast("list[Any]", value)))
            raise Invalid("variable_has_several_values", name=name, said=said[:200])
        if error is not None:
            where = ".".join([name, *map(str, error.absolute_path)])
            raise Invalid("variable_invalid", where=where, reason=error.message[:200])
    return Brief(template, variables, language)


def compose(brief: Brief) -> Blocks:
    """What code alone makes of a brief: the template's body filled in, or a facts block where it has none.

    Raises:
        Invalid: the body can't be filled with the variables.
    """
    if not brief.template.body:
        return facts_block(brief.template, brief.variables)
    text, texts = render(brief.template.body, brief.variables)

    def apart(two: re.Match[str]) -> str:
        """Chinese has no space between two variables, which Latin words need."""
        latin = texts[int(two[1])][-1:].isascii() and texts[int(two[2])][:1].isascii()
        return two[0].replace(CLOSE, f"{CLOSE} ") if latin else two[0]

    def filled(block: Block) -> Block:
        whole = TOKEN.sub(lambda found: texts[int(found[1])], _MEETING.sub(apart, block.text))
        return block.model_copy(update={"text": spaced(whole) if brief.template.language == "zh" else whole})

    return tuple(block for one in parse(text) if (block := filled(one)).text.strip())


def _read(value: Any, schema: Mapping[str, Any]) -> Any:
    """A value that may have come as text, or as a number where a table has one instead of text."""
    kind = schema.get("type")
    if kind == "array" and isinstance(value, list):
        items: Mapping[str, Any] = schema.get("items") or {}
        return [_as_text(one) if items.get("type") == "string" else one for one in cast("list[Any]", value)]
    if kind in ("string", "array"):
        value = _as_text(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    reader = _READERS.get(str(kind))
    try:
        return text if reader is None else reader(text)
    except ValueError:
        return value  # its schema refuses it, by name


def _as_text(value: Any) -> Any:
    """A number as its plain text; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return plain_number(value) if is_number else value


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)


def _list(text: str) -> list[Any]:
    if text.startswith("["):
        return json.loads(text)
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise ValueError(text)
    return text.lower() in _YES


_YES, _NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否"}
_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "number": _number,
    "array": _list,
    "object": json.loads,
    "boolean": _yes_or_no,
}


def _must_be_short(where: str, value: Any) -> None:
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        raise Invalid("variable_too_long", where=where, count=len(value), limit="20,000")
    if isinstance(value, list):
        for place, one in enumerate(value):  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            _must_be_short(f"{where}.{place}", one)
    if isinstance(value, dict):
        for name, one in value.items():  # pyright: ignore[reportUnknownVariableType]
            _must_be_short(f"{where}.{name}", one)
