"""What only a fetcher without a browser promises: raw bytes under a cap, headers, connections."""

import asyncio
import gzip
import socket
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.fetcher.addresses import AddressRules, Target
from integrations.fetcher.static import StaticFetcher
from magicai.errors import Invalid, Refused, Temporary
from magicai.ports import PageRequest
from tests.codes import says
from tests.contract.fetcher.certificates import self_signed
from tests.contract.fetcher.site import Site


async def test_says_who_asks_and_takes_only_codings_that_can_be_capped(static: StaticFetcher, site: Site) -> None:
    site.answer("/", "hello")
    await static.fetch(PageRequest(site.url))
    (_, headers), *_ = site.asked
    assert headers["user-agent"].startswith("MagicAI/")
    assert headers["user-agent"].endswith("(+tests@shop.example)")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert "cookie" not in headers


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)),
        ("GZIP", gzip.compress(b"hello", mtime=0)),
        ("gzip", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        ("gzip", gzip.compress(b"hello", mtime=0) + b"\x00\x00trailing"),
        ("gzip", b"hello"),
        ("deflate", zlib.compress(b"hello")),
        ("deflate", zlib.compress(b"hello", wbits=-15)),
        ("identity", b"hello"),
    ],
)
async def test_unpacks_what_servers_call_by_these_names(
    static: StaticFetcher, site: Site, coding: str, packed: bytes
) -> None:
    site.answer("/", packed, Content_Encoding=coding)
    assert (await static.fetch(PageRequest(site.url))).body == b"hello"


async def test_stops_a_compressed_bomb_at_the_cap(static: StaticFetcher, site: Site) -> None:
    bomb = gzip.compress(b"\x00" * 60_000_000)
    site.answer("/", bomb, Content_Encoding="gzip")
    with pytest.raises(Refused, match=r"more than 1,000,000 bytes"):
        await static.fetch(PageRequest(site.url, max_bytes=1_000_000))


async def test_refuses_a_declared_two_gigabytes_before_reading_them(static: StaticFetcher, site: Site) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2147483648\r\n\r\n")
        await asyncio.sleep(60)

    site.answers["/"] = endless
    async with asyncio.timeout(50):
        with pytest.raises(Refused, check=says("answer_too_large", limit="10,000,000")):
            await static.fetch(PageRequest(site.url))


async def test_stops_an_undeclared_endless_body_at_the_cap(static: StaticFetcher, site: Site) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    site.answers["/"] = endless
    with pytest.raises(Refused, match=r"more than 300,000 bytes"):
        await static.fetch(PageRequest(site.url, max_bytes=300_000))


async def test_the_time_limit_holds_for_the_whole_exchange(static: StaticFetcher, site: Site) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    site.answers["/"] = drip
    with pytest.raises(Temporary, match=r"did not respond completely within 0\.3 seconds"):
        await static.fetch(PageRequest(site.url, timeout_s=0.3))


async def test_the_time_limit_holds_for_what_stands_around_chunks(static: StaticFetcher, site: Site) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    site.answers["/"] = endless
    with pytest.raises(Temporary, match=r"did not respond completely within 0\.3 seconds"):
        await static.fetch(PageRequest(site.url, timeout_s=0.3))


async def test_refuses_trailers_without_end(static: StaticFetcher, site: Site) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n")
        while True:
            writer.write(b"X: x\r\n" * 1_000)
            await writer.drain()

    site.answers["/"] = endless
    with pytest.raises((Refused, Temporary)):
        await static.fetch(PageRequest(site.url, timeout_s=5))


@pytest.mark.parametrize(
    "cut",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello" * 1000, mtime=0)[:-20],
        b"",
    ],
)
async def test_a_connection_cut_midway_may_be_tried_again(static: StaticFetcher, site: Site, cut: bytes) -> None:
    async def half(writer: asyncio.StreamWriter) -> None:
        writer.write(cut)
        await writer.drain()

    site.answers["/"] = half
    with pytest.raises(Temporary):
        await static.fetch(PageRequest(site.url))


async def test_refuses_a_coding_that_was_not_asked_for(static: StaticFetcher, site: Site) -> None:
    site.answer("/", b"\x0b\x02\x80hello\x03", Content_Encoding="br")
    with pytest.raises(Refused, match="'br'"):
        await static.fetch(PageRequest(site.url))


async def test_refuses_headers_without_end(static: StaticFetcher, site: Site) -> None:
    site.answer("/", "hello", X_Long="x" * 100_000)
    with pytest.raises(Refused, match="did not send a valid HTTP response"):
        await static.fetch(PageRequest(site.url))


async def test_what_is_no_http_is_not_tried_again(static: StaticFetcher, site: Site) -> None:
    async def banner(writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()

    site.answers["/"] = banner
    with pytest.raises(Refused, match="did not send a valid HTTP response"):
        await static.fetch(PageRequest(site.url))


async def test_names_a_server_without_tls() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    fetcher = StaticFetcher(AddressRules([f"127.0.0.1:{port}"]), contact="tests@shop.example")
    with pytest.raises(
        Invalid, match=rf"127\.0\.0\.1:{port} does not use a supported version of TLS.* Try the address with http:"
    ):
        await fetcher.fetch(PageRequest(f"https://127.0.0.1:{port}/"))
    await fetcher.close()
    server.close()


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context = self_signed(tmp_path)
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    fetcher = StaticFetcher(AddressRules([f"127.0.0.1:{port}"]), contact="tests@shop.example")
    with pytest.raises(Refused, match=r"certificate of 127\.0\.0\.1"):
        await fetcher.fetch(PageRequest(f"https://127.0.0.1:{port}/"))
    await fetcher.close()
    server.close()


async def test_sends_validators_and_gives_back_that_nothing_changed(static: StaticFetcher, site: Site) -> None:
    site.answer("/", "", "304 Not Modified", ETag='"v1"', Content_Type="", Content_Length="")
    page = await static.fetch(PageRequest(site.url, etag='"v1"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT"))
    (_, headers), *_ = site.asked
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"
    assert (page.status, page.body, page.etag) == (304, b"", '"v1"')


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("0", 0), ("Tue, 24 Nov 1992 10:00:00 GMT", 0), ("soon", None), ("-5", None), ("", None)],
)
async def test_reads_retry_after(static: StaticFetcher, site: Site, value: str, seconds: float | None) -> None:
    site.answer("/", "slow down", "429 Too Many Requests", Retry_After=value or " ")
    page = await static.fetch(PageRequest(site.url))
    assert (page.status, page.retry_after_s) == (429, seconds)


async def test_a_cookie_goes_back_within_one_exchange_and_is_then_forgotten(static: StaticFetcher, site: Site) -> None:
    async def door(writer: asyncio.StreamWriter) -> None:
        _, headers = site.asked[-1]
        if headers.get("cookie") == "seen=1":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        else:
            writer.write(
                b"HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: seen=1; Path=/\r\nContent-Length: 0\r\n\r\n"
            )
        await writer.drain()

    site.answers["/"] = door
    assert (await static.fetch(PageRequest(site.url))).body == b"hello"
    site.answer("/next", "next")
    await static.fetch(PageRequest(site.url + "next"))
    assert "cookie" not in site.asked[-1][1]


async def test_connects_to_what_was_checked_and_looks_nothing_up_twice(site: Site) -> None:
    site.answer("/", "hello")
    looked_up: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    fetcher = StaticFetcher(AddressRules([f"shop.internal:{site.port}"], resolve=resolve), contact="tests@shop.example")
    page = await fetcher.fetch(PageRequest(f"http://shop.internal:{site.port}/"))
    await fetcher.close()
    assert page.body == b"hello"
    assert looked_up == ["shop.internal"]
    assert site.asked[0][1]["host"] == f"shop.internal:{site.port}"


async def test_a_name_that_turns_inward_after_the_check_is_not_followed(site: Site) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])

    async def rebinding(_host: str, _port: int) -> list[str]:
        return next(answers)

    site.answer("/", "secret")
    fetcher = StaticFetcher(AddressRules(resolve=rebinding), contact="tests@shop.example")
    with pytest.raises(Refused, match="has no public address"):
        await fetcher.fetch(PageRequest(f"http://shop.example:{site.port}/"))
    await fetcher.close()
    assert site.asked == []


async def test_is_not_asked_where_it_would_be_read_from_another_host_than_was_checked(site: Site) -> None:
    class Misreading(AddressRules):
        def target(self, url: str) -> Target:
            return replace(super().target(url), host="shop.example")

    fetcher = StaticFetcher(Misreading([f"127.0.0.1:{site.port}"]), contact="tests@shop.example")
    with pytest.raises(Invalid, match=r"can't be requested .* fetched from 127\.0\.0\.1"):
        await fetcher.fetch(PageRequest(site.url))
    await fetcher.close()
    assert site.asked == []


async def test_proxies_of_the_environment_are_not_used(
    static: StaticFetcher, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    site.answer("/", "hello")
    assert (await static.fetch(PageRequest(site.url))).body == b"hello"


async def test_an_unknown_host_is_named() -> None:
    async def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    fetcher = StaticFetcher(AddressRules(resolve=unknown), contact="tests@shop.example")
    with pytest.raises(Invalid, match=r"There is no host named no-such-shop\.example\. Check the spelling"):
        await fetcher.fetch(PageRequest("http://no-such-shop.example/"))
    await fetcher.close()
