"""Targets: where a user publishes. Each is a site or account of a platform, with sealed credentials."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from magicai.errors import Conflict, Invalid, NotFound
from magicai.ports import Records, Seal
from magicai.publishing.draft import Account, Form
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of
from magicai.values.sealed import SEALED
from magicai.values.times import Moment, now_us

Platform = Literal["folder", "feed", "webhook", "wordpress", "ghost", "mastodon", "bluesky"]
PLATFORMS: tuple[str, ...] = get_args(Platform)
KIND = "publishing-target"
# Every user has it, without adding it.
SITE = "site"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST = 100
_FORMS: Mapping[Platform, Form] = {"mastodon": "note", "bluesky": "note"}
# What each platform signs in by.
SECRETS: Mapping[Platform, tuple[str, ...]] = {
    "folder": (),
    "feed": (),
    "webhook": ("secret",),
    "wordpress": ("password",),
    "ghost": ("key",),
    "mastodon": ("token",),
    "bluesky": ("password",),
}
_WITH_USER = ("wordpress", "bluesky")
# Options that are the address of something.
_ADDRESSES = ("address", "look_up", "shown_at")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\/?#]+[^\s<>\"'`\\]*")


def is_web_address(text: str) -> bool:
    """Whether a text is an address of the web, and nothing that a browser would carry out."""
    return _WEB_ADDRESS.fullmatch(text) is not None


class Target(BaseModel):
    """A site or account that a user publishes to.

    Attributes:
        address: of the platform's server; the name of a folder of `folder` and `feed`.
        user: whom to sign in as, where the platform asks.
        secret: sealed.
        options: such as `visibility` of Mastodon; each platform knows its own.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    owner_id: str
    platform: Platform
    address: str
    user: str = ""
    secret: str = Field(default="", repr=False)
    options: dict[str, str] = {}
    created_at: Moment

    @property
    def form(self) -> Form:
        """How it shows a piece."""
        return _FORMS.get(self.platform, "article")

    @property
    def account(self) -> Account:
        """As whom it posts, and how.

        A secret is sealed with the installation's key, and the same one to the same: the digest of it is a keyed hash.
        """
        return Account(user=self.user, options=self.options, secret=digest_of(self.secret) if self.secret else "")

    @property
    def has_secret(self) -> bool:
        """Whether it signs in by one."""
        return bool(self.secret)

    @property
    def key(self) -> str:
        """The id of its row."""
        return f"{self.owner_id}:{self.name}"


class NewTarget(BaseModel):
    """A target that somebody adds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(title="Name", description="Lower-case letters, digits and dashes.", max_length=40)]
    platform: Annotated[Platform, Field(title="Platform", description="Kind of site or account.")]
    address: Annotated[
        str,
        Field(max_length=2000, title="Address", description="Address of the server, such as https://blog.example."),
    ] = ""
    user: Annotated[str, Field(max_length=200, title="User", description="User name or handle, if needed.")] = ""
    secret: Annotated[SecretStr | None, Field(title="Secret", description="App password, API key or access token.")] = (
        None
    )
    options: Annotated[dict[str, str], Field(title="Options", description="Such as visibility=unlisted.")] = {}


async def add_target(records: Records, seal: Seal, new: NewTarget, *, owner_id: str) -> Target:
    """Add a target, or replace the one of its name; posts that were made by it stay known.

    Raises:
        Invalid: the name, address or secret can't be one.
    """
    target = _checked(new, seal, owner_id)
    while True:
        found = await records.entities.present([(KIND, target.key)])
        version = found[0].version if found else 0
        if found and found[0].owner_id != owner_id:
            raise Conflict("entity_not_owned", key=target.name, kind="target")
        if not version and len(await targets_of(records, owner_id)) >= _MOST:
            raise Invalid("too_many_targets", limit=_MOST)
        if await records.entities.replace(_entity(target), version=version):
            return target


async def targets_of(records: Records, owner_id: str) -> list[Target]:
    """A user's targets by name; the static site, which everybody has, first."""
    found, after = list[Target](), ""
    while True:
        page = await records.entities.listed(owner_id, KIND, after=after)
        found += [Target.model_validate(item.entity.data["target"]) for item in page.items if item.entity is not None]
        if page.next is None:
            break
        after = page.next
    own = sorted(found, key=lambda one: one.name)
    return own if any(one.name == SITE for one in own) else [_site(owner_id), *own]


async def target_of(records: Records, name: str, *, owner_id: str) -> Target:
    """A user's target.

    Raises:
        NotFound: they have none of that name.
    """
    for found in await records.entities.present([(KIND, f"{owner_id}:{name}")]):
        if found.entity is not None and found.owner_id == owner_id:
            return Target.model_validate(found.entity.data["target"])
    if name == SITE:
        return _site(owner_id)
    known = ", ".join(target.name for target in await targets_of(records, owner_id))
    raise NotFound("target_not_found", name=name[:60], known=known)


async def remove_target(records: Records, name: str, *, owner_id: str) -> None:
    """Remove a target; what was posted there stays.

    Raises:
        NotFound: they have none of that name.
        Invalid: everybody has it.
    """
    target = await target_of(records, name, owner_id=owner_id)
    if not await records.entities.present([(KIND, target.key)]):
        raise Invalid("target_not_removable", name=name)
    await records.entities.delete(KIND, [target.key])


def _site(owner_id: str) -> Target:
    return Target(name=SITE, owner_id=owner_id, platform="folder", address=SITE, created_at=0)


def _checked(new: NewTarget, seal: Seal, owner_id: str) -> Target:
    if not _NAME.fullmatch(new.name):
        raise Invalid("target_name_invalid", name=new.name)
    address = new.address.strip()
    if new.platform in ("folder", "feed"):
        address = address or new.name
        if not _NAME.fullmatch(address):
            raise Invalid("target_folder_invalid", address=address)
    elif not is_web_address(address):
        raise Invalid("address_invalid", url=address, way_out="use_blog_address")
    for name in _ADDRESSES:
        if name in new.options and not is_web_address(new.options[name]):
            raise Invalid("target_option_invalid", name=name, options=new.options[name][:200])
    secret = new.secret.get_secret_value() if new.secret else ""
    if SECRETS[new.platform] and not secret:
        what = SECRETS[new.platform][0]
        raise Invalid("target_secret_missing", platform=new.platform, what=what)
    if new.platform in _WITH_USER and not new.user:
        raise Invalid("target_user_missing", platform=new.platform)
    return Target(
        name=new.name,
        owner_id=owner_id,
        platform=new.platform,
        address=address.rstrip("/"),
        user=new.user,
        secret=SEALED + seal.seal(secret, owner_id=owner_id) if secret else "",
        options=new.options,
        created_at=now_us(),
    )


def _entity(target: Target) -> Entity:
    data = {"schema_version": 1, "target": target.model_dump(mode="json")}
    return Entity(KIND, target.key, target.owner_id, title=target.name, text="", data=data, stores=())
