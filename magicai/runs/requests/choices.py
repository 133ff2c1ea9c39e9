"""Choices that the installation offers, such as the models that are here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from magicai.errors import Invalid
from magicai.messages import say
from magicai.runs.requests.fields import Leaf, Mark, leaves
from magicai.runs.run import JSON
from magicai.settings import Settings, load

Source = Callable[[Settings], Sequence[str]]
# Whether a value that is not offered may be named all the same; raises Invalid where something else is missing for it.
Naming = Callable[[Settings, str], bool]
# By name: integrations/open.py fills them, since what an installation has is known there.
_sources: dict[str, Source] = {}
_namings: dict[str, Naming] = {}


@dataclass(frozen=True, slots=True)
class ChoiceFrom(Mark):
    """Marks a text field as a choice among what a source of this name offers."""

    source: str

    def keywords(self) -> JSON:
        """What is offered just now; nothing where no installation is asked, as for published schemas."""
        return {"enum": [*offered(self.source, load())]} if self.source in _sources else {}


def offer(sources: Mapping[str, Source], namings: Mapping[str, Naming]) -> None:
    """Let fields choose from these sources, and this installation's own user name what they do not offer."""
    _sources.update(sources)
    _namings.update(namings)


def offered(source: str, settings: Settings) -> Sequence[str]:
    """What a source offers."""
    return _sources[source](settings)


def chosen(request: BaseModel, source: str) -> tuple[str, ...]:
    """What a request chooses from a source, in all of its fields."""
    marked = ((leaf, leaf.shape.mark(ChoiceFrom)) for leaf in leaves(request))
    return tuple(str(leaf.value) for leaf, mark in marked if mark is not None and mark.source == source)


def check_choices(request: BaseModel, settings: Settings, *, owner_id: str) -> None:
    """Check every choice of a request.

    Raises:
        Invalid: one is not offered; names the field.
    """
    for leaf in leaves(request):
        if (mark := leaf.shape.mark(ChoiceFrom)) is not None:
            check_choice(leaf, mark, settings, owner_id=owner_id)


def check_choice(leaf: Leaf, mark: ChoiceFrom, settings: Settings, *, owner_id: str) -> None:
    """See whether a field's value is offered, or may be named by whoever asks.

    Args:
        leaf: the field.
        mark: where its choices come from.
        settings: of this installation; its own user is MAGICAI_OWNER.
        owner_id: whose run it is.

    Raises:
        Invalid: it is not; names those that are, or what is missing.
    """
    known = offered(mark.source, settings)
    own = owner_id == settings.owner
    if leaf.value not in known and not (own and _may_be_named(mark.source, settings, str(leaf.value))):
        way_out = say("use_one_of", names=known) if known else "none_available"
        raise Invalid("choice_not_available", way_out=way_out, field=leaf.where, value=str(leaf.value)[:80])


def _may_be_named(source: str, settings: Settings, value: str) -> bool:
    naming = _namings.get(source)
    return naming is not None and naming(settings, value)
