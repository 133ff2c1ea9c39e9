# hatchling, which is typed, is there only while it builds.
# pyright: reportMissingImports=false, reportUntypedBaseClass=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportMissingTypeArgument=false
"""What hatchling does besides when it builds the wheel: the bill of materials goes into it."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from requirements import sbom


class BillOfMaterials(BuildHookInterface):
    """Adds `sboms/magicai.cdx.json` to the wheel's metadata."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write it before the build; an editable wheel has none, since nothing of it is handed on."""
        if version == "editable":
            return
        file = Path(self.directory) / "magicai.cdx.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sbom.text(sbom.bill(Path(self.root))), encoding="utf-8")
        build_data.setdefault("sbom_files", []).append(str(file))
