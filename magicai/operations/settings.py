"""Settings that can be set while MagicAI runs."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated

from pydantic import Field, JsonValue

from integrations.checking_settings import check_together
from integrations.choosing_models import try_model
from integrations.model_keys import models_of_key
from magicai.accounts.callers import require
from magicai.accounts.identity import Caller, Role, Scope, WorkspaceRole
from magicai.accounts.own_settings import Effective, sealed
from magicai.accounts.setting_access import check_may_set, level_of, may_see, may_set
from magicai.accounts.users import names_of
from magicai.errors import Conflict, MagicError, Refused, Temporary
from magicai.messages import Message
from magicai.models.choices import Chosen, chosen
from magicai.operations.models import tried_shown
from magicai.operations.operation import Context, operation
from magicai.ports import INSTALLATION
from magicai.setting_values import SETTABLE, checked, choices_of, hint_of, kept, kind_of, setting_named, variable_of
from magicai.settings import Settings
from magicai.shapes.problems import MessageShown
from magicai.shapes.settings import KeyTested, SettingChange, SettingList, SettingShown, Version
from magicai.surfaces import SurfaceWords
from magicai.values.masked import masked

TAG = "settings"
_Name = Annotated[str, Field(max_length=100, description="A setting's name, or its environment variable.")]
_ForAll = Annotated[bool, Field(description="For admins: what is set for all users, where each has their own.")]


@operation("GET", "/api/settings")
async def show_settings(context: Context, *, for_all: _ForAll = False) -> SettingList:
    """Settings that can be set here, with value and origin; for admins also those of the installation."""
    return SettingList(settings=await _shown(context, for_all=for_all))


@operation(
    "PUT",
    "/api/settings/{name}",
    scope=Scope.ACCOUNT,
    problems=(404, 409),
    example={"value": 2.5, "version": 0},
    audited="setting.set",
)
async def set_setting(context: Context, name: _Name, given: SettingChange) -> SettingShown:
    """Set a value. Running processes follow within two seconds."""
    name, level = _meant(context, name, for_all=given.for_all)
    value = checked(name, given.value)
    await _check_limit(context, name, level, value)
    await check_together(await context.ports.settings_of(context.owner_id), name, value)
    text = sealed(context.ports.seal, level, name, kept(value))
    await _put(context, name, level, text, given.version)
    shown = "***" if kind_of(name) == "secret" else _masked(kept(value))
    context.noted.params = {"setting": variable_of(name), "value": str(shown)}
    context.noted.installation = level == INSTALLATION
    return await _one(context, name, for_all=given.for_all)


@operation("DELETE", "/api/settings/{name}", scope=Scope.ACCOUNT, problems=(404, 409), audited="setting.reset")
async def reset_setting(
    context: Context,
    name: _Name,
    *,
    version: Version,
    for_all: _ForAll = False,
) -> SettingShown:
    """Reset a setting: what is set for all holds again, or else the default."""
    name, level = _meant(context, name, for_all=for_all)
    context.noted.params["setting"] = variable_of(name)
    context.noted.installation, context.noted.nothing = level == INSTALLATION, not version
    if version:  # nobody has ever set it before the first
        await _put(context, name, level, None, version)
    return await _one(context, name, for_all=for_all)


@operation("POST", "/api/settings/{name}/test", scope=Scope.ACCOUNT, member=WorkspaceRole.ADMIN, problems=(404, 409))
async def try_setting(context: Context, name: _Name, *, for_all: _ForAll = False) -> KeyTested:
    """Ask each model that a key is for once, with a few words. It may cost a little.

    What came of it is kept with the key.
    """
    name = setting_named(name)
    level = level_of(name, context.caller, for_all=for_all)
    check_may_set(context.caller, name, level)
    now = await _effective(context, name, level)
    ports = await context.ports.of(INSTALLATION if for_all else context.owner_id)
    roles = models_of_key(name, await chosen(context.records.model_choices, ports.settings), ports.settings)
    if not roles:
        raise Conflict("setting_without_use", setting=variable_of(name))
    different = {one.name: one for one in roles}.values()
    try:
        tried = [tried_shown(await try_model(ports, one.role, one.name)) for one in different]
    except MagicError as exc:
        with suppress(Temporary):
            await _keep_test(context, level, now, exc.said)
        raise
    await _keep_test(context, level, now, None)
    return KeyTested(tried=tried)


async def _keep_test(context: Context, level: str, tried: Effective, error: Message | None) -> None:
    """Keep what came of a test with the row that was tried; the environment's key has none."""
    if tried.row is not None and tried.readable and tried.origin == ("workspace" if level else "installation"):
        settings = context.records.settings
        await settings.record_test(level, tried.name, version=tried.row.version, error=error)


def _meant(context: Context, given: str, *, for_all: bool) -> tuple[str, str]:
    """The setting, and whose row is changed.

    Raises:
        NotFound, Invalid: there is no such setting.
        Refused: the caller may not change it.
        Conflict: the environment sets it.
    """
    name = setting_named(given)
    level = level_of(name, context.caller, for_all=for_all)
    check_may_set(context.caller, name, level)
    if name in context.settings.model_fields_set:
        raise Conflict("setting_of_environment", setting=variable_of(name))
    return name, level


async def _check_limit(context: Context, name: str, level: str, value: object) -> None:
    limit = (await _effective(context, name, level)).limit
    if limit is not None and isinstance(value, int | float) and value > limit:
        raise Refused("setting_above_limit", setting=variable_of(name), value=f"{value:g}", limit=f"{limit:g}")


async def _put(context: Context, name: str, level: str, text: str | None, version: int) -> None:
    """Keep a change, made on a version.

    Raises:
        Conflict: there is a later one; names who made it, and the value now.
    """
    settings, by = context.records.settings, context.caller.user.user_id
    done = await settings.put(level, name, text, set_by=by, version=version)
    context.ports.own_settings.forget()
    if done is not None:
        return
    now = await _effective(context, name, level)
    who = await names_of(context.records.identities, [now.row.set_by if now.row else None])
    raise Conflict(
        "setting_changed",
        setting=variable_of(name),
        by=next(iter(who.values()), "?"),
        value="***" if kind_of(name) == "secret" else masked(str(kept(now.value))),
    )


async def _effective(context: Context, name: str, level: str) -> Effective:
    found = await context.ports.own_settings.each(context.owner_id, level)
    return next(one for one in found if one.name == name)


async def _one(context: Context, name: str, *, for_all: bool) -> SettingShown:
    return next(one for one in await _shown(context, for_all=for_all) if one.name == name)


async def _shown(context: Context, *, for_all: bool) -> list[SettingShown]:
    if for_all:
        require(context.caller, scope=Scope.READ, role=Role.ADMIN)
    whose = INSTALLATION if for_all else context.owner_id
    found = await context.ports.own_settings.each(whose, whose)
    seen = [one for one in found if may_see(context.caller, one.name)]
    names = await names_of(context.records.identities, [one.row.set_by for one in seen if one.row])
    settings = await context.ports.settings_of(whose)
    roles = await chosen(context.records.model_choices, settings)
    users = {one.name: models_of_key(one.name, roles, settings) for one in seen}
    return [_setting(context.caller, one, names, users[one.name], context.say, for_all=for_all) for one in seen]


def _setting(
    caller: Caller,
    one: Effective,
    names: Mapping[str, str],
    users: Sequence[Chosen],
    say: SurfaceWords,
    *,
    for_all: bool,
) -> SettingShown:
    declared, field, row = SETTABLE[one.name], Settings.model_fields[one.name], one.row
    level = level_of(one.name, caller, for_all=for_all)
    secret, value = kind_of(one.name) == "secret", kept(one.value)
    # The end of a secret is for those who may change it.
    held = level if one.origin == "workspace" else INSTALLATION
    may = secret and may_set(caller, one.name, held)
    # Providers quote the key that they refuse.
    error = say.message(Message.restored(row.test_error)) if may and row and row.test_error else None
    return SettingShown(
        name=one.name,
        variable=variable_of(one.name),
        group=declared.group,
        scope=declared.scope,
        level="installation" if level == INSTALLATION else "workspace",
        description=field.description or "",
        kind=kind_of(one.name),
        choices=list(choices_of(one.name)),
        value=None if secret else _masked(value),
        hint=hint_of(str(value)) if may and value is not None else "",
        default=None if secret else kept(field.get_default(call_default_factory=True, validated_data={})),
        origin=one.origin,
        has_value=value not in (None, "", []),
        is_set=row is not None and row.value is not None,
        version=row.version if row else 0,
        changed_by=names.get(row.set_by, "") if row else "",
        changed_at=row.set_at if row else None,
        readable=one.readable,
        editable=one.origin != "environment" and may_set(caller, one.name, level),
        limit=one.limit,
        used_by=[user.role for user in users],
        tested_at=row.tested_at if row else None,
        error=error.text(say.surface) if error else "",
        message=MessageShown.of(error),
    )


def _masked(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_masked(one) for one in value]
    return masked(value) if isinstance(value, str) else value
