"""Alert rules: which changes of shops notification channels are told of."""

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.shapes.subjects.shops_alerts import AlertRuleGiven, AlertRuleList, AlertRuleShown
from magicai.shops import alerts

TAG = "shops"
_EXAMPLE = {"kind": "undercut", "percent": 5, "shop": "shop.example"}


@operation("GET", "/api/alert-rules")
async def list_alert_rules(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> AlertRuleList:
    """Alert rules of the workspace, oldest first. What they find goes to channels with the event shops.alert."""
    found = await alerts.rules_of(context.records, owner_id=context.owner_id)
    shown, next_cursor = sliced(found, limit, cursor)
    return AlertRuleList(items=[AlertRuleShown.of(one) for one in shown], next_cursor=next_cursor)


@operation("POST", "/api/alert-rules", status=201, example=_EXAMPLE)
async def add_alert_rule(context: Context, given: AlertRuleGiven) -> AlertRuleShown:
    """Add an alert rule. It holds from the next crawl on."""
    return await _saved(context, given)


@operation("PUT", "/api/alert-rules/{rule_id}", problems=(404,), example=_EXAMPLE)
async def change_alert_rule(context: Context, rule_id: str, given: AlertRuleGiven) -> AlertRuleShown:
    """Change an alert rule."""
    return await _saved(context, given, rule_id)


@operation("DELETE", "/api/alert-rules/{rule_id}", status=204, problems=(404,))
async def delete_alert_rule(context: Context, rule_id: str) -> None:
    """Delete an alert rule."""
    await alerts.delete_rule(context.records, rule_id, owner_id=context.owner_id)


async def _saved(context: Context, given: AlertRuleGiven, rule_id: str = "") -> AlertRuleShown:
    saved = await alerts.save_rule(
        context.records, given.kind, given.percent, given.shop, owner_id=context.owner_id, rule_id=rule_id
    )
    return AlertRuleShown.of(saved)
