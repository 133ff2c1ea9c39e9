"""What was learned from decisions: shown, rewarded, forgotten."""

import json
import sys

import click

from magicai.cli.asking import all_of, ask
from magicai.values.rewards import TOLD, ToldKind

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.group("brain", help="Show, reward and forget decisions, and what the brain has learned from them.")
def brain() -> None:
    """What was learned from decisions."""


@brain.command("show", help="Show what is known about each choice, and how good decisions have been.")
@click.argument("workflow", required=False)
@_as_json
def show(workflow: str | None, *, as_json: bool) -> None:
    """Show what is known."""
    from magicai.cli.brain_words import calibration_words, choice_words
    from magicai.operations import decisions

    known = ask(decisions.show_brain, workflow)
    if as_json:
        print(known.model_dump_json(indent=1))
        return
    if not known.choices:
        print("No decisions yet. Each run adds its own.", file=sys.stderr)
    lines = [line for choice in known.choices for line in (*choice_words(choice), "")]
    print("\n".join([*lines, *(calibration_words(one) for one in known.calibration)]).rstrip())


@brain.command("decisions", help="List decisions with their rewards, newest first.")
@click.option("--run", "run_id", metavar="RUN", help="Only decisions of this run.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Maximum number of rows.")
@_as_json
def list_decisions(run_id: str | None, limit: int, *, as_json: bool) -> None:
    """List decisions."""
    from magicai.cli.brain_words import decision_words
    from magicai.operations import decisions

    found = all_of(decisions.list_decisions, most=limit, run_id=run_id)
    if as_json:
        print(json.dumps([decision.model_dump(mode="json") for decision in found], ensure_ascii=False, indent=1))
        return
    if not found:
        print("No decisions yet.", file=sys.stderr)
    for decision in found:
        print("\n".join(decision_words(decision)))


@brain.command("reward", help="Record a reward for a decision. The same kind again replaces it.")
@click.argument("decision")
@click.option("--kind", type=click.Choice(TOLD), default="rating", show_default=True)
@click.option("--value", type=float, required=True, help="0 to 1; for a rating, (stars - 1) / 4; rejected: 1.")
def reward(decision: str, kind: ToldKind, value: float) -> None:
    """Tell what came of a decision."""
    from magicai.cli.brain_words import decision_words
    from magicai.operations import decisions
    from magicai.shapes.decisions import NewReward
    from magicai.values.rewards import check

    check(kind, value)
    rewarded = ask(decisions.reward_decision, decision, NewReward(kind=kind, value=value))
    print("\n".join(decision_words(rewarded)))


@brain.command("forget", help="Delete your decisions, rewards and snapshots, and what was learned from them.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def forget(*, yes: bool) -> None:
    """Forget an owner's decisions."""
    from magicai.operations import decisions
    from magicai.values.units import so_many

    if not yes:
        click.confirm("Forget all decisions about your runs, and what was learned from them?", abort=True, err=True)
    print(f"{so_many(ask(decisions.forget_decisions).decisions, 'decisions')} forgotten.")
