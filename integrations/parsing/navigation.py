"""What leads through a site and says nothing itself: told by what consists of links alone, never by its words."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_SEVERAL = 2
_SCHEME = re.compile(r"[a-zA-Z][\w+.-]*:(//[^/?#]*)?")


@dataclass(slots=True)
class Inline:
    """A run of text with its links.

    Attributes:
        text: all of it.
        outside: what of it is in no link, and no image.
        targets: where its links lead.
        images: how many it shows.
    """

    text: str = ""
    outside: str = ""
    targets: list[str] = field(default_factory=list[str])
    images: int = 0

    @property
    def is_shown_only(self) -> bool:
        """Images, badges among them, without a word."""
        return self.images > 0 and not _says(self.outside) and not self.targets

    @property
    def leads_elsewhere(self) -> bool:
        """Links of one site, nothing but separators between: at a page's border breadcrumbs, "previous" and "next"."""
        sites = {_site(target) for target in self.targets}
        return len(self.targets) >= _SEVERAL and not _says(self.outside) and len(sites) == 1 and None not in sites


def is_contents(items: Sequence[Inline]) -> bool:
    """Whether a list may be the table of contents of its own page: links to places in it, and nothing else."""
    return bool(items) and all(
        item.targets and not _says(item.outside) and _within_page(item.targets) for item in items
    )


def _site(target: str) -> str | None:
    """Whose page a link leads to, "" of its own site; None where it is no page: a mailbox, a telephone."""
    scheme = _SCHEME.match(target)
    return "" if not scheme else scheme[1]


def _within_page(targets: Iterable[str]) -> bool:
    return all(target.startswith("#") for target in targets)


def _says(text: str) -> bool:
    return any(char.isalnum() for char in text)
