"""Families of addresses that bring nothing new, told while a crawl runs: filters, endless lists, mazes."""

from dataclasses import dataclass, field

from magicai.messages import Message, say
from magicai.shops.crawl import UrlKind
from magicai.shops.crawling import urls

_MOST_WAITING = 20
_WAITING_PER_NEWS = 5
_FRUITLESS_QUERIES = 8
_FRUITLESS_PAGES = 40
_FRUITLESS_LIST_PAGES = 2
_FRUITFUL_SHARE = 0.15
_MOST_GROUPS = 20_000


@dataclass(slots=True)
class _Group:
    """Addresses that differ only in a value: what reading some of them brought."""

    found: int = 0
    read: int = 0
    news: int = 0


@dataclass(slots=True)
class _List:
    """A list over several pages: what it has shown so far."""

    shown: set[int] = field(default_factory=set[int])
    fruitless: int = 0


class Mazes:
    """Learns, while a crawl runs, which families of addresses bring nothing new."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._lists: dict[str, _List] = {}

    def refuses(self, url: str, kind: UrlKind, *, same_list: bool) -> Message | None:
        """Why an address that was just found is not worth reading; counts it where it is.

        Args:
            same_list: it is another page of the list on which it was found.
        """
        if same_list:
            return self._list_is_over(url)
        group = self._group(url)
        if group is None:
            return None
        why = self._fruitless(url, group)
        if not why and kind is not UrlKind.PRODUCT and "?" in url:
            waiting = group.found - group.read
            if waiting >= _MOST_WAITING + _WAITING_PER_NEWS * group.news:
                why = say("address_variants_waiting", count=waiting)
        if not why:
            group.found += 1
        return why

    def closed(self, url: str, *, same_list: bool) -> Message | None:
        """Why an address that waits is not worth reading any more; None where it is."""
        if same_list:
            return self._list_is_over(url)
        group = self._groups.get(_family(url))
        return None if group is None else self._fruitless(url, group)

    def learn(self, url: str, *, news: bool) -> None:
        """A page was read.

        Args:
            news: whether it showed a product that no other page had shown.
        """
        group = self._group(url)
        if group is not None:
            group.read += 1
            group.news += news

    def learn_list(self, url: str, shown: set[int]) -> None:
        """A page of a list was read.

        Args:
            shown: keys of the products on it.
        """
        listed = self._lists.setdefault(_list(url), _List())
        listed.fruitless = listed.fruitless + 1 if shown <= listed.shown else 0
        listed.shown |= shown

    def _list_is_over(self, url: str) -> Message | None:
        listed = self._lists.get(_list(url))
        over = listed is not None and listed.fruitless >= _FRUITLESS_LIST_PAGES
        return say("list_without_news") if over else None

    def _fruitless(self, url: str, group: _Group) -> Message | None:
        enough = _FRUITLESS_QUERIES if "?" in url else _FRUITLESS_PAGES
        if group.read >= enough and group.news < _FRUITFUL_SHARE * group.read:
            return say("similar_pages_without_news", count=group.read)
        return None

    def _group(self, url: str) -> _Group | None:
        family = _family(url)
        group = self._groups.get(family)
        if group is None and len(self._groups) < _MOST_GROUPS:
            group = self._groups[family] = _Group()
        return group


def _family(url: str) -> str:
    """Addresses with parameters belong together when path and names are equal; others when they have one shape."""
    if "?" not in url:
        return urls.shape(url)
    return urls.path(url) + "?" + "&".join(sorted({name for name, _ in urls.parameters(url)}))


def _list(url: str) -> str:
    """What the pages of one list have in common."""
    return urls.list_of(url) or _family(url)
