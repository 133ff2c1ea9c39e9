"""Whatever is wrong with a shop, a crawl over the real network says it in one sentence that names the way out."""

import asyncio
import gzip
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.static import StaticFetcher
from magicai.errors import Cancelled
from magicai.shops.crawling import Crawler, CrawlLimits, Politeness, open_crawl
from tests.contract.fetcher.site import Site
from tests.in_this_process import InThisProcess
from tests.unit.shops.crawling.small_web import Listener, MemoryCrawls, MemoryFiles

HASTY = Politeness(delay_s=0, backoff_s=0, longest_delay_s=0.01, longest_wait_s=0.1, timeout_s=0.5, tries=2, troubles=5)


class Reader:
    """Crawls with a real fetcher, and hears what went wrong."""

    def __init__(self, fetcher: StaticFetcher) -> None:
        self.fetcher = fetcher
        self.listener = Listener()
        self.politeness = HASTY

    async def problems(self, url: str) -> list[str]:
        files = MemoryFiles()
        crawls = MemoryCrawls(files)
        crawl = await open_crawl(crawls, run_id="run", owner_id="local", url=url)
        crawler = Crawler(crawls, files, self.fetcher, InThisProcess(), self.listener, politeness=self.politeness)
        async with asyncio.timeout(120):
            await crawler.crawl(crawl, CrawlLimits(max_page_bytes=1_000_000))
        return self.listener.problems


@pytest.fixture
def reader(static: StaticFetcher) -> Reader:
    return Reader(static)


def answering(raw: bytes, *, then_s: float = 0.0) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def serve(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        await asyncio.sleep(then_s)

    return serve


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (HEAD + b"Content-Length: 2147483648\r\n\r\n<html>", "has more than 1,000,000 bytes"),
        (HEAD + b"Content-Length: 1000\r\n\r\n<html>", "was lost while fetching"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b" " * 5_000_000), "has more than 1,000,000 bytes"),
        (HEAD + b"Content-Encoding: br\r\n\r\n\x0b\x02", "in the encoding 'br', which was not requested"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://10.0.0.1/\r\n\r\n", "MAGICAI_CRAWL_ALLOW_HOSTS=10.0.0.1:80"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://localhost/\r\n\r\n", "MAGICAI_CRAWL_ALLOW_HOSTS=localhost:80"),
        (b"HTTP/1.1 302 Found\r\nLocation: ftp://shop.example/\r\n\r\n", "only http: and https: are supported"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "redirects in a loop"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "did not send a valid HTTP response"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\x89PNG",
            "image/png, not a page",
        ),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "(404). Check the address"),
        (b"HTTP/1.1 429 Slow\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n", "wait 7200 s"),
    ],
)
async def test_says_what_is_wrong_with_a_front_page(reader: Reader, site: Site, raw: bytes, said: str) -> None:
    site.answers["/"] = answering(raw)
    (problem,) = await reader.problems(site.url)
    assert said in problem


async def test_says_that_a_front_page_drips(reader: Reader, site: Site) -> None:
    site.answers["/"] = answering(HEAD + b"\r\n<html>", then_s=5)
    (problem,) = await reader.problems(site.url)
    assert "did not respond completely within 0.5 seconds" in problem
    assert "(temporary)" in problem


class Impatient(Listener):
    """Stops the crawl as soon as it waits for something."""

    async def progress(self, done: int, total: int | None, unit: str, **data: object) -> None:
        await super().progress(done, total, unit, **data)
        if data["waiting"]:
            raise Cancelled("the user stopped it")


@pytest.fixture
def silent(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Takes connections and never answers; what is waited for is said at once."""
    site.answers["/robots.txt"] = answering(b"", then_s=60)
    monkeypatch.setattr("magicai.shops.crawling.waiting._SHOWN_AFTER_S", 0)
    return site


async def test_says_each_time_that_it_waits_for_a_shop_which_never_answers(reader: Reader, silent: Site) -> None:
    (problem,) = await reader.problems(silent.url)
    assert f"{silent.url}robots.txt did not respond completely within 0.5 seconds" in problem
    told = [str(data["waiting"]) for _, _, data in reader.listener.progress_told]
    assert list(dict.fromkeys(filter(None, told))) == [
        f"Waiting for {silent.url}robots.txt, attempt {number} of 3" for number in (1, 2, 3)
    ]


async def test_who_stops_it_need_not_wait_for_a_shop_which_never_answers(reader: Reader, silent: Site) -> None:
    reader.politeness = replace(HASTY, timeout_s=60)
    reader.listener = Impatient()
    async with asyncio.timeout(50):
        with pytest.raises(Cancelled):
            await reader.problems(silent.url)


async def test_says_that_robots_txt_forbids_it(reader: Reader, site: Site) -> None:
    site.answer("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")
    site.answer("/", "<html><body>shop</body></html>")
    (problem,) = await reader.problems(site.url)
    assert f"The robots.txt of 127.0.0.1:{site.port} disallows" in problem
    assert [path for path, _ in site.asked] == ["/robots.txt"]


async def test_reads_a_page_whose_header_names_the_wrong_encoding(reader: Reader, site: Site) -> None:
    site.answer("/", "<html><body><h1>灯</h1></body></html>", Content_Type="text/html; charset=no-such-charset")
    assert await reader.problems(site.url) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:{closed}/", "is a loopback address: this machine; such addresses are not fetched."),
        ("http://169.254.169.254/", "where clouds keep their metadata"),
        ("http://[::ffff:10.0.0.1]/", "another spelling of 10.0.0.1, a private address"),
        ("http://unknown.example/", "There is no host named unknown.example. Check the spelling"),
        ("http://inside.example/", "inside.example:80 has no public address"),
        ("http://listed.internal:{closed}/", "Could not connect to listed.internal:{closed} (Connection refused)"),
    ],
)
async def test_says_why_an_address_is_not_read(url: str, said: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]

    async def resolve(host: str, _port: int) -> list[str]:
        if host == "unknown.example":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ["127.0.0.1"] if host.startswith("listed") else ["192.168.0.7"]

    rules = AddressRules([f"listed.internal:{closed}"], resolve=resolve)
    reader = Reader(StaticFetcher(rules, contact="tests@shop.example"))
    (problem,) = await reader.problems(url.format(closed=closed))
    await reader.fetcher.close()
    assert said.format(closed=closed) in problem
