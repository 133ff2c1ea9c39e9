"""The indexes that tests make on a server, and their end: a node takes only so many."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from integrations.search.elasticsearch import ElasticsearchSearch
from tests.servers import address

LIMIT_S = 120.0


async def forget(namespace: str) -> None:
    """Delete all indexes of a namespace."""
    async with httpx.AsyncClient(base_url=address("elasticsearch"), trust_env=False, timeout=60) as client:
        while names := await indexes(client, namespace):
            for name in names:
                await client.delete(f"/{name}")
            await asyncio.sleep(0)


async def indexes(client: httpx.AsyncClient, namespace: str) -> list[str]:
    """The names of a namespace's indexes."""
    found = await client.get(f"/_cat/indices/{namespace}.*,{namespace}_*", params={"format": "json"})
    return sorted(one["index"] for one in found.json()) if found.is_success else []


@asynccontextmanager
async def opened(url: str, space: str, *, api_key: str = "", mapping: int = 1) -> AsyncGenerator[ElasticsearchSearch]:
    """Full-text search on the server at an address."""
    search = ElasticsearchSearch(url, namespace=space, api_key=api_key, mapping=mapping)
    try:
        yield search
    finally:
        await search.close()
