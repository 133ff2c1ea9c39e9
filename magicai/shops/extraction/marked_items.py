"""Items that attributes of the HTML mark: microdata, and RDFa as far as shops use it (RDFa Lite).

Read over the tree that is parsed anyway: extruct needs a second one of lxml's, and rdflib for RDFa, whose prefixes and
vocabularies a shop's page does not use.
"""

from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborNode

from magicai.shops.extraction.json_values import each
from magicai.shops.extraction.page import ParsedPage

_DEPTH_LIMIT = 60
_ELEMENT_LIMIT = 20_000
_TEXT_LIMIT = 20_000
_LINKS = {"a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src", "source": "src",
          "iframe": "src", "embed": "src", "track": "src", "object": "data", "time": "datetime", "data": "value",
          "meter": "value"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a syntax marks items and their properties.

    Attributes:
        scope: the attribute that begins an item.
        kinds: the attribute with its types.
        names: the attribute that makes an element a property of the item around it.
        identity: the attribute with the item's own address.
        references: the attribute with ids of elements elsewhere whose properties are the item's too, or "".
    """

    scope: str
    kinds: str
    names: str
    identity: str
    references: str = ""


MICRODATA = Dialect("itemscope", "itemtype", "itemprop", "itemid", "itemref")
RDFA = Dialect("typeof", "typeof", "property", "resource")


def marked_items(page: ParsedPage, dialect: Dialect) -> list[dict[str, Any]]:
    """The outermost items of a page in JSON-LD's shape, in its order."""
    items: dict[int, dict[str, Any]] = {}
    outermost: list[dict[str, Any]] = []
    borrowed: dict[str, dict[str, Any]] = {}
    elements = page.tree.css(f"[{dialect.scope}],[{dialect.names}]")[:_ELEMENT_LIMIT]
    for node in elements:
        attributes = node.attributes
        if dialect.scope not in attributes:
            continue
        item: dict[str, Any] = {"@type": (attributes.get(dialect.kinds) or "").split()}
        if identity := attributes.get(dialect.identity):
            item["@id"] = identity
        for reference in (attributes.get(dialect.references) or "").split()[:20] if dialect.references else ():
            borrowed.setdefault(reference, item)
        items[node.mem_id] = item
    for node in elements:
        attributes = node.attributes
        own = items.get(node.mem_id)
        names = (attributes.get(dialect.names) or "").split()
        around = _item_around(node, items, borrowed) if names or own is not None else None
        if own is not None and (not names or around is None):
            outermost.append(own)
        if around is not None and around is not own:
            value = own if own is not None else _value(node, attributes)
            for name in names:
                _add(around, name.rpartition("/")[2].rpartition(":")[2], value)
    return outermost


def _item_around(
    node: LexborNode, items: dict[int, dict[str, Any]], borrowed: dict[str, dict[str, Any]]
) -> dict[str, Any] | None:
    if borrowed and (identity := node.id) and identity in borrowed:
        return borrowed[identity]
    parent = node.parent
    for _ in range(_DEPTH_LIMIT):
        if parent is None:
            return None
        found = items.get(parent.mem_id)
        if found is not None:
            return found
        if borrowed and (identity := parent.id) and identity in borrowed:
            return borrowed[identity]
        parent = parent.parent
    return None


def _value(node: LexborNode, attributes: dict[str, str | None]) -> str:
    content = attributes.get("content")
    if content is not None:
        return content
    resource = attributes.get("resource")
    if resource:
        return resource
    tag = node.tag or ""
    linked = attributes.get(_LINKS[tag]) if tag in _LINKS else None
    if linked:
        return linked
    if tag == "img":
        return attributes.get("data-src") or ""
    return " ".join(
        node.text(separator=" " if tag in ("div", "p", "section", "ul", "td") else "")[:_TEXT_LIMIT].split()
    )


def _add(item: dict[str, Any], name: str, value: Any) -> None:
    if name not in item:
        item[name] = value
        return
    item[name] = [*each(item[name]), value]
