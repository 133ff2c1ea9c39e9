"""Who asks: logins, users and API keys."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from magicai.accounts.identity import LEAST_PASSWORD, LONGEST_PASSWORD, NAME_PATTERN, Role, Scope, SessionKind
from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.values.mail_addresses import LONGEST
from magicai.values.times import Moment

Name = Annotated[str, Field(pattern=NAME_PATTERN, description="Lower case.", examples=["ann"])]


Password = Annotated[str, Field(min_length=LEAST_PASSWORD, max_length=LONGEST_PASSWORD)]


Given = Annotated[str, Field(max_length=1000)]


KeepKeys = Annotated[
    list[Annotated[str, Field(max_length=64)]],
    Field(max_length=1000, description="Ids of API keys to keep. A new password revokes all others."),
]


class Login(Body):
    """A name and its password."""

    name: Given
    password: Given
    device: (
        Annotated[str, Field(max_length=100, description="The `device` from an earlier sign-in on this device.")] | None
    ) = None


class Link(Body):
    """The part after /login/ of a sign-in link, which works once."""

    link: Given


class RefreshToken(Body):
    """A refresh token, which works once."""

    refresh_token: Given


class NewPassword(Body):
    """The current password ("" if there is none yet), and the new one."""

    password: Given
    new_password: Password
    keep_keys: KeepKeys = []  # noqa: RUF012 - a field


Language = Annotated[Literal["en", "zh"], Field(description="Of the mail.")]


class NewEmail(Body):
    """An address, and your current password ("" if you have none)."""

    email: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    password: Given = ""
    language: Language = "en"


class ForgottenPassword(Body):
    """The address of who has forgotten their password."""

    email: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    language: Language = "en"


class MailedSecret(Body):
    """The end of a link that was mailed."""

    secret: Given


class ResetPassword(MailedSecret):
    """A new password, by a link that was mailed."""

    password: Password


class EmailVerified(BaseModel):
    """Whose an address is now."""

    name: str
    email: str


class NewApiKey(Body):
    """A new API key."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    days: Annotated[int, Field(ge=1, le=3650)] | None = None


class NewUser(Body):
    """A new user."""

    name: Name
    role: Role = Role.USER
    password: Password


class ChangedUser(Body):
    """Changes to a user."""

    role: Role | None = None
    enabled: bool | None = None
    password: Password | None = None
    keep_keys: KeepKeys = []  # noqa: RUF012 - a field


class IssuedTokens(BaseModel):
    """A pair of tokens, shown only once."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the scheme's name
    expires_in: int = Field(description="Seconds.")
    refresh_token: str
    refresh_expires_in: int = Field(description="Seconds.")
    device: str | None = Field(
        None, description="Send it with the next sign-in on this device: attempts by others don't count against it."
    )


class UserShown(Shown):
    """A user."""

    user_id: str
    name: str
    role: Role
    created_at: Moment
    disabled_at: Moment | None


class UserList(Page[UserShown]):
    """Users by name."""


class PageSession(BaseModel):
    """The session of the page."""

    user: UserShown
    expires_at: Moment
    has_password: bool = Field(description="Whether the user has a password.")
    alone: bool = Field(description="Whether nobody else uses the installation, and the user has one workspace.")
    command: str = Field(description="How an operator calls `magicai` on its machine.")


class PageOpened(PageSession):
    """A new session of the page."""

    page_secret: str = Field(description="Send it as X-Page-Secret with each request. Shown only once.")
    device: str = Field(description="Send it with the next sign-in on this device.")


class SignInProvider(BaseModel):
    """An OpenID Connect provider that people can sign in with."""

    name: str
    address: str = Field(description="Open it in a browser to sign in.")


class SignInMethods(BaseModel):
    """How people can sign in, beside name and password."""

    oidc: SignInProvider | None = Field(description="Null if the installation has no OpenID Connect provider.")
    reset: bool = Field(description="Whether a new password can be set by mail.")


class SignInSetUp(BaseModel):
    """What is registered at the OpenID Connect provider."""

    redirect_uri: str = Field(description="Empty if MAGICAI_PUBLIC_URL is unset.")
    is_set_up: bool = Field(description="Whether people can sign in with the provider.")


class SignInTested(BaseModel):
    """What came of a test of the provider."""

    answer: str = Field(description="The provider, and how many keys it signs with.")


class Leading(BaseModel):
    """Where a browser goes next."""

    address: str


class SessionShown(Shown):
    """A session: of a browser (`page`), or of a program that signed in by password (`refresh`)."""

    session_id: str
    kind: SessionKind
    created_at: Moment
    expires_at: Moment
    used_at: Moment | None = Field(description="When it was last used, within ten minutes; null if it was not since.")
    client: str | None = Field(description="The User-Agent that signed in.")
    current: bool = Field(description="Whether this request belongs to it.")


class SessionList(Page[SessionShown]):
    """Your sessions, newest first."""


class IdentityShown(Shown):
    """Your account at an OpenID Connect provider."""

    identity_id: str
    issuer: str
    email: str | None
    created_at: Moment


class IdentityList(Page[IdentityShown]):
    """Your accounts at OpenID Connect providers, newest first."""


class Ticket(BaseModel):
    """A ticket, which opens one address once."""

    ticket: str
    expires_in: int = Field(description="Seconds.")


class ApiKeyShown(Shown):
    """An API key without its secret."""

    key_id: str
    name: str
    scopes: list[Scope]
    hint: str
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    parent_id: str | None = Field(description="The key that created it. It expires and is revoked with that key.")
    workspace_id: str | None = Field(description="The workspace that it is for; null: your personal one.")


class ApiKeyMade(ApiKeyShown):
    """A new API key."""

    key: str | None = Field(description="Shown only once; null if the same Idempotency-Key created it before.")


class ApiKeyList(Page[ApiKeyShown]):
    """Your API keys, newest first."""


class SigningKeyShown(Shown):
    """The key that signs access tokens from now on."""

    key_id: str
    created_at: Moment
