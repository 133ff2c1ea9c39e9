"""Which events channels are told of, and in what words."""

from magicai.messages import Message, say
from magicai.ports import Channel, Notification, Records
from magicai.runs.notifications.notices import body_of, subject_of
from magicai.runs.notifications.webhook_events import EVENTS as RUN_EVENTS

REVIEW_EVENTS = ("review.approved", "review.rejected", "review.returned")
BUDGET_80, BUDGET_100 = "budget.80", "budget.100"
SCHEDULE_NEEDS_OWNER = "schedule.needs_owner"
EVENTS = (*RUN_EVENTS, *REVIEW_EVENTS, BUDGET_80, BUDGET_100, SCHEDULE_NEEDS_OWNER)


async def message_of(
    records: Records, channel: Channel, notifications: list[Notification], *, page: str, language: str
) -> tuple[str, str]:
    """The title and body of the message about these: of one by itself, of several together.

    Args:
        page: address of the page that has more, if it is known.
    """
    said = [await _said(records, one, page, language) for one in notifications]
    if len(said) == 1:
        return said[0]
    title = say("news_digest", name=channel.name, n=len(said)).in_language(language)
    return title, "\n\n".join(f"{head}\n{body}" for head, body in said)


async def _said(records: Records, one: Notification, page: str, language: str) -> tuple[str, str]:
    if one.event in RUN_EVENTS and "run_id" in one.params:
        run = await records.runs.get(one.params["run_id"], owner_id=one.owner_id)
        title = say(f"news_of_run_{one.event.partition('.')[2]}", subject=subject_of(run)).in_language(language)
        return title, body_of(run, page)
    params: dict[str, str | Message] = {name: value for name, value in one.params.items() if name != "path"}
    if params.get("name") == "":  # of whoever was deleted
        params["name"] = say("former_member")
    title = say(f"news_of_{one.event.replace('.', '_')}", **params).in_language(language)
    return title, f"{page}{one.params.get('path', '')}" if page else ""
