"""Looks at a text with one check."""

from dataclasses import replace
from typing import Any

from magicai.publishing.checks.check import Find
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.findings import Finding
from magicai.publishing.piece import Piece


def look(find: Find, text: str, **known: Any) -> list[Finding]:
    """What one check finds in a text."""
    return list(find(manuscript(Piece(fields={"text": text})), replace(Context(), **known)))


def rules(find: Find, text: str, **known: Any) -> set[str]:
    """By which rules it finds something."""
    return {one.rule for one in look(find, text, **known)}
