"""Alert rules, as they come in and go out."""

from typing import Annotated

from pydantic import Field

from magicai.paging import Page
from magicai.shapes.base import Body, Shown
from magicai.shops.alerts import AlertKind
from magicai.values.times import Moment


class AlertRuleGiven(Body):
    """An alert rule, as it is to be."""

    kind: Annotated[
        AlertKind,
        Field(
            description="`undercut`: a shop's price is below that of your catalogue. `price`: a price has changed."
            " `sold_out`, `back` in stock. `new`: a new product."
        ),
    ]
    percent: Annotated[float, Field(gt=0, le=1000)] | None = Field(
        None,
        description="By at least how much: of your price, or of the price before. Needed by `undercut` and `price`.",
    )
    shop: Annotated[
        str, Field(max_length=500, description='Only of this shop, a name from GET /api/shops; "": of every shop.')
    ] = ""


class AlertRuleShown(Shown):
    """An alert rule."""

    rule_id: str
    kind: AlertKind
    percent: float | None
    shop: str
    created_at: Moment


class AlertRuleList(Page[AlertRuleShown]):
    """Alert rules of the workspace, oldest first."""
