"""Interface words of the shops: one JSON file a language, with what a system words in its own way under `systems`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.json")))


@cache
def words(language: str, system: str) -> dict[str, str]:
    """All interface words of one system in one language; `{amount}`, `{n}` and `{name}` are left to be filled in."""
    data: dict[str, Any] = json.loads((Path(__file__).parent / f"{language}.json").read_text(encoding="utf-8"))
    own: dict[str, dict[str, str]] = data.pop("systems")
    return data | own.get(system, {})
