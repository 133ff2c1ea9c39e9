"""Where one is signed in, and by which accounts elsewhere one may sign in."""

from magicai.accounts.identity import Scope
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cut, place_of, sliced
from magicai.shapes.accounts import IdentityList, IdentityShown, SessionList, SessionShown

TAG = "account"


@operation("GET", "/api/sessions", scope=Scope.ACCOUNT)
async def list_sessions(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> SessionList:
    """Your sessions, newest first, without those that have ended."""
    user_id, current = context.caller.user.user_id, context.caller.session_id
    before = place_of(cursor, int, str)
    found = await context.records.identities.sessions(user_id, before=before, limit=limit + 1)
    sessions, next_cursor = cut(found, limit, lambda session: (session.created_at, session.session_id))
    items = [SessionShown.of(session, current=session.session_id == current) for session in sessions]
    return SessionList(items=items, next_cursor=next_cursor)


@operation(
    "DELETE",
    "/api/sessions",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=204,
    audited="session.others_ended",
    audited_in="account",
)
async def end_other_sessions(context: Context) -> None:
    """End all your sessions but the one that this request belongs to."""
    caller = context.caller
    await context.records.identities.end_other_sessions(caller.user.user_id, keep=caller.session_id)


@operation(
    "DELETE",
    "/api/sessions/{session_id}",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=204,
    problems=(404,),
    audited="session.ended_elsewhere",
    audited_in="account",
)
async def end_session(context: Context, session_id: str) -> None:
    """End one of your sessions. One that has ended stays as it is."""
    session = await context.records.identities.session(session_id)
    if session is None or session.user_id != context.caller.user.user_id:
        raise NotFound("session_not_found", session_id=session_id[:64])
    await context.records.identities.end_session(session_id)


@operation("GET", "/api/me/identities", scope=Scope.ACCOUNT)
async def list_identities(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> IdentityList:
    """Your accounts at OpenID Connect providers, by which you can sign in."""
    found = await context.records.identities.external(context.caller.user.user_id)
    identities, next_cursor = sliced(found, limit, cursor)
    return IdentityList(items=[IdentityShown.of(one) for one in identities], next_cursor=next_cursor)


@operation(
    "DELETE",
    "/api/me/identities/{identity_id}",
    scope=Scope.ACCOUNT,
    own_account=True,
    in_person=True,
    status=204,
    problems=(404, 409),
    audited="identity.unlinked",
    audited_in="account",
)
async def unlink_identity(context: Context, identity_id: str) -> None:
    """Unlink an account at a provider. The last one stays while you have no password."""
    await context.records.identities.unlink_external(context.caller.user.user_id, identity_id)
