"""What every list is asked by."""

from typing import Annotated

from fastapi import Query

from magicai.paging import LONGEST

MOST, USUAL = 200, 50

Limit = Annotated[int, Query(ge=1, le=MOST, description="Maximum items per page.")]
Cursor = Annotated[str, Query(max_length=LONGEST, description="`next_cursor` of the previous page.")]
