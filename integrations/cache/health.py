from integrations.example import example_in
from magicai.errors import Permanent
from magicai.ports import Cache
from magicai.stores.entity import cache_key


async def check(cache: Cache) -> str:
    """The cache has the data of an entity that it took."""
    where = await cache.check()
    async with example_in(cache) as one:
        if await cache.get(cache_key(one.owner_id, one.kind, one.entity_id)) is None:
            raise Permanent("cache_write_lost")
    return where
