"""Where this installation's records were made, kept in MAGICAI_HOME: a place that holds nothing by now has lost them.

Without it, a server that was emptied, or a file that is gone, would be taken for a new one; its runs would be gone
without a word, and `reconcile` would empty all other stores after it. A machine that never used a database can't know
(docs/decisions/0028-missing-records-are-reported.md).
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, select

from integrations.records import models
from magicai.errors import Refused
from magicai.messages import Message, say
from magicai.private import private_folder


class RecordsLost(Refused):
    """Records were where none are now.

    Attributes:
        place: by which `RecordsLocations` knows where that is.
    """

    def __init__(self, place: str, what: Message, *, way_out: Message) -> None:
        super().__init__(what, way_out=way_out)
        self.place = place


@dataclass(frozen=True, slots=True)
class _LocationsFile:
    """What the file holds: where records were, and where somebody said since that there may be none."""

    places: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()


class RecordsLocations:
    """Places of records that were in use.

    Args:
        file: in MAGICAI_HOME; made when the first place is noted.
        traces: names what else in that home only runs can have left; "" where nothing is.
        backup: the name of the latest backup; "" where none is known.
    """

    def __init__(
        self, file: Path, *, traces: Callable[[], str] = lambda: "", backup: Callable[[], str] = lambda: ""
    ) -> None:
        self._file, self._traces, self._backup = file, traces, backup

    def check_new(self, place: str, where: str) -> None:
        """See whether records were at a place that has no tables.

        Args:
            place: what it is known by.
            where: what people call it.

        Raises:
            RecordsLost: they were.
        """
        kept = self._kept()
        if place in kept.anew:
            return
        if place in kept.places:
            raise self._lost(place, say("records_lost", where=where))
        # A home from before such places were noted; where others are, the records that left the traces are there.
        if not kept.places and (left := self._traces()):
            raise self._lost(place, _left_behind(where, left))

    def check_existing(self, place: str, where: str, any_row: Callable[[], bool]) -> None:
        """Note a place that has tables.

        Raises:
            RecordsLost: not a row is in them, and something else shows that there were some.
        """
        kept = self._kept()
        if any_row():
            self._keep(kept, _LocationsFile(_with(kept.places, place), _without(kept.anew, place)))
            return
        expected = place not in kept.anew and (place in kept.places or not kept.places)
        # Rows come before the traces that they leave: a run that began just now has some by now.
        if expected and (left := self._traces()) and not any_row():
            raise self._lost(place, _left_behind(where, left))
        self._keep(kept, _LocationsFile(_with(kept.places, place), kept.anew))

    def allow_new(self, place: str) -> None:
        """That place may be begun anew."""
        kept = self._kept()
        self._keep(kept, _LocationsFile(_without(kept.places, place), _with(kept.anew, place)))

    def _lost(self, place: str, what: Message) -> RecordsLost:
        name = self._backup()
        return RecordsLost(
            place, what, way_out=say("restore_data_or_backup", backup=name) if name else say("restore_data")
        )

    def _kept(self) -> _LocationsFile:
        try:
            found: Any = json.loads(self._file.read_text(encoding="utf-8"))
            if isinstance(found, list):  # there were only places once
                return _LocationsFile(tuple(map(str, cast("list[object]", found))))
            return _LocationsFile(tuple(map(str, found["places"])), tuple(map(str, found["anew"])))
        except (OSError, ValueError, TypeError, KeyError):
            return _LocationsFile()

    def _keep(self, before: _LocationsFile, kept: _LocationsFile) -> None:
        if kept == before:
            return
        private_folder(self._file.parent)
        draft = self._file.with_suffix(f".{os.getpid()}.part")
        draft.write_text(json.dumps({"places": kept.places, "anew": kept.anew}, indent=1), encoding="utf-8")
        draft.replace(self._file)


def _left_behind(where: str, left: str) -> Message:
    return say("records_lost_beside_data", where=where, left=left)


def any_row(connection: Connection) -> bool:
    """Whether there is a row in any of the records' tables; runs first, which nearly always are there."""
    kept = (table for table in models.metadata.tables.values() if table is not models.store_locations)
    tables = sorted(kept, key=lambda table: table.name != "runs")
    return any(connection.execute(select(1).select_from(table).limit(1)).first() for table in tables)


def _with(places: tuple[str, ...], place: str) -> tuple[str, ...]:
    return places if place in places else (*places, place)


def _without(places: tuple[str, ...], place: str) -> tuple[str, ...]:
    return tuple(one for one in places if one != place)
