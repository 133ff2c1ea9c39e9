"""The rules that settings make."""

from magicai.publishing.rules import Rules, quiet_hours
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
        quiet=quiet_hours(settings.review_quiet),
        zone=settings.review_zone,
    )
