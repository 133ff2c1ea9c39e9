"""The records with what only publishing has in them."""

from typing import Protocol

from magicai.ports import Records
from magicai.publishing.checks.ports import KnownTexts
from magicai.publishing.ports.submission_records import AuditRecords, SubmissionRecords


class PublishingRecords(Records, Protocol):
    """The truth, of submissions too."""

    submissions: SubmissionRecords
    audit: AuditRecords
    known_texts: KnownTexts
