"""Where a crawl begins: an address that has moved, that narrows the shop, or that cannot be read."""

import pytest

from magicai.errors import Invalid, Refused, Temporary
from magicai.messages import say
from tests.unit.shops.crawling.small_web import (
    SHOP,
    Answer,
    InTurn,
    World,
    listing,
    page,
    product,
    redirect,
    small_shop,
    text,
)


async def test_an_entry_that_moved_takes_the_crawl_along_and_its_robots_txt() -> None:
    new = "https://new.example"
    world = World(
        {
            "/": redirect(f"{new}/"),
            f"{new}/robots.txt": page("User-agent: *\nDisallow: /product/2", content_type="text/plain"),
            f"{new}/": listing([1, 2]),
            f"{new}/product/1": product(1),
            f"{new}/product/2": product(2),
        }
    )
    await world.crawl()
    assert f"{new}/product/1" in world.web.asked
    assert f"{new}/product/2" not in world.web.asked
    assert world.web.asked.index(f"{new}/robots.txt") < world.web.asked.index(f"{new}/")


async def test_a_front_page_that_is_too_large_leads_to_a_way_out() -> None:
    world = World({"/": Refused(f"{SHOP}/ has 2,147,483,648 bytes; the maximum is 10,000,000.")})
    await world.crawl()
    (problem,) = world.listener.problems
    assert problem.endswith(f"the maximum is 10,000,000. {say('check_front_page')}")


async def test_a_front_page_that_moved_to_https_and_www_takes_the_crawl_along() -> None:
    there = "https://www.shop.example"
    world = World(
        {
            "http://shop.example/": redirect(f"{there}/"),
            f"{there}/": text("Shop", "/product/1", "http://shop.example/product/2"),
            f"{there}/product/1": product(1),
            f"{there}/product/2": product(2),
        }
    )
    await world.crawl("http://shop.example/")
    assert await world.products() == ["Lamp 1", "Lamp 2"]
    assert [url for url in world.web.asked if "/product/" in url] == [f"{there}/product/1", f"{there}/product/2"]


async def test_a_front_page_that_redirects_is_followed_again_after_a_timeout() -> None:
    late = Temporary(f"{SHOP}/en/ did not answer within 30 s.")
    world = World({"/": redirect(f"{SHOP}/en/"), "/en/": InTurn(late, listing([1])), "/product/1": product(1)})
    await world.crawl()
    assert (world.listener.problems, await world.products()) == ([], ["Lamp 1"])


async def test_reads_only_below_the_path_that_was_given() -> None:
    world = World(
        {
            "/a/": text("Shop A", "/a/product/1", "/b/product/2", "/"),
            "/a/product/1": product(1, more="<a href='/a/product/3'>Lamp 3</a>"),
            "/a/product/3": product(3),
            "/b/product/2": product(2),
        }
    )
    await world.crawl(f"{SHOP}/a/")
    assert await world.products() == ["Lamp 1", "Lamp 3"]
    assert world.finished().shop == "shop.example/a"


async def test_a_list_as_the_entry_brings_its_products_and_its_further_pages() -> None:
    world = World(small_shop())
    await world.crawl(f"{SHOP}/category/a")
    assert await world.products() == ["Lamp 1", "Lamp 2", "Lamp 3"]
    assert f"{SHOP}/category/b" not in world.web.asked


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ({"/": page("nothing here", 404)}, "page_absent"),
        ({"/": page(b"\x89PNG", content_type="image/png")}, "page_not_html"),
        ({"/": page("no", 403)}, "page_access_refused"),
        ({"/": page("broken", 500)}, "page_failed_repeatedly"),
        (
            {"/robots.txt": page("User-agent: *\nDisallow: /", content_type="text/plain"), "/": text("Shop")},
            "robots_disallow_shop",
        ),
        (
            {"/robots.txt": page("busy", 503), "/": text("Shop")},
            "robots_unavailable",
        ),
        (
            {"/robots.txt": Temporary("host_unreachable", where="shop.example:443", reason="refused")},
            "host_unreachable",
        ),
        ({"/robots.txt": Invalid("host_not_found", host="shop.example")}, "host_not_found"),
        (
            {
                "/robots.txt": Refused(
                    "address_not_public",
                    address="127.0.0.1:80",
                    reason=say("ip_loopback"),
                    setting="MAGICAI_CRAWL_ALLOW_HOSTS",
                )
            },
            "address_not_public",
        ),
        (
            {
                "/": page(
                    "<html><title>Sign in</title><body><h1>Sign in</h1><form action='/login'><input type='email'>"
                    "<input type='password' name='password'><button>Sign in</button></form></body></html>"
                )
            },
            "shop_sign_in_wall",
        ),
    ],
)
async def test_says_why_a_shop_cannot_be_read(pages: dict[str, Answer], code: str) -> None:
    world = World(pages)
    counts = await world.crawl()
    (problem,) = world.listener.messages
    # The address that was given is named, and then what was wrong with it.
    assert code in (problem.code, problem.params.get("why", {}).get("code"))
    assert SHOP.removeprefix("https://") in str(problem)
    assert counts.products_seen == 0
    closed = world.finished()
    assert (closed.complete, closed.coverage) == (False, 0.0)


async def test_a_refused_shop_is_asked_again_by_the_next_attempt() -> None:
    world = World({"/": InTurn(page("busy", 403), text("Shop", "/product/1")), "/product/1": product(1)})
    await world.crawl()
    counts = await world.crawl()
    assert counts.products_seen == 1
