"""The settings that hold for an owner: the environment, then what is set for them, then for all, then the defaults."""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from pydantic import JsonValue

from magicai.errors import MagicError, Permanent
from magicai.ports import INSTALLATION, Seal, SettingRecords, SetValue
from magicai.setting_values import SETTABLE, kind_of, read
from magicai.settings import Settings
from magicai.values.sealed import SEALED

_log = logging.getLogger(__name__)
Origin = Literal["environment", "workspace", "installation", "default"]

# How long a process takes what it has read as what is set.
_MEMORY_S = 1.0
_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Effective:
    """A setting as it holds.

    Attributes:
        row: what is set at the level that was asked for, if anything ever was.
        readable: whether that can still be read; what can't does not hold.
        limit: the most that it may be at that level; None where there is no limit.
    """

    name: str
    value: object
    origin: Origin
    row: SetValue | None = None
    readable: bool = True
    limit: float | None = None


class OwnSettings:
    """Knows the settings of every owner, and reads them again after a second.

    Args:
        base: those of this process; what its environment says goes before all that is set.
    """

    def __init__(self, base: Settings, records: Callable[[], SettingRecords], seal: Callable[[], Seal]) -> None:
        self._base, self._records, self._seal = base, records, seal
        self._remembered: dict[str, tuple[float, Sequence[SetValue], Settings]] = {}

    async def of(self, owner_id: str) -> Settings:
        """The settings of an owner, or with INSTALLATION those of all; the process's own where nothing is set.

        Raises:
            Temporary, Permanent: the records don't answer.
        """
        known = self._remembered.get(owner_id)
        if known is not None and time.monotonic() < known[0]:
            return known[2]
        rows = await self._records().of(owner_id)
        same = known is not None and known[1] == rows
        settings = known[2] if known is not None and same else self._overlaid(owner_id, rows)
        while len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[owner_id] = (time.monotonic() + _MEMORY_S, rows, settings)
        return settings

    def forget(self) -> None:
        """Read again what is asked for next: this process has just changed it."""
        self._remembered.clear()

    async def each(self, owner_id: str, level: str) -> Sequence[Effective]:
        """Every setting that can be set, as it holds for an owner.

        Args:
            level: whose rows come along, the owner's or INSTALLATION; of what is the installation's, its own.
        """
        rows = await self._records().of(owner_id)
        common = self._values(INSTALLATION, rows)
        own = self._values(owner_id, () if owner_id == INSTALLATION else rows)
        there = {(row.owner_id, row.name): row for row in rows}
        return [self._effective(name, level, own, common, there) for name in SETTABLE]

    def _effective(
        self,
        name: str,
        level: str,
        own: Mapping[str, object],
        common: Mapping[str, object],
        rows: Mapping[tuple[str, str], SetValue],
    ) -> Effective:
        of_all = level == INSTALLATION or SETTABLE[name].scope == "installation"
        row = rows.get((INSTALLATION if of_all else level, name))
        readable = row is None or row.value is None or name in (common if of_all else own)
        limit = None if of_all or not SETTABLE[name].capped else cast("float | None", common.get(name))
        value, origin = getattr(self._base, name), cast("Origin", "default")
        if name in self._base.model_fields_set:
            origin = "environment"
        elif name in own:
            value, origin = _capped(name, own[name], common), "workspace"
        elif name in common:
            value, origin = common[name], "installation"
        return Effective(name, value, origin, row, readable, limit)

    def _overlaid(self, owner_id: str, rows: Sequence[SetValue]) -> Settings:
        own, common = self._values(owner_id, rows), self._values(INSTALLATION, rows)
        values = {**common, **{name: _capped(name, value, common) for name, value in own.items()}}
        values = {name: value for name, value in values.items() if name not in self._base.model_fields_set}
        if not values:
            return self._base
        fields = {**{name: getattr(self._base, name) for name in Settings.model_fields}, **values}
        # As if they were defaults: what the environment says stays what was set there.
        return Settings.model_construct(_fields_set=set(self._base.model_fields_set), **fields)

    def _values(self, owner_id: str, rows: Sequence[SetValue]) -> Mapping[str, object]:
        """What is set at one level and can be read; what can't is told, and does not hold."""
        found: dict[str, object] = {}
        for row in rows:
            declared = SETTABLE.get(row.name)  # one of a later version is unknown here
            if row.owner_id != owner_id or row.value is None or declared is None:
                continue
            if owner_id != INSTALLATION and declared.scope == "installation":
                continue
            try:
                found[row.name] = read(row.name, opened(self._seal(), row))
            except (MagicError, ValueError) as exc:
                _log.warning("the setting %s of %r can't be read: %s", row.name, owner_id, exc)
        return found


def sealed(seal: Seal, owner_id: str, name: str, value: object) -> str:
    """A value as it is kept: JSON, of a secret its sealed text."""
    if kind_of(name) == "secret":
        return json.dumps(SEALED + seal.seal(str(value), owner_id=_bound_to(owner_id)))
    return json.dumps(value, ensure_ascii=False)


def opened(seal: Seal, row: SetValue) -> JsonValue:
    """A value as it was given, secrets in clear.

    Raises:
        Permanent: it was sealed with another key.
    """
    value = json.loads(row.value or "null")
    if kind_of(row.name) != "secret":
        return value
    if not isinstance(value, str) or not value.startswith(SEALED):
        raise Permanent("run_secret_not_decryptable")
    return seal.open(value.removeprefix(SEALED), owner_id=_bound_to(row.owner_id))


def _bound_to(owner_id: str) -> str:
    # What is sealed for a setting opens as nothing else of its owner, and the installation's as nobody's.
    return f"setting:{owner_id}"


def _capped(name: str, value: object, common: Mapping[str, object]) -> object:
    if not SETTABLE[name].capped or name not in common:
        return value
    return min(cast("float", value), cast("float", common[name]))
