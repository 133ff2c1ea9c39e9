"""Opens the sites and accounts that people publish to."""

import json
from pathlib import Path

from pydantic import SecretStr

from integrations.fetcher.addresses import AddressRules
from integrations.publishing.bluesky import BlueskyPublisher
from integrations.publishing.feed import FeedPublisher
from integrations.publishing.folder import FolderPublisher
from integrations.publishing.ghost import GhostPublisher
from integrations.publishing.mastodon import MastodonPublisher
from integrations.publishing.site import SETTING, site_at
from integrations.publishing.webhook import WebhookPublisher
from integrations.publishing.wordpress import WordPressPublisher
from magicai.ports import Seal
from magicai.publishing.ports import Publisher
from magicai.publishing.target import Target
from magicai.runs.requests.secrets import revealed
from magicai.settings import Settings

_YES = ("true", "yes", "1")


class Publishers:
    """Opens targets, each once, so that they keep connections and sessions.

    Args:
        seal: opens their secrets.
    """

    def __init__(self, settings: Settings, seal: Seal) -> None:
        self._settings, self._seal = settings, seal
        self._rules = AddressRules(settings.publish_allow_hosts, setting=SETTING)
        self._opened: dict[str, Publisher] = {}

    async def __call__(self, target: Target) -> Publisher:
        """The publisher of a target.

        Raises:
            Permanent: its secret can't be decrypted, or an option is wrong.
        """
        key = json.dumps(target.model_dump(mode="json"), sort_keys=True)
        if key not in self._opened:
            self._opened[key] = self._open(target)
        return self._opened[key]

    async def close(self) -> None:
        """Let go of connections."""
        for one in self._opened.values():
            await one.close()
        self._opened.clear()

    def _open(self, target: Target) -> Publisher:
        if target.platform in ("folder", "feed"):
            return self._in_folder(target)
        options, settle_s = target.options, self._settings.publish_settle
        secret = revealed(self._seal, SecretStr(target.secret), owner_id=target.owner_id)
        limit_s = self._settings.publish_seconds
        site = site_at(self._rules, target.address, limit_s=limit_s, secret=secret, target=target.name)
        match target.platform:
            case "wordpress":
                status = options.get("status", "publish")
                return WordPressPublisher(site, target.user, secret, settle_s=settle_s, status=status)
            case "ghost":
                return GhostPublisher(site, secret, settle_s=settle_s, status=options.get("status", "published"))
            case "mastodon":
                visibility = options.get("visibility", "public")
                return MastodonPublisher(site, secret, settle_s=settle_s, visibility=visibility)
            case "bluesky":
                shown_at = options.get("shown_at", "https://bsky.app")
                return BlueskyPublisher(site, target.user, secret, shown_at=shown_at)
            case "webhook":
                look_up, ignored = options.get("look_up", ""), options.get("repeats") == "ignored"
                return WebhookPublisher(site, secret, settle_s=settle_s, look_up=look_up, ignores_repeats=ignored)

    def _in_folder(self, target: Target) -> Publisher:
        folder, address = self._folder(target), self._address(target)
        if target.platform == "feed":
            return FeedPublisher(folder, address=address, title=target.options.get("title", ""))
        return FolderPublisher(folder, address=address, git=target.options.get("git", "").lower() in _YES)

    def _folder(self, target: Target) -> Path:
        return self._settings.sites_dir / target.owner_id / target.address

    def _address(self, target: Target) -> str:
        if given := target.options.get("address"):
            return given
        # Without another server, the gateway serves it: at whatever port, and under whatever name it is reached.
        return f"{self._settings.sites_address}/{target.owner_id}/{target.address}"
