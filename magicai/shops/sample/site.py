"""The addresses of the shop on one day, and the page behind each."""

from urllib.parse import parse_qsl, urlsplit

from magicai.shops.sample import goods, maps, outlet, rooms
from magicai.shops.sample.catalogue import sections
from magicai.shops.sample.page import SamplePage, moved


class Site:
    """Every page of the shop on a day.

    Args:
        day: from 1.
        base: the shop's address without a slash at its end.
    """

    def __init__(self, day: int, base: str) -> None:
        self._base = base
        parts = (rooms, goods, outlet, maps)
        self._routes = {path: route for part in parts for path, route in part.routes(day, base).items()}
        self._gone = {gone.path: gone.status for section in sections(day) for gone in section.gone}

    def page(self, target: str) -> SamplePage:
        """The page behind a path and query; where there is none, the one that says so."""
        parts = urlsplit(target)
        route = self._routes.get(parts.path)
        page = route(dict(parse_qsl(parts.query))) if route else rooms.event(parts.path, self._base)
        if page is not None:
            return page
        if route is None and f"{parts.path}/" in self._routes:
            return moved(f"{parts.path}/")
        return rooms.missing(self._base, self._gone.get(parts.path, 404))
