"""The bill of materials of a release, as CycloneDX 1.6 JSON: `python3 requirements/sbom.py > magicai.cdx.json`.

What the lock of `run` holds (all extras, every system), and what the page's built files contain. It says nothing of
when it was made, so that the same sources give the same file. The wheel has it in its `.dist-info/sboms` (PEP 770).
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
# A package of the lock: its name, version and marker; and who needs it.
_BLOCK = re.compile(r"^([\w.-]+)==([^\s;\\]+)(?: ; ([^\\\n]+?))? \\\n((?: +.*\n)*)", re.MULTILINE)
# A package of the page, as the build lists it: `## vue - 3.5.45 (MIT)`.
_BUNDLED = re.compile(r"^## (\S+) - (\S+) \(([\w.-]+)\)$", re.MULTILINE)
_NAMESPACE = uuid.UUID("7d7a2f57-04a0-5d3c-9f3f-5b7f3b8a6e11")


def bill(root: Path = ROOT) -> dict[str, Any]:
    """Make it.

    Args:
        root: the folder of the sources.
    """
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (root / "requirements" / "run.txt").read_text(encoding="utf-8")
    licences = (root / "magicai" / "web" / "dist" / "LICENSES.md").read_text(encoding="utf-8")
    product = _ref("pypi", project["name"], project["version"])
    locked: list[tuple[str, str, str, str]] = _BLOCK.findall(lock)
    refs: dict[str, list[str]] = {project["name"]: [product]}
    for name, version, _, _ in locked:  # some have a version for each Python
        refs.setdefault(name, []).append(_ref("pypi", name, version))
    bundled = list(_bundled(licences))
    needs: dict[str, list[str]] = {ref: [] for found in refs.values() for ref in found}
    needs[product] += [one["bom-ref"] for one in bundled]
    for name, version, _, notes in locked:
        for parent in notes.partition("# via")[2].splitlines():
            for ref in refs.get(parent.strip(" #").partition(" ")[0], ()):
                needs[ref].append(_ref("pypi", name, version))
    made: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"license": {"id": project["license"]}}],
                "purl": product,
            }
        },
        "components": [
            *(_python(name, version, marker) for name, version, marker, _ in locked),
            *bundled,
        ],
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(wanted))} for ref, wanted in needs.items()],
    }
    serial = uuid.uuid5(_NAMESPACE, json.dumps(made, sort_keys=True))
    return {**made, "serialNumber": f"urn:uuid:{serial}"}


def text(made: Mapping[str, Any]) -> str:
    """Write it as a file."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _python(name: str, version: str, marker: str) -> dict[str, Any]:
    ref = _ref("pypi", name, version)
    component: dict[str, Any] = {"type": "library", "bom-ref": ref, "name": name, "version": version, "purl": ref}
    if marker:  # only there
        component["properties"] = [{"name": "magicai:marker", "value": marker}]
    return component


def _bundled(licences: str) -> Iterator[dict[str, Any]]:
    for name, version, licence in _BUNDLED.findall(licences):
        ref = _ref("npm", name, version)
        yield {
            "type": "library",
            "bom-ref": ref,
            "name": name,
            "version": version,
            "purl": ref,
            "licenses": [{"license": {"id": licence}}],
        }


def _ref(kind: str, name: str, version: str) -> str:
    return f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"


if __name__ == "__main__":
    sys.stdout.write(text(bill()))
