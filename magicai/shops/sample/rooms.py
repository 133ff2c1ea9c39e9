"""Everything around the goods: the front doors, gifts, journal, and a calendar without end."""

import calendar
import re
from functools import partial
from typing import Any

from magicai.shops.sample.catalogue import Item, Language, items, sections, shop
from magicai.shops.sample.drawings import draw, picture
from magicai.shops.sample.page import Query, Routes, SamplePage, html, moved, plain, svg
from magicai.shops.sample.rendering import STATIC

_EVENINGS = ("Sharpening evening", "Wick and wax", "Bookbinding for two", "Tea, slowly", "Open forge")
_EVENT = re.compile(r"/events/(?P<year>[1-8][0-9]{3})/(?P<month>[1-9]|1[0-2])/(?:(?P<day>[1-9]|[12][0-9]|3[01])/)?")
_FIRST_MONTH = "/events/2026/3/"


def routes(day: int, base: str) -> Routes:
    """Every page that is neither a listing nor a product's, by path; months are made by `event`."""
    table: Routes = {
        "/": partial(_front, day, base, "en"),
        "/zh/": partial(_front, day, base, "zh"),
        "/index.html": lambda _query: moved("/"),
        "/events/": lambda _query: event(_FIRST_MONTH, base),
        "/gifts/": partial(_gifts, day, base),
        "/static/shop.css": lambda _query: plain((STATIC / "shop.css").read_text("utf-8"), "text/css; charset=utf-8"),
        "/static/icon.svg": lambda _query: svg(draw("leaf", "pine")),
    }
    for number, workshop in enumerate(shop()["workshop"], 1):
        table[f"/static/door-{number}.svg"] = partial(_door, workshop)
        if "lead" in workshop:
            table[workshop["path"]] = partial(_landing, day, base, workshop)
    for section in sections(day):
        table |= {item.image: partial(_picture, item) for item in section.items}
    for text in shop()["text"]:
        table[text["path"]] = partial(_text, base, text)
    links = [(article["title"], f"/journal/{article['slug']}/") for article in shop()["article"]]
    journal = {"path": "/journal/", "title": "Journal", "text": ["What the workshops tell each other."], "links": links}
    table["/journal/"] = partial(_text, base, journal)
    for article in shop()["article"]:
        path = f"/journal/{article['slug']}/"
        table[path] = partial(_text, base, {"path": path, **article})
    return table


def missing(base: str, status: int) -> SamplePage:
    """The page that says that there is none, for 404 and 410."""
    what = "This page is gone for good." if status == 410 else "There is no such page, and perhaps never was."  # noqa: PLR2004 - HTTP
    text = {"path": "", "title": "Not here", "text": [what, "The front door is where it always is."]}
    return _text(base, text, {}, status=status)


def event(path: str, base: str) -> SamplePage | None:
    """A month or a day of the calendar; None where the path is neither."""
    match = _EVENT.fullmatch(path)
    if match is None:
        return None
    year, month, day = int(match["year"]), int(match["month"]), match["day"]
    here, title = f"/events/{year}/{month}/", f"{calendar.month_name[month]} {year}"
    weeks = calendar.Calendar().monthdayscalendar(year, month)
    evenings = {(year * 7 + month * 5 + n * 9) % 28 + 1: name for n, name in enumerate(_EVENINGS)}
    if day is not None:
        what = evenings.get(int(day), "Nothing on this day. The kettle is on all the same.")
        return _text(base, {"path": f"{here}{day}/", "title": f"{day} {title}", "text": [what]}, {})
    return html(
        "calendar.html",
        base,
        canonical=here,
        here=here,
        month=title,
        weeks=weeks,
        evenings=evenings,
        before=_month_path(year * 12 + month - 2),
        after=_month_path(year * 12 + month),
    )


def _month_path(months: int) -> str:
    return f"/events/{months // 12}/{months % 12 + 1}/"


def _front(day: int, base: str, language: Language, _query: Query) -> SamplePage:
    path, key = ("/zh/", "featured_zh") if language == "zh" else ("/", "featured")
    return html("front.html", base, canonical=path, language=language, items=_named(day, shop()[key]))


def _landing(day: int, base: str, workshop: dict[str, Any], _query: Query) -> SamplePage:
    rooms = [section for section in sections(day) if section.workshop == workshop["name"]]
    return html(
        "landing.html",
        base,
        canonical=workshop["path"],
        title=workshop["name"],
        lead=workshop["lead"],
        sections=rooms,
    )


def _gifts(day: int, base: str, _query: Query) -> SamplePage:
    chosen = _named(day, shop()["gifts"])
    return html(
        "listing.html",
        base,
        canonical="/gifts/",
        key="gifts",
        title="Gifts",
        lead="Six things that have made somebody's evening, from six benches.",
        markup="plain",
        number=1,
        items=chosen,
        addresses={item.slug: item.copies[0].path for item in chosen if item.copies},
        orders=[],
        pages=[],
        linked_data=[],
        hydration="",
        home="/",
        trail=[],
        trail_path="",
    )


def _named(day: int, slugs: list[str]) -> list[Item]:
    here = {item.slug: item for item in items(day)}
    return [here[slug] for slug in slugs if slug in here]


def _text(base: str, text: dict[str, Any], _query: Query, *, status: int = 200) -> SamplePage:
    return html(
        "text.html",
        base,
        canonical=text["path"],
        status=status,
        title=text["title"],
        paragraphs=text["text"],
        date=text.get("date"),
        links=text.get("links", ()),
    )


def _door(workshop: dict[str, Any], _query: Query) -> SamplePage:
    return svg(draw(workshop["drawing"], workshop["colour"]))


def _picture(item: Item, _query: Query) -> SamplePage:
    return SamplePage(picture(item), content_type="image/webp")
