"""What an installation offers to choose from, by the names that requests' fields give (`ChoiceFrom`)."""

from collections.abc import Mapping, Sequence

from integrations.text import models
from magicai.runs.choices import Source
from magicai.settings import Settings


def _models(settings: Settings) -> Sequence[str]:
    """The language models that a run may name: `none`, those that are here, and the one that settings name."""
    here = [known.name for known in models.CATALOGUE if known.path(settings.home).is_file()]
    files = {known.file for known in models.CATALOGUE}
    own = sorted(path.stem for path in models.folder(settings.home).glob("*.gguf") if path.name not in files)
    named = [settings.model] if settings.model not in ("auto", "none") else []
    return list(dict.fromkeys(["none", *(f"local:{name}" for name in (*here, *own)), *named]))


SOURCES: Mapping[str, Source] = {"models": _models}
