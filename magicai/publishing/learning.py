"""What is learned from how a post does: about the text, and about the template, platform and time chosen for it."""

from collections.abc import Mapping

from magicai.content.content import KIND as CONTENT
from magicai.content.content import content_in
from magicai.ports import LoggedDecision
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.posts import Post
from magicai.runs.rewarding import reward_made, told_reward

# So many interactions are worth half of what any number is; of so many views, a tenth that interact are.
_HALF, _ENOUGH_VIEWS, _HALF_RATE = 10, 50, 0.1
_NOT_INTERACTIONS = ("views", "helpful", "not_helpful", "dislikes")
READERS = "readers"


def worth(counts: Mapping[str, int]) -> float:
    """What interactions are worth, from 0 to 1; with enough views, how many of those who saw it interacted counts."""
    total = sum(max(0, count) for name, count in counts.items() if name not in _NOT_INTERACTIONS)
    by_number = total / (total + _HALF)
    if (views := counts.get("views", 0)) < _ENOUGH_VIEWS:
        return by_number
    rate = total / views
    return (by_number + rate / (rate + _HALF_RATE)) / 2


def helpfulness(counts: Mapping[str, int]) -> float | None:
    """The share of readers who say that it was helpful, drawn to the middle while they are few; None of none."""
    yes = counts.get("helpful", 0)
    no = counts.get("not_helpful", 0) + counts.get("dislikes", 0)
    return (yes + 1) / (yes + no + 2) if yes + no else None


async def learn(records: PublishingRecords, post: Post) -> int:
    """Reward the decisions that led to a post; answers how many rewards that were."""
    made = await _decisions(records, post)
    interest = told_reward("clicked", worth(post.counts), owner_id=READERS)
    count = await reward_made(records, made, interest, owner_id=post.owner_id)
    if (helpful := helpfulness(post.counts)) is not None:
        said = told_reward("rating", helpful, owner_id=READERS)
        count += await reward_made(records, made, said, owner_id=post.owner_id)
    return count


async def _decisions(records: PublishingRecords, post: Post) -> list[LoggedDecision]:
    """Those of the run that wrote the text, and of the one that submitted it: of its platform, time and template."""
    kept = await records.submissions.get(post.content_id, owner_id=post.owner_id)
    found = list(await records.decisions.of_run(post.content_id))
    for one in await records.entities.present([(CONTENT, kept.submission.source)]):
        if one.entity is None or one.owner_id != post.owner_id:
            continue
        content = content_in(one.entity)
        made = await records.decisions.of_run(content.run_id)
        found += [each for each in made if each.choice.item in (None, content.item)]
    return found
