"""The bill of materials that goes with a release."""

import importlib
import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from requirements import sbom
from tests.unit.start.test_locks import versions

BILL = sbom.bill()


def test_it_is_valid_cyclonedx_and_the_same_each_time() -> None:
    written = sbom.text(BILL)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    assert written == sbom.text(sbom.bill())


def test_it_has_every_package_of_the_lock_and_of_the_page_and_says_who_needs_it() -> None:
    purls = {one["purl"] for one in BILL["components"]}
    locked = {f"pkg:pypi/{name}@{version.removeprefix('==')}" for name, version in versions("run")}
    assert {purl for purl in purls if purl.startswith("pkg:pypi/")} == locked
    page = json.loads((sbom.ROOT / "magicai/web/package.json").read_text(encoding="utf-8"))["dependencies"]
    bundled = {one["name"] for one in BILL["components"] if one["purl"].startswith("pkg:npm/")}
    assert "vue-router" in set(page) & bundled
    needed = {ref for one in BILL["dependencies"] for ref in one["dependsOn"]}
    assert purls == needed, "each is there for something"
    (prefect,) = (one for one in BILL["dependencies"] if one["ref"].startswith("pkg:pypi/prefect@"))
    assert any(ref.startswith("pkg:pypi/pydantic@") for ref in prefect["dependsOn"])


@pytest.mark.parametrize(("version", "names"), [("standard", ["magicai.cdx.json"]), ("editable", [])])
def test_the_wheel_gets_it(version: str, names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = tomllib.loads((sbom.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert built["targets"]["wheel"]["hooks"]["custom"] == {"path": "requirements/wheel.py"}
    interface = ModuleType("interface")
    interface.__dict__["BuildHookInterface"] = SimpleNamespace  # hatchling is there while it builds only
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin.interface", interface)
    hook: Any = importlib.import_module("requirements.wheel").BillOfMaterials(root=str(sbom.ROOT), directory=tmp_path)
    given: dict[str, list[str]] = {}
    hook.initialize(version, given)
    assert [Path(file).name for file in given.get("sbom_files", [])] == names
    for file in given.get("sbom_files", []):
        assert json.loads(Path(file).read_text(encoding="utf-8")) == BILL
