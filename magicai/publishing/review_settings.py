"""The rules that settings make, and how reviewers are told."""

from dataclasses import replace

from magicai.accounts.identity import WorkspaceRole
from magicai.accounts.workspaces import people_of
from magicai.ports import Records
from magicai.publishing.review_messages import Notify, ReviewNotifier
from magicai.publishing.rules import Rules
from magicai.publishing.submission import MessageKind
from magicai.settings import Settings


def rules_of(settings: Settings) -> Rules:
    """What settings say about reviews."""
    return Rules(
        approvals=settings.review_approvals,
        own=settings.review_own,
        auto=settings.review_auto,
        expire_hours=settings.review_expire_hours,
        remind_hours=settings.review_remind_hours,
        escalate_hours=settings.review_escalate_hours,
    )


async def rules_in(records: Records, settings: Settings, workspace_id: str) -> Rules:
    """What holds in a workspace: where somebody else may approve what one wrote, one does not."""
    rules = rules_of(settings)
    if not rules.own:
        return rules
    return replace(rules, own=len(await people_of(records, workspace_id, WorkspaceRole.REVIEWER)) <= 1)


def telling_of(settings: Settings, notify: Notify, page: str) -> ReviewNotifier:
    """How reviewers are told."""
    common: tuple[MessageKind, ...] = ()
    if settings.notify_url is not None:
        common = ("tell", "remind", "escalate")
    elif settings.review_escalate_url is not None:
        common = ("escalate",)
    return ReviewNotifier(notify, common=common, page=page)
