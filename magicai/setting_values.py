"""Values of settings as people give them: their kinds, and whether they are good."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import AliasChoices, JsonValue, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from magicai.errors import Invalid, NotFound
from magicai.messages.validation import reason_of
from magicai.settable import MOST_MONEY, Kind, Settable, settable_of
from magicai.settings import Settings

# Any number without a limit of its own.
_MOST = 1_000_000
_LONGEST, _MOST_QUOTED = 4000, 80
_LAST, _SHORT = 4, 12
_COMMA = re.compile(r"[+-]?\d{1,3}(?:[.\s']?\d{3})*,\d+$|[+-]?\d+,\d+$")

SETTABLE: Mapping[str, Settable] = {
    name: found for name, field in Settings.model_fields.items() if (found := settable_of(field)) is not None
}


class _Given(Settings):
    """Settings of nothing but what is given: the same types and validators, and no environment."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given."""
        return (init_settings,)


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[name].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"MAGICAI_{name.upper()}"


def setting_named(given: str) -> str:
    """The name of a setting that can be set, by its name or its variable in any case.

    Raises:
        NotFound: there is none.
        Invalid: only the environment sets it.
    """
    lower = given.strip().lower()
    name = next((one for one in Settings.model_fields if lower in (one, variable_of(one).lower())), None)
    if name is None:
        raise NotFound("setting_unknown", name=given[:_MOST_QUOTED])
    if name not in SETTABLE:
        raise Invalid("setting_of_environment_only", setting=variable_of(name))
    return name


@cache
def kind_of(name: str) -> Kind:
    """What a setting's values are."""
    if SETTABLE[name].form == "money":
        return "money"
    annotation: Any = Settings.model_fields[name].annotation
    if get_origin(annotation) is tuple:
        return "list"
    if get_origin(annotation) is Literal:
        return "choice"
    types = get_args(annotation) or (annotation,)
    if SecretStr in types:
        return "secret"
    if bool in types:
        return "boolean"
    return "number" if int in types or float in types else "text"


def choices_of(name: str) -> Sequence[str]:
    """What a setting's values are chosen from; none where they are any."""
    annotation: Any = Settings.model_fields[name].annotation
    inner = get_args(annotation)[0] if get_origin(annotation) is tuple else annotation
    return get_args(inner) if get_origin(inner) is Literal else ()


def checked(name: str, given: JsonValue) -> object:
    """A value of a setting, as `Settings` has it.

    Raises:
        Invalid: it is none; names it and the way out.
    """
    value = given.strip() if isinstance(given, str) else given
    if value is None or value in ("", []):
        raise Invalid("setting_value_empty", setting=variable_of(name))
    number = kind_of(name) in ("number", "money")
    if number and isinstance(value, str) and _COMMA.match(value):
        raise Invalid("number_with_comma", setting=variable_of(name), value=value, better=_with_point(value))
    if (number and isinstance(value, bool)) or isinstance(value, dict):
        raise _refused(name, value, "value_float_type" if number else "value_string_type")
    texts = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
    if any(len(one) > _LONGEST or not one.isprintable() for one in texts):
        raise Invalid("setting_text_invalid", setting=variable_of(name), most=_LONGEST)
    found = read(name, value)
    # Some settings take 0 as "no limit", which who enters it may not mean.
    if number and not (found is not None and _least(name) <= cast("float", found) <= _most(name)):
        params = {"least": _worded(_least(name)), "most": _worded(_most(name))}
        raise Invalid("setting_out_of_range", setting=variable_of(name), value=_quoted(name, value), **params)
    if SETTABLE[name].form == "address":
        _check_address(name, str(value))
    return found


def read(name: str, value: JsonValue) -> object:
    """A value as `Settings` has it, by its own validators alone.

    Raises:
        Invalid: it is not of its kind.
    """
    try:
        return getattr(_Given.model_validate({name: value}), name)
    except ValidationError as exc:
        raise _refused(name, value, reason_of(exc.errors()[0])) from None  # the cause quotes what may be secret


def kept(value: object) -> JsonValue:
    """A value as JSON; of a secret, the secret."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return [str(one) for one in cast("tuple[object, ...]", value)]
    return cast("JsonValue", value) if isinstance(value, bool | int | float | str | None) else str(value)


def hint_of(secret: str) -> str:
    """The end of a secret, by which a person knows it again; of a short one, nothing."""
    return secret[-_LAST:] if len(secret) >= _SHORT else ""


def _least(name: str) -> float:
    return 0 if kind_of(name) == "money" else float("-inf")


def _most(name: str) -> float:
    return MOST_MONEY if kind_of(name) == "money" else _MOST


def _worded(number: float) -> str:
    return f"{number:,.10g}"


def _with_point(value: str) -> str:
    return re.sub(r"[.\s']", "", value).replace(",", ".")


def _quoted(name: str, value: JsonValue) -> str:
    return "***" if kind_of(name) == "secret" else str(value)[:_MOST_QUOTED]


def _refused(name: str, value: JsonValue, reason: Any) -> Invalid:
    from magicai.messages import say

    reason = say(reason) if isinstance(reason, str) else reason
    return Invalid("setting_value_invalid", setting=variable_of(name), value=_quoted(name, value), reason=reason)


def _check_address(name: str, value: str) -> None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good:
        raise Invalid("setting_address_invalid", setting=variable_of(name), value=_quoted(name, value))
