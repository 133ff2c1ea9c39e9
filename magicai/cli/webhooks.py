"""Who is told of runs."""

import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.called import command

if TYPE_CHECKING:
    from magicai.ports import Delivery, Webhook

_LAST = 5


@click.group("webhook", help="Manage webhooks. Deliveries are signed (Standard Webhooks).")
def webhook() -> None:
    """Who is told of runs."""


@webhook.command("add", help="Add a webhook, and show its signing secret once.")
@click.argument("url")
@click.option("--events", help="Events, separated by commas: run.completed, run.failed, ...; by default all.")
def add(url: str, events: str | None) -> None:
    """Make a webhook."""
    asyncio.run(_add(url, [event.strip() for event in (events or "").split(",") if event.strip()]))


async def _add(url: str, events: list[str]) -> None:
    from integrations.open import open_ports
    from magicai.runs.notifications.webhooks import add_webhook

    async with open_ports() as ports:
        made, secret = await add_webhook(
            ports.records.webhooks, ports.webhooks, url, events, owner_id=ports.settings.owner
        )
    print(_line(made))
    print(f"Its signing secret, shown only once: {secret}")


@webhook.command("list", help="List your webhooks and their last deliveries.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_webhooks(*, as_json: bool) -> None:
    """List webhooks."""
    asyncio.run(_list(as_json=as_json))


async def _list(*, as_json: bool) -> None:
    from integrations.open import open_ports

    async with open_ports() as ports:
        webhooks, owner_id = ports.records.webhooks, ports.settings.owner
        found = await webhooks.listed(owner_id)
        deliveries = [await webhooks.deliveries(hook.webhook_id, owner_id=owner_id, limit=_LAST) for hook in found]
    if as_json:
        shown = [
            {**_but("secret", hook), "deliveries": [_but("payload", one) for one in last]}
            for hook, last in zip(found, deliveries, strict=True)
        ]
        print(json.dumps(shown, indent=1))
        return
    if not found:
        print(f"No webhooks yet: {command('webhook', 'add', 'https://...')}", file=sys.stderr)
    for hook, last in zip(found, deliveries, strict=True):
        print(_line(hook))
        for one in last:
            print(f"    {_went(one)}")


@webhook.command("remove", help="Remove a webhook. Pending deliveries are not sent.")
@click.argument("webhook_id", metavar="WEBHOOK")
def remove(webhook_id: str) -> None:
    """Remove a webhook."""
    asyncio.run(_remove(webhook_id))


async def _remove(webhook_id: str) -> None:
    from integrations.open import open_ports

    async with open_ports() as ports:
        await ports.records.webhooks.remove(webhook_id, owner_id=ports.settings.owner)


@webhook.command("test", help="Send an event of type webhook.test once.")
@click.argument("webhook_id", metavar="WEBHOOK")
def test(webhook_id: str) -> int:
    """Try a webhook; 1 where it was not delivered."""
    return asyncio.run(_test(webhook_id))


async def _test(webhook_id: str) -> int:
    from integrations.open import open_ports
    from magicai.runs.notifications.webhooks import send_test

    async with open_ports() as ports:
        hook = await ports.records.webhooks.get(webhook_id, owner_id=ports.settings.owner)
        sent = await send_test(ports.records, ports.webhooks, hook)
    print(_went(sent))
    return 0 if sent.state == "delivered" else 1


def _but(secret: str, one: "Webhook | Delivery") -> dict[str, Any]:
    from magicai.values.times import to_iso

    shown = {name: value for name, value in asdict(one).items() if name != secret}
    return {
        name: to_iso(value) if name.endswith("_at") and value is not None else value for name, value in shown.items()
    }


def _line(hook: "Webhook") -> str:
    off = "  (disabled: the receiver answered 410)" if hook.disabled_at is not None else ""
    return f"{hook.webhook_id}  {hook.url}  {', '.join(hook.events)}{off}"


def _went(one: "Delivery") -> str:
    """Such as `delivered  run.failed  RUN  200`, `pending  run.failed  RUN  2 tries: The target answered 500.`."""
    from magicai.values.units import so_many

    how = str(one.status or "") if one.state == "delivered" else f"{so_many(one.attempts, 'tries')}: {one.error}"
    return "  ".join(part for part in (one.state, one.type, one.run_id, how) if part)
