"""Who judges the reviews of a run: the verifier where one is set and wanted, else the embedded model, for nothing."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.product_list import ProductList
from magicai.catalogue.sentiment.asking import Verdict, Verdicts
from magicai.catalogue.sentiment.stored_reviews import reviews_of
from magicai.catalogue.step_results import Categorised
from magicai.errors import Temporary
from magicai.ports import Records
from tasks.product_list.score_reviews import score_reviews
from tests.scripted import ScriptedText
from tests.unit.tasks.conftest import Bench

REVIEW = "Oh great, it broke on the first day."
NEGATIVE = Verdicts(verdicts=[Verdict(review=1, aspect="overall", label="negative", quote="it broke")])


class NoVectors:
    """Texts that say nothing."""

    async def embed(self, texts: Sequence[str]) -> Any:
        return np.zeros((len(texts), 512), dtype=np.float32)


async def judged_by(bench: Bench, records: Records, verifier: ScriptedText | None, model: str) -> str:
    """Who judged a product's review in a run."""
    catalogue = cast("CatalogueRecords", records)
    origin = Origin(kind=OriginKind.FILE, source="a.csv", place="row 1", at=1)
    stated = SourceStatement(values=Values(name="Kettle", sku="K1"), origin=origin, reviews=(REVIEW,))
    (saved,) = await catalogue.catalogue.save("ann", bench.run_id, [stated])

    async def text_model(*_: Any, **__: Any) -> ScriptedText | None:
        return verifier

    given: Any = {"catalogue": catalogue, "embedded_embedder": NoVectors(), "text_model": text_model}
    request = ProductList.model_validate({"urls": ["https://s.example/p"], "model": model})
    scored = await score_reviews(bench.step(), request, Categorised(products=1), **given)
    assert scored.reviews == 1
    sentiment = (await reviews_of(records, saved.product_id, owner_id="ann")).sentiment
    assert sentiment is not None
    return sentiment.by


async def test_the_verifier_judges_and_is_paid_for(bench: Bench, records: Records) -> None:
    assert await judged_by(bench, records, ScriptedText([NEGATIVE], cost=0.01), "auto") == "scripted"
    assert [usage.cost for usage in bench.heard.usages] == [0.01]


@pytest.mark.parametrize("model", ["auto", "none"])
async def test_without_a_verifier_or_a_wish_for_one_nothing_is_asked(
    bench: Bench, records: Records, model: str
) -> None:
    verifier = ScriptedText([]) if model == "none" else None
    assert await judged_by(bench, records, verifier, model) == ""
    assert (bench.heard.usages, bench.heard.problems) == ([], [])


async def test_a_verifier_that_fails_is_told_and_the_embedded_model_judges(bench: Bench, records: Records) -> None:
    assert await judged_by(bench, records, ScriptedText([Temporary("out of reach")]), "auto") == ""
    assert [where for where, _ in bench.heard.problems] == ["reviews"]
