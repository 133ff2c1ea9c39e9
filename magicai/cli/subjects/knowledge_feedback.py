"""Feedback on answers: give, undo, list and strike out."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command
from magicai.cli.here import with_ports

if TYPE_CHECKING:
    from integrations.open import Ports
    from magicai.knowledge.feedback import Given

# What `magicai --help` says of the commands here.
COMMANDS = {"feedback": "Give feedback on answers, list and undo it."}


@click.group("feedback", help=COMMANDS["feedback"])
def feedback() -> None:
    """Feedback on answers."""


@feedback.command("give", help="Give feedback on an answer. RUN is the run that answered, or its interaction_id.")
@click.argument("interaction_id", metavar="RUN")
@click.option("--helpful/--not-helpful", default=None, help="Whether the answer helped.")
@click.option("--rating", type=click.IntRange(1, 5), help="Stars, 1 to 5.")
@click.option("--right-source", metavar="NUMBER", help="The source that was right: its number, or its passage_id.")
@click.option("--corrected-answer", metavar="TEXT", help="The right answer.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def give(interaction_id: str, *, as_json: bool, **said: Any) -> None:
    """Give feedback."""
    from magicai.errors import Invalid
    from magicai.knowledge.feedback import Feedback
    from magicai.knowledge.giving import give_feedback
    from magicai.values.rewards import weights_of

    told = {name: value for name, value in said.items() if value is not None}
    if not told:
        raise Invalid("feedback_missing")

    async def act(ports: "Ports") -> "Given":
        weights = weights_of(ports.settings.reward_weights)
        owner_id = ports.settings.owner
        run_id = await _whole(ports, interaction_id)
        return await give_feedback(ports.knowledge, run_id, Feedback(**told), owner_id=owner_id, weights=weights)

    _print(with_ports(act), "Saved. The next answer takes it into account.", as_json=as_json)


async def _whole(ports: "Ports", interaction_id: str) -> str:
    """The id of an answer from a part of its run's, as lists of runs show it; an answer may be kept without its run."""
    from magicai.errors import NotFound

    try:
        return (await ports.records.runs.get(interaction_id, owner_id=ports.settings.owner)).run_id
    except NotFound:
        return interaction_id


@feedback.command("undo", help="Undo your feedback on an answer.")
@click.argument("interaction_id", metavar="RUN")
def undo(interaction_id: str) -> None:
    """Undo feedback."""
    from magicai.knowledge.giving import undo_feedback

    async def act(ports: "Ports") -> "Given":
        return await undo_feedback(ports.records, await _whole(ports, interaction_id), owner_id=ports.settings.owner)

    _print(with_ports(act), "Undone.", as_json=False)


@feedback.command("strike", help="Exclude feedback on an answer, whoever gave it.")
@click.argument("interaction_id", metavar="RUN")
def strike_out(interaction_id: str) -> None:
    """Strike out feedback."""
    from magicai.knowledge.giving import strike_feedback

    async def act(ports: "Ports") -> "Given":
        return (await strike_feedback(ports.records, interaction_id, by=ports.settings.owner))[0]

    _print(with_ports(act), "Struck out.", as_json=False)


@feedback.command("list", help="List feedback, oldest answer first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_feedback(*, as_json: bool) -> None:
    """List feedback."""
    from magicai.knowledge.feedback import feedback as given_by

    async def act(ports: "Ports") -> None:
        count = 0
        async for given, asked in given_by(ports.records.entities, owner_id=ports.settings.owner):
            count += 1
            if as_json:
                print(json.dumps({"query": asked.query, **given.model_dump(mode="json")}, ensure_ascii=False))
            else:
                print(f"{given.interaction_id}  {given.state:<6}  {_said(given):<24}  {asked.query}")
        if not count:
            print(f"No feedback yet: {command('feedback', 'give', 'RUN', '--helpful')}", file=sys.stderr)

    with_ports(act)


def _said(given: "Given") -> str:
    parts = [
        "" if given.helpful is None else ("helpful" if given.helpful else "not helpful"),
        "" if given.rating is None else f"{given.rating} stars",
        "" if given.right_source is None else "right source",
        "" if given.corrected_answer is None else "corrected",
    ]
    return ", ".join(filter(None, parts))


def _print(given: "Given", done: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(given.model_dump(mode="json"), ensure_ascii=False))
    else:
        print(f"{done} {given.note}".strip())
