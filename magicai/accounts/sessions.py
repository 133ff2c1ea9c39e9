"""Logins that last: refresh tokens for programs, a cookie for the page."""

import hmac
from dataclasses import dataclass

from magicai.accounts.identity import Session, SessionKind, User
from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.accounts.signing import Signer
from magicai.errors import Unknown
from magicai.ports import Identities
from magicai.values.ids import new_id
from magicai.values.times import now_us

REFRESH_S = 30 * 86_400
PAGE_S = 12 * 3600
_AGAIN = "Log in again."


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program gets by logging in; both are shown once."""

    access_token: str
    refresh_token: str


async def log_in(identities: Identities, signer: Signer, user: User) -> Tokens:
    """Begin a family of refresh tokens."""
    refresh = new_secret("mrt_")
    session = await _open(identities, user, SessionKind.REFRESH, REFRESH_S, refresh)
    return Tokens(await signer.sign(user.user_id, session.session_id), refresh)


async def refresh(identities: Identities, signer: Signer, token: str) -> Tokens:
    """The next pair of tokens for one that was not used yet.

    Raises:
        Unknown: it was used before, in which case the login ends for whoever has a token of it; or it has ended.
    """
    following = new_secret("mrt_")
    session = await identities.rotate(digest_of(token), new=digest_of(following))
    if session is None or not (await identities.user(session.user_id)).enabled:
        raise Unknown("The refresh token is not valid, or was used before, which ends its login.", way_out=_AGAIN)
    return Tokens(await signer.sign(session.user_id, session.session_id), following)


async def log_out(identities: Identities, token: str) -> None:
    """End the login of a refresh token; one that nobody knows changes nothing."""
    session = await identities.session_of(digest_of(token))
    if session is not None:
        await identities.end_session(session.session_id)


async def open_page(identities: Identities, user: User) -> tuple[Session, str]:
    """Begin a page's session; answers it with what its cookie holds."""
    cookie = new_secret("mps_")
    return await _open(identities, user, SessionKind.PAGE, PAGE_S, cookie), cookie


async def page_of(identities: Identities, cookie: str) -> Session:
    """The session of a page's cookie.

    Raises:
        Unknown: nobody knows it, or it has ended.
    """
    session = await identities.session_of(digest_of(cookie))
    if session is None or session.kind is not SessionKind.PAGE or not session.holds(now_us()):
        raise Unknown("The page's login has ended.", way_out=_AGAIN)
    return session


def csrf_of(cookie: str) -> str:
    """What the page sends with each change: only who has read an answer of ours knows it, a foreign page does not."""
    return digest_of(f"csrf {cookie}")


def is_csrf(cookie: str, given: str) -> bool:
    """Whether this is what `csrf_of` has answered."""
    return hmac.compare_digest(csrf_of(cookie).encode(), given.encode("utf-8", "surrogatepass"))


async def _open(identities: Identities, user: User, kind: SessionKind, lifetime_s: int, secret: str) -> Session:
    now = now_us()
    session = Session(
        session_id=new_id(),
        user_id=user.user_id,
        kind=kind,
        created_at=now,
        expires_at=now + lifetime_s * 1_000_000,
    )
    await identities.open_session(session, digest=digest_of(secret))
    return session
