"""What a result says in short: the lines of its findings, in English and as messages."""

from collections.abc import Iterable
from dataclasses import asdict

from magicai.messages import Message
from magicai.runs.run import JSON


def in_short(lines: Iterable[Message]) -> JSON:
    """The fields of a result whose workflow has `findings="in_short"`."""
    said = [*lines]
    return {"in_short": [str(line) for line in said], "in_short_messages": [asdict(line) for line in said]}
