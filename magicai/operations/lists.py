"""What every list is asked by."""

from typing import Annotated

from pydantic import Field

from magicai.paging import LONGEST

MOST, USUAL = 200, 50

Limit = Annotated[int, Field(ge=1, le=MOST, description="Maximum items per page.")]
Cursor = Annotated[str, Field(max_length=LONGEST, description="`next_cursor` of the previous page.")]
