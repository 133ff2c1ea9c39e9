from magicai.brain.steps import StepRun, step
from magicai.shops import alert_news
from magicai.shops.analysis import Analysis
from magicai.shops.crawl_result import Report
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.ports import ShopRecords


@step(provides="alerts", optional=True)
async def announce_alerts(
    run: StepRun,
    analysis: Analysis,
    report: Report,
    own_comparison: list[OwnComparison] | None = None,
    *,
    shops: ShopRecords,
) -> int:
    """Tell notification channels what alert rules look for, once there is a report to open; answers how many."""
    del report
    return await alert_news.announce_alerts(
        shops, analysis, own_comparison or (), owner_id=run.owner_id, run_id=run.run_id
    )
