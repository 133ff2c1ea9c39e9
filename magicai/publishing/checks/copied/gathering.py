"""Takes what an owner has, their passages and crawled products, into the texts that pieces are compared with."""

from collections.abc import AsyncIterator

from magicai.ports import Records
from magicai.publishing.checks.copied import remember
from magicai.publishing.checks.ports import KnownText, KnownTexts
from magicai.stores.entity import Versioned

# Kinds of entities, and what they are called among known texts.
_KINDS = {"passage": "knowledge", "product": "page"}
_PAGE, _MOST = 500, 20_000
_SHORTEST = 40  # characters: less is no text


async def gather(records: Records, known: KnownTexts, owner_id: str) -> int:
    """Take in what is new or has changed, and let go of what is no longer there; answers how many changed."""
    changed = 0
    for entity_kind, kind in _KINDS.items():
        kept = dict(await known.versions(owner_id, kind))
        async for one in _entities(records, owner_id, entity_kind):
            entity = one.entity
            if entity is None:
                continue
            key = entity.entity_id
            if kept.pop(key, None) != one.version and len(entity.text) >= _SHORTEST:
                text = KnownText(kind, key, entity.title or key, entity.text, entity.url, one.version)
                await remember(known, owner_id, text)
                changed += 1
        for key in kept:
            await known.forget(owner_id, kind, key)
            changed += 1
    return changed


async def _entities(records: Records, owner_id: str, kind: str) -> AsyncIterator[Versioned]:
    after, seen = "", 0
    while seen < _MOST:
        page = await records.entities.listed(owner_id, kind, after=after, limit=_PAGE)
        for one in page.items:
            yield one
        seen += len(page.items)
        if page.next is None:
            return
        after = page.next
