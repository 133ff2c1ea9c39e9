"""Whatever a model says, its text stays as it wrote it, and what the record does not say is marked."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from magicai.content.answers import Unusable
from magicai.content.assessment import NO_VERIFIER, assess
from magicai.content.brief import Brief, brief_of, compose
from magicai.content.content_types import built_in
from magicai.content.drafting import COMPOSER, Draft, Drafter, best, facts_block, most_tokens
from magicai.content.prompts import prompt
from magicai.content.text import parse, plain
from magicai.errors import Busy, Invalid, MagicError, OverBudget, Permanent, Temporary
from magicai.messages import say
from magicai.ports import Message
from magicai.verifier import LONGEST_RECORD, Judged, Statement, Statements
from tests.scripted import Scripted, ScriptedText, line_number
from tests.unit.content.briefs import APRON, INVENTED, TRUE, brief, said

OPINION = "Cooking has never felt this good."


async def drafted(*answers: Scripted, **settings: Any) -> tuple[Draft, ScriptedText]:
    model = ScriptedText(answers)
    return await Drafter(model, **settings).draft(brief()), model


def judging(*statements: tuple[str, Judged, str]) -> Statements:
    return Statements(
        statements=[Statement(span=a, verdict=b, line=line_number(c, brief().sources)) for a, b, c in statements]
    )


def verdicts(draft: Draft) -> dict[str, str]:
    return {claim.text: claim.verdict for claim in draft.assessment.claims}


async def test_a_text_stays_as_the_model_wrote_it_for_one_call() -> None:
    draft, model = await drafted(said(f"{TRUE} {OPINION}"))
    assert (plain(draft.blocks), draft.by, draft.assessment.flags) == (f"{TRUE} {OPINION}", "scripted", ())
    assert len(model.asked) == 1


async def test_without_a_verifier_what_code_cannot_prove_is_not_checked_and_nothing_is_flagged() -> None:
    draft, _ = await drafted(said(f"{TRUE} {OPINION}"))
    assert verdicts(draft)["39.00 EUR"] == "proved"
    assert verdicts(draft)[OPINION] == "not_checked"
    assert draft.assessment.not_verified == NO_VERIFIER
    assert (draft.assessment.flags, draft.assessment.verified_by) == ((), "")


async def test_what_the_record_lacks_is_asked_for_once_more_with_the_reason() -> None:
    draft, model = await drafted(said(f"{TRUE} {INVENTED}"), said(TRUE))
    assert (plain(draft.blocks), draft.mended, draft.assessment.flags) == (TRUE, True, ())
    *_, answered, wrong = model.asked[1]
    assert (answered.role, answered.content) == ("assistant", said(f"{TRUE} {INVENTED}"))
    assert "2019" in wrong.content


async def test_a_stubborn_writer_keeps_its_sentence_which_is_marked_and_is_asked_no_third_time() -> None:
    draft, model = await drafted(said(f"{TRUE} {INVENTED}"), said(f"{TRUE} {INVENTED}"), said("never asked for"))
    assert plain(draft.blocks) == f"{TRUE} {INVENTED}"
    assert any("2019" in str(flag) for flag in draft.assessment.flags)
    assert len(model.asked) == 2


async def test_of_a_text_and_its_correction_the_one_with_fewer_marks_is_kept() -> None:
    worse = f"{TRUE} {INVENTED} It weighs 480 g."
    draft, _ = await drafted(said(f"{TRUE} {INVENTED}"), said(worse))
    assert plain(draft.blocks) == f"{TRUE} {INVENTED}"


@pytest.mark.parametrize(
    "failure", [Temporary("The stream broke off."), Busy("429"), Permanent("No."), OverBudget("$0.01 is left.")]
)
async def test_a_correction_that_fails_leaves_the_text_that_was_paid_for_with_its_marks(failure: MagicError) -> None:
    draft, _ = await drafted(said(f"{TRUE} {INVENTED}"), failure)
    assert plain(draft.blocks) == f"{TRUE} {INVENTED}"
    assert draft.assessment.marked


async def test_a_fact_that_the_template_asks_for_is_asked_for_once_more() -> None:
    without = TRUE.replace(" It costs 39.00 EUR, with a warranty of 2 years.", "")
    draft, model = await drafted(said(without), said(TRUE))
    assert plain(draft.blocks) == TRUE
    assert "State price: 39.00 EUR" in model.asked[1][-1].content
    assert draft.assessment.facts.missing == ()


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        ("", "empty", "scripted returned no text."),
        (said(""), "empty", "scripted returned no text."),
        ('{"blocks": [{"kind": "paragraph", "text": " \\u200b "}]}', "empty", "returned no text"),
        ('{"refused": "It is against my rules.", "blocks": []}', "refused", "against my rules"),
        ("I'm sorry, but I can't help with that.", "refused", "scripted refuses to write the text"),
        ("<html><body><h1>502 Bad Gateway</h1></body></html>", "html", "returned HTML"),
        ('Sure! {"refused": "It is against my rules.", "blocks": []}', "refused", "against my rules"),
        ('{"text": 1}', "malformed", "something else than a text"),
        (said("Die Schürze ist aus Leinen und kostet nicht viel, und sie ist von Havn."), "language", "language"),
        (said("这款亚麻围裙由 Havn 出品，采用水洗亚麻制成。"), "language", "language"),
        (said(prompt(brief())[0].content), "echo", "repeated the prompt"),
    ],
)
async def test_an_answer_that_is_no_text_is_named_and_paid_for_once(answer: str, code: str, told: str) -> None:
    model = ScriptedText([answer, said(TRUE)])
    with pytest.raises(Unusable, match=re.escape(told)) as failed:
        await Drafter(model).draft(brief())
    assert (failed.value.fault, len(model.asked)) == (code, 1)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (f"Sorry, you can't have just one! {TRUE}", "en"),
        (f"I can't help smiling: this apron makes kitchens glow. {TRUE}", "en"),
        (f"Unfortunately for your old apron, you can't go back. {TRUE}", "en"),
        ("很遗憾，这款围裙无法放进烘干机。Linen apron 由 Havn 出品，售价 39.00 EUR，保修 2 年。", "zh"),
    ],
)
async def test_copy_that_begins_like_a_refusal_is_kept_for_one_call_and_not_flagged(text: str, language: str) -> None:
    template = built_in()["product-description", "zh" if language == "zh" else "en"]
    model = ScriptedText([said(text), said(text)])
    draft = await Drafter(model).draft(brief_of(template, APRON))
    assert (plain(draft.blocks), draft.assessment.flags) == (text, ())


async def test_a_text_in_blocks_that_states_no_fact_and_refuses_is_flagged() -> None:
    refusal = "I'm sorry, but I can't help with that."
    draft, model = await drafted(said(refusal), said(refusal))
    assert draft.assessment.flags == (say("text_speaks_to_its_user", text=refusal),)
    assert len(model.asked) == 2


async def test_a_tag_in_a_text_is_flagged_and_is_none_where_the_record_has_it() -> None:
    text = f"{TRUE} Learn HTML: from <div> to <p>, 300 pages."
    draft, _ = await drafted(said(text), said(text))
    assert [flag for flag in draft.assessment.flags if flag.code == "html_tag_in_text"] == [
        say("html_tag_in_text", tag="<div>"),
        say("html_tag_in_text", tag="<p>"),
    ]
    of = brief({**APRON, "notes": "Learn HTML: from <div> to <p>, 300 pages."})
    book = await Drafter(ScriptedText([said(text)])).draft(of)
    assert not [flag for flag in book.assessment.flags if flag.code == "html_tag_in_text"]


async def test_a_line_of_the_voice_and_of_the_record_may_stand_in_the_text() -> None:
    line = "Made by hand in our own workshop in Porto, and shipped free within Europe on every order."
    of = brief({**APRON, "notes": line})
    voice = of.template.voice.model_copy(update={"examples": (line,)})
    spoken = Brief(of.template.model_copy(update={"voice": voice}), of.variables, "en")
    draft = await Drafter(ScriptedText([said(f"{TRUE} {line}")])).draft(spoken)
    assert plain(draft.blocks).endswith(line)


MOOD = "Cooking never felt this good. Wash it at will: linen gets softer."


@pytest.mark.parametrize(
    "second",
    [
        "Linen apron. It costs 39.00 EUR, with a warranty of 2 years.",
        TRUE,
        f"{TRUE} Cooking never felt this good.",
    ],
)
async def test_a_correction_that_drops_sentences_which_nothing_is_wrong_with_is_not_taken(second: str) -> None:
    first = f"{TRUE} {INVENTED} {MOOD}"
    draft, _ = await drafted(said(first), said(second))
    assert plain(draft.blocks) == first
    assert draft.assessment.marked


async def test_a_correction_of_the_marked_sentence_alone_is_taken() -> None:
    draft, _ = await drafted(said(f"{TRUE} {INVENTED} {MOOD}"), said(f"{TRUE} It has an award. {MOOD}"))
    assert (draft.mended, draft.assessment.marked) == (True, ())


async def test_prose_that_was_cut_off_is_no_text() -> None:
    with pytest.raises(Unusable, match="was cut off") as failed:
        await Drafter(ScriptedText([TRUE]), max_tokens=10).draft(brief())
    assert failed.value.fault == "cut"


async def test_a_text_that_is_cut_off_is_an_error_that_says_so() -> None:
    model = ScriptedText([said(TRUE)])
    with pytest.raises(Unusable, match="was cut off before its text ended") as failed:
        await Drafter(model, max_tokens=20).draft(brief())
    assert (failed.value.fault, len(model.asked)) == ("cut", 1)
    assert "smaller maximum length" in failed.value.way_out


def test_an_answer_may_be_as_long_as_the_template_asks_for() -> None:
    template = brief().template
    long = template.model_copy(update={"length": template.length.model_copy(update={"max": 2_000})})
    assert most_tokens(template, 2_000) == 2_000
    assert most_tokens(long, 2_000) > 6_000


@pytest.mark.parametrize(
    "answer",
    [
        f"Sure! Here is the text:\n\n{said(TRUE)}\n\nLet me know if you'd like changes!",
        f"```json\n{said(TRUE)}\n```",
        TRUE,
    ],
)
async def test_chatter_and_fences_around_a_text_are_not_the_text(answer: str) -> None:
    draft, model = await drafted(answer)
    assert (plain(draft.blocks), draft.assessment.flags) == (TRUE, ())
    assert len(model.asked) == 1


async def test_chatter_in_a_text_is_flagged_asked_for_once_more_and_never_cut() -> None:
    chatty = f"{TRUE}\n\nLet me know if you'd like changes!"
    draft, model = await drafted(said(chatty), said(chatty))
    assert plain(draft.blocks) == chatty
    assert draft.assessment.flags == (say("text_speaks_to_its_user", text="Let me know if you'd like changes!"),)
    assert "not for readers" in model.asked[1][-1].content


@pytest.mark.parametrize("failure", [Temporary("No answer."), Permanent("The key is refused."), OverBudget("$0 left.")])
async def test_a_model_that_gives_no_answer_says_why(failure: MagicError) -> None:
    with pytest.raises(type(failure), match=re.escape(failure.what)):
        await drafted(failure)


async def test_a_verifier_is_asked_once_and_its_verdicts_stand_where_it_said_them() -> None:
    text = f"{TRUE} It is woven in Portugal. It is made of cotton. {OPINION}"
    verifier = ScriptedText(
        [
            judging(
                ("woven in Portugal", "not_in_record", ""),
                ("made of cotton", "contradicted", "material: washed linen"),
                (OPINION, "opinion", ""),
                ("made of washed linen", "supported", "material: washed linen"),
                ("with a warranty of 2 years", "supported", "warranty: 2 years"),
                ("It has two pockets", "supported", "features.0: two pockets"),
            ),
            Permanent("never asked"),
        ],
        name="judge",
    )
    model = ScriptedText([said(text), Temporary("No correction.")])
    draft = await Drafter(model, verifier=verifier).draft(brief())
    by_text = {claim.text: claim for claim in draft.assessment.claims}
    assert plain(draft.blocks) == text
    assert by_text["made of cotton"].verdict == "contradicted"
    assert (by_text["made of cotton"].source, by_text["made of cotton"].source_text) == ("material", "washed linen")
    assert by_text["woven in Portugal"].verdict == "not_in_record"
    assert by_text[OPINION].verdict == "opinion"
    assert all(text[claim.start : claim.end] == claim.text for claim in draft.assessment.claims)
    assert draft.assessment.verified_by == "judge"
    assert len(draft.assessment.flags) == 2
    lines = model.asked[1][-1].content
    assert "“made of cotton”: DATA says material: washed linen" in lines
    assert OPINION not in lines
    assert len(verifier.asked) == 1


async def test_a_text_that_is_corrected_is_judged_once_more() -> None:
    first, second = f"{TRUE} It is woven in Portugal.", TRUE
    verifier = ScriptedText(
        [
            judging(("woven in Portugal", "not_in_record", "")),
            judging(("two pockets", "supported", "features.0: two pockets")),
        ]
    )
    draft = await Drafter(ScriptedText([said(first), said(second)]), verifier=verifier).draft(brief())
    assert (plain(draft.blocks), len(verifier.asked)) == (TRUE, 2)


async def test_where_code_has_proved_it_a_verifier_is_not_believed() -> None:
    verifier = ScriptedText(
        [
            judging(
                ("39.00 EUR", "not_in_record", ""),
                ("costs 45.00 EUR", "supported", "price: 39.00 EUR"),
            )
        ]
        * 2
    )
    text = f"{TRUE} It costs 45.00 EUR elsewhere."
    draft = await Drafter(ScriptedText([said(text)] * 2), verifier=verifier).draft(brief())
    found = {(claim.text, claim.verdict) for claim in draft.assessment.claims}
    assert ("39.00 EUR", "proved") in found
    assert ("39.00 EUR", "not_in_record") not in found
    assert any("45.00" in claim.text and claim.marked for claim in draft.assessment.claims)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("You are welcome!", "gave no usable answer"),
        (judging(("words that are not there", "not_in_record", "")), "judged no statement of the text"),
        (judging(("two pockets", "supported", "pockets: seven")), "judged no statement of the text"),
        (Temporary("No answer within 180 s."), "No answer within 180 s."),
        (Busy("It answered 429."), "It answered 429."),
        (OverBudget("$0 is left."), "$0 is left."),
    ],
)
async def test_a_verifier_that_fails_or_points_at_nothing_has_not_checked_and_the_text_stays(
    answer: Scripted, why: str
) -> None:
    verifier = ScriptedText([answer], name="judge")
    draft = await Drafter(ScriptedText([said(TRUE)]), verifier=verifier).draft(brief())
    assert (plain(draft.blocks), draft.assessment.flags, draft.assessment.verified_by) == (TRUE, (), "")
    assert why in str(draft.assessment.not_verified)
    assert "not_checked" in verdicts(draft).values()
    assert "supported" not in verdicts(draft).values()
    assert len(verifier.asked) == 1


async def test_a_record_that_is_too_long_for_a_verifier_is_said_to_be() -> None:
    features = [f"feature number {number} {'x' * 900}" for number in range(100)]
    assert sum(map(len, features)) > LONGEST_RECORD
    verifier = ScriptedText([])
    of = brief({"name": "Linen apron", "features": features})
    draft = await Drafter(ScriptedText([said("The Linen apron.")] * 2), verifier=verifier).draft(of)
    assert draft.assessment.not_verified is not None
    assert draft.assessment.not_verified.code == "data_too_long_to_verify"
    assert not verifier.asked


def test_a_facts_block_says_what_it_is_and_has_nothing_to_check() -> None:
    block = facts_block(brief())
    assert (block.by, block.assessment.flags, block.assessment.not_checked) == (COMPOSER, (), 0)
    assert "39.00 EUR" in plain(block.blocks)


def test_what_the_template_forbids_is_flagged_though_the_record_says_it() -> None:
    of = brief({"name": "Tea", "notes": "The best tea in the world. It cures colds."})
    found = assess(compose(of), of)
    assert len(found.flags) >= 2
    assert found.score <= 0.5


async def test_what_the_template_asks_for_it_does_not_forbid() -> None:
    of = brief({**APRON, "features": ["hypoallergenic filling", "our best seller"]})
    text = f"{TRUE.replace(' It has two pockets.', '')} It has a hypoallergenic filling, and is our best seller."
    model = ScriptedText([said(text), said(text)])
    draft = await Drafter(model).draft(of)
    assert (draft.assessment.flags, draft.assessment.facts.missing, len(model.asked)) == ((), (), 1)


async def test_the_draft_with_the_fewest_marks_is_shown_first() -> None:
    texts: Sequence[str] = (f"{TRUE} {INVENTED}", TRUE)
    drafts = [Draft(parse(text), "m", assess(parse(text), brief())) for text in texts]
    assert best(drafts) == 1


async def test_what_is_written_is_heard_as_text_and_not_as_json() -> None:
    heard: list[str] = []
    drafter = Drafter(ScriptedText([said(f"# The apron\n\n{TRUE}")]), on_text=heard.append)
    await drafter.draft(brief())
    assert "".join(heard) == f"The apron\n\n{TRUE}"
    assert len(heard) > 5


def test_variables_that_do_not_fit_name_what_is_wrong() -> None:
    for variables, told in (
        ({}, "needs the variable 'name'"),
        ({"name": "Mug", "shelf": 3}, "has no variable 'shelf'"),
        ({"name": "Mug", "colors": {"a": 1}}, "colors"),
        ({"name": "x" * 20_001}, "20001 characters"),
        ({"name": "Mug", "notes": "x" * 1_000_000}, "more than 200,000 characters"),
    ):
        with pytest.raises(Invalid, match=told):
            brief(variables)


def test_a_link_to_where_no_variable_leads_flags_a_text() -> None:
    of = brief({**APRON, "notes": "More at https://havn.example/aprons"})
    known, foreign = (parse(f"{TRUE} See {one}.") for one in ("https://havn.example/", "https://evil.example/a"))
    assert not [flag for flag in assess(known, of).flags if flag.code == "link_not_in_variables"]
    assert say("link_not_in_variables", host="evil.example") in assess(foreign, of).flags


def test_a_prompt_gives_the_data_as_data() -> None:
    asked: list[Message] = prompt(brief())
    assert asked[-1].content.startswith("DATA\n")
    assert "39.00 EUR" not in asked[0].content


async def test_a_draft_says_what_its_calls_cost_and_no_others() -> None:
    text = f"{TRUE} It was awarded in Oslo."
    line = Statement(span="It was awarded in Oslo", verdict="not_in_record")
    writer = ScriptedText([said(text)] * 2 + [said(TRUE)], cost=0.25)
    verifier = ScriptedText([Statements(statements=[line])] * 2 + [Permanent("It is gone.")], cost=0.5)
    drafter = Drafter(writer, verifier=verifier)
    assert (await drafter.draft(brief())).cost == 1.5
    assert (await drafter.draft(brief())).cost == 0.25
    assert drafter.usage.cost == 1.75
    assert facts_block(brief()).cost == 0.0
    unknown = Drafter(ScriptedText([said(TRUE)], cost=None))
    assert (await unknown.draft(brief())).cost is None
