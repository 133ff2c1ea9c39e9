"""What a product feed states as parts of JSON: read in a process of its own, and taken by the crawl's."""

from collections.abc import Iterator
from typing import BinaryIO

from pydantic import TypeAdapter

from magicai.shops.extraction.feeds import read_feed
from magicai.shops.product import Observation

_AT_ONCE = 200
_OBSERVATIONS = TypeAdapter(list[Observation])


def parts(file: BinaryIO, called: str, *, content_type: str, digest: str, at_us: int) -> Iterator[bytes]:
    """What a feed's items state.

    Args:
        called: its address.
        content_type, digest, at_us: as `read_feed` takes them.
    """
    reading = read_feed(file.read(), url=called, content_type=content_type, digest=digest, at_us=at_us)
    for begin in range(0, len(reading.observations), _AT_ONCE):
        yield _OBSERVATIONS.dump_json(reading.observations[begin : begin + _AT_ONCE], exclude_defaults=True)


def observations_in(part: bytes) -> list[Observation]:
    """What a part states."""
    return _OBSERVATIONS.validate_json(part)
