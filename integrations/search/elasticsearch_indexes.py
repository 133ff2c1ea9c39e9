"""The indexes of an installation: one for each kind of entity behind an alias, and new ones where a mapping changes.

Alias `NAMESPACE-KIND`, index `NAMESPACE.KIND.MAPPING.ANALYSER`. Where an index is of an older mapping, a new one is
filled beside it while the old one answers and takes writes; then the old one takes none for as long as what has
changed meanwhile is copied, and the alias moves in one step. Writes of that time wait, or are repeated by the relay.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

from integrations.search.elasticsearch_server import ElasticsearchServer
from magicai.errors import Temporary

# Grows with every change of `_mapping`.
MAPPING = 2
# For Chinese, worst first: `cjk` is in every server, the others come as plugins.
ANALYSERS = ("cjk", "icu_analyzer", "smartcn")
_PAGE = 500
_KEEP = "2m"
# Searches that have begun in an old index are answered from it.
_LINGER_S = 2.0


def _mapping(chinese: str) -> dict[str, Any]:
    keyword = {"type": "keyword"}
    kept = {"type": "keyword", "index": False, "doc_values": False}
    # Stemmed, accents folded, every ideograph a word, and no word left out: "NOT" is a word of a title like any other.
    text = {"type": "text", "analyzer": "words", "fields": {"zh": {"type": "text", "analyzer": chinese}}}
    return {
        "dynamic": "strict",
        "properties": {
            **dict.fromkeys(("kind", "entity_id", "owner_id", "facets"), keyword),
            "gone": {"type": "boolean"},
            "version": {"type": "long"},
            **dict.fromkeys(("digest", "print", "url"), kept),
            **dict.fromkeys(("title", "body"), text),
        },
    }


_SETTINGS = {
    # What was dropped is forgotten at once; what must not rise again is a document that says so.
    "index.gc_deletes": "0s",
    "index.number_of_shards": 1,
    "analysis": {
        "analyzer": {
            "words": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "asciifolding", "porter_stem"],
            }
        }
    },
}


class Indexes:
    """What an installation has on a server; `mapping` is another than the present one only in tests."""

    def __init__(self, server: ElasticsearchServer, namespace: str, *, mapping: int = MAPPING) -> None:
        self._server, self._namespace, self._mapping_number = server, namespace, mapping
        self._ready: set[str] = set()
        self._chinese = ""

    @property
    def everything(self) -> str:
        """A pattern of all aliases."""
        return f"{self._namespace}-*"

    def alias(self, kind: str) -> str:
        """Under which name entities of a kind are written and found."""
        return f"{self._namespace}-{_word(kind)}"

    def forget(self) -> None:
        """Look again at what there is: an index has gone, or takes no writes."""
        self._ready.clear()

    async def ensure(self, kind: str) -> None:
        """See that there is an index of the present mapping behind a kind's alias."""
        if kind in self._ready:
            return
        alias = self.alias(kind)
        async with self._server.client() as client:
            chinese = await self._chinese_analyser(client)
            present = await self._behind(client, alias)
            if present is None or self._older(present, chinese):
                wanted = f"{self._namespace}.{_word(kind)}.{self._mapping_number}.{chinese}"
                await self._create(client, wanted, chinese)
                if present is None:
                    await client.indices.update_aliases(actions=[{"add": {"index": wanted, "alias": alias}}])
                else:
                    await self._moved(client, alias, present, wanted)
            else:
                await self._tidy(client, kind, present)
        self._ready.add(kind)

    async def _chinese_analyser(self, client: Any) -> str:
        for name in reversed(ANALYSERS):
            if self._chinese:
                break
            tried = await client.options(ignore_status=400).indices.analyze(analyzer=name, text="水壶")
            if "tokens" in tried:
                self._chinese = name
        return self._chinese

    async def _behind(self, client: Any, alias: str) -> str | None:
        """The index behind an alias."""
        found = await client.options(ignore_status=404).indices.get_alias(name=alias)
        return next((name for name in found if isinstance(found[name], dict)), None)

    def _older(self, index: str, chinese: str) -> bool:
        """Whether an index is to be replaced; one of a newer version of the product stays."""
        return _rank(index) < (self._mapping_number, ANALYSERS.index(chinese))

    async def _create(self, client: Any, index: str, chinese: str) -> None:
        # 400: another process was quicker.
        await client.options(ignore_status=400).indices.create(
            index=index, settings=_SETTINGS, mappings=_mapping(chinese)
        )
        health = await client.options(ignore_status=408).cluster.health(
            index=index, wait_for_status="yellow", timeout="20s"
        )
        if health["timed_out"]:
            raise Temporary("elasticsearch_index_timed_out", server=self._server, index=index)

    async def _moved(self, client: Any, alias: str, old: str, new: str) -> None:
        """Move to a new index, alone or while other processes do the same."""
        from elasticsearch import NotFoundError

        try:
            await self._move(client, alias, old, new)
        except NotFoundError:  # another process was quicker, and has removed the old index
            if await self._behind(client, alias) != new:
                raise

    async def _move(self, client: Any, alias: str, old: str, new: str) -> None:
        reached = await self._copy(client, old, new, after=-1)
        await client.indices.add_block(index=old, block="write")
        await client.indices.refresh(index=old)
        await self._copy(client, old, new, after=reached)
        await client.indices.refresh(index=new)
        if await self._behind(client, alias) == old:  # else another process was quicker
            away = {"index": old, "alias": alias, "must_exist": False}
            await client.indices.update_aliases(actions=[{"add": {"index": new, "alias": alias}}, {"remove": away}])
        await asyncio.sleep(_LINGER_S)
        await client.options(ignore_status=404).indices.delete(index=old)

    async def _tidy(self, client: Any, kind: str, present: str) -> None:
        """Remove what a move left behind that was cut between the alias and the old index."""
        found = await client.options(ignore_status=404).indices.get_alias(index=f"{self._namespace}.{_word(kind)}.*")
        left = [
            name
            for name, about in found.items()
            if isinstance(about, dict) and not about["aliases"] and _rank(name) < _rank(present)
        ]
        if left:
            await asyncio.sleep(_LINGER_S)  # another process may have moved just now
            await client.options(ignore_status=404).indices.delete(index=",".join(left))

    async def _copy(self, client: Any, old: str, new: str, *, after: int) -> int:
        """Copy what was written to an index after a sequence number; answers the last one."""
        from elasticsearch.helpers import async_streaming_bulk

        reached = after

        async def actions() -> AsyncIterator[dict[str, Any]]:
            nonlocal reached
            query: Any = {"range": {"_seq_no": {"gt": after}}} if after >= 0 else {"match_all": {}}
            async for hit in scan(client, old, query, sort=["_doc"], version=True, seq_no_primary_term=True):
                reached = max(reached, hit["_seq_no"])
                document = {"_op_type": "index", "_index": new, "_id": hit["_id"], "_source": hit["_source"]}
                yield document | {"version": hit["_version"], "version_type": "external"}

        async for taken, item in async_streaming_bulk(client, actions(), chunk_size=_PAGE, raise_on_error=False):
            indexed = item["index"]
            if not taken and indexed["status"] != _CONFLICT:  # a conflict: it is there already, or something newer
                raise Temporary(
                    "elasticsearch_copy_failed",
                    server=self._server,
                    indexed=indexed["_id"],
                    new=new,
                    reason=indexed.get("error"),
                )
        return reached


_CONFLICT = 409


def _rank(index: str) -> tuple[int, int]:
    """What tells an older index from a newer one: its mapping, then its analyser."""
    number, analyser = index.split(".")[-2:]
    return (int(number), ANALYSERS.index(analyser))


async def scan(client: Any, index: str, query: Any, *, sort: Any, **more: Any) -> AsyncIterator[dict[str, Any]]:
    """All documents that fit, as they were when it began, in order."""
    pit = (await client.open_point_in_time(index=index, keep_alive=_KEEP))["id"]
    try:
        after: Any = None
        while True:
            page = await client.search(
                pit={"id": pit, "keep_alive": _KEEP},
                query=query,
                sort=sort,
                size=_PAGE,
                track_total_hits=False,
                **more,
                **({} if after is None else {"search_after": after}),
            )
            pit, hits = page["pit_id"], page["hits"]["hits"]
            for hit in hits:
                yield hit
            if len(hits) < _PAGE:
                return
            after = hits[-1]["sort"]
    finally:
        await client.options(ignore_status=404).close_point_in_time(id=pit)


def _word(kind: str) -> str:
    """A kind as part of an index's name, which may hold little."""
    if re.fullmatch(r"[a-z0-9_]+", kind):
        return kind
    return f"x{hashlib.blake2b(kind.encode(errors='surrogatepass'), digest_size=8).hexdigest()}"
