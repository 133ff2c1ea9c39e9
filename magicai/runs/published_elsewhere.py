"""What an owner has published elsewhere: deleting their data leaves it there, and says so."""

from magicai.ports import Records
from magicai.runs import registry


async def left_outside(records: Records, owner_id: str) -> list[str]:
    """Addresses of what all workflows have published for an owner."""
    found: list[str] = []
    for name in registry.names():
        found += await registry.workflow(name).outside(records, owner_id)
    return found
