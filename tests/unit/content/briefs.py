"""An apron, a template's brief of it, and what models say of it."""

from collections.abc import Mapping
from typing import Any

from magicai.content.brief import Brief, brief_of
from magicai.content.content import Content, QualityShown, State, Version
from magicai.content.content_types import built_in
from magicai.content.prompts import answer
from magicai.content.statements import ClaimShown
from magicai.content.text import parse
from magicai.values.times import now_us

APRON: Mapping[str, Any] = {
    "name": "Linen apron",
    "brand": "Havn",
    "price": "39.00 EUR",
    "material": "washed linen",
    "colors": ["sand", "slate"],
    "features": ["two pockets"],
    "warranty": "2 years",
}
TRUE = (
    "The Linen apron by Havn is made of washed linen and comes in sand and slate. It has two pockets."
    " It costs 39.00 EUR, with a warranty of 2 years."
)
INVENTED = "It was awarded in Oslo on 3 May 2019."


def brief(variables: Mapping[str, Any] = APRON) -> Brief:
    return brief_of(built_in()["product-description", "en"], variables)


def content(text: str, *, item: str = "000001", flags: tuple[str, ...] = (), **changes: Any) -> Content:
    """A text that a run of ann's wrote of the apron."""
    blocks = parse(text)
    claim = ClaimShown(
        kind="name", text="Linen", start=0, end=5, verdict="proved", source="name", source_text="Linen apron"
    )
    version = Version(
        number=1,
        at=now_us(),
        by="composer",
        blocks=blocks,
        claims=(claim,),
        quality=QualityShown(score=0.9),
        flags=flags,
    )
    made = Content(
        content_id=f"run-{item}",
        owner_id="ann",
        run_id="run",
        item=item,
        content_type="product-description",
        language="en",
        variables=dict(APRON),
        state=State.FLAGGED if flags else State.DRAFT,
        versions=(version,),
    )
    return made.model_copy(update=changes)


def said(text: str) -> str:
    """A text as a model answers it."""
    return answer(parse(text))
