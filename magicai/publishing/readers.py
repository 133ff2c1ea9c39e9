"""What readers say of posts: replies on the platforms, and answers to the question whether a piece was helpful.

Of who says it, nothing is kept. What a platform does not show any more is let go of here, too.
"""

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Literal

from pydantic import BaseModel, ConfigDict

from magicai.errors import Invalid, NotFound
from magicai.ports import Cache, Records
from magicai.publishing.ports import Reply
from magicai.publishing.posts import Post, count_at
from magicai.stores.entity import Entity
from magicai.values.ids import new_id
from magicai.values.times import Moment, now_us

KIND = "reader-reply"
Vote = Literal["yes", "no"]
LONGEST = 2_000
_DAY_S = 86_400.0
_OF_ONE_CONNECTION = 64  # bits of an IPv6 address (RFC 6177): the rest are the reader's own
MOST = 500  # of one post; more are counted, and their words are not kept
_COUNTS: dict[Vote, str] = {"yes": "helpful", "no": "not_helpful"}


class ReaderReply(BaseModel):
    """What one reader said.

    Attributes:
        vote: the answer to whether the piece was helpful; None of a platform's reply.
        url: where it stands; "" of an answer given here.
    """

    model_config = ConfigDict(frozen=True)

    reply_id: str
    content_id: str
    target: str
    owner_id: str
    at: Moment
    text: str
    vote: Vote | None = None
    url: str = ""


async def keep_replies(records: Records, post: Post, replies: Sequence[Reply]) -> None:
    """Keep a post's replies as its platform has them now."""
    made = [
        ReaderReply(
            reply_id=f"{post.post_id}:p{hashlib.sha256(reply.reply_id.encode()).hexdigest()[:20]}",
            content_id=post.content_id,
            target=post.target,
            owner_id=post.owner_id,
            at=reply.at or now_us(),
            text=reply.text[:LONGEST],
            url=reply.url if reply.url.startswith(("https://", "http://")) else "",
        )
        for reply in replies[:MOST]
    ]
    there = {one.reply_id for one in made}
    before = await replies_of(records, post.content_id, owner_id=post.owner_id, target=post.target)
    gone = [one.reply_id for one in before if one.vote is None and one.reply_id not in there]
    if gone:
        await records.entities.delete(KIND, gone)
    known = {one.reply_id: one for one in before}
    if fresh := [one for one in made if known.get(one.reply_id) != one]:
        await records.entities.save([_entity(one) for one in fresh])


async def counts_today(cache: Cache, key: bytes, what: str, address: str) -> bool:
    """Whether this is the first of its kind from an address within a day: readers reward what was published.

    Args:
        key: by which the address is hashed; the hash is kept for a day, and the address never.
        what: such as a post's clicks or its answers.
        address: the reader's.

    Raises:
        Temporary: the cache is unreachable, so nobody can tell.
    """
    said = f"{what}\n{_of_one_reader(address)}".encode()
    return await cache.count(f"reader:{hmac.new(key, said, hashlib.sha256).hexdigest()}", ttl_s=_DAY_S) == 1


def _of_one_reader(address: str) -> str:
    """An address, or the network that one connection has where it has a whole network of them."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, _OF_ONE_CONNECTION), strict=False))
    return str(known)


async def give_feedback(
    records: Records, content_id: str, target: str, vote: str, text: str = "", *, counts: bool = True
) -> None:
    """Count a reader's answer, and keep what they write.

    Args:
        counts: whether it is counted and kept (`counts_today`).

    Raises:
        Invalid: it is neither yes nor no.
        NotFound: there is no such post.
        Temporary: it could not be counted.
    """
    if vote not in _COUNTS:
        raise Invalid("vote_invalid", vote=vote[:20])
    said = text.strip()[:LONGEST]
    post, is_public = await count_at(records, content_id, target, _COUNTS[vote], counts=counts)
    if not is_public:
        raise NotFound("post_not_found")
    if not counts:
        return
    count = sum(post.counts.get(one, 0) for one in _COUNTS.values())
    if said and count < MOST:
        reply = ReaderReply(
            reply_id=f"{post.post_id}:r{new_id()}",
            content_id=content_id,
            target=target,
            owner_id=post.owner_id,
            at=now_us(),
            text=said,
            vote=vote,
        )
        await records.entities.save([_entity(reply)])


async def replies_of(records: Records, content_id: str, *, owner_id: str, target: str = "") -> list[ReaderReply]:
    """What readers said of a submission's posts, or of one of them, the latest first."""
    prefix = f"{content_id}:{target}:" if target else f"{content_id}:"
    found, after = list[ReaderReply](), prefix
    while True:
        page = await records.entities.listed(owner_id, KIND, after=after, limit=200)
        some = [ReaderReply.model_validate(item.entity.data["reply"]) for item in page.items if item.entity is not None]
        mine = [one for one in some if one.reply_id.startswith(prefix)]
        found += mine
        if page.next is None or len(mine) < len(some):
            return sorted(found, key=lambda one: -one.at)
        after = page.next


def _entity(reply: ReaderReply) -> Entity:
    data = {"schema_version": 1, "reply": reply.model_dump(mode="json")}
    return Entity(KIND, reply.reply_id, reply.owner_id, title="", text="", data=data, stores=())
