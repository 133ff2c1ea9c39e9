"""Sign-in with an OpenID Connect provider: sent there, back in the same browser, and who that is here.

Somebody is known by issuer and subject alone. An address that a provider names never leads to a user who has it: who
has that address there need not be who has it here. Whoever is signed in links their identity by themselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest

from magicai.accounts.external import ExternalIdentity, ProviderUser
from magicai.accounts.identity import Caller, Role, User
from magicai.accounts.passes import LIFETIME_S, issue, redeem
from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.errors import Refused, Unknown
from magicai.ports import Cache, Identities, OpenIdProvider, SignIn
from magicai.values.ids import new_id
from magicai.values.times import now_us

BROWSER_S = LIFETIME_S["sign-in"]
_LONGEST_NAME = 60  # with room for a number behind it


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun.

    Attributes:
        address: where the browser goes.
        browser: a cookie, by which the browser is known again.
    """

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Back:
    """With what a browser comes back, as it stands in the address."""

    state: str
    code: str = ""
    error: str = ""
    issuer: str = ""


async def begin(cache: Cache, provider: OpenIdProvider, *, caller: Caller | None = None) -> Begun:
    """Begin to sign in.

    Args:
        cache: where it is kept until the browser is back.
        provider: which signs in.
        caller: who links their identity; None where somebody signs in.

    Raises:
        Temporary: the provider does not answer.
        Refused: what it says can't be used.
    """
    nonce, verifier, browser = new_secret(), new_secret(), new_secret()
    kept: dict[str, object] = {"nonce": nonce, "verifier": verifier, "browser": digest_of(browser)}
    if caller is not None:
        kept |= {"user_id": caller.user.user_id, "session_id": caller.session_id}
    state = await issue(cache, "sign-in", kept)
    return Begun(await provider.address(SignIn(state, nonce, verifier)), browser)


@dataclass(frozen=True, slots=True)
class Returned:
    """A sign-in whose browser is back.

    Attributes:
        user_id: who links their identity, and
        session_id: by which session; None where somebody signs in.
    """

    sign_in: SignIn
    user_id: str | None
    session_id: str | None


async def returned(cache: Cache, back: Back, browser: str) -> Returned:
    """The sign-in that a browser comes back from; it is over then, whatever comes of it.

    Raises:
        Unknown: it was over before, never began, or began in another browser.
    """
    kept = await redeem(cache, "sign-in", back.state)
    check_browser(kept, browser)
    user_id, session_id = kept.get("user_id"), kept.get("session_id")
    return Returned(
        SignIn(back.state, str(kept["nonce"]), str(kept["verifier"])),
        None if user_id is None else str(user_id),
        None if session_id is None else str(session_id),
    )


def check_browser(kept: Mapping[str, object], browser: str) -> None:
    """Let pass the browser that something was kept for.

    Raises:
        Unknown: it is another one.
    """
    if not compare_digest(digest_of(browser), str(kept["browser"])):
        raise Unknown("oidc_other_browser")


async def who_returned(provider: OpenIdProvider, back: Back, sign_in: SignIn) -> ProviderUser:
    """Who a browser comes back as.

    Raises:
        Refused: the provider has let nobody in, or what it says can't be used.
        Temporary: the provider does not answer.
    """
    if back.issuer and back.issuer != provider.issuer:  # RFC 9207: another provider's answer
        raise Refused("oidc_issuer_wrong", provider=provider.name)
    if back.error == "access_denied":
        raise Refused("oidc_access_denied", provider=provider.name)
    if back.error or not back.code:
        raise Refused("oidc_refused", provider=provider.name, reason=back.error[:100] or "no code")
    return await provider.user(back.code, sign_in)


async def link(identities: Identities, provider: OpenIdProvider, back: Back, begun: Returned) -> None:
    """Link an identity to whoever began that, if they are still signed in.

    Raises:
        Unknown: they are not.
        Conflict: it is linked to somebody else.
        Refused, Temporary: as `who_returned` does.
    """
    session = None if begun.session_id is None else await identities.session(begun.session_id)
    if session is None or not session.holds(now_us()) or session.user_id != begun.user_id:
        raise Unknown("session_ended")
    found = await who_returned(provider, back, begun.sign_in)
    await identities.link_external(_identity(found, session.user_id), verified=found.email_verified)


async def sign_in(
    identities: Identities, provider: OpenIdProvider, back: Back, begun: Returned, *, domains: tuple[str, ...]
) -> User:
    """Who signed in, here.

    Args:
        identities: where users are kept.
        provider: which signed them in.
        back: with what their browser came back.
        begun: the sign-in.
        domains: of email addresses whose people become users by this.

    Raises:
        Unknown: they are disabled.
        Refused: they are nobody here, and do not become anybody; and as `who_returned` does.
        Temporary: as `who_returned` does.
    """
    found = await who_returned(provider, back, begun.sign_in)
    user = await identities.external_user(found.issuer, found.subject)
    if user is None:
        user = await _new_user(identities, provider, found, domains)
    if not user.enabled:
        raise Unknown("user_disabled")
    return user


async def _new_user(
    identities: Identities, provider: OpenIdProvider, found: ProviderUser, domains: tuple[str, ...]
) -> User:
    if not found.email_verified or not found.email:
        # The same whoever has the address here: a provider lets people claim any.
        raise Refused("oidc_email_unverified", provider=provider.name)
    if await identities.email_taken(found.email):
        raise Refused("oidc_email_is_members", provider=provider.name, email=found.email)
    if found.email.rpartition("@")[2] not in {domain.lower().removeprefix("@") for domain in domains}:
        raise Refused("oidc_user_unknown", email=found.email)
    now = now_us()
    name = re.sub(r"[^a-z0-9._@-]", "-", found.email)[:_LONGEST_NAME].lstrip("._@-") or "user"
    made = User(user_id=new_id(), name=name, role=Role.USER, created_at=now, email=found.email, email_verified_at=now)
    return await identities.add_external_user(made, _identity(found, made.user_id))


def _identity(found: ProviderUser, user_id: str) -> ExternalIdentity:
    return ExternalIdentity(
        identity_id=new_id(),
        issuer=found.issuer,
        subject=found.subject,
        user_id=user_id,
        email=found.email or None,
        created_at=now_us(),
    )
