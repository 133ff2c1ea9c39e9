"""Where this installation's records were made, kept in MAGICAI_HOME: a database that holds nothing there has lost them.

Without it, a server that was emptied would be taken for a new one; its runs would be gone without a word, and
`reconcile` would empty all other stores after it. A machine that never used a database can't know
(docs/decisions/0028-records-that-are-gone-are-missed.md).
"""

import json
from pathlib import Path

from magicai.errors import Refused
from magicai.private import private_folder


class Emptied(Refused):
    """Records were where none are now."""

    def __init__(self, where: str, what: str, *, way_out: str) -> None:
        super().__init__(what, way_out=way_out)
        self.where = where


class Standing:
    """Places of records that were in use.

    Args:
        file: in MAGICAI_HOME; made when the first place is noted.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def note(self, where: str) -> None:
        """There are records of ours from now on."""
        known = self._known()
        if where not in known:
            self._keep([*known, where])

    def forget(self, where: str) -> None:
        """That place may be begun anew."""
        self._keep([one for one in self._known() if one != where])

    def miss(self, where: str) -> None:
        """See whether records were at a place that holds none.

        Raises:
            Emptied: they were.
        """
        if where in self._known():
            raise Emptied(
                where,
                f"{where} holds nothing, and the records of this installation were there: it was emptied, or is"
                " another server. Nothing was made or changed.",
                way_out="Bring the server's data back. If they are gone for good: magicai stores accept records --anew,"
                " and magicai restore DIR where you have a backup.",
            )

    def _known(self) -> list[str]:
        try:
            return list(map(str, json.loads(self._file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError):
            return []

    def _keep(self, known: list[str]) -> None:
        private_folder(self._file.parent)
        draft = self._file.with_suffix(".part")
        draft.write_text(json.dumps(known, indent=1), encoding="utf-8")
        draft.replace(self._file)
