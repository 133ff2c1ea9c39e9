"""What a platform's adapter makes of a server that is not what it should be: it says so, and tells nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.fetcher.addresses import AddressRules
from integrations.inventory.rest import shop_at
from integrations.inventory.shopify import ShopifyStock
from integrations.inventory.woocommerce import WooCommerceStock
from integrations.publishing.bluesky import BlueskyPublisher
from integrations.publishing.ghost import GhostPublisher
from integrations.publishing.mastodon import MastodonPublisher
from integrations.publishing.site import site_at
from integrations.publishing.webhook import WebhookPublisher
from integrations.publishing.wordpress import WordPressPublisher
from magicai.catalogue.inventory.stock import Outgoing
from magicai.errors import MagicError, NotFound, OutcomeUnknown, Permanent, Refused, Temporary
from magicai.publishing.draft import Article, Note
from magicai.publishing.ports import Intent, Posted, Publisher
from tests.platforms.receiver import SECRET

TOKEN = "t0ken-of-the-account"
KEY = f"{'ab' * 12}:{'cd' * 32}"
ANSWERS: dict[str, Callable[[], web.Response]] = {
    "page": lambda: web.Response(text="<!doctype html><title>Welcome</title>", content_type="text/html"),
    "{}": lambda: web.json_response({}),
    "half": lambda: web.Response(text='{"id": "1", "posts": [{"id"', content_type="application/json"),
    "redirect": lambda: web.Response(status=302, headers={"Location": "/login"}),
    "422": lambda: web.Response(status=422),
    "404": lambda: web.Response(status=404),
    "405": lambda: web.Response(status=405),
}
PLATFORMS = ("mastodon", "wordpress", "ghost", "bluesky", "webhook")
NOTE = Note(form="note", text="Linen aprons")
ARTICLE = Article(form="article", title="Linen", slug="linen", html="<p>Linen</p>", text="Linen", excerpt="Linen")
KEPT = {
    "account": "1", "site": "s", "fence": "1 2", "text": "x", "slug": "linen-1", "tag": "magicai-1",
    "did": "did:plc:shop", "rkey": "3k",
}  # fmt: skip


@pytest.fixture(params=ANSWERS)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[tuple[str, str]]:
    """How a server answers everything, and its address."""

    async def answer(_: web.Request) -> web.Response:
        return ANSWERS[request.param]()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    made = TestServer(app, host="127.0.0.1")
    await made.start_server()
    yield request.param, str(made.make_url("")).rstrip("/")
    await made.close()


@pytest.fixture(params=PLATFORMS)
async def publisher(request: pytest.FixtureRequest, server: tuple[str, str]) -> AsyncIterator[Publisher]:
    address = server[1]
    rules = AddressRules((address.removeprefix("http://"),))
    site = site_at(rules, address, limit_s=5, secret=TOKEN, target="toots")
    made: dict[str, Callable[[], Publisher]] = {
        "mastodon": lambda: MastodonPublisher(site, TOKEN, settle_s=0),
        "wordpress": lambda: WordPressPublisher(site, "editor", TOKEN, settle_s=0),
        "ghost": lambda: GhostPublisher(site, KEY, settle_s=0),
        "bluesky": lambda: BlueskyPublisher(site, "shop.test", TOKEN),
        "webhook": lambda: WebhookPublisher(site, SECRET, settle_s=0, look_up=f"{address}/posts"),
    }
    opened = made[request.param]()
    yield opened
    await opened.close()


def intent(publisher: Publisher) -> Intent:
    article = isinstance(publisher, WordPressPublisher | GhostPublisher)
    return Intent(key="k", created_at=1, digest="d", body=ARTICLE if article else NOTE, kept=KEPT)


async def told(call: Awaitable[Any]) -> MagicError | Any:
    """What a call returned, or said; whatever else it raises is a fault."""
    try:
        found = await call
    except MagicError as exc:
        found = exc
    assert TOKEN not in str(found)
    return found


def posted(publisher: Publisher) -> Posted:
    number = "at://did:plc:shop/app.bsky.feed.post/3k" if isinstance(publisher, BlueskyPublisher) else "7"
    return Posted(number, "https://there.example/7")


async def test_nothing_is_told_that_the_server_did_not_say(server: tuple[str, str], publisher: Publisher) -> None:
    how, webhook = server[0], isinstance(publisher, WebhookPublisher)
    # A webhook's own words are few: whatever JSON it answers is a yes, and 404 that it has no such post.
    made = await told(publisher.publish(intent(publisher)))
    assert isinstance(made, Posted) == (webhook and how == "{}"), made
    looked_up = await told(publisher.look_up(intent(publisher)))
    assert isinstance(looked_up, MagicError) or (webhook and how == "404" and looked_up is None), looked_up
    seen = await told(publisher.see(posted(publisher)))
    there = seen.there if not isinstance(seen, MagicError) else None
    assert there is (
        True if webhook else False if how == "404" and not isinstance(publisher, BlueskyPublisher) else None
    )
    if not webhook:
        # That it has no such post counts only where we can sign in.
        assert isinstance(await told(publisher.check()), MagicError)
        assert isinstance(await told(publisher.prepare(intent(publisher))), MagicError)
    if how != "{}":
        assert isinstance(await told(publisher.remove(posted(publisher))), MagicError)
        assert isinstance(await told(publisher.update(intent(publisher), posted(publisher))), MagicError)


@pytest.mark.parametrize("server", ["422"], indirect=True)
@pytest.mark.parametrize("publisher", PLATFORMS[:-1], indirect=True)
async def test_a_refusal_without_words_names_the_target_and_how_to_renew_its_secret(publisher: Publisher) -> None:
    refused = await told(publisher.check())
    assert isinstance(refused, Permanent)
    assert "(422)" in refused.what
    assert "magicai target remove toots, then magicai target add toots" in refused.way_out
    if isinstance(publisher, MastodonPublisher | WordPressPublisher):
        assert isinstance(refused, Refused)
        assert "refuses the credentials" in refused.what


@pytest.fixture(params=["shopify", "woocommerce"])
async def shop(request: pytest.FixtureRequest, server: tuple[str, str]) -> AsyncIterator[Any]:
    rules = AddressRules((server[1].removeprefix("http://"),))
    opened = shop_at(rules, server[1], {"Authorization": TOKEN}, (TOKEN,))
    yield ShopifyStock(opened, "1") if request.param == "shopify" else WooCommerceStock(opened)
    await opened.close()


async def test_a_shop_that_answers_nothing_of_use_counts_nothing(shop: Any) -> None:
    outgoing = Outgoing(item="tea", quantity=-1, push_key="k")

    async def levels() -> list[Any]:
        return [level async for level in shop.levels()]

    for call in (levels(), shop.adjust(outgoing), shop.look_up(outgoing)):
        assert isinstance(await told(call), NotFound | Permanent | Temporary | OutcomeUnknown)
