"""Real servers that are published to: what `NewTarget` takes for each, and what is public there.

They are read by what each platform lists, not by what posts to it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from tests.lab.servers import SERVERS
from tests.servers import address, known, value

_LIMIT_S = 30.0
_PAGE = 40
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "wordpress": {"user": "WORDPRESS_USER", "secret": "WORDPRESS_PASSWORD"},
    "ghost": {"secret": "GHOST_KEY"},
    "bluesky": {"user": "BLUESKY_HANDLE", "secret": "BLUESKY_PASSWORD"},
    "mastodon": {"secret": "MASTODON_TOKEN"},
    "snac": {"secret": "SNAC_TOKEN"},
}
_PLATFORM = {"snac": "mastodon"}
NAMES = tuple(_FIELDS)


def served(name: str) -> dict[str, Any]:
    """The target of a server of the lab; skips where it does not run."""
    return _target(name, address(name), {field: value(name, variable) for field, variable in _FIELDS[name].items()})


def found(name: str) -> dict[str, Any] | None:
    """The same outside of tests; None where it does not run."""
    where = known(name, SERVERS[name].variable)
    fields = {field: known(name, variable) for field, variable in _FIELDS[name].items()}
    return None if where is None else _target(name, where, fields)


def _target(name: str, where: str, fields: Mapping[str, str | None]) -> dict[str, Any]:
    return {"name": name, "platform": _PLATFORM.get(name, name), "address": where, **fields}


def public(target: Mapping[str, Any], title: str) -> list[str]:
    """The addresses of all posts with a title in their text."""
    # Some servers reset connections that are kept.
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=str(target["address"]), timeout=_LIMIT_S, trust_env=False, limits=limits) as client:
        return _READ[str(target["platform"])](client, target, title)


def _wordpress(client: httpx.Client, _: Mapping[str, Any], title: str) -> list[str]:
    query = {"rest_route": "/wp/v2/posts", "search": title, "per_page": "100"}
    posts = client.get("/index.php", params=query).raise_for_status().json()
    return [post["link"] for post in posts if title in post["title"]["rendered"]]


def _ghost(client: httpx.Client, target: Mapping[str, Any], title: str) -> list[str]:
    key_id, _, secret = str(target["secret"]).partition(":")
    now = datetime.now(UTC)
    claims = {"iat": now, "exp": now + timedelta(minutes=5), "aud": "/admin/"}
    token = jwt.encode(claims, bytes.fromhex(secret), algorithm="HS256", headers={"kid": key_id})
    query = {"limit": "100", "fields": "title,url", "order": "created_at desc"}
    headers = {"Authorization": f"Ghost {token}", "Accept-Version": "v5.0"}
    posts = client.get("/ghost/api/admin/posts/", params=query, headers=headers).raise_for_status().json()["posts"]
    return [post["url"] for post in posts if title in post["title"]]


def _mastodon(client: httpx.Client, target: Mapping[str, Any], title: str) -> list[str]:
    client.headers["Authorization"] = f"Bearer {target['secret']}"
    account = client.get("/api/v1/accounts/verify_credentials").raise_for_status().json()["id"]
    path, found = f"/api/v1/accounts/{account}/statuses", list[dict[str, Any]]()
    query = {"limit": str(_PAGE)}
    for _ in range(3):
        page = client.get(path, params=query).raise_for_status().json()
        found += page
        if len(page) < _PAGE:
            break
        query["max_id"] = page[-1]["id"]
    return [str(one["url"]) for one in found if title in one["content"]]


def _bluesky(client: httpx.Client, target: Mapping[str, Any], title: str) -> list[str]:
    query = {"repo": target["user"], "collection": "app.bsky.feed.post", "limit": "100"}
    records = client.get("/xrpc/com.atproto.repo.listRecords", params=query).raise_for_status().json()["records"]
    return [record["uri"] for record in records if title in record["value"]["text"]]


_READ: Mapping[str, Callable[[httpx.Client, Mapping[str, Any], str], list[str]]] = {
    "wordpress": _wordpress,
    "ghost": _ghost,
    "mastodon": _mastodon,
    "bluesky": _bluesky,
}
