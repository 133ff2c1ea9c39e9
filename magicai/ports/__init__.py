"""What the product needs from the outside, as small protocols.

`integrations/` has one folder per port and one file per implementation; `integrations/open.py` chooses among them.
Every method may raise `Temporary` or a branch of `Permanent` (magicai/errors.py), and nothing vendor-shaped.
"""

from magicai.ports.archive import Archive
from magicai.ports.audit_log import AuditEvent, AuditLog, Via
from magicai.ports.budget_records import (
    ALERTS,
    Budget,
    BudgetAlert,
    BudgetRecords,
    Limits,
    PaidAnswer,
    Reservation,
    Scope,
    Spender,
)
from magicai.ports.capacity import Capacity, Claim
from magicai.ports.channel_records import Channel, ChannelKind, ChannelRecords, Notification, NotificationState
from magicai.ports.copying import Copying, Snapshot
from magicai.ports.cost_records import LONGEST_COST_DAYS, CostGrouping, CostOfDay, CostOfRun, CostRecords, CostSum
from magicai.ports.decision_records import (
    DecisionRecords,
    LearntSnapshot,
    LoggedDecision,
    Reward,
    StoredChoice,
    StoredStatistics,
)
from magicai.ports.deletions import Deletions, PendingDeletion
from magicai.ports.entity_records import EntityPage, EntityRecords
from magicai.ports.erasing import Erasing
from magicai.ports.file_reader import FileKind, FileReader
from magicai.ports.files import Files
from magicai.ports.identities import Identities
from magicai.ports.item_records import Claimed, Item, ItemChange, ItemCounts, ItemRecords, ItemState, NewItem
from magicai.ports.leases import Lease, Leases
from magicai.ports.mail_records import MailRecords, MailState, StoredMail
from magicai.ports.mailer import Mail, Mailer, MailPostponed, MailRejected
from magicai.ports.messenger import Messenger
from magicai.ports.model_calls import CallOutcome, ModelCall, ModelCallRecords
from magicai.ports.model_choices import HostConsent, ModelChoice, ModelChoices, SpaceState, VectorSpace
from magicai.ports.notice_records import Notice, NoticeRecords
from magicai.ports.openid import OpenIdProvider, SignIn
from magicai.ports.orchestrator import LostAttempt, Orchestrator
from magicai.ports.outcome_records import Outcome, OutcomeRecords
from magicai.ports.projections import (
    NO_FACETS,
    Cache,
    Counted,
    Facets,
    Graph,
    Hit,
    Match,
    Near,
    Projection,
    SearchIndex,
    SemanticSearch,
    Shared,
    Target,
    Vectors,
)
from magicai.ports.records import Records
from magicai.ports.reporter import Reporter
from magicai.ports.reranker import Reranker
from magicai.ports.run_records import FailedRun, RunRecords, RunSummary, Spent
from magicai.ports.seal import Seal
from magicai.ports.setting_records import INSTALLATION, SettingRecords, SetValue
from magicai.ports.share_records import Share, ShareRecords
from magicai.ports.signing_keys import SigningKeys
from magicai.ports.text import (
    Embedder,
    Message,
    Model,
    ModelInfo,
    OnText,
    OnUsage,
    Picture,
    Price,
    TextModel,
    UnusableAnswer,
    Usage,
    unheard,
)
from magicai.ports.uploads import Upload, Uploads
from magicai.ports.web import FetchedPage, Fetcher, PageRequest
from magicai.ports.webhook_records import Delivery, Webhook, WebhookRecords
from magicai.ports.webhook_sender import Answered, WebhookSender
from magicai.ports.workspaces import Workspaces

__all__ = [
    "ALERTS",
    "INSTALLATION",
    "LONGEST_COST_DAYS",
    "NO_FACETS",
    "Answered",
    "Archive",
    "AuditEvent",
    "AuditLog",
    "Budget",
    "BudgetAlert",
    "BudgetRecords",
    "Cache",
    "CallOutcome",
    "Capacity",
    "Channel",
    "ChannelKind",
    "ChannelRecords",
    "Claim",
    "Claimed",
    "Copying",
    "CostGrouping",
    "CostOfDay",
    "CostOfRun",
    "CostRecords",
    "CostSum",
    "Counted",
    "DecisionRecords",
    "Deletions",
    "Delivery",
    "Embedder",
    "EntityPage",
    "EntityRecords",
    "Erasing",
    "Facets",
    "FailedRun",
    "FetchedPage",
    "Fetcher",
    "FileKind",
    "FileReader",
    "Files",
    "Graph",
    "Hit",
    "HostConsent",
    "Identities",
    "Item",
    "ItemChange",
    "ItemCounts",
    "ItemRecords",
    "ItemState",
    "LearntSnapshot",
    "Lease",
    "Leases",
    "Limits",
    "LoggedDecision",
    "LostAttempt",
    "Mail",
    "MailPostponed",
    "MailRecords",
    "MailRejected",
    "MailState",
    "Mailer",
    "Match",
    "Message",
    "Messenger",
    "Model",
    "ModelCall",
    "ModelCallRecords",
    "ModelChoice",
    "ModelChoices",
    "ModelInfo",
    "Near",
    "NewItem",
    "Notice",
    "NoticeRecords",
    "Notification",
    "NotificationState",
    "OnText",
    "OnUsage",
    "OpenIdProvider",
    "Orchestrator",
    "Outcome",
    "OutcomeRecords",
    "PageRequest",
    "PaidAnswer",
    "PendingDeletion",
    "Picture",
    "Price",
    "Projection",
    "Records",
    "Reporter",
    "Reranker",
    "Reservation",
    "Reward",
    "RunRecords",
    "RunSummary",
    "Scope",
    "Seal",
    "SearchIndex",
    "SemanticSearch",
    "SetValue",
    "SettingRecords",
    "Share",
    "ShareRecords",
    "Shared",
    "SignIn",
    "SigningKeys",
    "Snapshot",
    "SpaceState",
    "Spender",
    "Spent",
    "StoredChoice",
    "StoredMail",
    "StoredStatistics",
    "Target",
    "TextModel",
    "UnusableAnswer",
    "Upload",
    "Uploads",
    "Usage",
    "VectorSpace",
    "Vectors",
    "Via",
    "Webhook",
    "WebhookRecords",
    "WebhookSender",
    "Workspaces",
    "unheard",
]
