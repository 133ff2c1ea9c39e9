"""What each platform gets, and how it is signed in to."""

import asyncio
import html
import re
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.publishing.bluesky import facets_of, record_key
from integrations.publishing.site import SETTING, site_at
from magicai.errors import Invalid, Refused
from magicai.publishing.previewing import preview
from magicai.publishing.target import NewTarget, add_target
from magicai.runs.run import RunStatus
from tests.desk import Desk
from tests.platforms.bluesky import Bluesky
from tests.platforms.ghost import Ghost
from tests.platforms.mastodon import Mastodon
from tests.platforms.platform import Platform
from tests.platforms.wordpress import WordPress
from tests.rasters import png


@pytest.fixture
async def platforms() -> AsyncIterator[list[Platform]]:
    made: list[Platform] = [Mastodon(), WordPress(), Ghost(), Bluesky()]
    for one in made:
        await one.__aenter__()
    yield made
    for one in made:
        await one.__aexit__()


@pytest.fixture
async def picture(desk: Desk) -> dict[str, str]:
    """An image of the user's."""
    from magicai.runs.requests.files_in import upload

    async def body() -> AsyncIterator[bytes]:
        yield png()

    made = await upload(desk.ports.records, desk.ports.files, "apron.png", body(), owner_id="o")
    return {"file": made.file_id, "alt": "An apron on a hook"}


async def test_images_tags_and_links_arrive(desk: Desk, platforms: list[Any], picture: dict[str, str]) -> None:
    mastodon, wordpress, ghost, bluesky = platforms
    names = [await desk.target(platform) for platform in platforms]
    more = {"media": [picture], "tags": ["linen"], "link": "https://havn.example/aprons"}
    _, status, result = await desk.published(*names, "site", **more)
    assert status is RunStatus.COMPLETED, result["problems"]
    (toot,) = mastodon.statuses.values()
    assert toot["text"].endswith("https://havn.example/aprons\n\n#linen")
    assert [one["description"] for one in mastodon.media.values()] == ["An apron on a hook"]
    (post,) = wordpress.posts.values()
    assert [wordpress.tags[one] for one in post["tags"]] == ["linen"]
    assert len(wordpress.media) == 1
    (article,) = ghost.posts.values()
    assert (article["canonical_url"], article["feature_image_alt"]) == (
        "https://havn.example/aprons",
        "An apron on a hook",
    )
    (record,) = bluesky.records.values()
    assert record["value"]["embed"]["images"][0]["alt"] == "An apron on a hook"
    assert [one["features"][0]["$type"].rpartition("#")[2] for one in record["value"]["facets"]] == ["link", "tag"]
    (page,) = (desk.ports.settings.home / "sites" / "o" / "site").glob("*/index.html")
    assert 'alt="An apron on a hook"' in page.read_text()


async def test_a_site_with_plain_permalinks_is_published_to(
    desk: Desk, platforms: list[Any], picture: dict[str, str]
) -> None:
    wordpress = platforms[1]
    wordpress.pretty = False
    name = await desk.target(wordpress)
    _, status, result = await desk.published(name, media=[picture], tags=["linen"])
    assert (status, len(wordpress.public), len(wordpress.media)) == (RunStatus.COMPLETED, 1, 1), result["problems"]
    assert "POST /index.php" in wordpress.calls


async def test_shortcodes_are_text_on_wordpress(desk: Desk, platforms: list[Any]) -> None:
    name = await desk.target(platforms[1])
    await desk.published(name, title="[gallery] <b>", text="See [contact-form-7 id=1] & more")
    (post,) = platforms[1].posts.values()
    assert post["title"]["raw"] == "&#91;gallery&#93; &lt;b&gt;"
    assert post["content"]["raw"] == "<p>See &#91;contact-form-7 id=1&#93; &amp; more</p>"


async def test_a_session_that_has_ended_is_renewed(desk: Desk, platforms: list[Any]) -> None:
    bluesky = platforms[3]
    name = await desk.target(bluesky)
    await desk.published(name)
    bluesky.expire()
    _, second = await desk.submit(platforms=[name], title="Aprons again")
    await desk.decide(second["content_id"], await desk.user("rita"))
    ((status, _),) = await desk.follow()
    assert (status, len(bluesky.public)) == (RunStatus.COMPLETED, 2)
    assert "POST /xrpc/com.atproto.server.refreshSession" in bluesky.calls


async def test_a_preview_shows_what_is_then_posted(desk: Desk, platforms: list[Any], picture: dict[str, str]) -> None:
    names = [*[await desk.target(platform) for platform in platforms], "site"]
    text = "Washed linen, [gallery] in <b>three</b> colours.\n\n- blue\n- grey"
    more = {"text": text, "media": [picture], "tags": ["linen"], "link": "https://havn.example/aprons"}
    _, result = await desk.submit(platforms=names, **more)
    kept = await desk.records.submissions.get(result["content_id"], owner_id="o")
    before = {
        name: await preview(desk.records, desk.ports.files, desk.ports.publishers, kept.submission, name)
        for name in names
    }
    await desk.decide(result["content_id"], await desk.user("rita"))
    await desk.follow()
    mastodon, wordpress, ghost, bluesky = platforms
    for one in (mastodon, bluesky):
        (posted,) = one.public
        assert posted in html.unescape(re.sub(r"<[^>]+>", "", before[one.name]))
    (post,), (article,) = wordpress.posts.values(), ghost.posts.values()
    assert post["content"]["raw"] in before["wordpress"]
    assert article["html"] in before["ghost"]
    (page,) = desk.ports.settings.sites_dir.glob("o/site/*/index.html")
    written, shown = (re.sub(r'(src|datetime)="[^"]+"', "", one) for one in (page.read_text(), before["site"]))
    assert written == shown
    for one in before.values():
        assert 'src="data:image/png;base64,' in one
        assert 'alt="An apron on a hook"' in one
        assert "<b>" not in one


@pytest.mark.parametrize("secret", ["wrong", "id:nothex"])
async def test_wrong_credentials_are_told_without_them(desk: Desk, platforms: list[Any], secret: str) -> None:
    for platform in platforms:
        await desk.target(platform, secret=secret)
    names = [one.name for one in platforms]
    _, status, result = await desk.published(*names)
    assert (status, result["failed"]) == (RunStatus.PARTIAL, len(names))
    told = str(result["problems"])
    assert secret not in told
    assert all(one.public == [] for one in platforms)


async def test_a_feed_is_valid_and_in_order(desk: Desk) -> None:
    await add_target(desk.records, desk.ports.seal, NewTarget(name="news", platform="feed"), owner_id="o")
    await desk.published("news", title="First <&> \u0008", text="One.")
    _, second = await desk.submit(platforms=["news"], title="Second")
    await desk.decide(second["content_id"], await desk.user("rita"))
    await desk.follow()
    folder = desk.ports.settings.home / "sites" / "o" / "news"
    rss = ET.parse(folder / "feed.xml")
    assert [one.text for one in rss.iterfind("channel/item/title")] == ["Second", "First <&> "]
    atom = ET.parse(folder / "atom.xml")
    assert len(atom.findall("{http://www.w3.org/2005/Atom}entry")) == 2


async def test_a_site_can_be_a_git_repository(desk: Desk) -> None:
    new = NewTarget(name="repo", platform="folder", options={"git": "true"})
    await add_target(desk.records, desk.ports.seal, new, owner_id="o")
    await desk.published("repo")
    folder = desk.ports.settings.home / "sites" / "o" / "repo"
    words = ("git", "-C", str(folder), "log", "--format=%s%n%b")
    log = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    said, _ = await log.communicate()
    assert said.decode().startswith("Publish Linen aprons\nMagicAI-Post: ")


def test_a_record_key_is_fixed_and_sorts_by_time() -> None:
    keys = [record_key(1_700_000_000_000_000 + number, "k") for number in range(0, 5000, 1000)]
    assert keys == sorted(keys)
    assert {len(key) for key in keys} == {13}
    assert record_key(1_700_000_000_000_000, "k") == keys[0] != record_key(1_700_000_000_000_000, "other")


def test_facets_count_bytes() -> None:
    text = "围裙 #linen https://havn.example/a."
    found = facets_of(text)
    raw = text.encode()
    parts = [raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in found]
    assert parts == ["#linen", "https://havn.example/a"]


@pytest.mark.parametrize(
    "address", ["http://blog.example", "http://127.0.0.1:1", "https://10.0.0.1", "https://localhost"]
)
async def test_private_addresses_and_those_without_tls_are_refused(address: str) -> None:
    site = site_at(AddressRules(setting=SETTING), address, limit_s=1)
    with pytest.raises((Refused, Invalid)):
        await site.change("POST", "/", body={})
    await site.close()


async def test_a_name_that_leads_to_a_private_address_is_refused() -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    site = site_at(AddressRules(resolve=resolve, setting=SETTING), "https://blog.example", limit_s=1)
    with pytest.raises(Refused, match="no public address"):
        await site.change("POST", "/", body={})
    await site.close()
