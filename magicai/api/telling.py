"""To whom an answer goes, and so in whose words it is."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection

from magicai.api.access import PAGE_HEADER
from magicai.messages import Surface
from magicai.runs.exports import address_of, documents_in
from magicai.runs.results import with_values
from magicai.runs.run import JSON, Run, RunEvent
from magicai.told import Said

# What the command line calls itself where it asks a gateway.
COMMAND_LINE = "magicai"
_OF_THE_PAGE = "/api/session"
_PAGE_PROTOCOL = "page."
# Events that say nothing but numbers, or pieces of a text.
_BARE = frozenset(("progress", "cost", "text"))


def said_to(connection: HTTPConnection) -> Said:
    """What says it in the words of who asks."""
    return connection.app.state.gateway.teller.on(_surface(connection))


def _surface(connection: HTTPConnection) -> Surface:
    if connection.headers.get("user-agent") == COMMAND_LINE:
        return Surface.CLI
    offered: Any = connection.scope.get("subprotocols", ())
    by_page = PAGE_HEADER in connection.headers or any(one.startswith(_PAGE_PROTOCOL) for one in offered)
    return Surface.PAGE if by_page or connection.url.path.startswith(_OF_THE_PAGE) else Surface.API


def event_said(event: RunEvent, say: Said) -> RunEvent:
    """An event in those words."""
    return event if event.kind in _BARE else event.model_copy(update={"data": say.data(event.data)})


def result_said(run: Run, result: JSON, say: Said) -> JSON:
    """A run's result in those words, its main document by its address."""
    places = {file.place: address_of(run, file) for file in documents_in(run, result)}
    parts: Mapping[str, Any] = {name: say.value(result[name]) for name in ("problems", "decision") if name in result}
    return {**with_values(result, places), **parts}
