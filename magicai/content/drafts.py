"""The drafts of a text, side by side, and the one that its user takes."""

from collections.abc import Mapping

from magicai.content.content import Content, Version
from magicai.content.editing import StoredContent, content_of, replace, with_version
from magicai.errors import NotFound
from magicai.messages import say
from magicai.ports import Records
from magicai.runs.rewarding import reward_made, told_reward
from magicai.values.rewards import WEIGHTS
from magicai.values.times import now_us


def draft_of(content: Content, number: int) -> Version:
    """One of the drafts that a text was chosen from.

    Raises:
        NotFound: there is none of that number.
    """
    found = next((alternative for alternative in content.alternatives if alternative.number == number), None)
    if found is None:
        there = [alternative.number for alternative in content.alternatives]
        way_out = say("choose_existing_version", names=there) if there else "ask_for_several_drafts"
        raise NotFound("draft_not_found", way_out=way_out, number=number)
    return found


async def use_draft(
    records: Records,
    content_id: str,
    number: int,
    *,
    owner_id: str,
    row: int | None = None,
    weights: Mapping[str, float] = WEIGHTS,
) -> StoredContent:
    """Keep a draft of a text as its next version; the choice of its writer learns from that.

    Raises:
        NotFound: there is no such text of theirs, or no such draft of it.
        Conflict: it has changed meanwhile.
    """
    kept = await content_of(records, content_id, owner_id=owner_id)
    draft = draft_of(kept.content, number)
    version = draft.model_copy(
        update={"number": kept.content.latest.number + 1, "at": now_us(), "note": f"draft {number}"}
    )
    saved = await replace(records, kept, with_version(kept.content, version), row)
    told = told_reward("accepted", 1.0, owner_id=owner_id, weights=weights)
    made = await records.decisions.of_run(kept.content.run_id)
    about = [one for one in made if one.choice.item == kept.content.item and one.choice.option == draft.by]
    await reward_made(records, about, told, owner_id=owner_id)
    return saved
