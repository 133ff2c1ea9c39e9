"""What a run is called where people see many."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from magicai.runs import registry
from magicai.runs.run import JSON, Run

_LONGEST_NAME = 60
_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s]*")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def about(value: object, file_names: Mapping[str, str]) -> list[str]:
    """The first texts of a request that people know: files by their names; ids and sealed secrets are none."""
    if isinstance(value, str):
        value = file_names.get(value, value)
        return [] if not value or _ID.fullmatch(value) or value.startswith("sealed:") else [value]
    if isinstance(value, Mapping):
        inner = (about(one, file_names) for one in cast("Mapping[str, Any]", value).values())
        return next((texts for texts in inner if texts), list[str]())
    if isinstance(value, list):
        return [text for one in cast("list[Any]", value) for text in about(one, file_names)[:1]]
    return []


class Requested(Protocol):
    """A run, or what is shown of one."""

    @property
    def workflow(self) -> str:
        """Its workflow."""
        ...

    @property
    def request(self) -> JSON:
        """Its request."""
        ...

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def file_names(self) -> dict[str, str]:
        """Names of the files in the request, by their ids."""
        ...


def subject_of(run: Requested) -> str:
    """What a run is about, in a few words: its name, or the first texts of its request, of addresses the hosts."""
    if run.name:
        return run.name
    sample = registry.workflow(run.workflow).sample if run.workflow in registry.names() else None
    words = [urlsplit(text).netloc or text for text in about(run.request, run.file_names)]
    words = [sample.title if sample is not None and word == sample.host else word for word in words]
    return _few(words)


def hosts_of(run: Requested) -> str:
    """The hosts that a run is about, in a few words: of a request all that may be read by whoever operates Prefect."""
    found = [urlsplit(text).hostname or "" for text in about(run.request, run.file_names) if _ADDRESS.fullmatch(text)]
    return _few([host for host in found if host])


def name_of(run: Run) -> str:
    """A flow run's name: workflow, hosts, and the end of the run's id, by which every command finds it."""
    return " ".join(filter(None, (run.workflow, hosts_of(run), short_id(run.run_id))))


def _few(words: Sequence[str]) -> str:
    more = f" and {len(words) - 1} more" if len(words) > 1 else ""
    return (words[0] if words else "")[:_LONGEST_NAME] + more


def short_id(run_id: str) -> str:
    """The end of a run's id, by which every command finds it; its beginning is the time, so that runs share it."""
    return run_id[-8:]
