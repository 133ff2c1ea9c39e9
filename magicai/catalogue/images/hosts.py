"""Hosts of images that do not answer: given up after a few requests, or each image would wait for a time-out."""

from collections import Counter
from urllib.parse import urlsplit

from magicai.errors import Permanent, Temporary
from magicai.ports import FetchedPage, Fetcher, PageRequest

SILENT = "image_host_silent"
# In a row. Any answer, however late and of any status, starts the count anew.
_MOST_FAILURES = 3


class AnsweringHosts:
    """A fetcher that asks a host no more once it has not answered a few times in a row; each run begins anew."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._failures = Counter[str]()

    async def fetch(self, request: PageRequest) -> FetchedPage:
        """One page; see `magicai.ports.Fetcher`.

        Raises:
            Permanent: the host was given up.
        """
        host = urlsplit(request.url).netloc.lower()
        if self._failures[host] >= _MOST_FAILURES:
            raise Permanent(SILENT, host=host)
        try:
            page = await self._fetcher.fetch(request)
        except Temporary:
            self._failures[host] += 1
            raise
        self._failures.pop(host, None)
        return page

    async def close(self) -> None:
        """Let go of connections."""
        await self._fetcher.close()
