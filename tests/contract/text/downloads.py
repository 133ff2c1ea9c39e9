"""A model that is nothing but its file, and what is heard while it is fetched."""

import hashlib
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from integrations.text.models import KnownModel
from integrations.text.progress import Progress

BODY = Random(3).randbytes(3_000_000)


def known(address: str, **changes: Any) -> KnownModel:
    model = KnownModel(
        name="m",
        title="A model",
        file="m.gguf",
        address=address,
        size=len(BODY),
        sha256=hashlib.sha256(BODY).hexdigest(),
        licence="Apache-2.0",
        template="chatml",
    )
    return replace(model, **changes)


class Heard(list[Progress]):
    def __call__(self, progress: Progress) -> None:
        self.append(progress)

    @property
    def notes(self) -> list[str]:
        return [progress.note for progress in self if progress.note]


def left(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "models").iterdir() if path.suffix != ".lock")
