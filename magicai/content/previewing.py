"""What a template makes of variables, before it is saved."""

import asyncio
from collections.abc import Mapping
from typing import Any

from magicai.content.assessment import assess_composed
from magicai.content.brief import brief_of, compose
from magicai.content.content import QualityShown, shown_quality
from magicai.content.statements import ClaimShown
from magicai.content.template import parse_template
from magicai.content.text import Blocks
from magicai.content.variable_schema import sample


async def preview(
    source: str, variables: Mapping[str, Any]
) -> tuple[Blocks, tuple[tuple[ClaimShown, ...], QualityShown]]:
    """The composed text, with its claims and its quality.

    Args:
        variables: where none are given, those of the template's first example, or the variables' titles.

    Raises:
        Invalid: the template can't be read, or the variables do not fit it.
    """
    return await asyncio.to_thread(_preview, source, variables)


def _preview(source: str, variables: Mapping[str, Any]) -> tuple[Blocks, tuple[tuple[ClaimShown, ...], QualityShown]]:
    template = parse_template(source)
    if not variables and template.examples:
        variables = template.examples[0].variables
    brief = brief_of(template, variables or {name: sample(name, one) for name, one in template.variables.items()})
    blocks = compose(brief)
    found = assess_composed(blocks, brief)
    return blocks, (found.claims, shown_quality(found, 0.0))
