"""What one text may take is said before, and kept to: calls of models, and US dollars."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from magicai.brain.situation import Machine
from magicai.content.drafting import Drafter
from magicai.content.generate_content import WORKFLOW, GenerateContent
from magicai.content.text import plain
from magicai.content.text_limits import Account, Limited, OverTextLimit, TextLimit, limit_of
from magicai.errors import Busy, Temporary
from magicai.messages import say
from magicai.ports import Price
from magicai.runs.plan import PerItem
from magicai.verifier import Statement, Statements
from tests.scripted import Scripted, ScriptedText
from tests.unit.content.briefs import APRON, INVENTED, TRUE, brief, said

PRICE = Price(10.0, 30.0)
MACHINE = Machine(2, 1000, model="openai:m", prices={"openai:m": PRICE, "openai:judge": Price(5.0, 15.0)})
JUDGED = replace(MACHINE, models={"verifier": "openai:judge"})


def request(**given: Any) -> dict[str, Any]:
    body = {"content_type": "product-description", "variables": dict(APRON), **given}
    return GenerateContent.model_validate(body).model_dump()


@pytest.mark.parametrize(
    ("machine", "given", "calls"),
    [
        (MACHINE, {}, 2),
        (JUDGED, {}, 4),
        (JUDGED, {"variants": 3}, 12),
        (JUDGED, {"models": ["openai:m", "openai:n"]}, 4),
        (JUDGED, {"models": ["composer"]}, 0),
        (Machine(2, 1000), {}, 0),
    ],
)
def test_a_plan_says_how_many_calls_each_text_may_take(machine: Machine, given: dict[str, Any], calls: int) -> None:
    rows = (dict(APRON), dict(APRON))
    assert limit_of(request(**given), machine).calls == calls
    assert WORKFLOW.most_calls(request(variables=rows, **given), machine) == 2 * calls
    planned = WORKFLOW.per_item(request(**given), machine)
    assert (planned.most_calls if planned else 0) == calls


def test_a_plan_says_what_each_text_may_cost_and_a_request_may_lower_it() -> None:
    free = limit_of(request(), MACHINE).cost
    checked = limit_of(request(), JUDGED).cost
    assert free is not None
    assert checked is not None
    assert 0 < free < checked < 2
    assert limit_of(request(variants=3), JUDGED).cost == pytest.approx(3 * checked)
    longer = limit_of(request(variables={**APRON, "care": "wash " * 10_000}), JUDGED).cost
    assert longer is not None
    assert longer > checked
    assert limit_of(request(models=["openai:unknown"]), MACHINE) == TextLimit(2, None)
    assert limit_of(request(text_budget=0.01), JUDGED) == TextLimit(4, 0.01)
    per_text = WORKFLOW.per_item(request(text_budget=0.5, budget=0.25), MACHINE)
    assert per_text == PerItem(unit="text", most_calls=2, most_cost=Decimal("0.25"))


async def drafted(limit: TextLimit, *answers: Scripted, cost: float = 0.1) -> tuple[str, Account, ScriptedText]:
    model, account = ScriptedText(answers, cost=cost), Account(limit)
    draft = await Drafter(Limited(model, account, PRICE)).draft(brief())
    return plain(draft.blocks), account, model


async def test_a_correction_that_a_text_may_not_pay_for_is_not_made_and_the_text_stays_with_its_marks() -> None:
    stubborn = said(f"{TRUE} {INVENTED}")
    text, account, model = await drafted(TextLimit(4, 0.15), stubborn, said(TRUE))
    assert (text, len(model.asked), account.cost) == (f"{TRUE} {INVENTED}", 1, 0.1)
    text, account, model = await drafted(TextLimit(1, None), stubborn, said(TRUE))
    assert (text, len(model.asked), account.calls) == (f"{TRUE} {INVENTED}", 1, 1)
    text, account, model = await drafted(TextLimit(4, 2.0), stubborn, said(TRUE))
    assert (text, len(model.asked), account.cost) == (TRUE, 2, 0.2)


async def test_a_text_that_may_not_be_paid_for_is_not_written_and_says_what_to_do() -> None:
    with pytest.raises(
        OverTextLimit, match=r"scripted may cost up to \$0\.\d+; \$0\.01 of \$0\.01 for one text"
    ) as told:
        await drafted(TextLimit(4, 0.01), said(TRUE))
    assert "text_budget" in told.value.way_out


async def test_a_verifier_that_a_text_may_not_pay_for_has_not_checked_it() -> None:
    account = Account(TextLimit(1, None))
    model = Limited(ScriptedText([said(TRUE)]), account, PRICE)
    judge = ScriptedText([Statements(statements=[Statement(span=TRUE[:20], verdict="opinion")])])
    draft = await Drafter(model, verifier=Limited(judge, account, PRICE)).draft(brief())
    assert (draft.assessment.verified_by, judge.asked) == ("", [])
    assert draft.assessment.not_verified == say("text_calls_used_up", limit=1)


async def test_calls_that_nobody_answered_are_none() -> None:
    account = Account(TextLimit(1, 5.0))
    model = Limited(ScriptedText([Busy("429"), Temporary("No answer."), said(TRUE)]), account, PRICE)
    for failure in (Busy, Temporary):
        with pytest.raises(failure):
            await Drafter(model).draft(brief())
    assert account.calls == 0
    lost = account.cost
    assert lost > 0, "a call that got no answer may have cost something"
    await Drafter(model).draft(brief())
    assert (account.calls, account.cost) == (1, lost)
