"""Pages of the web."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What to fetch.

    Attributes:
        etag, last_modified: validators of an earlier answer.
        max_bytes: after decompression; more raises Refused.
        timeout_s: for the whole exchange, redirects included.
        follow: asked before each redirect; where it says no, the redirect itself comes back, with its `location`.
        may_ask: of a browser: whether an address may be asked for on our account, and its JSON be read; all may where
            it is None.
        is_more: of a browser: whether a button with this text shows more of the page's list, which is then shown whole:
            such buttons are pressed, its end is scrolled to, and cards without links are followed; None to leave that.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    accept: str = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.1"
    max_bytes: int = 10_000_000
    timeout_s: float = 30.0
    follow: Callable[[str], bool] | None = None
    may_ask: Callable[[str], bool] | None = None
    is_more: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """What came back, whatever its status.

    Attributes:
        final_url: after redirects.
        body: decompressed; b"" of a 304.
        charset: from the header, or "".
        retry_after_s: seconds, from the header.
        elapsed_s: of the last exchange, without waiting for its turn.
        location: absolute; where a redirect that was not followed leads.
    """

    url: str
    final_url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str = ""
    last_modified: str = ""
    retry_after_s: float | None = None
    elapsed_s: float = 0.0
    rendered: bool = False
    location: str = ""


class Fetcher(Protocol):
    """Reads pages, from allowed addresses only."""

    async def fetch(self, request: PageRequest) -> FetchedPage:
        """One page.

        Raises:
            NotPublic: the address is not allowed, at a redirect too.
            TooLarge: the body is larger than `max_bytes`.
            Refused: its certificate is not valid, it redirects in a loop, or its answer can't be read.
            Temporary: no answer, a cut connection, a time-out.
            Invalid: no such host, not http.
            Missing: a browser is needed and none is there.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and browsers."""
        ...
