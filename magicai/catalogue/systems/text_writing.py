"""Accepted texts as what would change in a shop: each is the description of the product with its SKU."""

from collections import defaultdict
from collections.abc import AsyncIterable, Sequence

from magicai.catalogue.ports import CatalogueRecords, ShopSystem
from magicai.catalogue.shop_system import ShopConnection
from magicai.catalogue.systems.previewing import MOST_EDITS, Edit, Preview, preview
from magicai.catalogue.systems.shop_write import ShopWrite
from magicai.content.content import Content, State
from magicai.content.content_types import OWN
from magicai.content.shop_tables import for_shop
from magicai.content.text import as_html
from magicai.errors import Invalid
from magicai.messages import Message, say
from magicai.shops.product_keys import sku_key

_DESCRIPTION = "product-description"
_MOST_NAMED = 20


async def preview_texts(
    records: CatalogueRecords, system: ShopSystem, connection: ShopConnection, texts: AsyncIterable[Content]
) -> ShopWrite:
    """Compare texts with the shop as it is now, change nothing there, and keep the difference.

    Raises:
        Temporary: the shop does not answer.
        Invalid: none of the texts can be written there, or nothing was ever imported from it.
    """
    edits, problems = _edits([one async for one in texts], connection.options.get("language", ""))
    if not edits:
        raise Invalid("no_texts_for_shop", reasons=problems or [say("no_texts_chosen")])
    return await preview(records, system, connection, Preview(edits=tuple(edits)), problems)


def _edits(texts: Sequence[Content], language: str) -> tuple[list[Edit], list[Message]]:
    """Descriptions by SKU, and which texts are none; of two for one SKU nobody can tell which is meant."""
    left_out: defaultdict[str, int] = defaultdict(int)
    by_sku: defaultdict[str, list[Content]] = defaultdict(list)
    for text in texts:
        if text.state is not State.ACCEPTED:
            left_out["shop_texts_not_accepted"] += 1
        elif not text.sku:
            left_out["texts_without_sku"] += 1
        elif text.content_type != _DESCRIPTION and not text.content_type.startswith(OWN):
            left_out["texts_not_descriptions"] += 1
        elif language and text.language.partition("-")[0] != language.partition("-")[0].partition("_")[0]:
            left_out["texts_in_other_language"] += 1
        else:
            by_sku[sku_key(text.sku)].append(text)
    problems = [say(code, n=n) for code, n in left_out.items()]
    several = sorted(found[0].sku for found in by_sku.values() if len(found) > 1)
    if several:
        problems.append(say("sku_has_several_texts", names=several[:_MOST_NAMED]))
    single = [found[0] for found in by_sku.values() if len(found) == 1]
    if single[MOST_EDITS:]:
        problems.append(say("shop_preview_has_more", limit=MOST_EDITS, n=len(single) - MOST_EDITS))
    return [
        Edit(sku=text.sku, field="description", value=as_html(for_shop(text.latest.blocks)))
        for text in single[:MOST_EDITS]
    ], problems
