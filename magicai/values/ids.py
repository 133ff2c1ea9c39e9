from uuid_utils import uuid7


def new_id() -> str:
    """A UUIDv7: unique without asking anybody, and sorted by time."""
    return str(uuid7())
