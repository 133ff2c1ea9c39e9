"""What every Fetcher promises."""

import socket

import pytest

from magicai.errors import Invalid, Refused, Temporary
from magicai.ports import Fetcher, PageRequest
from tests.codes import says
from tests.contract.fetcher.site import Site


async def test_gives_back_a_page(fetcher: Fetcher, site: Site) -> None:
    site.answer("/shop", "<html><body><p>Hello</p></body></html>", Content_Type="Text/HTML; Charset=UTF-8")
    page = await fetcher.fetch(PageRequest(site.url + "shop"))
    assert (page.status, page.content_type, page.charset) == (200, "text/html", "utf-8")
    assert (page.url, page.final_url) == (site.url + "shop", site.url + "shop")
    assert b"<p>Hello</p>" in page.body
    assert page.elapsed_s > 0


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "500 Internal Server Error"])
async def test_gives_back_whatever_the_status(fetcher: Fetcher, site: Site, status: str) -> None:
    site.answer("/x", "<html><body>sorry</body></html>", status)
    page = await fetcher.fetch(PageRequest(site.url + "x"))
    assert page.status == int(status[:3])
    assert b"sorry" in page.body


async def test_follows_redirects_to_their_end(fetcher: Fetcher, site: Site) -> None:
    site.answer("/a", "", "301 Moved Permanently", Location="/b?x=1")
    site.answer("/b?x=1", "", "302 Found", Location=f"{site.url}c")
    site.answer("/c", "<html><body>there</body></html>")
    page = await fetcher.fetch(PageRequest(site.url + "a"))
    assert (page.url, page.final_url, page.status) == (site.url + "a", site.url + "c", 200)
    assert b"there" in page.body


async def test_asks_before_it_follows(fetcher: Fetcher, site: Site) -> None:
    site.answer("/a", "", "302 Found", Location="/b")
    asked: list[str] = []

    def never(url: str) -> bool:
        asked.append(url)
        return False

    page = await fetcher.fetch(PageRequest(site.url + "a", follow=never))
    assert (page.status, page.location, page.final_url) == (302, site.url + "b", site.url + "a")
    assert asked == [site.url + "b"]
    assert [path for path, _ in site.asked] == ["/a"]


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433:8080/",
        "//localhost/",
    ],
)
async def test_refuses_a_redirect_to_a_private_address(fetcher: Fetcher, site: Site, location: str) -> None:
    site.answer("/", "", "302 Found", Location=location)
    with pytest.raises(Refused, check=says("address_not_public", setting="MAGICAI_CRAWL_ALLOW_HOSTS")):
        await fetcher.fetch(PageRequest(site.url))


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://shop.example/"])
async def test_refuses_a_redirect_to_what_is_no_web_address(fetcher: Fetcher, site: Site, location: str) -> None:
    site.answer("/", "", "302 Found", Location=location)
    with pytest.raises((Invalid, Refused)):
        await fetcher.fetch(PageRequest(site.url))


async def test_names_redirects_in_a_circle(fetcher: Fetcher, site: Site) -> None:
    site.answer("/a", "", "302 Found", Location="/b")
    site.answer("/b", "", "302 Found", Location="/a")
    with pytest.raises(Refused, match="redirects"):
        await fetcher.fetch(PageRequest(site.url + "a"))


async def test_names_redirects_without_end(fetcher: Fetcher, site: Site) -> None:
    for step in range(40):
        site.answer(f"/{step}", "", "302 Found", Location=f"/{step + 1}")
    with pytest.raises(Refused, match="redirects"):
        await fetcher.fetch(PageRequest(site.url + "0"))


async def test_a_closed_port_is_named_and_may_be_tried_again(fetcher: Fetcher) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises((Refused, Temporary), match=f"127.0.0.1:{port}"):
        await fetcher.fetch(PageRequest(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:9999/", Refused),
        ("http://localhost/", Refused),
        ("http://0x7f.1/", Refused),
        ("http://[::1]/", Refused),
        ("file:///etc/passwd", Invalid),
        ("not an address", Invalid),
    ],
)
async def test_refuses_what_must_not_be_read(fetcher: Fetcher, url: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await fetcher.fetch(PageRequest(url))


async def test_refuses_a_body_over_the_cap(fetcher: Fetcher, site: Site) -> None:
    site.answer("/", "<html><body>" + "x" * 300_000 + "</body></html>")
    with pytest.raises(Refused, match=r"100,000"):
        await fetcher.fetch(PageRequest(site.url, max_bytes=100_000))


async def test_works_again_after_a_failure(fetcher: Fetcher, site: Site) -> None:
    with pytest.raises(Refused):
        await fetcher.fetch(PageRequest("http://127.0.0.1:9/"))
    site.answer("/", "<html><body>hello</body></html>")
    assert (await fetcher.fetch(PageRequest(site.url))).status == 200
