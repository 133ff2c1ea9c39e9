"""What robots.txt says is obeyed, whatever state it is in."""

import pytest

from magicai.errors import MagicError, Refused, Temporary
from magicai.messages import Message, say
from magicai.ports import FetchedPage
from magicai.shops.crawling.robots import parse, read_robots
from magicai.shops.crawling.waiting import Waiting
from tests.unit.shops.crawling.small_web import AT_ONCE, SHOP, InTurn, Web, page


async def rules(*answers: FetchedPage | MagicError) -> tuple[bool, Message | None]:
    web = Web({f"{SHOP}/robots.txt": InTurn(*answers)})
    robots = await read_robots(SHOP, web, AT_ONCE, Waiting())
    return robots.allows(f"{SHOP}/a"), robots.closed


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
async def test_where_there_is_none_everything_is_allowed(status: int) -> None:
    assert await rules(page("Disallow: /", status)) == (True, None)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_where_it_cannot_be_had_nothing_is_allowed(status: int) -> None:
    allowed, closed = await rules(page("", status))
    assert not allowed
    assert closed == say("robots_unavailable", url=f"{SHOP}/robots.txt", status=status)


async def test_asks_again_before_it_gives_up() -> None:
    assert await rules(page("", 503), Temporary("cut"), page("User-agent: *\nAllow: /")) == (True, None)


async def test_who_does_not_answer_at_all_is_named() -> None:
    with pytest.raises(Temporary, match="cut"):
        await rules(Temporary("cut"))
    with pytest.raises(Refused, match="private"):
        await rules(Refused("private"))


async def test_a_page_instead_of_it_forbids_nothing() -> None:
    assert await rules(page("<html><body>Disallow: /</body></html>")) == (True, None)


def test_our_own_group_counts_before_that_for_all() -> None:
    robots = parse("User-agent: *\nDisallow: /\n\nUser-agent: MagicAI\nDisallow: /secret\n", "MagicAI")
    assert robots.allows(f"{SHOP}/a")
    assert not robots.allows(f"{SHOP}/secret/1")


@pytest.mark.parametrize(
    ("text", "delay_s"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nRequest-rate: 1/5", 5.0),
        ("User-agent: other\nCrawl-delay: 9", 0.0),
        ("", 0.0),
    ],
)
def test_reads_the_delay_that_is_asked_for(text: str, delay_s: float) -> None:
    assert parse(text, "MagicAI").delay_s == delay_s


def test_reads_where_sitemaps_are() -> None:
    assert parse(f"Sitemap: {SHOP}/a.xml\nUser-agent: *\nDisallow:\nsitemap: {SHOP}/b.xml", "MagicAI").sitemaps == [
        f"{SHOP}/a.xml",
        f"{SHOP}/b.xml",
    ]
