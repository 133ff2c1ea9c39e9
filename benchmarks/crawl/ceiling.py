"""How fast the shop can be asked at all: `python -m benchmarks.crawl.ceiling ORIGIN`.

The same number of connections, and a client that only counts bytes.
"""

import asyncio
import json
import re
import sys
import time
from urllib.parse import urlsplit

from benchmarks.crawl.shop import CONCURRENCY

_LENGTH = re.compile(rb"Content-Length: (\d+)")


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> bytes:
    writer.write(f"GET {path} HTTP/1.1\r\nHost: shop\r\n\r\n".encode())
    found = _LENGTH.search(await reader.readuntil(b"\r\n\r\n"))
    assert found is not None
    return await reader.readexactly(int(found[1]))


async def _measure(origin: str) -> dict[str, float]:
    parts = urlsplit(origin)
    lines = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(CONCURRENCY)]
    sitemap = (await _get(*lines[0], "/sitemap.xml")).decode()
    paths = [urlsplit(found[1]).path for found in re.finditer("<loc>([^<]+)</loc>", sitemap)]
    left = iter(paths)

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for path in left:
            await _get(reader, writer, path)

    begun, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(*line) for line in lines))
    seconds, processor = time.perf_counter() - begun, time.process_time() - busy
    for _, writer in lines:
        writer.close()
    return {"pages": len(paths), "seconds": seconds, "processor": processor}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measure(sys.argv[1]))))
