"""Posts: what is, or may be, public at a target. A row is there before the first call, and keeps what came of it."""

from collections.abc import AsyncIterator, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from magicai.errors import MagicError, NotFound
from magicai.messages import Message
from magicai.ports import Records
from magicai.publishing.changing import persist
from magicai.publishing.submission import Submission
from magicai.stores.entity import Entity
from magicai.values.times import Moment

KIND = "post"


class PostState(StrEnum):
    """What became of a post.

    `intended`: not yet tried, or tried without success; `unknown`: it may have been made; `changed` and `gone`:
    somebody edited or deleted it on the platform; `removed`: taken down by MagicAI.
    """

    INTENDED = "intended"
    UNKNOWN = "unknown"
    PUBLISHED = "published"
    CHANGED = "changed"
    GONE = "gone"
    REMOVED = "removed"


PUBLIC = (PostState.PUBLISHED, PostState.CHANGED)


class Post(BaseModel):
    """A submission's post at one target.

    Attributes:
        generation: grows when a post that was taken down is made again; `key` differs with it.
        address, user: where it was made and as whom; "" of one that an earlier version made.
        link: where its link leads, as it was approved.
        kept: what the platform was asked before the first try, to tell later whether the post was made.
        posted_digest: of the payload that is public; `digest` of the one that shall be.
        mark: of its content as last seen on the platform.
        counts: as the platform counts, and `clicks` as we do.
        learned: a digest of the counts that were learned from.
        problem: why the last try failed, in English; `problem_message` is its code, which older posts lack.
    """

    model_config = ConfigDict(frozen=True)

    content_id: str
    target: str
    platform: str
    owner_id: str
    title: str
    run_id: str
    address: str = ""
    user: str = ""
    link: str = ""
    state: PostState = PostState.INTENDED
    generation: int = 1
    digest: str = ""
    kept: dict[str, str] = {}
    remote_id: str = ""
    url: str = ""
    posted_digest: str = ""
    created_at: Moment
    posted_at: Moment | None = None
    seen_at: Moment | None = None
    mark: str = ""
    counts: dict[str, int] = {}
    learned: str = ""
    problem: str = ""
    problem_message: Message | None = None

    @property
    def post_id(self) -> str:
        """The id of its row, and of its effects."""
        return f"{self.content_id}:{self.target}"

    @property
    def key(self) -> str:
        """What the platform knows the post by, where it takes a key of ours."""
        return f"{self.post_id}:{self.generation}"


def post_entity(post: Post) -> Entity:
    """A post as the records keep it."""
    return Entity(
        KIND,
        post.post_id,
        post.owner_id,
        title=post.title,
        text="",
        url=post.url,
        data={"schema_version": 1, "post": post.model_dump(mode="json")},
        stores=(),
        state=post.state.value,
    )


def post_in(entity: Entity) -> Post:
    """The post that an entity is."""
    return Post.model_validate(entity.data["post"])


async def find_post(records: Records, content_id: str, target: str) -> tuple[Post | None, int]:
    """A submission's post at a target, and its row's version, 0 if there is none."""
    for found in await records.entities.present([(KIND, f"{content_id}:{target}")]):
        return (None if found.entity is None else post_in(found.entity)), found.version
    return None, 0


async def save_post(records: Records, post: Post) -> None:
    """Keep a post; its effects see to it that one process at a time has something to keep."""
    await records.entities.save([post_entity(post)])


def problem_of(error: MagicError | None) -> dict[str, object]:
    """What a post says of its last try: why it failed, or that it did not."""
    return {"problem": str(error or "")[:1000], "problem_message": error and error.said}


async def count_at(
    records: Records, content_id: str, target: str, name: str, *, counts: bool = True
) -> tuple[Post, bool]:
    """Count one more of something at a public post; the post as it was, and whether it is public.

    Args:
        counts: whether it is counted; else the post is only looked up.

    Raises:
        NotFound: there is no such post.
        Temporary: so many count at once that this one could not be kept.
    """

    async def attempt() -> tuple[bool, Post]:
        post, version = await find_post(records, content_id, target)
        if post is None:
            raise NotFound("post_not_found")
        if post.state not in PUBLIC or not counts:
            return True, post
        after = post.model_copy(update={"counts": {**post.counts, name: post.counts.get(name, 0) + 1}})
        return await records.entities.replace(post_entity(after), version=version), post

    post = await persist(attempt)
    return post, post.state in PUBLIC


async def posts_of(records: Records, content_id: str, *, owner_id: str) -> list[Post]:
    """A submission's posts, by target."""
    prefix = f"{content_id}:"
    page = await records.entities.listed(owner_id, KIND, after=prefix, limit=200)
    found = [post_in(item.entity) for item in page.items if item.entity is not None]
    return [one for one in found if one.content_id == content_id]


def live_versions(submission: Submission, posts: Sequence[Post]) -> dict[str, int]:
    """The number of the version that is online, by target; the latest of those that are the same there."""
    online = {(post.target, post.posted_digest) for post in posts if post.state in PUBLIC}
    return {
        payload.target: version.number
        for version in submission.versions
        for payload in version.payloads
        if (payload.target, payload.digest) in online
    }


async def all_posts(records: Records, owner_id: str, state: PostState | None = None) -> AsyncIterator[Post]:
    """An owner's posts, by submission."""
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, state=state, after=after, limit=200)
        for item in page.items:
            if item.entity is not None:
                yield post_in(item.entity)
        after = page.next
