"""What becomes of the addresses that pages and sitemaps name: read, promoted, left alone with a reason, or ignored."""

from collections import Counter
from collections.abc import Callable, Sequence

from magicai.messages import Message, say
from magicai.shops.crawl import Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling import urls
from magicai.shops.crawling.actions import acts
from magicai.shops.crawling.frontier import Frontier
from magicai.shops.crawling.kinds import Shapes, priority, promised, promised_by_sitemap
from magicai.shops.crawling.limits import CrawlLimits
from magicai.shops.crawling.mazes import Mazes
from magicai.shops.crawling.scope import Scope
from magicai.shops.crawling.traps import ACTION, is_asset, trap
from magicai.shops.extraction.reading import Link, PageKind, Reading
from magicai.shops.product import Observation

_MOST_ROWS_PER_REASON = 200
_MOST_MET = 2_000
_WORTH = (UrlKind.PRODUCT, UrlKind.LISTING)


class Discovery:
    """Decides about every address that is found.

    Attributes:
        learn_answered: hears what pages state that a browser drew, and further parts of their lists.
        not_needed: why an address need not be read, because something else says what its page would, or None.
    """

    def __init__(self, frontier: Frontier, scope: Scope, limits: CrawlLimits) -> None:
        self._frontier = frontier
        self._scope = scope
        self._limits = limits
        self._mazes = Mazes()
        self._shapes = Shapes()
        self._met = set[Link]()  # lately: the pages of a shop have most of their links in common
        self._unclear = set[int]()
        self._shown = set[int]()
        self._selections = set[int]()
        self._called_lists = set[int]()
        self._small = set[int]()
        self._reasons: Counter[str] = Counter()
        self.not_needed: Callable[[str, UrlKind], Message | None] = lambda _url, _kind: None
        self.learn_answered: Callable[[Sequence[Observation]], None] = lambda _stated: None

    def page(self, row: FrontierUrl, reading: Reading) -> None:
        """Take what a page that was read shows and links."""
        if row.rendered or row.kind is UrlKind.API:
            self.learn_answered(reading.observations)
            self._go_on(row, reading)
        next_pages = [link.url for link in reading.links if link.next_page]
        self._learn(row, reading, goes_on=bool(next_pages))
        following = urls.normal(next_pages[0]) if next_pages else ""
        same_list = urls.list_of(following) if following else None
        inside = self._scope.holds(row.url)
        if len(self._met) > _MOST_MET:
            self._met.clear()
        for link in reading.links:
            if link in self._met:
                continue
            url = self._scope.home(urls.normal(link.url))
            url = url if row.rendered or row.kind is UrlKind.API else urls.without_route(url)
            if not url or self._is_asset(url):
                self._met.add(link)
                continue
            continues = link.next_page or (same_list is not None and urls.list_of(url) == same_list)
            # What only its list reaches is met again on pages that lie inside.
            if self._within(url, link, inside=inside, continues=continues):
                self._met.add(link)
                kind = UrlKind.LISTING if continues and link.kind is not UrlKind.PRODUCT else link.kind
                self._take(url, kind, row, continues=continues)

    def _go_on(self, row: FrontierUrl, reading: Reading) -> None:
        """Have further parts of a list read for as long as one states something new."""
        stated = {urls.key(observation.url) for observation in reading.observations}
        if row.kind is UrlKind.API and stated <= self._shown:
            return
        asked_by = row.found_on if row.kind is UrlKind.API else row.url
        for answer in reading.answers:
            url = self._scope.home(urls.normal(answer))
            if url:
                self.seed(url, UrlKind.API, found_on=asked_by, depth=row.depth)

    def sitemap(self, row: FrontierUrl, pages: list[str]) -> None:
        """Take the pages that a sitemap lists."""
        by_name = promised_by_sitemap(row.url)
        for listed in pages:
            url = self._scope.home(urls.normal(listed))
            if not url or self._is_asset(url) or not self._scope.holds(url):
                continue
            by_words = promised(url)
            kind = self._shapes.kind(url) or (by_words if by_words is not UrlKind.OTHER else by_name) or by_words
            if kind is UrlKind.OTHER and not self._frontier.contains(url):
                # What a page has linked has its place already, and may have been read.
                self._unclear.add(urls.key(url))
            self._take(url, kind, row, continues=False)

    def seed(self, url: str, kind: UrlKind, *, found_on: str = "", depth: int = 0) -> None:
        """Take an address without asking whether it is worth it."""
        if self._frontier.mark_found(url):
            self._frontier.add(Discovered(url, kind, priority(kind, depth), depth, found_on))

    def begins(self, row: FrontierUrl) -> None:
        """An address is about to be read: what is found from now on can't have it read sooner, only once more."""
        self._unclear.discard(urls.key(row.url))

    def closed(self, row: FrontierUrl) -> Message | None:
        """Why an address that waits is not worth reading any more; None where it is."""
        # It may have been found by an earlier crawl or release, or by what asks for no reason.
        why = ACTION if row.kind is not UrlKind.FRONT and acts(row.url) else self.not_needed(row.url, row.kind)
        return why or self._mazes.closed(row.url, same_list=self._continues(row))

    def is_list_after_all(self, row: FrontierUrl) -> bool:
        """Whether a page that shows a product or two, and so looks like no list by itself, is one by what is known now.

        What links it as a list, and what pages like it are, may have been read after it.
        """
        known = urls.key(row.url)
        if row.kind is not UrlKind.OTHER or known not in self._small:
            return False
        return known in self._called_lists or self._shapes.kind(row.url) is UrlKind.LISTING

    def _within(self, url: str, link: Link, *, inside: bool, continues: bool) -> bool:
        if self._scope.holds(url):
            return True
        if inside and self._limits.files.named(url):  # files lie in a folder of their own
            return True
        return inside and self._scope.products_elsewhere and (continues or link.kind is UrlKind.PRODUCT)

    def _is_asset(self, url: str) -> bool:
        return is_asset(url) and not self._limits.files.named(url)

    def _take(self, url: str, kind: UrlKind, row: FrontierUrl, *, continues: bool) -> None:
        known = urls.key(url)
        if kind is UrlKind.LISTING:
            self._called_lists.add(known)
        is_new = self._frontier.mark_found(url)
        if not is_new and known not in self._unclear:
            return
        # Further pages of a list are as near to the front page as its first, which tells them from other lists; and
        # product pages that link each other lead nowhere deeper.
        level = continues or (kind is UrlKind.PRODUCT and row.kind is UrlKind.PRODUCT)
        depth = row.depth if level else row.depth + 1
        found = Discovered(url, kind, priority(kind, depth), depth, row.url)
        if not is_new:
            if kind in _WORTH:
                self._unclear.discard(known)
                self._frontier.promote(found)
            return
        why = trap(url, next_page=continues) or self.not_needed(url, kind)
        if not why and depth > self._limits.max_depth:
            why = say("address_too_deep", n=self._limits.max_depth)
        why = why or self._mazes.refuses(url, kind, same_list=continues)
        if not why:
            self._frontier.add(found)
        elif self._reasons[reason := why.stored()] < _MOST_ROWS_PER_REASON:
            self._reasons[reason] += 1
            self._frontier.add_visit(
                FrontierUrl(url, kind, found.priority, depth, row.url, state=UrlState.SKIPPED, reason=reason)
            )

    def _learn(self, row: FrontierUrl, reading: Reading, *, goes_on: bool) -> None:
        if row.kind in (UrlKind.PRODUCT, UrlKind.LISTING, UrlKind.OTHER):
            self._shapes.learn(row.url, row.kind)
        own = next((stated for stated in reading.observations if stated.own_page), None)
        if reading.kind is PageKind.PRODUCT and own is not None:
            # By name: some shops call every page's canonical address that of their front page.
            shown = {hash(own.name)}
            self._know_other_spelling(row.url, reading.canonical)
        else:
            # By address: a list may state its products that others only link.
            shown = {urls.key(urls.normal(link.url)) for link in reading.links if link.kind is UrlKind.PRODUCT}
            shown.update(addresses := [urls.key(observation.url) for observation in reading.observations])
            if len(set(addresses)) < len(addresses):  # where several have one, names tell them apart
                number = Counter(addresses)
                named = zip(addresses, reading.observations, strict=True)
                shown.update(address ^ hash(one.name) for address, one in named if number[address] > 1)
            if shown and row.kind is UrlKind.OTHER:
                self._small.add(urls.key(row.url))
        if goes_on or self._continues(row):
            self._mazes.learn_list(row.url, shown)
        new = not shown <= self._shown
        self._shown |= shown
        selection = hash(frozenset(shown))
        another = not new and "?" not in row.url and selection not in self._selections
        if another:
            self._selections.add(selection)
        self._mazes.learn(row.url, news=bool(shown) and (new or another))

    def _know_other_spelling(self, url: str, canonical: str) -> None:
        """A product was read, and need not be read again at its canonical address."""
        other = self._scope.home(urls.normal(canonical)) if canonical and canonical != url else ""
        if other and (promised(other) is UrlKind.PRODUCT or urls.shape(other) == urls.shape(url)):
            self._frontier.mark_found(other)

    def _continues(self, row: FrontierUrl) -> bool:
        return row.kind is UrlKind.LISTING and urls.list_of(row.url) is not None
