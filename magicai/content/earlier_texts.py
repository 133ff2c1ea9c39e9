"""A user's earlier texts of a type, which new ones should not repeat."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.content.content import KIND, Content, content_in
from magicai.content.text import plain
from magicai.ports import EntityRecords
from magicai.runs.run import JSON

_LOOKED_AT = 100
_MOST = 20


@dataclass(frozen=True, slots=True)
class EarlierTexts:
    """The latest of them, each with what it was written from."""

    texts: Sequence[Content]

    def beside(self, variables: JSON) -> list[str]:
        """Those about something else: a text that is written once more may say the same."""
        return [plain(one.latest.blocks) for one in self.texts if one.variables != variables]


async def earlier_texts(
    entities: EntityRecords, content_type: str, language: str, *, owner_id: str, run_id: str
) -> EarlierTexts:
    """A user's latest texts of a type and language that another run has written."""
    latest = await entities.latest(owner_id, KIND, limit=_LOOKED_AT)
    texts = [content_in(one.entity) for one in latest if one.entity is not None]
    alike = [one for one in texts if (one.content_type, one.language) == (content_type, language)]
    return EarlierTexts([one for one in alike if one.run_id != run_id][:_MOST])
