"""The facts block: what a text is to be written from, as code lists it where no model writes. It is no prose."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from magicai.content.template import Template
from magicai.content.text import Block, Blocks, one_line
from magicai.runs.run import JSON

_YES_AND_NO = {"en": ("yes", "no"), "zh": ("是", "否")}
_COLON = {"en": ": ", "zh": "："}
_SEVERAL_LINES = "text/plain"


def facts_block(template: Template, variables: JSON) -> Blocks:
    """The variables by their titles, in the template's order: single values as items, then lists and longer texts.

    The first variable is the heading where it is a name, else the template's title is.
    """
    facts = _Facts(template.language)
    given = [(name, template.variables[name], variables[name]) for name in template.facts if name in variables]
    heading = template.title
    if given and given[0][0] == template.facts[0] and facts.is_name(*given[0][1:]):
        heading = facts.shown(given.pop(0)[2])
    blocks = [Block(kind="heading", text=heading)]
    single = [one for one in given if facts.is_single(*one[1:])]
    blocks += [facts.item(title_of(name, schema), _alone(value)) for name, schema, value in single]
    for name, schema, value in given:
        if not facts.is_single(schema, value):
            blocks.append(Block(kind="heading", level=2, text=title_of(name, schema)))
            blocks += facts.several(schema, value)
    return tuple(block for block in blocks if block.text)


def title_of(name: str, schema: Mapping[str, Any]) -> str:
    """What a variable is called: its title, else its name with spaces."""
    return one_line(str(schema.get("title") or name.replace("_", " ").capitalize()))


class _Facts:
    """Facts as blocks, with the few words that are not the variables' own in the language of the template."""

    def __init__(self, language: str) -> None:
        self._colon, self._yes_and_no = _COLON[language], _YES_AND_NO[language]

    def shown(self, value: Any) -> str:
        """A single value."""
        if isinstance(value, bool):
            return self._yes_and_no[0] if value else self._yes_and_no[1]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return "" if value is None else one_line(str(value))

    def is_single(self, schema: Mapping[str, Any], value: Any) -> bool:
        """Whether a value stands on one line with its title."""
        return schema.get("contentMediaType") != _SEVERAL_LINES and not isinstance(_alone(value), list | Mapping)

    def is_name(self, schema: Mapping[str, Any], value: Any) -> bool:
        """Whether a value can be a heading."""
        return self.is_single(schema, value) and isinstance(value, str) and one_line(value) != ""

    def item(self, title: str, value: Any) -> Block:
        """`Price: 39.00 EUR`; nothing of what is empty."""
        said = self.shown(value)
        return Block(kind="item", text=f"{title}{self._colon}{said}" if said else "")

    def several(self, schema: Mapping[str, Any], value: Any) -> Iterator[Block]:
        """A list, a map, or a text of several lines, below its heading."""
        if isinstance(value, Mapping):
            yield from self._fields(schema, cast("JSON", value))
        elif not isinstance(value, list):
            for line in str(value).splitlines():
                yield Block(kind="paragraph", text=one_line(line))
        else:
            entries = [_alone_in(one) for one in cast("list[Any]", value)]
            if any(isinstance(entry, Mapping) for entry in entries):
                entries = cast("list[Any]", value)
            of_items: Mapping[str, Any] = schema.get("items") or {}
            for entry in entries:
                if isinstance(entry, Mapping):
                    yield from self._entry(of_items, cast("JSON", entry))
                else:
                    yield Block(kind="item", text=self._flat(entry))

    def _entry(self, schema: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Block]:
        """A map of a list: its fields, below the first of them where that is a name."""
        properties: Mapping[str, Any] = schema.get("properties") or {}
        first = next(iter(properties or entry), "")
        if self.is_name(properties.get(first) or {}, entry.get(first)):
            yield Block(kind="heading", level=3, text=self.shown(entry[first]))
            entry = {name: value for name, value in entry.items() if name != first}
        yield from self._fields(schema, entry)

    def _fields(self, schema: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[Block]:
        properties: Mapping[str, Any] = schema.get("properties") or {}
        for name in (*(one for one in properties if one in fields), *(one for one in fields if one not in properties)):
            yield self.item(title_of(name, properties.get(name) or {}), self._flat(fields[name]))

    def _flat(self, value: Any) -> str:
        """A value of any depth on one line."""
        if isinstance(value, Mapping):
            parts = cast("JSON", value).items()
            return ", ".join(f"{title_of(name, {})}{self._colon}{self._flat(one)}" for name, one in parts)
        if isinstance(value, list):
            return "; ".join(filter(None, map(self._flat, cast("list[Any]", value))))
        return self.shown(value)


def _alone(value: Any) -> Any:
    """The only value of a list, such as one colour."""
    several = cast("list[Any]", value if isinstance(value, list) else ())
    return several[0] if len(several) == 1 else cast("Any", value)


def _alone_in(value: Any) -> Any:
    """The only value of a map, such as a name."""
    fields = cast("JSON", value if isinstance(value, Mapping) else {})
    return next(iter(fields.values())) if len(fields) == 1 else cast("Any", value)
