"""Posts to addresses that people give."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answered:
    """What a target answered.

    Attributes:
        retry_after_s: how long it wants to be left alone.
    """

    status: int
    retry_after_s: float | None = None


class WebhookSender(Protocol):
    """Posts to addresses that people give, from allowed addresses only, without following redirects."""

    def check(self, url: str) -> None:
        """Let an address pass that may be posted to, as far as its spelling tells.

        Raises:
            Invalid: it is not an https address (http where settings list its host and port).
            Refused: it names a private address or host.
        """
        ...

    async def send(self, url: str, *, secret: str, event_id: str, body: bytes) -> Answered:
        """Post a signed body.

        Raises:
            Refused: its host has no address that may be posted to.
            Temporary: no answer in time, a cut connection.
            Invalid: no such host, no HTTP.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
