"""What access tokens are signed with."""

from typing import Protocol

from magicai.accounts.identity import SigningKey


class SigningKeys(Protocol):
    """Keys that all gateways of a machine share, and nobody else can read."""

    async def known(self) -> list[SigningKey]:
        """What access tokens may be signed with, newest first."""
        ...

    async def add(self, key: SigningKey, *, after: str | None, forget_before: int) -> SigningKey:
        """Add a key, if the newest one still is `after`, and remove those that were followed before that time.

        Answers the newest key: of several that rotate at once, one does.
        """
        ...
