"""What a run is called where people see many."""

from typing import Any, cast
from urllib.parse import urlsplit

from magicai.runs.run import Run

_LONGEST_NAME = 60


def subject_of(run: Run) -> str:
    """What a run is about, in a few words: the first of its parameters, of an address the host."""
    first: Any = next(iter(run.request.values()), "")
    many = cast("list[Any]", first) if isinstance(first, list) else [first]
    words = [urlsplit(str(one)).netloc or str(one) for one in many]
    more = f" and {len(words) - 1} more" if len(words) > 1 else ""
    return (words[0] if words else "")[:_LONGEST_NAME] + more


def name_of(run: Run) -> str:
    """A flow run's name: what it is about, and the end of the run's id, by which every command finds it."""
    return f"{subject_of(run)} {run.run_id[-8:]}".strip()
