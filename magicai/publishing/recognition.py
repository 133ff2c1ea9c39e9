"""Whether an interrupted call made a post, on a platform that is asked for the account's own posts.

Servers write texts, slugs and ids in their own way, so a post that is new and not recognised may be the one that is
looked for. It is never a reason to post again: a person is asked.
"""

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass

from magicai.errors import Permanent
from magicai.publishing.ports import Intent, Posted

# What is kept before the first try covers twice as many posts as a page that is looked at afterwards: where one of
# those is deleted meanwhile, the older one that follows it is known, too.
FENCE, PAGE = 40, 20
_PAGES = 10
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Listed:
    """A post as an account's list shows it.

    Attributes:
        marks: asks for what it may be recognised by, such as a key of ours or the digest of its text; one of them is
            a value of what `Publisher.prepare` returned.
    """

    posted: Posted
    marks: Callable[[], Awaitable[frozenset[str]]]


def fence_of(page: Sequence[Listed]) -> str:
    """The ids of the newest posts before the first try, as `Intent.kept["fence"]` has them."""
    return " ".join(one.posted.remote_id for one in page)


def account_of(intent: Intent) -> str:
    """The account of which a post was prepared.

    Raises:
        Permanent: an earlier version prepared it, and kept none.
    """
    if not (account := intent.kept.get("account", "")):
        raise Permanent("post_record_too_old")
    return account


async def recognised(intent: Intent, pages: AsyncIterable[Sequence[Listed]]) -> Posted | None:
    """The post that an interrupted call made; None if it made none.

    Of several posts alike whose outcome is unknown, each gets one that was not there before it.

    Args:
        pages: the account's posts, newest first. Within a page any order does, since servers order posts of one second
            as they like.

    Raises:
        Permanent: nobody but a person can tell.
    """
    new = await _since(intent, pages)
    unclear = [one for one in new if one.posted.remote_id not in intent.others]
    marks = {one.posted.remote_id: await one.marks() for one in unclear}
    own, known = set(intent.kept.values()), {value for kept in intent.unclear for value in kept.values()}
    matches = [one.posted for one in unclear if marks[one.posted.remote_id] & own]
    if not matches:
        strange = [one.posted for one in unclear if not marks[one.posted.remote_id] & known]
        if strange:
            raise Permanent("post_not_distinguishable", strange=_named(strange))
        return None
    alike = [
        kept
        for kept in intent.unclear
        if any(one in kept.values() for post in matches for one in marks[post.remote_id])
    ]
    if len(matches) > 1 + len(alike):
        raise Permanent("post_match_ambiguous", matches=_named(matches))
    # What was there before the others is nobody else's; what is left to choose from may be any's.
    before = [set(kept.get("fence", "").split()) for kept in alike]
    return max(reversed(matches), key=lambda one: sum(one.remote_id in fence for fence in before))


async def _since(intent: Intent, pages: AsyncIterable[Sequence[Listed]]) -> list[Listed]:
    """The posts that were not there before the first try."""
    fence, found, count = set(intent.kept.get("fence", "").split()), dict[str, Listed](), 0
    async for page in pages:
        fresh = {one.posted.remote_id: one for one in page if one.posted.remote_id not in found}
        found |= fresh
        # A pinned post stands before newer ones: only a page that holds nothing else ends the new ones.
        if not fresh or fresh.keys() <= fence:
            break
        if (count := count + 1) == _PAGES:
            raise Permanent("too_many_newer_posts", pages=_PAGES * PAGE)
    if fence and not fence & found.keys():
        raise Permanent("post_list_incomplete")
    return [one for number, one in found.items() if number not in fence]


def _named(posts: Sequence[Posted]) -> list[str]:
    more = ["…"] if len(posts) > _NAMED else []
    return [*(post.url or post.remote_id for post in posts[:_NAMED]), *more]
