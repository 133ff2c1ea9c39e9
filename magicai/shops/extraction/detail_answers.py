"""Where a shop's interface states one product, told by pages of products whose scripts asked it."""

import re
from dataclasses import dataclass, field

from magicai.shops.addresses import without_tracking

_PART = re.compile(r"[^/?=&#]+")
_ALIKE = 2  # pages that agree


def named_in(page_url: str) -> str:
    """The part of a product's address that tells it from others: its last."""
    return _PART.findall(without_tracking(page_url))[-1]


@dataclass(frozen=True, slots=True)
class DetailRoute:
    """How the interface's address follows from a product's page: what differs between products stands in both.

    Attributes:
        page, answer: what stands before and behind it.
    """

    page: tuple[str, str]
    answer: tuple[str, str]

    def of(self, page_url: str) -> str:
        """The interface's address for a product's page; "" where it is none of this route."""
        before, behind = self.page
        named = page_url[len(before) : len(page_url) - len(behind)]
        if not (page_url.startswith(before) and page_url.endswith(behind) and _PART.fullmatch(named)):
            return ""
        return self.answer[0] + named + self.answer[1]


@dataclass(slots=True)
class DetailRoutes:
    """Learns a shop's route.

    Attributes:
        learnt: the route that enough pages agree on, and the page from which it was learnt last; None until then.
    """

    learnt: DetailRoute | None = None
    _pages: dict[DetailRoute, set[str]] = field(default_factory=dict[DetailRoute, set[str]])

    def learn(self, page_url: str, answer_url: str) -> None:
        """A product's page was answered its product at an address."""
        page_url, named = without_tracking(page_url), named_in(page_url)
        places = [found.span() for found in _PART.finditer(answer_url) if found[0] == named]
        if not places:
            return
        start, end = places[-1]
        at = page_url.rindex(named)
        route = DetailRoute((page_url[:at], page_url[at + len(named) :]), (answer_url[:start], answer_url[end:]))
        self._pages.setdefault(route, set()).add(page_url)
        if len(self._pages[route]) >= _ALIKE:
            self.learnt = route
