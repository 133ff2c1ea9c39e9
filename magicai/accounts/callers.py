"""Who asks, by what they bring: an access token, an API key, a page's cookie with its secret, a ticket."""

from collections.abc import Callable

from magicai.accounts.api_keys import PREFIX
from magicai.accounts.identity import Caller, Member, Role, Scope, Session, User, WorkspaceRole
from magicai.accounts.secret_tokens import digest_of
from magicai.accounts.sessions import PageProof, note_use, page_of
from magicai.accounts.signing import Signer
from magicai.errors import NotFound, Refused, Unknown
from magicai.ports import Identities, Workspaces
from magicai.values.times import now_us

# How long a user and a login are taken to be as they were when they were last read.
_MEMORY_US = 1_000_000
_MOST_KEPT = 10_000


class Callers:
    """Finds out who asks. What it remembers of users and logins is at most a second old."""

    def __init__(
        self, identities: Identities, workspaces: Workspaces, signer: Signer, *, now: Callable[[], int] = now_us
    ) -> None:
        self._identities, self._workspaces, self._signer, self._now = identities, workspaces, signer, now
        self._memory: dict[str, tuple[int, User, Session]] = {}

    async def by_bearer(self, token: str, workspace_id: str = "") -> Caller:
        """The caller of an access token or an API key.

        Args:
            token: as it was given.
            workspace_id: in which they ask; "": in their personal one, or that of the key.

        Raises:
            Unknown: it is neither, or it has ended, or its user is disabled.
            NotFound: they are not in the workspace.
            Refused: the key is for another one.
        """
        if token.startswith(PREFIX):
            return await self._by_key(token, workspace_id)
        claims = await self._signer.read(token)
        user, session = await self._standing(claims.user_id, claims.session_id)
        if not session.holds(self._now()) or session.user_id != user.user_id:
            raise _logged_out()
        member = await self._member(workspace_id, user.user_id)
        return Caller(user=_enabled(user), member=member, session_id=session.session_id, until=claims.until)

    async def by_page(self, proof: PageProof, workspace_id: str = "") -> Caller:
        """The caller of a page.

        Raises:
            Unknown: it has ended, or its user is disabled.
            NotFound: they are not in the workspace.
        """
        session = await page_of(self._identities, proof)
        user = _enabled(await self._user(session.user_id))
        await note_use(self._identities, session, self._now())
        member = await self._member(workspace_id, user.user_id)
        return Caller(user=user, member=member, session_id=session.session_id, until=session.expires_at)

    async def refresh(self, caller: Caller) -> Caller:
        """The same caller, as they stand now.

        Raises:
            Unknown: what they brought has ended since.
            NotFound: they are no longer in the workspace.
        """
        user = _enabled(await self._user(caller.user.user_id))
        if caller.until is not None and caller.until <= self._now():
            raise Unknown("session_ended")
        if caller.session_id is not None:
            session = await self._identities.session(caller.session_id)
            if session is None or not session.holds(self._now()):
                raise _logged_out()
        if caller.key_id is not None:
            keys = await self._identities.keys(user.user_id)
            if not any(key.key_id == caller.key_id and key.holds(self._now()) for key in keys):
                raise _no_key()
        return caller.model_copy(update={"user": user, "member": await self._member(caller.owner_id, user.user_id)})

    async def _by_key(self, secret: str, workspace_id: str) -> Caller:
        key = await self._identities.key_of(digest_of(secret))
        if key is None or not key.holds(self._now()):
            raise _no_key()
        user = _enabled(await self._user(key.user_id))
        bound = key.workspace_id or user.user_id
        if workspace_id not in ("", bound):
            raise Refused("api_key_of_other_workspace")
        member = await self._member(bound, user.user_id)
        return Caller(user=user, member=member, scopes=frozenset(key.scopes), key_id=key.key_id, until=key.expires_at)

    async def _standing(self, user_id: str, session_id: str) -> tuple[User, Session]:
        known = self._memory.get(session_id)
        if known is not None and known[0] > self._now() and known[1].user_id == user_id:
            return known[1], known[2]
        user, session = await self._user(user_id), await self._identities.session(session_id)
        if session is None:
            raise _logged_out()
        await note_use(self._identities, session, self._now())
        if len(self._memory) >= _MOST_KEPT:
            self._memory.clear()
        self._memory[session_id] = (self._now() + _MEMORY_US, user, session)
        return user, session

    async def _member(self, workspace_id: str, user_id: str) -> Member | None:
        return await member_of(self._workspaces, workspace_id, user_id)

    async def _user(self, user_id: str) -> User:
        try:
            return await self._identities.user(user_id)
        except NotFound as exc:
            raise _logged_out() from exc


async def member_of(workspaces: Workspaces, workspace_id: str, user_id: str) -> Member | None:
    """What somebody is in a workspace; None in their personal one, which "" is, too.

    Raises:
        NotFound: they are not in it, or there is none.
    """
    if workspace_id in ("", user_id):
        return None
    member = await workspaces.member(workspace_id, user_id)
    if member is None:
        raise NotFound("workspace_not_found", workspace_id=workspace_id[:64])
    return member


def require(
    caller: Caller,
    *,
    scope: Scope,
    role: Role = Role.USER,
    member: WorkspaceRole | None = None,
    in_person: bool = False,
) -> None:
    """Let a caller pass who may do this.

    Args:
        member: what they must be in the workspace; what starts or stops something is an editor's where None.

    Raises:
        Refused: their role or their key does not allow it; names what would.
    """
    if scope not in caller.scopes:
        raise Refused("api_key_scope_missing", scope=scope.value)
    if not caller.user.role.covers(role):
        raise Refused("role_insufficient", name=caller.user.name, role=caller.user.role.called, required=role.called)
    needed = member or (WorkspaceRole.EDITOR if scope is Scope.RUN else WorkspaceRole.VIEWER)
    if not caller.workspace_role.covers(needed):
        raise Refused(
            "workspace_role_insufficient",
            name=caller.user.name,
            role=caller.workspace_role.called,
            required=needed.called,
        )
    if in_person and caller.key_id is not None:
        # Whoever finds a key must not become somebody who logs in, as themselves or as a user of their making.
        raise Refused("api_key_not_allowed")


def _enabled(user: User) -> User:
    if not user.enabled:
        raise Unknown("user_disabled")
    return user


def _logged_out() -> Unknown:
    return Unknown("session_ended")


def _no_key() -> Unknown:
    return Unknown("api_key_invalid")
