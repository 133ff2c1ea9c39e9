"""What people decide about texts, which the decisions that led to them learn from."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from magicai.content.content import Content, Decision, State, Version
from magicai.content.editing import StoredContent, content_of, edit_distance, replace, was_edited
from magicai.errors import Conflict
from magicai.messages import Message, plain
from magicai.ports import LoggedDecision, Records
from magicai.runs.rewarding import reward_made, told_reward
from magicai.values.rewards import WEIGHTS
from magicai.values.times import now_us

_LONGEST_REASON = 500
_Logged = Mapping[str | None, list[LoggedDecision]]


@dataclass(slots=True)
class Decider:
    """Somebody who decides about texts, one or many.

    Attributes:
        by: the user.
        weights: what kinds of rewards weigh.
    """

    records: Records
    owner_id: str
    by: str = ""
    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    # Of the run that was asked for last: texts of one run come together.
    _logged: tuple[str, _Logged] | None = None

    async def accept(self, content_id: str, *, row: int | None = None, despite_findings: bool = False) -> StoredContent:
        """Accept a text as it is now; one that was edited first counts by how little.

        Args:
            row: the row's version that was looked at; whatever it is where None.
            despite_findings: whether also where something is wrong with it.

        Raises:
            NotFound: there is no such text of theirs.
            Conflict: it has changed meanwhile, or has findings that nobody accepted; names them.
        """
        kept = await content_of(self.records, content_id, owner_id=self.owner_id)
        latest = kept.content.latest
        if latest.flags and not despite_findings:
            raise Conflict("text_findings_open", n=len(latest.flags), findings=findings_of(latest))
        content = self._decided(kept.content, State.ACCEPTED, despite=latest.flags)
        saved = await replace(self.records, kept, content, row)
        kind, value = ("edited", 1 - edit_distance(content)) if was_edited(content) else ("accepted", 1.0)
        await self._learn(content, kind, value)
        return saved

    async def reject(self, content_id: str, reason: str, *, row: int | None = None) -> StoredContent:
        """Reject a text.

        Raises:
            NotFound: there is no such text of theirs.
            Conflict: it has changed meanwhile.
        """
        kept = await content_of(self.records, content_id, owner_id=self.owner_id)
        content = self._decided(kept.content, State.REJECTED, reason=reason)
        saved = await replace(self.records, kept, content, row)
        await self._learn(content, "rejected", 1.0)
        return saved

    async def undo(self, content_id: str, *, row: int | None = None) -> StoredContent:
        """Take a decision back that nobody built on; what was learned from it stays.

        Args:
            row: the row's version that the decision made; whatever it is where None.

        Raises:
            NotFound: there is no such text of theirs.
            Conflict: it has changed since, or there is no decision.
        """
        kept = await content_of(self.records, content_id, owner_id=self.owner_id)
        decision = kept.content.decision
        if decision is None:
            raise Conflict("text_changed")
        content = kept.content.model_copy(update={"state": decision.before, "reasons": (), "decision": None})
        return await replace(self.records, kept, content, row)

    def _decided(self, content: Content, state: State, *, reason: str = "", despite: tuple[str, ...] = ()) -> Content:
        decision = Decision(by=self.by, at=now_us(), before=content.state, despite=despite)
        reasons = (reason[:_LONGEST_REASON],) if reason else ()
        return content.model_copy(update={"state": state, "reasons": reasons, "decision": decision})

    async def _learn(self, content: Content, kind: str, value: float) -> None:
        """Reward the decisions that led to a text; a translation's has been rewarded by its original."""
        if content.translation_of:
            return
        told = told_reward(kind, value, owner_id=content.owner_id, weights=self.weights)
        by_item = await self._of_run(content.run_id)
        about = [*by_item.get(None, ()), *by_item.get(content.item, ())]
        await reward_made(self.records, about, told, owner_id=content.owner_id)

    async def _of_run(self, run_id: str) -> _Logged:
        if self._logged is None or self._logged[0] != run_id:
            by_item: defaultdict[str | None, list[LoggedDecision]] = defaultdict(list)
            for one in await self.records.decisions.of_run(run_id):
                by_item[one.choice.item].append(one)
            self._logged = run_id, by_item
        return self._logged[1]


def findings_of(version: Version) -> list[Message]:
    """What is wrong with a version; as it stands where an earlier release wrote it without codes."""
    return [*version.flag_messages] or [plain(flag) for flag in version.flags]
