"""The settings as `magicai settings` shows them."""

from dataclasses import asdict, dataclass
from typing import cast

from magicai.setting_values import variable_of
from magicai.settings import Settings
from magicai.values.masked import masked


@dataclass(frozen=True, slots=True)
class Listed:
    """A setting as `magicai settings` shows it; a secret's value is masked.

    Attributes:
        name: of the environment variable.
        origin: `environment` or `default`; of one that can be set, also `workspace` or `installation`.
    """

    name: str
    value: str
    default: str
    origin: str
    description: str

    def as_json(self) -> dict[str, str]:
        """All of it, by name."""
        return asdict(self)


def listed(settings: Settings) -> list[Listed]:
    """Every setting, in the order of their subjects."""
    rows: list[Listed] = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        default = field.get_default(call_default_factory=True, validated_data={})
        origin = "environment" if name in settings.model_fields_set else "default"
        rows.append(Listed(variable_of(name), _shown(value), _shown(default), origin, field.description or ""))
    return rows


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(masked(str(part)) for part in cast("tuple[object, ...]", value))
    return "" if value is None else masked(str(value))
