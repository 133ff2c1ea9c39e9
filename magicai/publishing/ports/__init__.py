"""What publishing needs from the outside, beside the ports that all subjects share."""

from magicai.publishing.ports.publisher import (
    Intent,
    MediaBody,
    OpenPublisher,
    Posted,
    Publisher,
    Reply,
    Seen,
)
from magicai.publishing.ports.records import PublishingRecords
from magicai.publishing.ports.submission_records import AuditRecords, Kept, Short, SubmissionRecords

__all__ = [
    "AuditRecords",
    "Intent",
    "Kept",
    "MediaBody",
    "OpenPublisher",
    "Posted",
    "Publisher",
    "PublishingRecords",
    "Reply",
    "Seen",
    "Short",
    "SubmissionRecords",
]
