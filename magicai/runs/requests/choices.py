"""Choices that the installation offers, such as the models that are here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from magicai.errors import Invalid
from magicai.runs.requests.fields import Leaf, Mark
from magicai.runs.run import JSON
from magicai.settings import Settings, load

Source = Callable[[Settings], Sequence[str]]
# By name: integrations/open.py fills it, since what an installation has is known there.
_sources: dict[str, Source] = {}


@dataclass(frozen=True, slots=True)
class ChoiceFrom(Mark):
    """Marks a text field as a choice among what a source of this name offers."""

    source: str

    def keywords(self) -> JSON:
        """What is offered just now; nothing where no installation is asked, as for published schemas."""
        return {"enum": [*offered(self.source, load())]} if self.source in _sources else {}


def offer(sources: Mapping[str, Source]) -> None:
    """Let fields choose from these sources."""
    _sources.update(sources)


def offered(source: str, settings: Settings) -> Sequence[str]:
    """What a source offers."""
    return _sources[source](settings)


def check_choice(leaf: Leaf, mark: ChoiceFrom, settings: Settings) -> None:
    """See whether a field's value is offered.

    Raises:
        Invalid: it is not; names those that are.
    """
    known = offered(mark.source, settings)
    if leaf.value not in known:
        there = f"There are: {', '.join(known)}." if known else "This installation has none."
        raise Invalid(f"{leaf.where} is {str(leaf.value)[:80]!r}, which is not available here.", way_out=there)
