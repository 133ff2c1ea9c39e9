"""Which events channels are told of, and in what words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import cast

from magicai.messages import Message, say
from magicai.ports import Channel, Notification, Records
from magicai.runs import declarations
from magicai.runs.notifications.notices import body_of, subject_of
from magicai.runs.notifications.webhook_events import EVENTS as RUN_EVENTS

BUDGET_80, BUDGET_100 = "budget.80", "budget.100"
SCHEDULE_NEEDS_OWNER = "schedule.needs_owner"
_SAID = "said"


@dataclass(frozen=True, slots=True)
class ChannelEvent:
    """What a channel can be told of.

    Attributes:
        usual: whether the page proposes it for a new channel.
        quiet: hours in which it waits even where a channel has no quiet hours, such as `00:00-08:00`.
    """

    name: str
    usual: bool = False
    quiet: str = ""


_GENERAL = (
    *(ChannelEvent(name, usual=name in ("run.failed", "run.needs_review")) for name in RUN_EVENTS),
    ChannelEvent("review.approved"),
    ChannelEvent("review.rejected"),
    ChannelEvent("review.returned"),
    ChannelEvent(BUDGET_80, usual=True),
    ChannelEvent(BUDGET_100, usual=True),
    ChannelEvent(SCHEDULE_NEEDS_OWNER, usual=True),
)


@cache
def events() -> Mapping[str, ChannelEvent]:
    """Every event by its name, with those that subjects declare as `CHANNEL_EVENTS`."""
    found = cast("list[ChannelEvent]", declarations.assigned("CHANNEL_EVENTS"))
    return MappingProxyType({event.name: event for event in (*_GENERAL, *found)})


def said(title: Message, lines: Sequence[Message]) -> dict[str, str]:
    """Parameters of a notification that brings its own words, said in the language in which it is sent."""
    return {_SAID: json.dumps([one.stored() for one in (title, *lines)], ensure_ascii=False)}


async def message_of(
    records: Records, channel: Channel, notifications: list[Notification], *, page: str, language: str
) -> tuple[str, str]:
    """The title and body of the message about these: of one by itself, of several together.

    Args:
        page: address of the page that has more, if it is known.
    """
    told = [await _said(records, one, page, language) for one in notifications]
    if len(told) == 1:
        return told[0]
    title = say("news_digest", name=channel.name, n=len(told)).in_language(language)
    return title, "\n\n".join(f"{head}\n{body}" for head, body in told)


async def _said(records: Records, one: Notification, page: str, language: str) -> tuple[str, str]:
    if one.event in RUN_EVENTS and "run_id" in one.params:
        run = await records.runs.get(one.params["run_id"], owner_id=one.owner_id)
        title = say(f"news_of_run_{one.event.partition('.')[2]}", subject=subject_of(run)).in_language(language)
        return title, body_of(run, page)
    link = f"{page}{one.params.get('path', '')}" if page else ""
    if own := one.params.get(_SAID):
        title, *lines = (Message.restored(stored).in_language(language) for stored in json.loads(own))
        return title, "\n".join(filter(None, (*lines, link)))
    params: dict[str, str | Message] = {name: value for name, value in one.params.items() if name != "path"}
    if params.get("name") == "":  # of whoever was deleted
        params["name"] = say("former_member")
    return say(f"news_of_{one.event.replace('.', '_')}", **params).in_language(language), link
