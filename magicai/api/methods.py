"""Which methods a path knows, for those that it does not."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

_PART = re.compile(r"\{[^}]+\}")


def known_methods(app: FastAPI, path: str) -> list[str]:
    """The methods that are described for a path; none where nothing is there."""
    described: Mapping[str, Mapping[str, Any]] = app.openapi()["paths"]
    exact = described.get(path)
    fitting = [exact] if exact else [methods for template, methods in described.items() if _fits(template, path)]
    found = {method.upper() for methods in fitting for method in methods}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _fits(template: str, path: str) -> bool:
    return "{" in template and re.fullmatch(_PART.sub("[^/]+", template), path) is not None
