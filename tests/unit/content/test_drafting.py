"""Whatever a model says, the text says what the input says, or tells that it doesn't."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from magicai.content.assessment import assess
from magicai.content.drafting import COMPOSER, Draft, Drafter
from magicai.content.prompts import prompt
from magicai.content.text import parse, plain
from magicai.errors import Invalid, MagicError, OverBudget, Permanent, Temporary
from magicai.ports import Message, TextModel, Usage
from tests.scripted import Scripted, ScriptedText
from tests.unit.content.briefs import APRON, INVENTED, TRUE, brief


async def drafted(*answers: Scripted, **settings: Any) -> tuple[Draft, ScriptedText]:
    model = ScriptedText(answers)
    return await Drafter(model, **settings).draft(brief()), model


async def test_a_text_that_the_input_says_stays_as_the_model_wrote_it() -> None:
    draft, model = await drafted(TRUE, variants=3)
    assert (plain(draft.blocks), draft.by, draft.flags, draft.instead_of) == (TRUE, "scripted", (), "")
    assert len(model.asked) == 1


async def test_what_the_input_does_not_say_is_asked_for_again_with_the_reason() -> None:
    draft, model = await drafted(f"{TRUE} {INVENTED}", TRUE)
    assert plain(draft.blocks) == TRUE
    assert draft.flags == ()
    *_, said, reason = model.asked[1]
    assert (said.role, said.content) == ("assistant", f"{TRUE} {INVENTED}")
    assert "2019" in reason.content


async def test_what_is_said_again_is_taken_out_and_told() -> None:
    draft, model = await drafted(f"{TRUE} {INVENTED}", f"{TRUE} {INVENTED}")
    assert (plain(draft.blocks), draft.flags, draft.dropped) == (TRUE, (), (INVENTED,))
    assert len(model.asked) == 2


@pytest.mark.parametrize(
    "nonsense", ["", "It rains in Spain.", "<html>502 Bad Gateway</html>", '{"text": 1}', "\x00\u202e", INVENTED]
)
async def test_nonsense_leaves_it_to_the_composer_who_says_so(nonsense: str) -> None:
    draft, _ = await drafted(nonsense, nonsense)
    assert (draft.by, draft.flags) == (COMPOSER, ())
    assert "39.00 EUR" in plain(draft.blocks)
    assert draft.instead_of.startswith("scripted was refused.")
    assert draft.model_score is not None


async def test_a_text_that_is_cut_off_is_no_finished_one_and_is_not_paid_for_again() -> None:
    long = f"{TRUE} {TRUE}"
    draft, model = await drafted(long, long, max_tokens=30)
    assert (draft.by, len(model.asked)) == (COMPOSER, 1)
    assert draft.instead_of == "scripted was refused. It was cut off after 30 tokens."


async def test_a_rewritten_text_that_is_cut_off_is_flagged() -> None:
    draft = await Drafter(ScriptedText([TRUE]), max_tokens=20).redraft(brief(), prompt(brief()))
    assert draft.by == "scripted"
    assert draft.flags[0] == "It was cut off after 20 tokens."


@pytest.mark.parametrize("said", ["", "I'm sorry, but I can't help with that."])
async def test_a_refusal_and_an_empty_answer_are_paid_for_once(said: str) -> None:
    draft, model = await drafted(said, said)
    assert (draft.by, len(model.asked)) == (COMPOSER, 1)
    assert draft.instead_of.startswith("scripted was refused.")


@pytest.mark.parametrize("failure", [Temporary("429"), Permanent("The model refuses."), OverBudget("$0 is left.")])
async def test_a_model_that_gives_no_text_says_why(failure: MagicError) -> None:
    with pytest.raises(type(failure), match=re.escape(failure.what)):
        await drafted(failure)


@pytest.mark.parametrize("failure", [Temporary("The stream broke off."), OverBudget("$0 is left.")])
async def test_a_model_that_fails_midway_has_what_was_paid_for_kept(failure: MagicError) -> None:
    draft, _ = await drafted(f"{TRUE} {INVENTED}", failure, variants=3)
    assert (plain(draft.blocks), draft.by, draft.dropped) == (TRUE, "scripted", (INVENTED,))
    draft, model = await drafted("It rains.", failure, variants=3)
    assert (draft.by, len(model.asked)) == (COMPOSER, 2)


async def test_drafts_are_asked_for_until_one_reaches_the_bar_each_in_another_way() -> None:
    class Model:
        """Says one thing after the other, and notes at which temperature."""

        name = "warm"

        def __init__(self, *answers: str) -> None:
            self.answers, self.heat = list(answers), list[float]()

        async def text(self, messages: Iterable[Message], *, max_tokens: int, temperature: float) -> tuple[str, Usage]:
            del messages, max_tokens
            self.heat.append(temperature)
            return self.answers.pop(0), Usage()

    model: Any = Model("It rains.", TRUE, "never asked for")
    model_port: TextModel = model
    draft = await Drafter(model_port, variants=5).draft(brief())
    assert plain(draft.blocks) == TRUE
    assert model.heat == [0.0, 0.7]


async def test_a_model_that_runs_here_keeps_no_sentence_whose_words_the_input_lacks() -> None:
    free = "A faithful companion in kitchens everywhere."
    draft, model = await drafted(f"{TRUE} {free}", f"{TRUE} {free}", strict=True)
    assert (plain(draft.blocks), draft.dropped) == (TRUE, (free,))
    assert free in model.asked[1][-1].content


async def test_what_the_template_itself_can_t_say_well_is_flagged() -> None:
    draft = await Drafter(None, bar=0.95).draft(brief({"name": "Mug"}))
    assert draft.by == COMPOSER
    assert [flag.split(".")[0] for flag in draft.flags] == ["Its quality is 0"]


async def test_what_a_variable_forbids_is_flagged_though_the_input_says_it() -> None:
    draft = await Drafter(None).draft(brief({"name": "Tea", "notes": "The best tea in the world. It cures colds."}))
    assert len(draft.flags) >= 2
    assert draft.assessment.score <= 0.5


async def test_a_text_repeats_no_earlier_one_unnoticed() -> None:
    earlier = plain((await Drafter(None).draft(brief())).blocks)
    again = await Drafter(None).draft(brief(), earlier=[earlier])
    assert any("stands in an earlier text" in reason for reason in again.assessment.reasons)


def test_variables_that_do_not_fit_name_what_is_wrong() -> None:
    for variables, said in (
        ({}, "needs the variable 'name'"),
        ({"name": "Mug", "shelf": 3}, "has no variable 'shelf'"),
        ({"name": "Mug", "colors": {"a": 1}}, "colors"),
        ({"name": "x" * 20_001}, "20001 characters"),
        ({"name": "Mug", "notes": "x" * 1_000_000}, "more than 200,000 characters"),
    ):
        with pytest.raises(Invalid, match=said):
            brief(variables)


def test_a_link_to_where_no_variable_leads_flags_a_text() -> None:
    of = brief({**APRON, "notes": "More at https://havn.example/aprons"})
    known, foreign = (parse(f"{TRUE} See {one}.") for one in ("https://havn.example/", "https://evil.example/a"))
    assert not [one for one in assess(known, of).flags(0.0) if "link" in one]
    assert "A link leads to evil.example, which its variables do not name." in assess(foreign, of).flags(0.0)
