"""All checks in one pass: what each found, in order, and what could not be looked at."""

from collections.abc import Sequence

from magicai.claims.sources import sources_of
from magicai.errors import Temporary
from magicai.publishing.checks import CHECKS, check, claims
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript, manuscript
from magicai.publishing.findings import Finding, apply
from magicai.publishing.piece import Image, Piece


async def test_both_languages_are_checked_in_one_pass() -> None:
    piece = Piece(
        fields={
            "title": "全国最好的面霜",
            "text": "Mail jane.doe@gmail.com, <script>alert(1)</script> the cream cures cancer.",
        },
        images=(Image(name="a.jpg"),),
    )
    found = await check(piece, Context())
    assert [one.rule for one in found.found] == [
        "legality.cn.superlative",
        "personal.email",
        "markup.tag",
        "markup.tag",
        "legality.eu.disease",
        "images.licence",
        "images.alt",
    ]
    assert not found.passed
    assert found.checks == tuple(CHECKS)


async def test_clean_copy_passes() -> None:
    piece = Piece(
        fields={"title": "Oak desk lamp", "text": "The lamp has a linen shade.\n\n这盏台灯配有亚麻灯罩，高 42 厘米。"},
        images=(Image(name="lamp.jpg", alt="A lamp on a desk", licence="own"),),
    )
    found = await check(piece, Context(brands=("Oak",)))
    assert found.found == ()
    assert found.passed


async def test_a_check_that_cannot_be_made_is_said_to_be_so() -> None:
    async def silent(script: Manuscript, context: Context) -> Sequence[Finding]:
        raise Temporary("The records are busy.", way_out="Try again.")

    piece = Piece(fields={"text": "A lamp."})
    found = await check(piece, Context(), {"copied": silent})
    assert [(one.check, one.what) for one in found.not_checked] == [("copied", "The records are busy.")]
    assert "copied" not in found.checks
    assert found.passed, "what a check only notes needs no person where it was not made"
    assert not (await check(piece, Context(needs_person=frozenset(("copied",))), {"copied": silent})).passed


def test_claims_are_traced_to_the_sources_that_are_there() -> None:
    script = manuscript(Piece(fields={"text": "The lamp weighs 3 kg and costs $40."}))
    assert list(claims.find(script, Context())) == []
    found = claims.find(script, Context(sources=sources_of({"weight": "3 kg", "price": "$45"})))
    assert [(one.rule, one.severity, one.text) for one in found] == [("claims.contradicted", "review", "$40")]


async def test_all_suggestions_together_leave_less_to_decide() -> None:
    piece = Piece(fields={"text": "顶级面料，亲肤。 Mail jane.doe@gmail.com\u200b now."})
    found = await check(piece, Context())
    fields = dict(piece.fields)
    for one in sorted(found.found, key=lambda one: -one.place.start):
        fields = apply(fields, one) if one.suggestion is not None else fields
    again = await check(piece.model_copy(update={"fields": fields}), Context())
    assert len(again.found) < len(found.found)
    assert again.blocking == ()


async def test_a_flood_of_findings_is_cut_and_said_to_be() -> None:
    found = await check(Piece(fields={"text": "<b>x " * 1500}), Context())
    assert len(found.found) <= 2000
    assert any("1000" in one.what for one in found.not_checked)


async def test_an_empty_piece_passes() -> None:
    assert (await check(Piece(fields={"text": " "}), Context())).passed
