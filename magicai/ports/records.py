"""The records: the truth."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from magicai.ports.audit_log import AuditLog
from magicai.ports.budget_records import BudgetRecords
from magicai.ports.channel_records import ChannelRecords
from magicai.ports.copying import Copying
from magicai.ports.cost_records import CostRecords
from magicai.ports.decision_records import DecisionRecords
from magicai.ports.deletions import Deletions
from magicai.ports.entity_records import EntityRecords
from magicai.ports.erasing import Erasing
from magicai.ports.exporting import Exporting
from magicai.ports.identities import Identities
from magicai.ports.item_records import ItemRecords
from magicai.ports.leases import Leases
from magicai.ports.mail_records import MailRecords
from magicai.ports.model_calls import ModelCallRecords
from magicai.ports.model_choices import ModelChoices
from magicai.ports.notice_records import NoticeRecords
from magicai.ports.outcome_records import OutcomeRecords
from magicai.ports.run_records import RunRecords
from magicai.ports.setting_records import SettingRecords
from magicai.ports.share_records import ShareRecords
from magicai.ports.uploads import Uploads
from magicai.ports.webhook_records import WebhookRecords
from magicai.ports.workspaces import Workspaces


class Records(Protocol):
    """The truth: everything else can be rebuilt from it."""

    runs: RunRecords
    items: ItemRecords
    entities: EntityRecords
    outcomes: OutcomeRecords
    decisions: DecisionRecords
    leases: Leases
    budgets: BudgetRecords
    model_calls: ModelCallRecords
    costs: CostRecords
    model_choices: ModelChoices
    copying: Copying
    identities: Identities
    workspaces: Workspaces
    erasing: Erasing
    deletions: Deletions
    webhooks: WebhookRecords
    channels: ChannelRecords
    notices: NoticeRecords
    mails: MailRecords
    uploads: Uploads
    shares: ShareRecords
    settings: SettingRecords
    audit_log: AuditLog
    exporting: Exporting

    async def check(self) -> str:
        """Write, read back and remove a row; answers where, without any password."""
        ...

    async def prune(self, *, before: int) -> Mapping[str, int]:
        """Remove what was over before `before` (UTC microseconds).

        Sessions, shares, notices, mails, notifications, deliveries to webhooks, reservations that ran out, calls of
        language models once costs no longer show them, and of runs their events, step results, items and frontiers.
        """
        ...

    def referenced(self, *, owner_id: str | None = None, but_of: str | None = None) -> AsyncIterator[str]:
        """Digests of all bodies that a frontier or an upload still names; one may come several times.

        Args:
            owner_id: only of this owner's crawls and uploads.
            but_of: not of this owner's crawls and uploads.
        """
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...
