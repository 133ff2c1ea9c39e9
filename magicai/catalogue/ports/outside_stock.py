"""Stock that a shop outside counts."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from magicai.catalogue.inventory.stock import Change, Level, Outgoing, Source


class Credentials(BaseModel):
    """What a source asks for, and what its webhooks are signed with.

    Attributes:
        key: WooCommerce's consumer key; "" elsewhere.
        secret: WooCommerce's consumer secret, Shopify's access token; "" for what only sends.
        signing: the secret of its webhooks; "" where it sends none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = ""
    secret: str = ""
    signing: str = ""


class OutsideStock(Protocol):
    """A shop's own count, by its API."""

    def levels(self) -> AsyncIterator[Level]:
        """What it counts of every item that it keeps stock of.

        Raises:
            Temporary: it does not answer, or is busy.
            Refused: it refuses the credentials.
            Invalid: it answers in another shape.
        """
        ...

    async def adjust(self, outgoing: Outgoing) -> Level | None:
        """Change its count, and answer what it is then, where it says so.

        Raises:
            OutcomeUnknown: it may have been changed.
            MagicError: nothing was changed.
        """
        ...

    async def look_up(self, outgoing: Outgoing) -> Level | None:
        """What it counts since a change that was interrupted; None where the change did not arrive.

        Raises:
            Permanent: it can't be asked.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class StockSources(Protocol):
    """Opens sources, and reads what they send."""

    def seal(self, credentials: Credentials, *, owner_id: str) -> str:
        """Credentials, unreadable in the records."""
        ...

    def open(self, source: Source) -> OutsideStock:
        """A source's count.

        Raises:
            Invalid: sources of this kind only send.
        """
        ...

    async def received(self, source: Source, headers: Mapping[str, str], body: bytes) -> list[Level | Change]:
        """What a webhook of a source says.

        Args:
            source: whose webhook it is.
            headers: with names in lower case.
            body: as it came.

        Raises:
            Unknown: it is not signed with the source's secret.
            Invalid: it has another shape.
        """
        ...
