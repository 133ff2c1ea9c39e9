"""A run's events and result in the words of who asks."""

from collections.abc import Mapping
from typing import Any

from magicai.runs.exports import address_of, documents_in
from magicai.runs.results import with_values
from magicai.runs.run import JSON, Run, RunEvent
from magicai.surfaces import SurfaceWords

# Events that say nothing but numbers, or pieces of a text.
_BARE = frozenset(("progress", "cost", "text"))


def event_for(event: RunEvent, say: SurfaceWords) -> RunEvent:
    """An event in those words."""
    return event if event.kind in _BARE else event.model_copy(update={"data": say.data(event.data)})


def result_for(run: Run, result: JSON, say: SurfaceWords) -> JSON:
    """A run's result in those words, its main document by its address."""
    places = {file.place: address_of(run, file) for file in documents_in(run, result)}
    parts: Mapping[str, Any] = {name: say.value(result[name]) for name in ("problems", "decision") if name in result}
    return {**with_values(result, places), **parts}
