"""A page's values of fields: by structured data, by labels, by selectors, by what a model copied from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import Field

from magicai.shops.fields.ask import Copied
from magicai.shops.fields.labels import Labelled, of_label, shown_pairs, structured_pairs
from magicai.shops.fields.page import FieldPage
from magicai.shops.fields.schema import CustomField
from magicai.shops.fields.selectors import Found, Selector, found_by, learned
from magicai.shops.fields.values import parsed
from magicai.shops.product import FieldSource, FieldValue
from magicai.values.frozen import Frozen

_LONGEST_QUOTE = 300
# Pages of a template that prove a selector.
MOST_PROVING = 12


class Template(Frozen):
    """What was learned of the pages of one kind.

    Attributes:
        url: the page of which the model was asked.
        selectors: by field; those that other pages prove.
        copied: what the model copied from that page, by field.
    """

    url: str
    selectors: dict[str, Selector] = Field(default_factory=dict[str, Selector])
    copied: dict[str, Copied] = Field(default_factory=dict[str, Copied])


class LearnedFields(Frozen):
    """What a language model's answers taught of pages, by their template."""

    templates: dict[str, Template] = Field(default_factory=dict[str, Template])


class FilledFields(Frozen):
    """On how many products' pages fields were looked for, and on how many each had no value."""

    pages: int
    missing: dict[str, int]


@dataclass(frozen=True, slots=True)
class Filled:
    """A value, how it was found, and the page's text in which it stands."""

    value: FieldValue
    source: FieldSource
    quote: str


def filled(page: FieldPage, fields: Sequence[CustomField], template: Template | None = None) -> dict[str, Filled]:
    """The values that stand on a page, by field; of a field with different values, none."""
    stated, shown = structured_pairs(page), shown_pairs(page)
    found: dict[str, Filled] = {}
    for field in fields:
        known = _labelled(field, stated, page, "structured") or _labelled(field, shown, page, "label")
        if known is None and template is not None:
            known = _learned(field, page, template)
        if known is not None:
            found[field.name] = known
    return found


def learn(
    copied: dict[str, Copied], fields: Sequence[CustomField], page: FieldPage, others: Sequence[FieldPage]
) -> Template:
    """What a model's values on one page teach of its template."""
    proving = others[:MOST_PROVING]
    selectors = {
        field.name: selector
        for field in fields
        if (one := copied.get(field.name)) is not None
        and (selector := learned(one.text, one.quote, field.type, page, proving)) is not None
    }
    return Template(url=page.page.url, selectors=selectors, copied=copied)


def _labelled(field: CustomField, pairs: Iterable[Labelled], page: FieldPage, source: FieldSource) -> Filled | None:
    found = [(parsed(pair.text, field.type, page.page), pair) for pair in of_label(pairs, field.known_as)]
    read = [(value, pair) for value, pair in found if value is not None]
    values = [value for value, _ in read]
    if not read or (field.type != "list" and any(value != values[0] for value in values)):
        return None
    value = values[0]
    if field.type == "list":
        value = tuple(dict.fromkeys(text for one in values if isinstance(one, tuple) for text in one))
    else:
        read = read[:1]
    return _standing(value, source, [Found(pair.text, pair.quote) for _, pair in read], page)


def _learned(field: CustomField, page: FieldPage, template: Template) -> Filled | None:
    copied = template.copied.get(field.name) if page.page.url == template.url else None
    selector = template.selectors.get(field.name)
    found = found_by(selector, page) if selector else []
    if copied is not None:
        found = [Found(copied.text, copied.quote)]
    if len(found) != 1:
        return None
    value = parsed(found[0].text, field.type, page.page)
    return _standing(value, "selector" if copied is None else "model", found, page)


def _standing(value: FieldValue, source: FieldSource, found: Sequence[Found], page: FieldPage) -> Filled | None:
    """The value with its quote, or None where that does not stand on the page."""
    if value is None:
        return None
    quotes = [_around(one.text, one.quote) for one in found]
    if source != "structured" and not all(map(page.shows, quotes)):
        quotes = [one.text for one in found]
        if not all(map(page.shows, quotes)):
            return None
    return Filled(value, source, " … ".join(dict.fromkeys(quotes)))


def _around(text: str, quote: str) -> str:
    """As much of a quote as is shown, the value in it."""
    start = max(0, quote.find(text) - (_LONGEST_QUOTE - len(text)) // 2)
    return quote if len(quote) <= _LONGEST_QUOTE else quote[start : start + _LONGEST_QUOTE]
