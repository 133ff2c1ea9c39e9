"""A user's latest texts of a type and language, as their reviewers left them."""

from collections.abc import Mapping

from magicai.content.content import KIND, Content, State, content_in
from magicai.content.editing import was_edited
from magicai.content.reviews import Reviews
from magicai.ports import EntityRecords

_LOOKED_AT = 200


async def reviews_of(
    entities: EntityRecords, content_type: str, language: str, *, owner_id: str
) -> Mapping[str, Reviews]:
    """What they did with a user's latest texts, by who wrote the first version."""
    latest = await entities.latest(owner_id, KIND, limit=_LOOKED_AT)
    texts = [content_in(one.entity) for one in latest if one.entity is not None]
    found: dict[str, Reviews] = {}
    for text in texts:
        if (text.content_type, text.language) == (content_type, language) and not text.translation_of:
            writer = text.versions[0].by
            found[writer] = _with(found.get(writer, Reviews()), text)
    return found


def _with(before: Reviews, text: Content) -> Reviews:
    edited = text.state is State.ACCEPTED and was_edited(text)
    return Reviews(
        accepted=before.accepted + (text.state is State.ACCEPTED and not edited),
        edited=before.edited + edited,
        rejected=before.rejected + (text.state is State.REJECTED),
    )
