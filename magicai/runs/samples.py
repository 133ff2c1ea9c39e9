"""Samples that come with MagicAI for trying a workflow on."""

import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from magicai.brain.situation import Machine
from magicai.runs.run import JSON, Run
from magicai.settings import Settings


@dataclass(frozen=True, slots=True)
class Served:
    """A sample while it is served.

    Attributes:
        settings: those with which the run may read it.
        completed: called once the run has read it to its end.
    """

    settings: Settings
    completed: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """How a workflow's sample is served.

    Attributes:
        title: describes it, and is what runs on it are about.
        host: where it is served; on a machine where something else is served there, a run is about its address.
        request: the parameters of a run on it.
        serve: serves it while a run of such a request is carried out, in the run's own process; yields None for any
            other request.
    """

    title: str
    host: str
    request: Callable[[Settings, Machine], JSON]
    serve: Callable[[Settings, Mapping[str, Any]], AbstractAsyncContextManager[Served | None]]


@contextlib.asynccontextmanager
async def sample_of(run: Run, sample: Sample | None, settings: Settings) -> AsyncGenerator[Served]:
    """Serve what a run reads if that is its workflow's sample; else change nothing."""
    if sample is None:
        yield Served(settings, lambda: None)
        return
    async with sample.serve(settings, run.request) as served:
        yield served or Served(settings, lambda: None)
