"""What a template makes of variables, before it is saved."""

import asyncio
from collections.abc import Mapping
from typing import Any

from magicai.content.brief import brief_of, compose
from magicai.content.content import ClaimShown, QualityShown, shown_claims, shown_quality
from magicai.content.review import review
from magicai.content.template import parse_template
from magicai.content.text import Blocks
from magicai.errors import Invalid


async def preview(
    source: str, variables: Mapping[str, Any]
) -> tuple[Blocks, tuple[tuple[ClaimShown, ...], QualityShown]]:
    """The composed text, with its claims and its quality.

    Args:
        variables: those of the template's first example where none are given.

    Raises:
        Invalid: the template can't be read, or the variables do not fit it.
    """
    return await asyncio.to_thread(_preview, source, variables)


def _preview(source: str, variables: Mapping[str, Any]) -> tuple[Blocks, tuple[tuple[ClaimShown, ...], QualityShown]]:
    template = parse_template(source)
    if not variables and not template.examples:
        raise Invalid("There are no variables to fill the template with.", way_out="Give some, or an example in it.")
    brief = brief_of(template, variables or template.examples[0].variables)
    blocks = compose(brief)
    found = review(blocks, brief)
    return blocks, (shown_claims(found.claims), shown_quality(found))
