"""Full-text search on Elasticsearch: English stemmed, Chinese by the best analyser that the server has.

A tombstone is a document that says so: what Elasticsearch deletes, it forgets. Versions are its external ones.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from integrations.search.elasticsearch_indexes import Indexes, scan
from integrations.search.elasticsearch_server import FOR_NOW, ElasticsearchServer
from integrations.search.facets import facets_of, kept
from integrations.search.misspelt import SHORTEST
from integrations.search.words import CJK_RUN, spaced
from integrations.sqlite import versions
from magicai.errors import Invalid, Permanent, Temporary
from magicai.ports import NO_FACETS, Counted, Facets, Hit, Match
from magicai.stores.entity import ProjectedEntity, Store, Versioned

_BATCH = 500
_BATCH_BYTES = 8_000_000
_PAGE = 1000
_DEEPEST = 10_000
_HIGHLIGHT = 160
_SHARD_VALUES = 1000
_MARK = "\ue000"
# Longer texts are found all the same; only the passage is taken from their beginning.
_HIGHLIGHTED = 900_000
# A title says what a thing is; a body mentions much.
_FIELDS, _CHINESE_FIELDS = ["title^4", "body"], ["title.zh^4", "body.zh"]
_ORDER = [{"kind": {"order": "asc", "unmapped_type": "keyword"}}, {"entity_id": {"unmapped_type": "keyword"}}]
# Ids begin with the time at which they were made.
_NEWEST = [{"entity_id": {"order": "desc", "unmapped_type": "keyword"}}, _ORDER[0]]
_ALIVE, _GONE = {"term": {"gone": False}}, {"term": {"gone": True}}
_SHOWN = ("kind", "entity_id", "owner_id", "title", "body", "url", "facets")
_BEFORE_FACETS = _SHOWN[:-1]
# Elasticsearch forgets the version of what was deleted when its own clock ticks, every 0.2 s.
_FORGOTTEN_S = 0.5
_CONFLICT, _NOT_FOUND, _BLOCKED = 409, 404, 403

Key = tuple[str, str]
# What a word that is spelt nearly like one of a question counts.
_MISSPELT = 0.2


class ElasticsearchSearch:
    """The search index on the user's Elasticsearch.

    Args:
        mapping: another version of the mapping than the present one, in tests.
    """

    store: Store = "search"

    def __init__(self, address: str, *, namespace: str, api_key: str = "", mapping: int | None = None) -> None:
        self._server = ElasticsearchServer(address, api_key=api_key)
        more = {} if mapping is None else {"mapping": mapping}
        self._indexes = Indexes(self._server, namespace, **more)
        self._namespace = namespace

    async def search(
        self,
        query: str,
        *,
        owner_id: str,
        kinds: Sequence[str] = (),
        where: Facets = NO_FACETS,
        match: Match = "all",
        limit: int = 10,
        offset: int = 0,
        after: str = "",
    ) -> list[Hit]:
        """An owner's entities that fit, best first; no syntax in `query` is special."""
        if offset + limit > _DEEPEST:
            raise Invalid("search_offset_too_large", begin=offset, end=offset + limit, limit=_DEEPEST)
        # Whole texts, in which `_passage` cuts out what stands around: fragments of the server's own end at the word.
        shown = {"pre_tags": [_MARK], "post_tags": [""], "number_of_fragments": 0, "max_analyzed_offset": _HIGHLIGHTED}
        asked: dict[str, Any] = {
            "sort": ["_score", *_ORDER] if (words := _words(query)) else _NEWEST,
            "from_": offset,
            "size": limit,
            "track_scores": True,
            "source": ["kind", "entity_id", "title", "url", "body"],
            "highlight": {**shown, "fields": {"body": {}, "body.zh": {}}},
        }
        if not words and query.strip():
            return []
        among = _among(owner_id, kinds, where)
        if after:
            among.append({"range": {"entity_id": {"lt": _sound(after)}}})
        found = await self._find(words, among, kinds, asked, match)
        return [_hit(one) for one in found["hits"]["hits"]]

    async def facets(
        self,
        query: str,
        *,
        owner_id: str,
        by: Sequence[str],
        kinds: Sequence[str] = (),
        where: Facets = NO_FACETS,
        most: int = 20,
    ) -> dict[str, Counted]:
        """How many of what `search` finds have each value of a facet."""
        if not (words := _words(query)) and query.strip():
            return {name: Counted() for name in by}
        # Indexes of several kinds each name their own most frequent values: enough of them that the sums are right.
        order = {"order": [{"_count": "desc"}, {"_key": "asc"}], "size": most, "shard_size": _SHARD_VALUES + most}
        terms = {name: {"field": "facets", "include": f"{_literal(name)}=.*", **order} for name in by}
        asked = {"size": 0, "aggs": {f"by {name}": {"terms": one} for name, one in terms.items()}}
        found = await self._find(words, _among(owner_id, kinds, where), kinds, asked)
        counted = found.get("aggregations", {})
        return {
            name: Counted(
                (one["key"].partition("=")[2], one["doc_count"])
                for one in counted.get(f"by {name}", {}).get("buckets", ())
            )
            for name in by
        }

    async def _find(
        self, words: Sequence[str], among: Sequence[Any], kinds: Sequence[str], asked: Any, match: Match = "all"
    ) -> Any:
        """What has all words, where anything has; else what has any; without words, all."""
        everything = {"must": [_fits(word, "and") for word in words], "filter": among}
        parts = [_fits(word, "or") for word in words]
        parts += [_nearly(word) for word in words if word.isalpha() and word.isascii() and len(word) >= SHORTEST]
        anything = {"should": parts, "minimum_should_match": 1, "filter": among}
        tried = (anything,) if words and match == "any" else (everything, anything) if words else (everything,)
        index = [self._indexes.alias(kind) for kind in kinds] or self._indexes.everything
        found: Any = None
        async with self._server.client() as client:
            for query in tried:
                found = _whole(
                    await client.search(
                        index=index, ignore_unavailable=True, query={"bool": query}, track_total_hits=1, **asked
                    )
                )
                if found["hits"]["total"]["value"]:
                    break
        return found

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over entities and tombstones; one that is not newer than what is held changes nothing.

        What this answered is found.
        """
        await self._write([self._document(change) for change in changes], {change.kind for change in changes})

    async def held(self, *, after: Key = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is held, live entities only, ordered by (kind, id), after that key."""
        kind, entity_id = after
        beyond = [
            {"range": {"kind": {"gt": kind}}},
            {"bool": {"must": [{"term": {"kind": kind}}, {"range": {"entity_id": {"gt": entity_id}}}]}},
        ]
        query = {"bool": {"must_not": [_GONE], "filter": [{"bool": {"should": beyond, "minimum_should_match": 1}}]}}
        source = [*_SHOWN, "version", "digest", "print"]
        index = self._indexes.everything
        async with self._server.client() as client:
            if limit > _PAGE:
                if not await client.indices.exists_alias(name=index):
                    return []
                found: list[Any] = []
                async for hit in scan(client, index, query, sort=_ORDER, source=source):
                    found.append(hit)
                    if len(found) == limit:
                        break
            else:
                page = await client.search(
                    index=index, query=query, sort=_ORDER, source=source, size=limit, track_total_hits=False
                )
                found = _whole(page)["hits"]["hits"]
        return [_held(hit["_source"]) for hit in found]

    async def drop(self, keys: Sequence[Key]) -> None:
        """Remove what the records never had."""
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            for kind in {kind for kind, _ in batch}:
                await self._drop(kind, [_sound(entity_id) for of, entity_id in batch if of == kind])

    async def _drop(self, kind: str, entity_ids: Sequence[str]) -> None:
        """Delete documents by what they say that they are: what somebody put there may have any id."""
        alias = self._indexes.alias(kind)
        query = {"bool": {"filter": [{"term": {"kind": _sound(kind)}}, {"terms": {"entity_id": list(entity_ids)}}]}}
        async with self._server.client() as client:
            await client.indices.refresh(index=alias, ignore_unavailable=True)
            page = await client.search(index=alias, ignore_unavailable=True, query=query, size=_DEEPEST, source=False)
        found = _whole(page)["hits"]["hits"]
        await self._write([{"_op_type": "delete", "_index": alias, "_id": one["_id"]} for one in found], {kind})
        if found:
            await asyncio.sleep(_FORGOTTEN_S)

    def _document(self, one: Versioned) -> dict[str, Any]:
        shown: dict[str, Any] = {"kind": one.kind, "entity_id": one.entity_id, "owner_id": one.owner_id}
        if any(_sound(value) != value for value in shown.values()):
            raise Invalid("entity_key_invalid", kind=one.kind, entity_id=one.entity_id)
        if one.entity is not None:
            shown |= {"title": _sound(one.entity.title), "body": _sound(one.entity.text), "url": _sound(one.entity.url)}
            shown |= {"facets": [f"{name}={value}" for name, value in facets_of(one.entity)]}
        known = {"gone": one.entity is None, "version": one.version, "digest": one.digest, "print": _print(shown)}
        return {
            "_op_type": "index",
            "_index": self._indexes.alias(one.kind),
            "_id": _id(one.entity_id),
            "version": one.version,
            "version_type": "external",
            "_source": {**shown, **known},
        }

    async def _write(self, actions: Sequence[dict[str, Any]], kinds: set[str]) -> None:
        """Write what can be written, then say what could not."""
        if not actions:
            return
        left, refused = await self._bulk(actions, kinds)
        if left:
            # Somebody has removed an index, or is moving it: look at what there is now, and once more.
            self._indexes.forget()
            left, again = await self._bulk(left, kinds)
            refused += again
        async with self._server.client() as client:
            await client.indices.refresh(index=[self._indexes.alias(kind) for kind in kinds], ignore_unavailable=True)
        if left:
            raise Temporary("elasticsearch_writes_refused", server=self._server, left=left[0]["_index"])
        if refused:
            raise self._refused(refused)

    async def _bulk(self, actions: Sequence[dict[str, Any]], kinds: set[str]) -> tuple[list[dict[str, Any]], list[Any]]:
        """Write in bulk; answers those whose index is not there, or takes no writes, and those refused, with why."""
        for kind in kinds:
            await self._indexes.ensure(kind)
        elsewhere: list[dict[str, Any]] = []
        refused: list[Any] = []
        async with self._server.client() as client:
            from elasticsearch.helpers import async_streaming_bulk

            results = async_streaming_bulk(
                client,
                actions,
                chunk_size=_BATCH,
                max_chunk_bytes=_BATCH_BYTES,
                raise_on_error=False,
                max_retries=0,
                require_alias=True,
            )
            place = 0
            async for taken, item in results:
                ((_, answer),) = item.items()
                if not taken and not _passed_over(answer):
                    if answer["status"] in (_NOT_FOUND, _BLOCKED):
                        elsewhere.append(actions[place])
                    else:
                        refused.append((actions[place], answer))
                place += 1
        return elsewhere, refused

    def _refused(self, refused: Sequence[Any]) -> Permanent | Temporary:
        action, answer = refused[0]
        what = action.get("_source", {"kind": "", "entity_id": action["_id"]})
        error = answer.get("error", {})
        named = f"{what['kind']} {what['entity_id'][:80]!r}"
        more = f" (and {len(refused) - 1} more)" if len(refused) > 1 else ""
        kind = Temporary if any(answer["status"] in FOR_NOW for _, answer in refused) else Permanent
        reason = f"{error.get('type')}: {str(error.get('reason'))[:300]}"
        return kind("entries_rejected", server=self._server, entry=f"{named}{more}", reason=reason)

    async def check(self) -> str:
        """Write, read back and remove something; answers where, without any password."""
        index = f"{self._namespace}_check-{secrets.token_hex(8)}"  # no name of what holds entities
        async with self._server.client() as client:
            try:
                await client.indices.create(index=index)  # a server may be told to make none by itself
                await client.index(index=index, document={"word": "magicai"}, refresh="true")
                found = await client.search(index=index, query={"match": {"word": "magicai"}})
            finally:
                await client.options(ignore_status=404).indices.delete(index=index)
            held = await client.count(index=self._indexes.everything, query=_ALIVE)
        if len(found["hits"]["hits"]) != 1:
            raise Permanent("elasticsearch_write_lost", server=self._server)
        version = self._server.version
        return f"{held['count']} documents in {self._server} (version {version}), named {self._namespace}-..."

    async def close(self) -> None:
        """Let go of all connections."""
        await self._server.close()


def _among(owner_id: str, kinds: Sequence[str], where: Facets) -> list[Any]:
    among: list[Any] = [_ALIVE, {"term": {"owner_id": _sound(owner_id)}}]
    if kinds:
        among.append({"terms": {"kind": [_sound(kind) for kind in kinds]}})
    return [
        *among,
        *({"terms": {"facets": [f"{name}={kept(value)}" for value in values]}} for name, values in where.items()),
    ]


def _literal(name: str) -> str:
    """A name as part of a regular expression of Lucene's."""
    return re.sub(r"(\W)", r"\\\1", name)


def _words(query: str) -> list[str]:
    """The words of a question, in which the server finds its own: article numbers stay whole."""
    return list(dict.fromkeys(word for word in _sound(spaced(query)).split() if any(map(str.isalnum, word))))


def _nearly(word: str) -> Any:
    """What has a word that is a letter or two away: worth little beside the word itself."""
    return {
        "multi_match": {"query": word, "fields": _FIELDS, "fuzziness": "AUTO", "prefix_length": 1, "boost": _MISSPELT}
    }


def _fits(word: str, operator: Literal["and", "or"]) -> Any:
    """What has a word, or a run of Chinese: as it stands, or by all or any of the words that the server sees in it."""
    phrase = {"multi_match": {"query": word, "type": "phrase", "fields": _FIELDS}}
    if not CJK_RUN.search(word):
        return phrase
    by_words = {"multi_match": {"query": word, "operator": operator, "fields": _CHINESE_FIELDS}}
    return {"bool": {"should": [phrase, by_words]}}


def _print(document: Mapping[str, Any]) -> str:
    return versions.print_of(*(document.get(name) for name in _SHOWN))


def _held(document: Mapping[str, Any]) -> ProjectedEntity:
    """What is held of an entity: without a digest where it is shown otherwise than it was taken over."""
    same = document.get("print") == _print(document)
    version = int(document.get("version", 0))
    if "facets" not in document and document.get("print") == versions.print_of(*map(document.get, _BEFORE_FACETS)):
        return ProjectedEntity(
            document["kind"], document["entity_id"], version, document.get("digest", ""), outdated=True
        )
    return ProjectedEntity(document["kind"], document["entity_id"], version, document.get("digest", "") if same else "")


def _hit(found: Any) -> Hit:
    shown, score = found["_source"], float(found["_score"])
    passages = found.get("highlight", {})
    body = next((passages[name][0] for name in ("body", "body.zh") if passages.get(name)), shown["body"])
    # BM25 has no bound.
    score = score / (1.0 + score)
    return Hit(shown["kind"], shown["entity_id"], shown["title"], shown["url"], score, _passage(body))


def _passage(marked: str) -> str:
    start = max(0, marked.find(_MARK) - _HIGHLIGHT // 4)
    return marked[start : start + 2 * _HIGHLIGHT].replace(_MARK, "")[:_HIGHLIGHT].strip()


def _whole(answer: Any) -> Any:
    """An answer to which all shards have contributed."""
    shards = answer.get("_shards", {"failed": "no shards are reported"})
    if shards["failed"] or answer.get("timed_out"):
        raise Temporary("search_answer_partial", shards=str(shards)[:500])
    return answer


def _passed_over(answer: Any) -> bool:
    """Whether a refusal is as it should be: what is held is as new, or what was to be deleted is not there."""
    return answer["status"] == _CONFLICT or answer.get("result") == "not_found"


def _id(entity_id: str) -> str:
    return hashlib.blake2b(entity_id.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _sound(text: str) -> str:
    """The same text, half characters replaced, which are no JSON."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
