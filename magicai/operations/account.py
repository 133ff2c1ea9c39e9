"""Oneself: who one is, what one has used, one's keys and password."""

from typing import Annotated

from pydantic import Field

from magicai.accounts import users
from magicai.accounts.account import Me, Usage
from magicai.accounts.api_keys import add_key
from magicai.accounts.identity import Scope
from magicai.accounts.mailed_links import LinkMailer
from magicai.accounts.usage import usage_of
from magicai.errors import NotFound
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, IdempotencyKey, operation
from magicai.paging import cut, place_of
from magicai.shapes.accounts import ApiKeyList, ApiKeyMade, ApiKeyShown, NewApiKey, NewEmail, NewPassword

TAG = "account"


@operation("GET", "/api/me")
async def show_me(context: Context) -> Me:
    """The caller, with role and scopes."""
    return Me.of(context.caller)


@operation(
    "PUT",
    "/api/me/password",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=204,
    problems=(404,),
    example={"password": "the present one", "new_password": "a longer one than that"},
    audited="password.changed",
    audited_in="account",
)
async def change_password(context: Context, given: NewPassword) -> None:
    """Change or set your password. Ends all sessions, and revokes API keys that are not in `keep_keys`."""
    identities, cache = context.records.identities, context.ports.cache
    await users.change_password(
        identities, cache, context.caller, given.password, given.new_password, keep_keys=given.keep_keys
    )


@operation(
    "PUT",
    "/api/me/email",
    scope=Scope.ACCOUNT,
    own_account=True,
    in_person=True,
    status=204,
    problems=(409,),
    example={"email": "ann@shop.example", "password": "the present one"},
    audited="email.changed",
    audited_in="account",
)
async def change_email(context: Context, given: NewEmail) -> None:
    """Set your email address, by which you can set a new password. It is yours once you open the link mailed there."""
    ports = context.ports
    mailer = LinkMailer(context.records, ports.cache, context.settings, ports.page, given.language)
    await mailer.verify(context.caller, given.email, given.password)


@operation(
    "DELETE",
    "/api/me/email",
    scope=Scope.ACCOUNT,
    own_account=True,
    in_person=True,
    status=204,
    audited="email.removed",
    audited_in="account",
)
async def remove_email(context: Context) -> None:
    """Remove your email address."""
    await context.records.identities.set_email(context.caller.user.user_id, None)


@operation("GET", "/api/usage")
async def show_usage(context: Context, days: Annotated[int, Field(ge=1, le=366)] = 30) -> Usage:
    """Usage of your runs in the last days."""
    limit = context.settings.budget_workspace_month
    return await usage_of(context.records, context.owner_id, days=days, limit=limit)


@operation("GET", "/api/api-keys", scope=Scope.ACCOUNT)
async def list_api_keys(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> ApiKeyList:
    """Your API keys, newest first."""
    return await keys_of(context, context.caller.user.user_id, limit, cursor)


@operation(
    "POST",
    "/api/api-keys",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=201,
    created=("key_id", "show_api_key", "revoke_api_key"),
    example={"name": "nightly report", "scopes": ["read", "run"], "days": 90},
    audited="key.created",
)
async def make_api_key(context: Context, given: NewApiKey, once: IdempotencyKey = None) -> ApiKeyMade:
    """Create an API key for the workspace, shown only once. One made by a key has no more scopes, and ends with it."""
    caller = context.caller
    key, secret = await add_key(
        context.records.identities,
        caller.user,
        given.name,
        given.scopes,
        days=given.days,
        once=once,
        by=caller,
        workspace_id=None if caller.member is None else caller.owner_id,
    )
    return ApiKeyMade.of(key, key=secret)


@operation("GET", "/api/api-keys/{key_id}", scope=Scope.ACCOUNT, problems=(404,))
async def show_api_key(context: Context, key_id: str) -> ApiKeyShown:
    """One of your API keys."""
    for key in await context.records.identities.keys(context.caller.user.user_id):
        if key.key_id == key_id:
            return ApiKeyShown.of(key)
    raise NotFound("api_key_not_found", key_id=key_id[:64])


@operation(
    "DELETE",
    "/api/api-keys/{key_id}",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=204,
    problems=(404,),
    audited="key.revoked",
)
async def revoke_api_key(context: Context, key_id: str) -> None:
    """Revoke an API key, and all keys that it created."""
    context.noted.params["name"] = (await show_api_key(context, key_id)).name
    await context.records.identities.revoke_key(context.caller.user.user_id, key_id)


async def keys_of(context: Context, user_id: str, limit: int, cursor: str) -> ApiKeyList:
    """A user's API keys, newest first."""
    found = await context.records.identities.keys(user_id, before=place_of(cursor, int, str), limit=limit + 1)
    keys, next_cursor = cut(found, limit, lambda key: (key.created_at, key.key_id))
    return ApiKeyList(items=[ApiKeyShown.of(key) for key in keys], next_cursor=next_cursor)
