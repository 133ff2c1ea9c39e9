"""Takes what an owner has, their passages and crawled products, into the texts that pieces are compared with."""

from magicai.ports import Records
from magicai.publishing.checks.copied import remember
from magicai.publishing.checks.ports import KnownText, KnownTexts

# Kinds of entities, and what they are called among known texts.
_KINDS = {"passage": "knowledge", "product": "page"}
_PAGE = 500
_SHORTEST = 40  # characters: less is no text


async def gather(records: Records, known: KnownTexts, owner_id: str) -> None:
    """Take in what is new or has changed, all of it and nothing else, and let go of what is no longer there."""
    for entity_kind, kind in _KINDS.items():
        while ids := await known.changed(owner_id, kind, entity_kind, limit=_PAGE):
            for one in await records.entities.present([(entity_kind, entity_id) for entity_id in ids]):
                if (entity := one.entity) is None:
                    continue
                name, words = entity.title or entity.entity_id, entity.text
                text = KnownText(kind, entity.entity_id, name, words, entity.url, one.version)
                if len(words) >= _SHORTEST:
                    await remember(known, owner_id, text)
                else:
                    await known.keep(owner_id, text, ())  # found by nothing, and not looked at again
        while keys := await known.gone(owner_id, kind, entity_kind, limit=_PAGE):
            for key in keys:
                await known.forget(owner_id, kind, key)
