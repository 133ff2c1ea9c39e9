"""Sends messages to the addresses that people give."""

from typing import Protocol

from magicai.ports.channel_records import ChannelKind


class Messenger(Protocol):
    """Sends to checked addresses: none is private, unless settings list it."""

    def check(self, kind: ChannelKind, address: str) -> str:
        """Let an address pass that may be sent to, as far as its spelling tells; answers it masked.

        Raises:
            Invalid: it is none of this kind, or there is no mail server.
            Refused: it is private.
        """
        ...

    async def send(self, kind: ChannelKind, address: str, *, title: str, body: str, once: str) -> str:
        """Send a message; answers what the other side said, "" where it says nothing.

        Args:
            once: names the message; the same again is recognised where the other side can.

        Raises:
            Invalid, Refused: as `check`; or the other side does not take it.
            Temporary: it could not be delivered now.
        """
        ...
