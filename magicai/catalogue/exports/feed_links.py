"""Addresses at which Google Merchant and others fetch a feed of a user's products, until they are revoked."""

from pydantic import BaseModel, ConfigDict

from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.catalogue.listing import ProductFilter
from magicai.errors import Invalid, NotFound
from magicai.ports import Records
from magicai.stores.entity import Entity
from magicai.values.times import Moment, now_us

KIND = "product_feed"
_MOST = 50


class FeedLink(BaseModel):
    """A feed's address; of its secret only the digest is kept, which is its id.

    Attributes:
        wanted: which products it has.
    """

    model_config = ConfigDict(frozen=True)

    feed_id: str
    owner_id: str
    name: str
    wanted: ProductFilter
    created_at: Moment


async def make_feed(records: Records, name: str, wanted: ProductFilter, *, owner_id: str) -> tuple[FeedLink, str]:
    """A new address of a feed, with its secret, which nobody shows again.

    Raises:
        Invalid: there are too many.
    """
    if len(await feeds_of(records, owner_id)) >= _MOST:
        raise Invalid("too_many_product_feeds", limit=_MOST)
    secret = new_secret()
    made = FeedLink(feed_id=digest_of(secret), owner_id=owner_id, name=name, wanted=wanted, created_at=now_us())
    data = {"schema_version": 1, **made.model_dump(mode="json")}
    await records.entities.save([Entity(KIND, made.feed_id, owner_id, title=name, text="", data=data, stores=())])
    return made, secret


async def feeds_of(records: Records, owner_id: str) -> list[FeedLink]:
    """A user's feeds by name."""
    page = await records.entities.listed(owner_id, KIND, limit=_MOST)
    return sorted((one.entity.as_model(FeedLink) for one in page.items if one.entity), key=lambda one: one.name)


async def feed_of(records: Records, feed_id: str, *, owner_id: str) -> FeedLink:
    """A user's feed.

    Raises:
        NotFound: they have none such.
    """
    found = await records.entities.get(KIND, feed_id, owner_id=owner_id)
    assert found.entity is not None
    return found.entity.as_model(FeedLink)


async def revoke_feed(records: Records, feed_id: str, *, owner_id: str) -> None:
    """From now on, its address opens nothing.

    Raises:
        NotFound: they have none such.
    """
    await records.entities.delete(KIND, [(await feed_of(records, feed_id, owner_id=owner_id)).feed_id])


async def opened_feed(records: Records, secret: str) -> FeedLink:
    """What an address opens.

    Raises:
        NotFound: nothing, or not any more; nobody is told which.
    """
    nothing = NotFound("product_feed_invalid")
    for found in await records.entities.present([(KIND, digest_of(secret))]):
        if found.entity is not None:
            try:
                owner = await records.identities.user(found.owner_id)
            except NotFound as exc:
                raise nothing from exc
            if owner.enabled:
                return found.entity.as_model(FeedLink)
    raise nothing
