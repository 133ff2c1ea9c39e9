"""Logins that last: refresh tokens for programs; for the page a cookie, and a secret that stays in its origin."""

import contextlib
from dataclasses import dataclass

from magicai.accounts.identity import Session, SessionKind, User
from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.accounts.signing import Signer
from magicai.errors import MagicError, Unknown
from magicai.ports import Identities
from magicai.values.ids import new_id
from magicai.values.times import now_us

REFRESH_S = 30 * 86_400
PAGE_S = 12 * 3600
_LONGEST_CLIENT = 300
# How old the note of a session's last use may be.
_NOTED_US = 600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program gets by logging in; both are shown once."""

    access_token: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class PageProof:
    """What the page logs in by: neither half does without the other.

    Attributes:
        cookie: no script reads it, but the browser sends it to every port of the host.
        secret: the page's scripts send it, and the browser keeps it to the page's origin, of which the port is a part.
    """

    cookie: str
    secret: str

    @property
    def digest(self) -> str:
        """What is kept of both."""
        return digest_of(f"{self.cookie}.{self.secret}")


async def log_in(identities: Identities, signer: Signer, user: User, *, client: str | None = None) -> Tokens:
    """Begin a family of refresh tokens."""
    refresh = new_secret("mrt_")
    session = await _open(identities, user, SessionKind.REFRESH, REFRESH_S, digest_of(refresh), client)
    return Tokens(await signer.sign(user.user_id, session.session_id), refresh)


async def refresh(identities: Identities, signer: Signer, token: str) -> Tokens:
    """The next pair of tokens for one that was not used yet.

    Raises:
        Unknown: it was used before, in which case the login ends for whoever has a token of it; or it has ended.
    """
    following = new_secret("mrt_")
    session = await identities.rotate(digest_of(token), new=digest_of(following))
    if session is None or not (await identities.user(session.user_id)).enabled:
        raise Unknown("refresh_token_invalid")
    return Tokens(await signer.sign(session.user_id, session.session_id), following)


async def log_out(identities: Identities, token: str) -> User | None:
    """End the login of a refresh token; answers whose it was. One that nobody knows changes nothing."""
    session = await identities.session_of(digest_of(token))
    if session is None:
        return None
    await identities.end_session(session.session_id)
    return await identities.user(session.user_id)


async def open_page(identities: Identities, user: User, *, client: str | None = None) -> tuple[Session, PageProof]:
    """Begin a page's session."""
    proof = PageProof(cookie=new_secret("mps_"), secret=new_secret())
    return await _open(identities, user, SessionKind.PAGE, PAGE_S, proof.digest, client), proof


async def page_of(identities: Identities, proof: PageProof) -> Session:
    """The session that a page's proof is of.

    Raises:
        Unknown: nobody knows it, or it has ended.
    """
    session = await identities.session_of(proof.digest)
    if session is None or session.kind is not SessionKind.PAGE or not session.holds(now_us()):
        raise Unknown("page_session_ended")
    return session


async def note_use(identities: Identities, session: Session, now: int) -> None:
    """Note that a session is in use, every ten minutes at most."""
    if now - (session.used_at or session.created_at) > _NOTED_US:
        with contextlib.suppress(MagicError):  # full disks keep nobody from reading
            await identities.note_session_use(session.session_id)


async def _open(
    identities: Identities, user: User, kind: SessionKind, lifetime_s: int, digest: str, client: str | None
) -> Session:
    now = now_us()
    session = Session(
        session_id=new_id(),
        user_id=user.user_id,
        kind=kind,
        created_at=now,
        expires_at=now + lifetime_s * 1_000_000,
        client=client[:_LONGEST_CLIENT] if client else None,
    )
    await identities.open_session(session, digest=digest)
    return session
