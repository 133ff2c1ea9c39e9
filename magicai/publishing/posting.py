"""A post is made exactly once, whatever dies: its row and its key come first, and what is unclear is asked about.

intended ──publish──> published          the platform answered with an id
    │ └── outcome unknown ──look up──> published, or tried again, or decided by a person
    └── temporary or permanent error: nothing happened
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

from magicai.errors import Conflict, Invalid, MagicError, NotFound, OutcomeUnknown, Temporary
from magicai.messages import Message, say
from magicai.ports import Files
from magicai.publishing.draft import Media, Payload
from magicai.publishing.ports import Intent, MediaBody, Posted, Publisher, PublishingRecords
from magicai.publishing.posts import KIND, PUBLIC, Post, PostState, all_posts, find_post, problem_of, save_post
from magicai.publishing.raster import media_type_of
from magicai.publishing.standing import must_be_at
from magicai.publishing.submission import Submission
from magicai.runs.effects import Effect
from magicai.values.digest import digest_of
from magicai.values.ids import new_id
from magicai.values.times import now_us

# An effect is held for longer than it may take to look up and to act.
_HELD, _POLL_S = 3.0, 0.05


class Posting:
    """Publishes, updates and removes the posts of a run.

    Args:
        limit_s: how long a platform may take for one post.
    """

    def __init__(self, records: PublishingRecords, files: Files, *, run_id: str, limit_s: float) -> None:
        self._records, self._files, self._run_id, self._limit_s = records, files, run_id, limit_s

    async def publish(self, submission: Submission, payload: Payload, publisher: Publisher) -> Post:
        """Make a post, or bring the one that is there to this payload.

        Raises:
            Temporary: the platform can't be reached, or nobody knows yet whether the post was made.
            Conflict: nobody can tell whether it was made, and a person decides; or it was made elsewhere.
            Permanent: the platform refuses it.
        """
        post, _ = await find_post(self._records, submission.content_id, payload.target)
        if post is not None and post.state in (PostState.REMOVED, PostState.GONE):
            post = post.model_copy(update={"generation": post.generation + 1, "kept": {}, "state": PostState.INTENDED})
        if post is not None and (post.state in PUBLIC or await self._is_unclear(post)):
            must_be_at(post, payload)
        if post is not None and post.state in PUBLIC:
            return await self._update(post, payload, publisher)
        return await self._make(post or self._new(submission, payload), payload, publisher)

    async def remove(self, post: Post, payloads: Sequence[Payload], publisher: Publisher) -> Post:
        """Take a post down, also one that a run which has died may have made.

        Args:
            payloads: what its target got, or was to get, in any version.

        Raises:
            Temporary: the platform can't be reached.
            Conflict: nobody can tell whether it was made, and a person decides.
        """
        if post.state in (PostState.INTENDED, PostState.UNKNOWN):
            post = await self._settled(post, payloads, publisher)
            await save_post(self._records, post)
        if post.state in PUBLIC:
            await self._take_down(post, publisher)
        gone = post.model_copy(update={"state": PostState.REMOVED, "seen_at": now_us(), **problem_of(None)})
        await save_post(self._records, gone)
        return gone

    async def _settled(self, post: Post, payloads: Sequence[Payload], publisher: Publisher) -> Post:
        """The post as it is on its platform, which is asked where that is not known; it is not made any more."""
        payload = next((one for one in payloads if one.digest == post.digest), None)

        async def make_none() -> dict[str, object]:
            raise Conflict("submission_withdrawn", title=post.title)

        async def look_up(_key: str) -> dict[str, object] | None:
            return await self._looked_up(post, payload, publisher) if payload else None

        asks = look_up if payload or not post.kept else None
        try:
            answer = await self._effect(KIND, post.key, publisher, post).once(make_none, look_up=asks)
        except MagicError:
            if await self._is_unclear(post):
                raise
            return post
        posted = Posted.of(answer)
        return post.model_copy(update={"state": PostState.PUBLISHED, "remote_id": posted.remote_id, "url": posted.url})

    async def _take_down(self, post: Post, publisher: Publisher) -> None:
        posted = Posted(post.remote_id, post.url)

        async def take_down() -> dict[str, object]:
            try:
                await publisher.remove(posted)
            except NotFound as exc:
                if await _is_there(publisher, posted):
                    where = _where(posted)
                    raise Invalid("posts_not_deletable", target=post.target, reason=exc.message, post=where) from exc
            return posted.as_json()

        await self._effect(f"{KIND}-removal", post.key, publisher, post).once(take_down, look_up=_ask_again)

    def _new(self, submission: Submission, payload: Payload) -> Post:
        return Post(
            content_id=submission.content_id,
            target=payload.target,
            platform=payload.platform,
            owner_id=submission.owner_id,
            title=submission.title[:200],
            run_id=submission.run_id,
            created_at=now_us(),
        )

    async def _make(self, post: Post, payload: Payload, publisher: Publisher) -> Post:
        await save_post(self._records, post.model_copy(update={"run_id": self._run_id}))
        before, made_now = post, False

        async def make() -> dict[str, object]:
            nonlocal post, made_now
            if not post.kept or post.digest != payload.digest:
                # Before the call, and only once it is known that no earlier one made it.
                with _asking():
                    kept = {**await publisher.prepare(await self._intent(post, payload))}
                # Its link leads from now on: what is posted may stay unknown until a person looks.
                update = {"digest": payload.digest, "kept": {"key": post.key, **kept}, "link": payload.link}
                update |= _place(payload)
                post = post.model_copy(update=update)
                await save_post(self._records, post)
            made_now = True
            return (await publisher.publish(await self._intent(post, payload))).as_json()

        async def look_up(_key: str) -> dict[str, object] | None:
            return await self._looked_up(before, payload, publisher)

        try:
            async with self._alone(payload, publisher):
                answer = await self._effect(KIND, post.key, publisher, post).once(make, look_up=look_up)
                # Before the next one looks for its own among what nobody has.
                made = self._made(post, payload, Posted.of(answer))
                await save_post(self._records, made)
        except MagicError as exc:
            await self._keep_failure(post, exc)
            raise
        # An earlier try, whose outcome was not known, may have posted an earlier version.
        return made if made_now else await self._update(made, payload, publisher)

    async def _looked_up(self, post: Post, payload: Payload, publisher: Publisher) -> dict[str, object] | None:
        """What the platform has of an earlier try."""
        if not post.kept:
            return None
        others, unclear = await self._beside(post)
        intent = replace(await self._intent(post, payload), others=others, unclear=unclear)
        with _asking():
            found = await publisher.look_up(intent)
        return None if found is None else found.as_json()

    def _made(self, post: Post, payload: Payload, posted: Posted) -> Post:
        return post.model_copy(
            update={
                "state": PostState.PUBLISHED,
                "remote_id": posted.remote_id,
                "url": posted.url,
                "posted_digest": post.digest or payload.digest,
                "link": payload.link,
                "posted_at": now_us(),
                "run_id": self._run_id,
                **problem_of(None),
            }
        )

    async def _update(self, post: Post, payload: Payload, publisher: Publisher) -> Post:
        if post.posted_digest == payload.digest and post.state is PostState.PUBLISHED:
            return post
        intent = await self._intent(post, payload)
        before = Posted(post.remote_id, post.url)

        async def change() -> dict[str, object]:
            try:
                return (await publisher.update(intent, before)).as_json()
            except NotFound as exc:
                if not await _is_there(publisher, before):
                    raise NotFound("published_post_not_found", before=_where(before)) from exc
                where = _where(before)
                raise Invalid("posts_not_editable", target=post.target, reason=exc.message, post=where) from exc

        key = f"{post.key}:{payload.digest}"
        answer = await self._effect(f"{KIND}-update", key, publisher, post).once(change, look_up=_ask_again)
        posted = Posted.of(answer)
        changed = post.model_copy(
            update={
                "state": PostState.PUBLISHED,
                "url": posted.url or post.url,
                "digest": payload.digest,
                "posted_digest": payload.digest,
                "link": payload.link,
                **_place(payload),
                "mark": "",
                "run_id": self._run_id,
            }
        )
        await save_post(self._records, changed)
        return changed

    def _effect(self, kind: str, key: str, publisher: Publisher, post: Post) -> Effect:
        return Effect(
            self._records,
            kind=kind,
            owner_id=post.owner_id,
            key=key,
            run_id=self._run_id,
            limit_s=self._limit_s,
            settle_s=publisher.settle_s,
        )

    async def _intent(self, post: Post, payload: Payload) -> Intent:
        media = [MediaBody(one, await self._body(one)) for one in payload.body.media]
        return Intent(
            key=post.key,
            created_at=post.created_at,
            digest=payload.digest,
            body=payload.body,
            media=tuple(media),
            kept=post.kept,
        )

    async def _beside(self, post: Post) -> tuple[frozenset[str], tuple[dict[str, str], ...]]:
        """Ids of known posts on the same account, and what was kept of those whose outcome is not known."""
        known, unclear = set[str](), list[dict[str, str]]()
        async for one in all_posts(self._records, post.owner_id):
            if one.platform != post.platform or one.post_id == post.post_id or _account(one) != _account(post):
                continue
            if one.remote_id:
                known.add(one.remote_id)
            elif one.state in (PostState.INTENDED, PostState.UNKNOWN) and one.kept:
                unclear.append(one.kept)
        return frozenset(known), tuple(unclear)

    @asynccontextmanager
    async def _alone(self, payload: Payload, publisher: Publisher) -> AsyncGenerator[None]:
        """Of posts with one content on one server, one is made at a time, where they are told apart by nothing else."""
        if not publisher.finds_by_content:
            yield
            return
        body = payload.body.model_dump(mode="json")
        name = f"posting:{digest_of({'address': payload.address, 'body': body})}"
        holder, limit_s = new_id(), self._limit_s * _HELD
        lease, waited = None, 0.0
        while (lease := await self._records.leases.acquire(name, holder, ttl_s=limit_s)) is None:
            if waited > limit_s:
                raise Temporary("post_in_progress", address=payload.address)
            await asyncio.sleep(_POLL_S)
            waited += _POLL_S
        try:
            yield
        finally:
            await asyncio.shield(self._records.leases.release(lease))

    async def _body(self, media: Media) -> bytes:
        try:
            body = b"".join([await self._files.get(digest) for digest in media.parts])
        except NotFound as exc:
            raise NotFound("submission_image_deleted") from exc
        if hashlib.sha256(body).hexdigest() != media.digest:
            raise Conflict("approved_image_changed", name=media.name)
        # Pieces of earlier versions have images that went by their names.
        await asyncio.to_thread(media_type_of, body, media.name)
        return body

    async def _keep_failure(self, post: Post, error: MagicError) -> None:
        state = PostState.UNKNOWN if await self._is_unclear(post) else PostState.INTENDED
        update = {"state": state, **problem_of(error), "run_id": self._run_id}
        await save_post(self._records, post.model_copy(update=update))

    async def _is_unclear(self, post: Post) -> bool:
        for found in await self._records.entities.present([("effect", f"{KIND}:{post.key}")]):
            return found.entity is not None and found.entity.state in ("cut", "begun")
        return False


def _place(payload: Payload) -> dict[str, str]:
    """Where a payload is posted, and as whom."""
    user = payload.account.user if payload.account else ""
    return {"platform": payload.platform, "address": payload.address, "user": user}


def _account(post: Post) -> tuple[str | None, str | None]:
    """Where a post was prepared; ids of one account say nothing about another's."""
    return post.kept.get("site"), post.kept.get("account")


@contextmanager
def _asking() -> Generator[None]:
    """A question changes nothing, however it is answered."""
    try:
        yield
    except OutcomeUnknown as exc:
        raise Temporary(exc.message, way_out=exc.way) from exc


async def _is_there(publisher: Publisher, posted: Posted) -> bool:
    """Whether a platform has a post, as far as is known; that it has none counts where we can sign in."""
    with _asking():
        if (await publisher.see(posted)).there:
            return True
        await publisher.check()
    return False


def _where(posted: Posted) -> str | Message:
    return posted.url or say("post_numbered", id=posted.remote_id)


async def _ask_again(_key: str) -> None:
    """Updating and removing change nothing the second time."""
    return
