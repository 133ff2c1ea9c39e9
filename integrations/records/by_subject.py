"""The records, as each subject's port sees them: one store behind all."""

from contextlib import AsyncExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any

from integrations.records.open import open_records
from magicai.catalogue.ports import CatalogueRecords
from magicai.knowledge.ports import KnowledgeRecords
from magicai.ports import Records
from magicai.publishing.checks.ports import KnownTexts
from magicai.publishing.ports import PublishingRecords
from magicai.settings import Settings
from magicai.shops.ports import ShopRecords

if TYPE_CHECKING:
    from integrations.records.store import SqlRecords


class RecordsBySubject:
    """The records' ports; each raises RecordsLost where there were records, and none are there."""

    def __init__(self, settings: Settings, *, patience_s: float | None = None) -> None:
        self.settings, self._patience_s = settings, patience_s
        self._close = AsyncExitStack()

    @cached_property
    def _all_records(self) -> "SqlRecords":
        return self._closing(open_records(self.settings, patience_s=self._patience_s))

    def _closing(self, port: Any) -> Any:
        self._close.push_async_callback(port.close)
        return port

    async def close(self) -> None:
        """Close what was opened, the last first; one that fails keeps no other open."""
        await self._close.aclose()

    @property
    def records(self) -> Records:
        """What every workflow keeps."""
        return self._all_records

    @property
    def shops(self) -> ShopRecords:
        """Of shops too."""
        return self._all_records

    @property
    def publishing(self) -> PublishingRecords:
        """Of submissions too."""
        return self._all_records

    @property
    def catalogue(self) -> CatalogueRecords:
        """Of shops and of the catalogue too."""
        return self._all_records

    @property
    def knowledge(self) -> KnowledgeRecords:
        """Of documents, questions and answers too."""
        return self._all_records

    @property
    def known_texts(self) -> KnownTexts:
        """Of texts that pieces are compared with."""
        return self._all_records.known_texts
