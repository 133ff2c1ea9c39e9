"""Users, and the key that signs access tokens, for admins."""

from magicai.accounts.identity import Role, Scope, WorkspaceRole
from magicai.accounts.passwords import hashed
from magicai.accounts.signing import Signer
from magicai.accounts.users import add_user, add_user_once
from magicai.messages import Message, say
from magicai.operations.account import keys_of
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, IdempotencyKey, operation
from magicai.paging import cut, place_of
from magicai.shapes.accounts import ApiKeyList, ChangedUser, NewUser, SigningKeyShown, UserList, UserShown

TAG = "users"
_NEW = {"name": "ann", "role": "user", "password": "correct horse battery staple"}


@operation("GET", "/api/users", scope=Scope.ACCOUNT, role=Role.ADMIN)
async def list_users(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> UserList:
    """All users by name."""
    (after,) = place_of(cursor, str) or ("",)
    found = await context.records.identities.users(after=after, limit=limit + 1)
    users, next_cursor = cut(found, limit, lambda user: (user.name,))
    return UserList(items=[UserShown.of(user) for user in users], next_cursor=next_cursor)


@operation(
    "POST",
    "/api/users",
    scope=Scope.ACCOUNT,
    role=Role.ADMIN,
    member=WorkspaceRole.VIEWER,
    in_person=True,
    status=201,
    problems=(409,),
    created=("user_id", "show_user", "change_user"),
    example=_NEW,
    audited="user.created",
    audited_in="installation",
)
async def make_user(context: Context, given: NewUser, once: IdempotencyKey = None) -> UserShown:
    """Create a user."""
    identities = context.records.identities
    made = (
        await add_user(identities, given.name, given.role, given.password)
        if once is None
        else await add_user_once(identities, given.name, given.role, given.password, key=once, by=context.caller.user)
    )
    return UserShown.of(made)


@operation("GET", "/api/users/{user_id}", scope=Scope.ACCOUNT, role=Role.ADMIN, problems=(404,))
async def show_user(context: Context, user_id: str) -> UserShown:
    """One user."""
    return UserShown.of(await context.records.identities.user(user_id))


@operation(
    "PATCH",
    "/api/users/{user_id}",
    scope=Scope.ACCOUNT,
    role=Role.ADMIN,
    member=WorkspaceRole.VIEWER,
    in_person=True,
    problems=(404, 409),
    example={"enabled": False},
    audited="user.changed",
    audited_in="installation",
)
async def change_user(context: Context, user_id: str, given: ChangedUser) -> UserShown:
    """Change a user's role or password, or disable the user. The last admin can't be demoted or disabled."""
    password = None if given.password is None else await hashed(given.password)
    context.noted.params["changes"] = _changes(given)
    changed = await context.records.identities.change_user(
        user_id, role=given.role, enabled=given.enabled, password_hash=password, keep_keys=given.keep_keys
    )
    return UserShown.of(changed)


@operation("GET", "/api/users/{user_id}/api-keys", scope=Scope.ACCOUNT, role=Role.ADMIN, problems=(404,))
async def list_user_api_keys(context: Context, user_id: str, limit: Limit = USUAL, cursor: Cursor = "") -> ApiKeyList:
    """A user's API keys, newest first. A new password revokes those that it does not name."""
    user = await context.records.identities.user(user_id)
    return await keys_of(context, user.user_id, limit, cursor)


@operation(
    "POST",
    "/api/signing-keys",
    scope=Scope.ACCOUNT,
    role=Role.ADMIN,
    member=WorkspaceRole.VIEWER,
    status=201,
    audited="signing_key.rotated",
    audited_in="installation",
)
async def rotate_signing_key(context: Context) -> SigningKeyShown:
    """Sign access tokens with a new key. Sessions continue."""
    return SigningKeyShown.of(await Signer(context.ports.signing_keys).rotate())


def _changes(given: ChangedUser) -> list[Message]:
    changes = [] if given.role is None else [say("audited_role", role=given.role.called)]
    if given.enabled is not None:
        changes.append(say("audited_enabled" if given.enabled else "audited_disabled"))
    return changes if given.password is None else [*changes, say("audited_password")]
