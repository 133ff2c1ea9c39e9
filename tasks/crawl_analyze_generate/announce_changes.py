from collections.abc import Awaitable, Callable

from magicai.brain.situation import Situation
from magicai.brain.steps import StepRun, step
from magicai.messages import Message, say
from magicai.ports import Records
from magicai.runs.effects import Effect
from magicai.runs.run import JSON
from magicai.shops.analysis import Analysis, Changes
from magicai.shops.crawl_result import Report

_KINDS = ("new", "gone", "dearer", "cheaper", "sold_out", "back")


def _nobody(situation: Situation) -> Message | None:
    return None if situation.machine.notices else say("notify_url_not_set")


@step(provides="announced", optional=True, unless=_nobody)
async def announce_changes(
    run: StepRun, analysis: Analysis, report: Report, *, records: Records, notify: Callable[..., Awaitable[JSON]]
) -> bool:
    """Tell of changes by webhook or mail, once."""
    words = [line for shop in analysis.shops if shop.changes for line in _lines(shop.shop, shop.changes)]
    if not words:
        return False
    effect = Effect(records, kind="notice", owner_id=run.owner_id, key=run.run_id, run_id=run.run_id)
    # Whom Apprise tells can't be asked what has arrived.
    await effect.once(lambda: notify(title=report.title, body="\n".join([*words, report.html])))
    return True


def _lines(shop: str, changes: Changes) -> list[str]:
    counts = {kind: len(getattr(changes, kind)) for kind in _KINDS}
    counted = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in counts.items() if count)
    return [f"{shop}: {counted} ({changes.compared} compared)"] if counted else []
