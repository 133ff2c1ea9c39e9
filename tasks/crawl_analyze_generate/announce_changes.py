from collections.abc import Awaitable, Callable

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.messages import Message, say
from magicai.ports import Records
from magicai.runs.effects import Effect
from magicai.runs.run import JSON
from magicai.shops.analysis import Analysis, Changes
from magicai.shops.crawl_result import Report
from magicai.shops.own_comparison import OwnComparison

_NAMED = 5
# What makes an undercut news: the shop's price is another one, or was not there.
_MOVED = ("new", "dearer", "cheaper", "back")
_KINDS = ("new", "gone", "dearer", "cheaper", "sold_out", "back")


def _nobody(situation: Situation) -> Message | None:
    return None if situation.machine.notices else say("notify_url_not_set")


@step(provides="announced", optional=True, unless=_nobody)
async def announce_changes(
    run: StepRun,
    analysis: Analysis,
    report: Report,
    own_comparison: list[OwnComparison] | None = None,
    *,
    records: Records,
    notify: Callable[..., Awaitable[JSON]],
) -> bool:
    """Tell of changes, and of what a shop has for less than oneself since, by webhook or mail, once."""
    words = [line for shop in analysis.shops if shop.changes for line in _lines(shop.shop, shop.changes)]
    changes = {shop.shop: shop.changes for shop in analysis.shops}
    for comparison in own_comparison or ():
        words += [line.in_language(report.language) for line in _undercuts(comparison, changes.get(comparison.shop))]
    if not words:
        return False
    effect = Effect(records, kind="notice", owner_id=run.owner_id, key=run.run_id, run_id=run.run_id)
    # Whom Apprise tells can't be asked what has arrived.
    await effect.once(lambda: notify(title=report.title, body="\n".join([*words, report.html])))
    return True


def _undercuts(comparison: OwnComparison, changes: Changes | None) -> list[Message]:
    """How many of one's own prices a shop undercuts since the last crawl (in all, at the first), and a few by name."""
    pairs = comparison.cheaper
    if changes is not None:
        moved = {change.product_id for kind in _MOVED for change in getattr(changes, kind)}
        pairs = tuple(pair for pair in pairs if pair.theirs in moved)
    if not pairs:
        return []
    named = [
        say(
            "undercut_by",
            name=pair.mine_name,
            mine=str(pair.mine_price),
            theirs=str(pair.their_price),
            currency=pair.currency,
        )
        for pair in pairs[:_NAMED]
    ]
    return [say("undercuts", shop=comparison.shop, n=len(pairs)), *named]


def _lines(shop: str, changes: Changes) -> list[str]:
    counts = {kind: len(getattr(changes, kind)) for kind in _KINDS}
    counted = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items() if count)
    return [f"{shop}: {counted} ({changes.compared} compared)"] if counted else []
