"""What an installation offers to choose from, by the names that requests' fields give (`ChoiceFrom`)."""

from collections.abc import Mapping, Sequence

from integrations.text import model_registry
from integrations.text.names import COMPOSER
from magicai.runs.requests.choices import Source
from magicai.settings import Settings


def _models(settings: Settings) -> Sequence[str]:
    """What a run may be written by: the composer, models that are here, and those that settings name."""
    listed = model_registry.names_at_hand(settings)
    return [name for name in listed if name == COMPOSER or model_registry.is_here(settings, name)]


SOURCES: Mapping[str, Source] = {"models": _models}
