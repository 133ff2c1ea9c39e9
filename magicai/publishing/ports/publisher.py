"""Where pieces are published: one protocol, whatever the platform."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from magicai.publishing.draft import Body, Media
from magicai.publishing.target import Target
from magicai.runs.run import JSON


@dataclass(frozen=True, slots=True)
class MediaBody:
    """An image with its body."""

    media: Media
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of a post, by its address."""

    address: str
    alt: str


@dataclass(frozen=True, slots=True)
class Intent:
    """A post that is to be made, as it was stored before the first try.

    Attributes:
        key: unique to this post of this target, and the same in every try.
        created_at: UTC microseconds, the same in every try.
        digest: of what is to be posted.
        kept: what `prepare` returned.
        others: ids of known posts on the same account, which therefore are not this one.
        unclear: what `prepare` returned for other posts on the same account whose outcome is unknown, too: of the posts
            that are found, some may be theirs.
    """

    key: str
    created_at: int
    digest: str
    body: Body
    media: tuple[MediaBody, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict[str, str])
    others: frozenset[str] = frozenset()
    unclear: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A post as the platform knows it."""

    remote_id: str
    url: str

    def as_json(self) -> JSON:
        """As an effect keeps it."""
        return {"remote_id": self.remote_id, "url": self.url}

    @classmethod
    def of(cls, answer: JSON) -> "Posted":
        """From an effect's answer, also one that a person gave."""
        return cls(str(answer.get("remote_id", "")), str(answer.get("url", "")))


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reader wrote below a post, in plain text; of who wrote it, nothing is kept.

    Attributes:
        reply_id: the platform's.
        at: UTC microseconds.
    """

    reply_id: str
    text: str
    at: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class PostStatus:
    """How a post does.

    Attributes:
        there: whether the platform still has it.
        changed: a mark of its present content, which differs once somebody edits it there; "" where unknown.
        counts: what the platform counts: views, likes, replies, reposts.
        replies: the latest public ones; None where the platform does not tell.
    """

    there: bool
    changed: str = ""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    replies: tuple[Reply, ...] | None = None


class Publisher(Protocol):
    """One target. Each method may raise Temporary (nothing happened; later it may work) or Permanent (it never will).

    Attributes:
        settle_s: how long after a call that was cut the platform may still carry it out; 0 where a repeated call
            changes nothing.
        finds_by_content: whether `look_up` compares contents, since the platform keeps no key of ours.
    """

    settle_s: float
    finds_by_content: bool

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """What readers get of a post: an HTML page, made of what would be sent. Asks nobody."""
        ...

    async def check(self) -> str:
        """Sign in, change nothing, and return the account's name.

        Raises:
            Refused: the credentials are wrong, expired or revoked.
        """
        ...

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """What must be known later to tell whether the post was made; changes nothing.

        A platform where posts of ours are looked for among others returns `site` and `account`, which name the account.
        """
        ...

    async def publish(self, intent: Intent) -> Posted:
        """Make the post.

        Raises:
            OutcomeUnknown: it may have been made.
        """
        ...

    async def look_up(self, intent: Intent) -> Posted | None:
        """The post, if an earlier call made it.

        None only where that is certain, or where a repeated call changes nothing. A post that is new and not recognised
        (`magicai.publishing.recognition`), or an answer that is not what was asked for, is never None.

        Raises:
            Temporary: the platform does not answer now.
            Permanent: it can't be told, and a person decides; says what was found.
        """
        ...

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Replace a post's content; the same again changes nothing.

        Raises:
            NotFound: the platform has no such post, or no way to change one.
        """
        ...

    async def remove(self, posted: Posted) -> None:
        """Take a post down.

        Raises:
            NotFound: the platform has no such post, or no way to take one down.
        """
        ...

    async def see(self, posted: Posted) -> PostStatus:
        """How a post does."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


# Opens a target for its owner.
OpenPublisher = Callable[[Target], Awaitable[Publisher]]
