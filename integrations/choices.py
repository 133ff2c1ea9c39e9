"""What an installation offers to choose from, by the names that requests' fields give (`ChoiceFrom`)."""

from collections.abc import Mapping, Sequence

from integrations.text import model_registry, names
from integrations.text.names import COMPOSER, REMOTE
from magicai.runs.requests.choices import Naming, Source
from magicai.settings import Settings


def _models(settings: Settings) -> Sequence[str]:
    """What a run may be written by: the composer, models that are here, and those that settings name."""
    listed = model_registry.names_at_hand(settings)
    return [name for name in listed if name == COMPOSER or model_registry.is_here(settings, name)]


def _may_be_named(settings: Settings, value: str) -> bool:
    """A model behind a server, in full: naming it is the choice that a key alone is not."""
    if not value.startswith(tuple(f"{provider}:" for provider in REMOTE)):
        return False
    model_registry.check_ready(settings, names.read(value))
    return True


SOURCES: Mapping[str, Source] = {"models": _models}
NAMINGS: Mapping[str, Naming] = {"models": _may_be_named}
