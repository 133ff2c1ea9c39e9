"""JSON-LD: every script of a page that holds some, however broken."""

from typing import Any

from magicai.shops.extraction.lenient_json import ParseBudget, read_all
from magicai.shops.extraction.page import ParsedPage

_SCRIPT_LIMIT = 100


def json_ld_items(page: ParsedPage) -> list[Any]:
    """The values of all JSON-LD scripts, in their order; what can't be read at all is left out."""
    items: list[Any] = []
    budget = ParseBudget()
    for script in page.scripts:
        if script.kind == "application/ld+json" and len(items) < _SCRIPT_LIMIT:
            items += read_all(script.text(), budget)
    return items
