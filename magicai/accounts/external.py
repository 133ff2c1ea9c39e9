"""Who somebody is to an OpenID Connect provider."""

from magicai.values.frozen import Frozen
from magicai.values.times import Moment


class ProviderUser(Frozen):
    """What a provider says of whoever signed in there, as it was checked.

    Attributes:
        subject: names them at the provider for ever.
        email: in lower case; "" where the provider names none.
        email_verified: whether the provider has seen that the address is theirs.
    """

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False


class ExternalIdentity(Frozen):
    """A user at a provider, linked to a user here.

    Attributes:
        email: as it was when both were linked.
    """

    identity_id: str
    issuer: str
    subject: str
    user_id: str
    email: str | None
    created_at: Moment
