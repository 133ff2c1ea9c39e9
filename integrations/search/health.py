from integrations.example import example_in
from magicai.errors import Permanent
from magicai.ports import SearchIndex


async def check(search: SearchIndex) -> str:
    """The index finds, in English and Chinese, what it took."""
    where = await search.check()
    async with example_in(search) as one:
        for language, words in (("English", "gooseneck kettles"), ("Chinese", "水壶")):
            hits = await search.search(words, owner_id=one.owner_id)
            if [hit.entity_id for hit in hits] != [one.entity_id]:
                raise Permanent("search_index_write_lost", reason=words, language=language)
    return f"finds in English and Chinese; {where}"
