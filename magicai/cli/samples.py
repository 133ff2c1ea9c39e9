"""Samples that come with MagicAI for trying a workflow on; the module here that is named like a subject serves its."""

import contextlib
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from magicai.errors import Invalid
from magicai.runs import declarations

if TYPE_CHECKING:
    from magicai.settings import Settings


class Sample(Protocol):
    """A sample while it is served."""

    def enter_environment(self) -> None:
        """Let the run read it, whatever the shell holds."""
        ...

    def completed(self) -> None:
        """A run has read it to its end."""
        ...


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a workflow's sample is served.

    Attributes:
        begin: serves it, and adds to a new run's parameters that it is to be read.
        again: serves it once more if that is what a run, of which this is the request, has been reading; else None.
    """

    begin: Callable[[dict[str, Any]], AbstractContextManager[Sample]]
    again: Callable[["Settings", Mapping[str, Any]], AbstractContextManager[Sample | None]]


def sampled() -> dict[str, Sampling]:
    """How the samples are served that there are, by workflow: subjects' modules name theirs in `SAMPLES`."""
    return {
        workflow: sampling
        for module in declarations.of_subjects("magicai.cli.subjects")
        for workflow, sampling in getattr(module, "SAMPLES", {}).items()
    }


def sample_of(workflow: str, values: dict[str, Any]) -> AbstractContextManager[Sample]:
    """Serve a workflow's sample, and add to the run's parameters that it is to be read.

    Raises:
        Invalid: it comes without one.
    """
    found = sampled()
    if workflow not in found:
        with_one = f" These have one: {', '.join(sorted(found))}." if found else ""
        raise Invalid("sample_not_found", way_out="omit_sample_option", workflow=workflow, with_one=with_one)
    return found[workflow].begin(values)


@contextlib.contextmanager
def sample_again(workflow: str, settings: "Settings", request: Mapping[str, Any]) -> Generator[Sample | None]:
    """Serve a workflow's sample if that is what a run has been reading."""
    sampling = sampled().get(workflow)
    if sampling is None or not request:
        yield None
        return
    with sampling.again(settings, request) as sample:
        yield sample
