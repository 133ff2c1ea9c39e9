"""A body never takes more memory than its cap, whatever it is packed as."""

import gzip
import tracemalloc
import zlib

import pytest

from integrations.fetcher.body import Body
from magicai.errors import Refused, Temporary
from tests.codes import says


def test_a_bomb_is_never_unpacked_beyond_the_cap() -> None:
    bomb = gzip.compress(b"\x00" * 60_000_000)
    body = Body("https://shop.example/", "gzip", 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(Refused, check=says("answer_too_large", limit="1,000,000")):
            body.add(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


def test_comes_in_pieces_of_any_size() -> None:
    packed = gzip.compress(b"hello " * 1000)
    body = Body("https://shop.example/", "gzip", 10_000)
    for at in range(0, len(packed), 3):
        body.add(packed[at : at + 3])
    assert body.whole() == b"hello " * 1000


def test_pieces_of_two_bytes_take_no_more_than_the_body() -> None:
    body = Body("https://shop.example/", "", 1_000_000)
    tracemalloc.start()
    try:
        for at in range(40_000):
            body.add(bytes((at % 256, at // 256 % 256)))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(body.whole()) == 80_000
    assert kept < 250_000, "of 80 kB; one by one, the pieces took 2 MB"


def test_a_body_of_many_members_is_refused_rather_than_cut() -> None:
    body = Body("https://shop.example/", "gzip", 1_000_000)
    with pytest.raises(Refused, check=says("too_many_compressed_parts", limit=100)):
        body.add(gzip.compress(b"a") * 101)


@pytest.mark.parametrize("bits", [zlib.MAX_WBITS, -zlib.MAX_WBITS], ids=("wrapped", "bare"))
def test_deflate_comes_byte_by_byte(bits: int) -> None:
    packer = zlib.compressobj(wbits=bits)
    packed = packer.compress(b"hello " * 1000) + packer.flush()
    body = Body("https://shop.example/", "deflate", 10_000)
    for at in range(len(packed)):
        body.add(packed[at : at + 1])
    assert body.whole() == b"hello " * 1000


def test_exactly_the_cap_is_read() -> None:
    for coding, raw in (("gzip", gzip.compress(b"x" * 1000)), ("", b"x" * 1000)):
        body = Body("https://shop.example/", coding, 1000)
        body.add(raw)
        assert len(body.whole()) == 1000


def test_what_cannot_be_unpacked_may_be_tried_again() -> None:
    body = Body("https://shop.example/", "gzip", 1000)
    with pytest.raises(Temporary, check=says("compressed_answer_damaged")):
        body.add(b"\x1f\x8b\x08\x00nothing of the kind")
