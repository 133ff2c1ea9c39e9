from integrations.example import example_in
from magicai.errors import Permanent
from magicai.ports import Vectors


async def check(vectors: Vectors) -> str:
    """The vectors find by its meaning what they took."""
    where = await vectors.check()
    async with example_in(vectors) as one:
        hits = await vectors.nearest("something to boil water in", owner_id=one.owner_id)
        if [hit.entity_id for hit in hits] != [one.entity_id]:
            raise Permanent("vector_search_failed")
    return f"embeds and finds; {where}"
