"""What publishing needs from the outside, beside the ports that all subjects share."""

from magicai.publishing.ports.publisher import (
    Intent,
    MediaBody,
    OpenPublisher,
    Picture,
    Posted,
    PostStatus,
    Publisher,
    Reply,
)
from magicai.publishing.ports.records import PublishingRecords
from magicai.publishing.ports.submission_records import (
    AuditRecords,
    StoredSubmission,
    SubmissionRecords,
    SubmissionSummary,
)

__all__ = [
    "AuditRecords",
    "Intent",
    "MediaBody",
    "OpenPublisher",
    "Picture",
    "PostStatus",
    "Posted",
    "Publisher",
    "PublishingRecords",
    "Reply",
    "StoredSubmission",
    "SubmissionRecords",
    "SubmissionSummary",
]
