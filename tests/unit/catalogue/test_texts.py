"""A product takes what is written of it no surer than it was checked."""

from magicai.catalogue.product import CatalogueProduct, Values
from magicai.catalogue.texts import stated_by_text
from magicai.content.assessment import assess
from magicai.content.brief import brief_of
from magicai.content.content import Content, State, version_from
from magicai.content.content_types import built_in
from magicai.content.text import parse

FACTS = {"name": "Havn rug", "price": "9.00 EUR"}
INVENTED = "It is hand-woven by monks in Kyoto and keeps every stain away for life."
PROVED = "It costs 9.00 EUR."


def confidence(text: str, state: State = State.DRAFT) -> float:
    brief = brief_of(built_in()["product-description", "en"], FACTS)
    blocks = parse(text)
    version = version_from(blocks, "openai:gpt-4o", assess(blocks, brief), bar=0.0)
    content = Content(
        content_id="r-000001", owner_id="ann", run_id="r", item="000001", language="en",
        content_type="product-description", variables=FACTS, state=state, versions=(version,),
    )  # fmt: skip
    product = CatalogueProduct(product_id="p", owner_id="ann", values=Values(name="Havn rug"))
    stated = stated_by_text(product, content, at_us=1)
    assert stated is not None
    return stated.origin.confidence


def test_what_nobody_has_checked_is_not_as_sure_as_what_a_page_states() -> None:
    assert confidence(INVENTED) < 0.5
    assert confidence(f"{PROVED} {INVENTED}") < 1.0


def test_what_is_proved_or_accepted_is_as_sure_as_it_was() -> None:
    assert confidence(PROVED) > 0.5
    assert confidence(INVENTED, State.ACCEPTED) == 1.0
