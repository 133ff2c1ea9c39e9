"""Files that pages link and that are wanted beside pages, such as PDF documents."""

from dataclasses import dataclass

from magicai.shops.crawling import urls


@dataclass(frozen=True, slots=True)
class LinkedFiles:
    """Which files are read as well, by their address or by what their server says that they are.

    Attributes:
        suffixes: lower-case, with the point.
        media_types: for addresses that end otherwise.
        max_bytes: of one whose address says what it is; of another, as of a page.
    """

    suffixes: tuple[str, ...] = ()
    media_types: frozenset[str] = frozenset()
    max_bytes: int = 0

    def named(self, url: str) -> bool:
        """Whether an address says that it is wanted."""
        return urls.path(url).lower().endswith(self.suffixes)

    def wanted(self, url: str, content_type: str) -> bool:
        """Whether an answer that is no page is wanted."""
        return self.named(url) or content_type.partition(";")[0].strip().lower() in self.media_types
