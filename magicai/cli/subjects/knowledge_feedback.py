"""Feedback on answers: give, undo, list and strike out."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.shapes.subjects.knowledge_feedback import FeedbackGiven

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
    from magicai.operations.subjects.knowledge_feedback import give_feedback
    from magicai.shapes.subjects.knowledge_feedback import Feedback

    told = {name: value for name, value in said.items() if value is not None}
    if not told:
        raise Invalid("feedback_missing")
    given = ask(give_feedback, interaction_id, Feedback(**told))
    _print(given, "Saved. The next answer takes it into account.", as_json=as_json)


@feedback.command("undo", help="Undo your feedback on an answer.")
@click.argument("interaction_id", metavar="RUN")
def undo(interaction_id: str) -> None:
    """Undo feedback."""
    from magicai.operations.subjects.knowledge_feedback import undo_feedback

    _print(ask(undo_feedback, interaction_id), "Undone.", as_json=False)


@feedback.command("strike", help="Exclude feedback on an answer, whoever gave it.")
@click.argument("interaction_id", metavar="RUN")
def strike_out(interaction_id: str) -> None:
    """Strike out feedback."""
    from magicai.operations.subjects.knowledge_feedback import strike_feedback

    _print(ask(strike_feedback, interaction_id), "Struck out.", as_json=False)


@feedback.command("list", help="List feedback, oldest answer first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output, one object per line.")
def list_feedback(*, as_json: bool) -> None:
    """List feedback."""
    from magicai.operations.subjects.knowledge_feedback import list_feedback

    found = all_of(list_feedback)
    for given in found:
        if as_json:
            print(json.dumps(given.model_dump(mode="json"), ensure_ascii=False))
        else:
            print(f"{given.interaction_id}  {given.state:<6}  {_said(given):<24}  {given.query}")
    if not found:
        print(f"No feedback yet: {command('feedback', 'give', 'RUN', '--helpful')}", file=sys.stderr)


def _said(given: "FeedbackGiven") -> str:
    parts = [
        "" if given.helpful is None else ("helpful" if given.helpful else "not helpful"),
        "" if given.rating is None else f"{given.rating} stars",
        "" if given.right_source is None else "right source",
        "" if given.corrected_answer is None else "corrected",
    ]
    return ", ".join(filter(None, parts))


def _print(given: "FeedbackGiven", done: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(given.model_dump(mode="json"), ensure_ascii=False))
    else:
        print(f"{done} {given.note}".strip())
