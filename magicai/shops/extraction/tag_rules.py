"""Which tags say something: one rule for whoever reads them from markup and for whoever asks a tree."""

import re

# What is read of a page, and the attribute without which it is not.
STATED = {
    "a": "href",
    "meta": "content",
    "link": "rel",
    "base": "href",
    "script": "",
    "title": "",
    "h1": "",
    "html": "",
}
# Of a table: what lies between its cells is moved before it.
BETWEEN_CELLS = ("table", "thead", "tbody", "tfoot", "tr")
CELLS = ("td", "th")
CAPTION = "caption"
# Marks of a price before.
STRUCK = ("del", "s", "strike")
_STRUCK_STYLE = "line-through"
_OLD_CLASSES = (
    "through", "old", "Old", "compare", "Compare", "was", "regular", "list-price", "listPrice", "rrp", "original",
    "uvp",
)  # fmt: skip
PRICE_BEFORE = ",".join((*STRUCK, f'[style*="{_STRUCK_STYLE}"]', *(f'[class*="{called}"]' for called in _OLD_CLASSES)))
# Any of them in a tag as it is written. A search passes over what none of the words begins with, which it can't where
# one begins with a choice of letters.
OLD_CLASS = re.compile("|".join(_OLD_CLASSES))


def stated(*names: str) -> str:
    """The selector of elements of these names that say something."""
    return ",".join(f"{name}[{STATED[name]}]" if STATED[name] else name for name in names)


def is_called_old(style: str | None, classes: str | None) -> bool:
    """Whether an element of this style and these classes is called what prices before are, or looks like one."""
    return _STRUCK_STYLE in (style or "") or bool(OLD_CLASS.search(classes or ""))
