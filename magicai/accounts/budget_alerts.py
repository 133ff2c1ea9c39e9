"""Who hears that a month's budget is nearly used, or used up: the workspace's channels, and by mail who can raise it.

That it is was decided where the money was spent; here it is told. Two gateways that tell the same make one of it.
"""

import logging
from collections.abc import Awaitable, Callable

from magicai.accounts.identity import Role, User, WorkspaceRole
from magicai.accounts.workspaces import people_of
from magicai.errors import Invalid, NotFound
from magicai.mail.sending import queue_mail
from magicai.mail.set_up import is_set_up
from magicai.messages import say
from magicai.ports import BudgetAlert, Records
from magicai.runs.background_loop import keep_doing
from magicai.runs.notifications.channel_events import BUDGET_80, BUDGET_100
from magicai.settings import Settings
from magicai.values.money import in_words
from magicai.values.times import DAY_US, now_us

_log = logging.getLogger(__name__)
SettingsOf = Callable[[str], Awaitable[Settings]]
# What nobody could tell for so long is no news any more.
_NEWS_US = 3 * DAY_US
_EVERY_S = 2.0
_AT_ONCE = 20
_PATH = "/settings/budget"


async def tell(records: Records, settings_of: SettingsOf, *, page: str) -> int:
    """Tell alerts that nobody was told of; answers how many these were.

    Args:
        settings_of: finds the settings of an owner; with "", those of the installation.
        page: address of the page.
    """
    due = await records.budgets.alerts(since=now_us() - _NEWS_US, limit=_AT_ONCE)
    for alert in due:
        await _tell(records, await settings_of(alert.owner_id), alert, page)
        await records.budgets.alert_told(alert)
    return len(due)


async def keep_telling(records: Callable[[], Records], settings_of: SettingsOf, page: Callable[[], str]) -> None:
    """Tell alerts for ever."""

    async def do() -> None:
        await tell(records(), settings_of, page=page())

    await keep_doing(do, log=_log, waits="budget alerts", pause_s=lambda: _EVERY_S)


async def _tell(records: Records, settings: Settings, alert: BudgetAlert, page: str) -> None:
    language = "zh" if settings.language.lower().startswith("zh") else "en"
    try:
        whose = await _whose(records, alert, language)
    except NotFound:  # erased meanwhile
        return
    params = {
        "whose": whose,
        "percent": alert.threshold,
        "spent": in_words(alert.spent),
        "limit": in_words(alert.limit),
        "month": alert.month,
        "link": f"{page}{_PATH}",
    }
    used_up = alert.threshold >= 100  # noqa: PLR2004 - all of it
    told = {"whose": whose, "spent": f"${params['spent']}", "limit": f"${params['limit']}", "path": _PATH}
    # What all spend together is the business of the installation's owner.
    event = BUDGET_100 if used_up else BUDGET_80
    await records.channels.announce(alert.owner_id or settings.owner, event, f"budget_{alert.key}", told)
    if not is_set_up(settings):
        return
    for user in await _admins(records, alert):
        try:
            await queue_mail(
                records,
                settings,
                owner_id=alert.owner_id or user.user_id,
                to=user.email or "",
                kind="budget_used_up" if used_up else "budget_nearly_used",
                params=params,
                language=language,
                once=f"{alert.key} {user.user_id}",
            )
        except Invalid as exc:
            _log.warning("no alert of a budget to %s: %s", user.name, exc)


async def _whose(records: Records, alert: BudgetAlert, language: str) -> str:
    """The budget's name in a sentence.

    Raises:
        NotFound: the workspace or the person is gone.
    """
    if alert.scope == "month":
        return say("budget_of_all").in_language(language)
    workspace = (await records.workspaces.get(alert.owner_id)).name
    if not alert.person:
        return workspace
    name = (await records.identities.user(alert.person)).name
    return say("budget_of_person", name=name, workspace=workspace).in_language(language)


async def _admins(records: Records, alert: BudgetAlert) -> list[User]:
    """Who can raise a budget, and has an address."""
    if alert.scope == "month":
        users = [user for user in await records.identities.users() if user.enabled and user.role.covers(Role.ADMIN)]
    else:
        users = await people_of(records, alert.owner_id, WorkspaceRole.ADMIN)
    return [user for user in users if user.email]
