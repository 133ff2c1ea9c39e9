"""Values with a label: of structured data, of tables and lists of terms, of lines such as `Material: linen`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from magicai.shops.extraction.json_values import each, first_text, is_object
from magicai.shops.extraction.text import folded, plain
from magicai.shops.fields.page import FieldPage
from magicai.shops.fields.values import LONGEST_VALUE

_LONGEST_LABEL = 60
_PAIR = 2
_ASIDE = re.compile(r"[(（\[][^()（）\[\]]*[)）\]]")
_WORD_BEGINS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COLON = re.compile(r"\s*[:：]\s*")
_LEADING = re.compile(r"^[:：\s]+")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value and what it is called.

    Attributes:
        label: folded, without what stands in brackets.
        quote: the page's text that has both; of structured data, the value as they write it.
    """

    label: str
    text: str
    quote: str


def label_of(text: str) -> str:
    """A label for comparing."""
    return folded(_ASIDE.sub(" ", text)) or folded(text)


_SHOWN: WeakKeyDictionary[FieldPage, list[Labelled]] = WeakKeyDictionary()


def shown_pairs(page: FieldPage) -> list[Labelled]:
    """What the page shows of its product with a label, in its order; the same pair once."""
    if page not in _SHOWN:
        _SHOWN[page] = list(dict.fromkeys([*_siblings(page), *_lines(page)]))
    return _SHOWN[page]


def structured_pairs(page: FieldPage) -> list[Labelled]:
    """What structured data state of the product: its properties, and those of `additionalProperty`."""
    found: list[Labelled] = []
    for name, value in page.product.items():
        if name == "additionalProperty":
            for one in each(value):
                if is_object(one):
                    found += _stated(first_text(one.get("name")), one.get("value"), one)
        elif not name.startswith("@"):
            found += [pair for one in each(value)[:20] for pair in _stated(name, one, one)]
    return found


def of_label(pairs: Iterable[Labelled], labels: Iterable[str]) -> list[Labelled]:
    """The pairs that one of these labels names."""
    known = frozenset(labels)
    return [pair for pair in pairs if pair.label in known]


def _stated(name: str, value: Any, item: Any) -> Iterator[Labelled]:
    """A property: a text, a number, a truth, or an object with a value and perhaps a unit."""
    if is_object(value):
        item, value = value, value.get("value") or value.get("name") or value.get("@value")
    text = str(value).lower() if isinstance(value, bool) else first_text(value)
    if text and not is_object(value):
        unit = first_text(item.get("unitText")) if is_object(item) else ""
        shown = plain(f"{text} {unit}", LONGEST_VALUE)
        yield Labelled(label_of(_WORD_BEGINS.sub(" ", name)), shown, shown)


def _siblings(page: FieldPage) -> Iterator[Labelled]:
    """Two elements side by side that are all that is around them; a term, and the descriptions behind it."""
    for around in page.own:
        children = [one for one in page.outline.children(around) if one.tag != "br"]
        if around.tag == "dl":
            label = ""
            for child in children:
                label = page.text_of(child) if child.tag == "dt" else label
                if child.tag == "dd":
                    text = page.text_of(child)
                    whole = f"{label} {text}"
                    yield from _pair(label, text, whole if page.shows(whole) else text)
        elif len(children) == _PAIR and around.end - around.start <= _LONGEST_LABEL + LONGEST_VALUE:
            (first, second), whole = map(page.text_of, children), page.text_of(around)
            if len(whole) <= len(first) + len(second) + _PAIR:
                yield from _pair(first, second, whole)


def _lines(page: FieldPage) -> Iterator[Labelled]:
    for line, _ in page.lines():
        if (colon := _COLON.search(line)) and not line.startswith("//", colon.end()):
            yield from _pair(line[: colon.start()], line[colon.end() :], line)


def _pair(label: str, value: str, quote: str) -> Iterator[Labelled]:
    label, value = _COLON.sub(" ", label).strip(), _LEADING.sub("", value)
    if 0 < len(label) <= _LONGEST_LABEL and 0 < len(value) <= LONGEST_VALUE and (key := label_of(label)):
        yield Labelled(key, value, quote)
