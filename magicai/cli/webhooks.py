"""Who is told of runs."""

import json
import sys
from typing import TYPE_CHECKING

import click

from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.cli.asking import Asker
    from magicai.shapes.webhooks import DeliveryShown, WebhookShown

_LAST = 5


@click.group("webhook", help="Manage webhooks. Deliveries are signed (Standard Webhooks).")
def webhook() -> None:
    """Who is told of runs."""


@webhook.command("add", help="Add a webhook, and show its signing secret once.")
@click.argument("url")
@click.option("--events", help="Events, separated by commas: run.completed, run.failed, ...; by default all.")
def add(url: str, events: str | None) -> None:
    """Make a webhook."""
    from magicai.cli.asking import ask
    from magicai.operations import webhooks
    from magicai.shapes.webhooks import NewWebhook

    named = [event.strip() for event in (events or "").split(",") if event.strip()]
    made = ask(webhooks.make_webhook, NewWebhook(url=url, events=named))
    print(_line(made))
    print(f"Its signing secret, shown only once: {made.secret}")


@webhook.command("list", help="List your webhooks and their last deliveries.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_webhooks(*, as_json: bool) -> None:
    """List webhooks."""
    from magicai.cli.asking import asking, each
    from magicai.operations import webhooks

    async def work(asker: "Asker") -> "list[tuple[WebhookShown, list[DeliveryShown]]]":
        return [
            (hook, (await asker.ask(webhooks.list_deliveries, hook.webhook_id, limit=_LAST)).items)
            async for hook in each(asker, webhooks.list_webhooks)
        ]

    found = asking(work)
    if as_json:
        shown = [
            {**hook.model_dump(mode="json"), "deliveries": [one.model_dump(mode="json") for one in last]}
            for hook, last in found
        ]
        print(json.dumps(shown, indent=1))
        return
    if not found:
        print(f"No webhooks yet: {command('webhook', 'add', 'https://...')}", file=sys.stderr)
    for hook, last in found:
        print(_line(hook))
        for one in last:
            print(f"    {_went(one)}")


@webhook.command("remove", help="Remove a webhook. Pending deliveries are not sent.")
@click.argument("webhook_id", metavar="WEBHOOK")
def remove(webhook_id: str) -> None:
    """Remove a webhook."""
    from magicai.cli.asking import ask
    from magicai.operations import webhooks

    ask(webhooks.remove_webhook, webhook_id)


@webhook.command("test", help="Send an event of type webhook.test once.")
@click.argument("webhook_id", metavar="WEBHOOK")
def test(webhook_id: str) -> int:
    """Try a webhook; 1 where it was not delivered."""
    from magicai.cli.asking import ask
    from magicai.operations import webhooks

    sent = ask(webhooks.test_webhook, webhook_id)
    print(_went(sent))
    return 0 if sent.state == "delivered" else 1


def _line(hook: "WebhookShown") -> str:
    off = "  (disabled: the receiver answered 410)" if hook.disabled_at is not None else ""
    return f"{hook.webhook_id}  {hook.url}  {', '.join(hook.events)}{off}"


def _went(one: "DeliveryShown") -> str:
    """Such as `delivered  run.failed  RUN  200`, `pending  run.failed  RUN  2 tries: The target answered 500.`."""
    from magicai.values.units import so_many

    how = str(one.status or "") if one.state == "delivered" else f"{so_many(one.attempts, 'tries')}: {one.error}"
    return "  ".join(part for part in (one.state, one.type, one.run_id, how) if part)
