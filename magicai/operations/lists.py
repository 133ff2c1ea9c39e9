"""What lists are asked by."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from magicai.paging import LONGEST

MOST, USUAL = 200, 50

Limit = Annotated[int, Field(ge=1, le=MOST, description="Maximum items per page.")]
Cursor = Annotated[str, Field(max_length=LONGEST, description="`next_cursor` of the previous page.")]


def _day_in_words(given: object) -> object:
    """Without numbers, which pydantic takes for seconds since 1970."""
    if isinstance(given, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", given):
        raise ValueError(given)
    return given


Day = Annotated[date, BeforeValidator(_day_in_words)]
