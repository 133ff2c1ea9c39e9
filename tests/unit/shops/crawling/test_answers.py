"""What a shop answers: tried again where that helps, waited for, named as a wall, or followed inside the shop."""

import pytest

from magicai.errors import MagicError, Permanent, Refused, Temporary
from magicai.messages import plain, say
from magicai.ports import FetchedPage
from magicai.shops.crawl import UrlState
from magicai.shops.crawling import Politeness
from magicai.shops.crawling.answers import check_answer
from tests.unit.shops.crawling.small_web import SHOP, InTurn, World, listing, page, product, redirect, small_shop, text


async def test_tries_again_what_can_be_helped_by_it() -> None:
    flaky = InTurn(Temporary("the connection was cut"), page("busy", 503), product(1))
    world = World({"/": text("Shop", "/product/1"), "/product/1": flaky})
    counts = await world.crawl()
    assert counts.failed == 0
    assert await world.products() == ["Lamp 1"]
    assert (await world.rows())["/product/1"].tries == 2


async def test_a_page_that_redirects_is_followed_again_after_a_failure() -> None:
    moved = InTurn(Temporary("the connection was cut"), page("busy", 503), product(1))
    world = World(small_shop(**{"/product/1": redirect(f"{SHOP}/lamp"), "/lamp": moved}))
    await world.crawl()
    assert "Lamp 1" in await world.products()
    assert (await world.rows())["/product/1"].state is UrlState.FETCHED
    assert world.listener.problems == []


async def test_a_page_that_two_redirect_to_is_read_once() -> None:
    moved = {path: redirect(f"{SHOP}/lamp") for path in ("/product/1", "/product/2")}
    world = World(small_shop(**moved, **{"/lamp": InTurn(page("busy", 503), product(1))}))
    await world.crawl()
    assert world.web.asked.count(f"{SHOP}/lamp") == 2
    states = [row.state for path, row in (await world.rows()).items() if path in moved]
    assert sorted(states) == [UrlState.FETCHED, UrlState.SKIPPED]


async def test_gives_up_in_the_end_and_says_so() -> None:
    world = World(small_shop(**{"/product/1": Temporary("the connection was cut")}))
    counts = await world.crawl()
    row = (await world.rows())["/product/1"]
    assert (row.state, row.why) == (
        UrlState.FAILED,
        say("page_failed_repeatedly", why=plain("the connection was cut"), tries=4),
    )
    assert counts.products_seen == 5
    assert any(str(row.why) in p and f"({SHOP}/product/1)" in p for p in world.listener.problems)
    assert world.finished().coverage == pytest.approx(5 / 6)


async def test_does_not_try_again_what_cannot_be_helped() -> None:
    world = World(small_shop(**{"/product/1": page("gone", 410), "/product/2": Refused("too large.")}))
    await world.crawl()
    rows = await world.rows()
    assert (rows["/product/1"].state, rows["/product/1"].status) == (UrlState.FAILED, 410)
    assert (rows["/product/2"].state, rows["/product/2"].reason) == (UrlState.REFUSED, "too large.")
    assert world.web.asked.count(f"{SHOP}/product/1") == 1


async def test_pages_that_were_unread_for_the_same_reason_are_told_once_and_counted() -> None:
    files = {
        f"/product/{number}": Refused(f"{SHOP}/product/{number} is a file to download, not a page.")
        for number in range(1, 7)
    }
    world = World(small_shop(**files))
    await world.crawl()
    (problem,) = [told for told in world.listener.problems if "could not be fetched" in told]
    assert "6 pages could not be fetched" in problem
    assert "it is a file to download, not a page" in problem
    assert problem.count(SHOP + "/") == 1


async def test_waits_as_long_as_retry_after_says_but_not_for_ever() -> None:
    world = World(small_shop(**{"/product/1": page("slow down", 429, retry_after_s=3600.0)}))
    await world.crawl()
    assert (await world.rows())["/product/1"].why == say(
        "page_wait_too_long", why=say("page_answered_status", status=429), seconds="3600"
    )


async def test_a_storm_of_429_ends_the_crawl_with_a_reason() -> None:
    pages = {f"/product/{n}": page("slow down", 429) for n in range(1, 40)}
    world = World({"/": listing(range(1, 40)), **pages})
    await world.crawl(politeness=Politeness(delay_s=0, backoff_s=0, longest_delay_s=0.001, troubles=5))
    assert len(world.web.asked) < 40
    assert "requests failed: The shop answered 429." in world.listener.problems[0]
    assert "(temporary)" in world.listener.problems[0]


async def test_walls_are_named_as_such() -> None:
    captcha = page(
        "<html><head><title>Just a moment...</title></head><body><form id='challenge-form'>"
        "<p>Verify you are human by completing the action.</p><div class='g-recaptcha'></div></form></body></html>",
        403,
    )
    world = World(small_shop(**{"/product/1": captcha}))
    counts = await world.crawl()
    row = (await world.rows())["/product/1"]
    assert row.state is UrlState.REFUSED
    assert counts.refused == 2  # robots.txt, and this
    assert any(str(row.why) in problem for problem in world.listener.problems)


async def test_a_redirect_inside_the_shop_is_one_page() -> None:
    world = World(
        small_shop(
            **{
                "/product/1": redirect(f"{SHOP}/product/one"),
                "/product/one": product(1),
                "/product/2": redirect(f"{SHOP}/"),
            }
        )
    )
    await world.crawl()
    rows = await world.rows()
    assert (rows["/product/1"].state, rows["/product/1"].final_url) == (UrlState.FETCHED, f"{SHOP}/product/one")
    assert rows["/product/2"].state is UrlState.SKIPPED
    assert rows["/product/2"].why.code == "page_leads_to_other_page"


async def test_a_redirect_to_another_site_is_not_followed() -> None:
    world = World(
        small_shop(**{"/product/1": redirect("https://other.example/x"), "/product/2": redirect(f"{SHOP}/secret/2")})
    )
    await world.crawl()
    rows = await world.rows()
    assert rows["/product/1"].why.code == "shop_redirected"
    assert rows["/product/2"].state is UrlState.REFUSED
    assert not any("other.example" in url or "secret" in url for url in world.web.asked)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (404, Permanent, "404 for the image: it does not exist"),
        (410, Permanent, "does not exist"),
        (401, Refused, "401 for the image: access is refused"),
        (451, Refused, "access is refused"),
        (408, Temporary, "answered 408 for the image"),
        (429, Temporary, "answered 429"),
        (503, Temporary, "answered 503"),
        (418, Permanent, "answered 418 for the image"),
        (304, Permanent, "answered 304"),
    ],
)
def test_whatever_is_asked_for_a_status_means_the_same(status: int, kind: type[MagicError], said: str) -> None:
    answer = FetchedPage(SHOP, SHOP, status, "", "", b"", retry_after_s=7.0)
    with pytest.raises(kind, match=said) as caught:
        check_answer(answer, "the image")
    assert type(caught.value) is kind
    assert (caught.value.retry_after_s == 7.0) if isinstance(caught.value, Temporary) else caught.value.way_out


def test_what_has_not_changed_is_an_answer_to_who_knew_it() -> None:
    check_answer(FetchedPage(SHOP, SHOP, 304, "", "", b""), may_be_unchanged=True)
    check_answer(FetchedPage(SHOP, SHOP, 200, "", "", b""))
    with pytest.raises(Permanent, match=r"another site, https://other\.example/"):
        check_answer(FetchedPage(SHOP, SHOP, 200, "", "", b"", location="https://other.example/"))
