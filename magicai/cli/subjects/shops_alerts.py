"""Alert rules: which changes of shops notification channels are told of."""

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from magicai.cli.asking import all_of, ask
from magicai.cli.command_name import command

if TYPE_CHECKING:
    from magicai.shapes.subjects.shops_alerts import AlertRuleShown

# What `magicai --help` says of the commands here.
COMMANDS = {"alerts": "Manage alert rules: prices below yours, changed prices, stock, new products."}
_KINDS = click.Choice(["undercut", "price", "sold_out", "back", "new"])
_PERCENT = click.FloatRange(min=0, max=1000, min_open=True)
_OF_PERCENT = "Minimum price difference in percent. Required for undercut and price."
_OF_SHOP = "Only of this shop; by default of every shop."


@click.group("alerts", help=COMMANDS["alerts"])
def alerts() -> None:
    """Alert rules."""


@alerts.command("list", help="List alert rules.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_rules(*, as_json: bool) -> None:
    """List them."""
    from magicai.cli.tables import print_table

    found = _all()
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found], indent=1))
    elif found:
        print_table([["ID", "KIND", "PERCENT", "SHOP"], *map(_cells, found)])
    else:
        print(f"No alert rules yet: {command('alerts', 'add', 'undercut', '--percent', '5')}", file=sys.stderr)


@alerts.command("add", help="Add an alert rule. It holds from the next crawl on.")
@click.argument("kind", type=_KINDS)
@click.option("--percent", type=_PERCENT, help=_OF_PERCENT)
@click.option("--shop", default="", help=_OF_SHOP)
def add(kind: str, percent: float | None, shop: str) -> None:
    """Add one."""
    from magicai.operations.subjects import shops_alerts as operations

    _print(ask(operations.add_alert_rule, _given(kind=kind, percent=percent, shop=shop)))


@alerts.command("change", help="Change an alert rule. RULE is its id, or the end of it.")
@click.argument("rule")
@click.option("--kind", type=_KINDS, help="Another kind.")
@click.option("--percent", type=_PERCENT, help=_OF_PERCENT)
@click.option("--shop", help="Only of this shop; '' for every shop.")
def change(rule: str, kind: str | None, percent: float | None, shop: str | None) -> None:
    """Change one."""
    from magicai.operations.subjects import shops_alerts as operations

    known = _found(rule)
    wanted = {
        "kind": kind or known.kind,
        "percent": known.percent if percent is None else percent,
        "shop": known.shop if shop is None else shop,
    }
    _print(ask(operations.change_alert_rule, known.rule_id, _given(**wanted)))


@alerts.command("delete", help="Delete an alert rule. RULE is its id, or the end of it.")
@click.argument("rule")
def delete(rule: str) -> None:
    """Delete one."""
    from magicai.operations.subjects import shops_alerts as operations

    ask(operations.delete_alert_rule, _found(rule).rule_id)


def _given(**wanted: Any) -> Any:
    from magicai.shapes.subjects.shops_alerts import AlertRuleGiven

    return AlertRuleGiven.model_validate(wanted)


def _all() -> "list[AlertRuleShown]":
    from magicai.operations.subjects import shops_alerts as operations

    return list(all_of(operations.list_alert_rules))


def _found(rule: str) -> "AlertRuleShown":
    from magicai.errors import Invalid, NotFound

    fitting = [one for one in _all() if one.rule_id.endswith(rule)]
    if len(fitting) > 1:
        raise Invalid("alert_rule_ambiguous", rule_id=rule[:64])
    if not fitting:
        raise NotFound("alert_rule_not_found", rule_id=rule[:64])
    return fitting[0]


def _print(rule: "AlertRuleShown") -> None:
    from magicai.cli.tables import print_table

    print_table([_cells(rule)])


def _cells(rule: "AlertRuleShown") -> list[str]:
    from magicai.runs.views.names import short_id

    percent = "-" if rule.percent is None else f"{rule.percent:g}"
    return [short_id(rule.rule_id), rule.kind, percent, rule.shop or "-"]
