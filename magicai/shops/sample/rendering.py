"""Templates of the shop and what they know."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from magicai.shops.sample.hydration import to_json
from magicai.shops.sample.wording import asking, money, schema_stock, stock_words

STATIC = Path(__file__).parent / "static"


def render(template: str, **values: Any) -> str:
    """A page as text; everything from the data is escaped."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "asking": asking,
        "json": _json,
        "money": money,
        "schema_stock": schema_stock,
        "stock_words": stock_words,
    }
    environment.filters.update(cast("Any", filters))  # typed as the union of jinja2's own filters
    return environment


def _json(value: object) -> Markup:
    return Markup(to_json(value))  # noqa: S704 - to_json leaves no "<" in the text
