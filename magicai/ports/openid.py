"""A provider of OpenID Connect, with which people sign in."""

from dataclasses import dataclass
from typing import Protocol

from magicai.accounts.external import ProviderUser


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in, from when somebody is sent to the provider until they come back.

    Attributes:
        state: comes back with them.
        nonce: comes back in what the provider signs.
        verifier: proves that the code is exchanged by whom it was asked for (PKCE).
    """

    state: str
    nonce: str
    verifier: str


class OpenIdProvider(Protocol):
    """The provider that settings name."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def issuer(self) -> str:
        """Its own address, which names it."""
        ...

    async def check(self) -> str:
        """See that the provider can be used, as far as it tells without a person; answers what was found.

        Raises:
            Temporary: the provider does not answer.
            Refused: what it says can't be used.
        """
        ...

    async def address(self, sign_in: SignIn) -> str:
        """Where a browser is sent to sign in.

        Raises:
            Temporary: the provider does not answer.
            Refused: what it says can't be used.
        """
        ...

    async def user(self, code: str, sign_in: SignIn) -> ProviderUser:
        """Who signed in, for the code with which they came back.

        Raises:
            Temporary: the provider does not answer.
            Refused: what it says can't be used, or is for somebody or something else.
        """
        ...
