"""Conversations: list, rename and delete."""

import json
import sys

import click

from magicai.cli.asking import all_of, ask

# What `magicai --help` says of the commands here.
COMMANDS = {"conversation": "List, rename and delete conversations."}


@click.group("conversation", help=COMMANDS["conversation"])
def conversation() -> None:
    """Conversations."""


@conversation.command("list", help="List conversations, the latest first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output, one object a line.")
def list_all(*, as_json: bool) -> None:
    """List conversations."""
    from magicai.operations.subjects.knowledge_conversations import list_conversations

    found = all_of(list_conversations)
    for one in found:
        if as_json:
            print(json.dumps(one.model_dump(mode="json"), ensure_ascii=False))
        else:
            print(f"{one.conversation_id}  {len(one.questions):>3}  {one.name}")
    if not found:
        print("No conversations yet.", file=sys.stderr)


@conversation.command("rename", help="Rename a conversation. An empty NAME restores the first question.")
@click.argument("conversation_id", metavar="CONVERSATION")
@click.argument("name")
def rename(conversation_id: str, name: str) -> None:
    """Rename a conversation."""
    from magicai.operations.subjects.knowledge_conversations import rename_conversation
    from magicai.shapes.subjects.knowledge_conversations import ConversationName

    renamed = ask(rename_conversation, _question_of(conversation_id), ConversationName(name=name))
    print(f"Renamed: {renamed.name}")


@conversation.command("delete", help="Delete a conversation. The runs of its questions stay.")
@click.argument("conversation_id", metavar="CONVERSATION")
def delete(conversation_id: str) -> None:
    """Delete a conversation."""
    from magicai.operations.subjects.knowledge_conversations import delete_conversation

    ask(delete_conversation, _question_of(conversation_id))
    print("Deleted.")


def _question_of(conversation_id: str) -> str:
    """The run of a conversation's first question.

    Raises:
        NotFound: there is no such conversation.
    """
    from magicai.errors import NotFound
    from magicai.operations.subjects.knowledge_conversations import list_conversations

    found = ask(list_conversations, conversation_id=conversation_id).items
    if not found:
        raise NotFound("conversation_not_found", conversation_id=conversation_id[:80])
    return found[0].questions[0].run_id
