"""Effects of runs on the world: which there are, and what a person decides about those that a machine can't."""

import json
import sys
from typing import TYPE_CHECKING, Any, cast

import click

if TYPE_CHECKING:
    from magicai.runs.run import JSON


@click.group("effects", help="List effects of runs, and decide about interrupted ones.")
def effects() -> None:
    """Effects on the world."""


@effects.command("list", help="List effects whose outcome is unknown.")
@click.option(
    "--state",
    type=click.Choice(["cut", "begun", "failed", "done"]),
    default="cut",
    show_default=True,
    help="Only effects in this state.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_effects(state: Any, *, as_json: bool) -> None:
    """List effects."""
    from magicai.cli.asking import all_of
    from magicai.operations import effects

    found = all_of(effects.list_effects, state=state)
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No effects are interrupted." if state == "cut" else f"No effects are {state}.", file=sys.stderr)
    for one in found:
        answer = json.dumps(one.answer, ensure_ascii=False) if one.answer is not None else ""
        print("  ".join(part for part in (one.effect, one.state, one.run_id or "", answer) if part))


@effects.command("decide", help="Record whether an interrupted effect happened. Then resume its run.")
@click.argument("effect")
@click.option("--done", metavar="JSON", help="It happened. JSON is the other system's answer, such as an address.")
@click.option("--not-done", is_flag=True, help="It did not happen. The run tries again.")
def decide(effect: str, done: str | None, *, not_done: bool) -> None:
    """Decide about an effect."""
    from magicai.cli.asking import ask
    from magicai.cli.command_name import command
    from magicai.cli.typed import json_of
    from magicai.errors import Invalid
    from magicai.operations import effects
    from magicai.shapes.effects import EffectDecision

    if (done is None) is not not_done:
        raise Invalid("effect_outcome_required")
    answer = None if done is None else json_of("--done", done)
    if done is not None and not isinstance(answer, dict):
        raise Invalid("effect_answer_invalid", value=done)
    decided = ask(
        effects.decide_about_effect, effect, EffectDecision(happened=not not_done, answer=cast("JSON | None", answer))
    )
    print(f"{effect} is {decided.state}.")
    if decided.run_id:
        print(f"To resume: {command('resume', decided.run_id)}")
