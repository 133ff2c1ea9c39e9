"""Where a field stands on the pages of a template, learned from where a model's value stands on one of them.

A selector is kept only if other pages prove it: it must find a value of the field's type there, and nowhere something
else. An element is told by its id and classes; one that is only a number among its siblings, by that number where the
siblings are the same. Inside an element's text, the value is told by the words right before and behind it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from magicai.shops.extraction.elements import Element
from magicai.shops.fields.labels import of_label, shown_pairs
from magicai.shops.fields.page import FieldPage, name_of
from magicai.shops.fields.schema import FieldType
from magicai.shops.fields.values import LONGEST_VALUE, parsed
from magicai.values.frozen import Frozen

_MOST_PLACES = 20
_MOST_WORDS = 4
_LONGEST_HOLDER = 2_000
_HAN = "\u3040-\u30ff\u3400-\u9fff"
_WORDS = re.compile(rf"\s*(?:[{_HAN}]|[^\s{_HAN}]+)\s*")
_NAMED = re.compile(r"[#.]")


class Step(Frozen):
    """One element of a path.

    Attributes:
        name: its tag, with its id and classes.
        place: its number among siblings of this name, from 1; 0 where it is the only one.
        among: the tags of all its siblings and its own, where it has a place: it holds among these alone.
    """

    name: str
    place: int = 0
    among: str = ""


class Selector(Frozen):
    """Where a value stands.

    Attributes:
        label: what stands beside it, folded; then the others are empty.
        path: elements from the outermost to that which holds it.
        before, after: words around the value in that element's text; "" at its beginning and end.
    """

    label: str = ""
    path: tuple[Step, ...] = ()
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a selector gives: the value's text, and the text that it stands in."""

    text: str
    quote: str


def found_by(selector: Selector, page: FieldPage) -> list[Found]:
    """What a selector gives on a page: more than one where it is not sure."""
    if selector.label:
        pairs = of_label(shown_pairs(page), (selector.label,))
        return list({pair.text: Found(pair.text, pair.quote) for pair in pairs}.values())
    held = [page.text_of(one) for one in _at(selector.path, page)]
    return [Found(text, whole) for whole in held for text in _between(whole, selector.before, selector.after)]


def learned(text: str, quote: str, kind: FieldType, page: FieldPage, others: Sequence[FieldPage]) -> Selector | None:
    """The selector that the other pages of a template prove best; None where they prove none.

    Args:
        text: the value as it stands on the page, within the quote.
        others: of the same template.
    """
    proved: list[tuple[int, Selector]] = []
    for selector in dict.fromkeys(_candidates(text, quote, page, others)):
        if [one.text for one in found_by(selector, page)] != [text]:
            continue
        given = [found_by(selector, other) for other in others]
        read = [parsed(one.text, kind, other.page) for found, other in zip(given, others, strict=True) for one in found]
        if any(len(found) > 1 for found in given) or None in read:
            continue
        if read:
            proved.append((len(read), selector))
    # With fewer words around it, a value is found on more pages, and so is what is none.
    most = max((pages for pages, _ in proved), default=0)
    return next((selector for pages, selector in proved if 2 * pages >= most), None)


def _candidates(text: str, quote: str, page: FieldPage, others: Sequence[FieldPage]) -> Iterator[Selector]:
    """Selectors of the value, the most telling first: by its label, by elements, by the most words around it."""
    for pair in shown_pairs(page):
        if pair.text == text and (quote in pair.quote or pair.quote in quote):
            yield Selector(label=pair.label)
    for element in _holders(text, quote, page):
        whole, path = page.text_of(element), _path(element, page)
        if path is None or len(whole) > _LONGEST_HOLDER:
            continue
        if whole == text:
            yield Selector(path=path)
        elif whole.count(text) == 1:
            same = [other.text_of(one) for other in others for one in _at(path, other)]
            head, _, tail = whole.partition(text)
            ends = list(_beside(tail, same, last=False))
            for before in _beside(head, same, last=True):
                yield from (Selector(path=path, before=before, after=after) for after in ends)


def _holders(text: str, quote: str, page: FieldPage) -> list[Element]:
    """The smallest elements that hold the value, where the quote is around it."""
    words = re.compile(r"\s+".join(map(re.escape, text.split())))
    found: list[Element] = []
    for match in words.finditer(page.outline.text):
        around = (one for one in page.outline.around(page.outline.at(match.start())) if one.end >= match.end())
        holder = next(around)
        context = next((one for one in page.outline.around(holder) if quote in page.text_of(one)), None)
        if context is not None and context.end - context.start <= len(quote) + _LONGEST_HOLDER:
            found.append(holder)
    own = {one.index for one in page.own}
    return list(dict.fromkeys(one for one in found if one.index in own))[:_MOST_PLACES]


def _path(element: Element, page: FieldPage) -> tuple[Step, ...] | None:
    """The shortest path to an element that names it, and nothing else, on its page."""
    path: tuple[Step, ...] = ()
    for one in page.outline.around(element):
        if one.parent < 0:
            return None
        path = (_step(one, page), *path)
        if _NAMED.search(path[0].name) and [found.index for found in _at(path, page)] == [element.index]:
            return path
    return None


def _step(element: Element, page: FieldPage) -> Step:
    siblings = list(page.outline.children(page.outline.elements[element.parent]))
    name = name_of(element)
    alike = [one.index for one in siblings if name_of(one) == name]
    if len(alike) == 1 and _NAMED.search(name):
        return Step(name=name)
    among = " ".join(one.tag for one in siblings)
    return Step(name=name, place=alike.index(element.index) + 1, among=among)


def _at(path: Sequence[Step], page: FieldPage) -> list[Element]:
    """The elements of the page's own part at the end of a path."""
    found: list[Element] = []
    for element in page.named.get(path[-1].name, ()):
        way = list(zip(page.outline.around(element), reversed(path), strict=False))
        if len(way) == len(path) and all(_is(one, wanted, page) for one, wanted in way):
            found.append(element)
    return found


def _is(element: Element, wanted: Step, page: FieldPage) -> bool:
    if name_of(element) != wanted.name:
        return False
    return not wanted.place or _step(element, page) == wanted


def _beside(side: str, texts: Sequence[str], *, last: bool) -> Iterator[str]:
    """Words right beside a value that other texts of the same element have, the most words first; "" at its end."""
    pieces = _WORDS.findall(side)
    for count in range(min(_MOST_WORDS, len(pieces)), 0, -1):
        words = "".join(pieces[-count:] if last else pieces[:count])
        if any(words in text for text in texts):
            yield words
    if not pieces:
        yield ""


def _between(whole: str, before: str, after: str) -> list[str]:
    """The texts between whole words before and behind; none where these are not there."""
    begin = f"{_edge(before[:1], '(?<!', ')')}{re.escape(before)}" if before else "^"
    end = f"{re.escape(after)}{_edge(after[-1:], '(?!', ')')}" if after else "$"
    found = re.finditer(f"{begin}(?=(.{{1,{LONGEST_VALUE}}}?){end})", whole)
    return [text for match in found if (text := match[1].strip())]


def _edge(char: str, opens: str, closes: str) -> str:
    """What may not stand beside a word's end, or beside a point: the point of 1.5 ends no sentence."""
    if char in ".,":
        return rf"{opens}\d{closes}"
    return rf"{opens}[^\W{_HAN}]{closes}" if char.isalnum() and not re.match(f"[{_HAN}]", char) else ""
