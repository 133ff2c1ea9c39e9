"""The page as users get it: what its sources build, small enough, and nothing that its policy forbids."""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from magicai.api.gateway import PAGE

WEB = PAGE.parent
FIRST_VIEW_BYTES = 200_000


def built(folder: Path) -> dict[str, bytes]:
    """The files by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_first_view_is_small() -> None:
    index = (PAGE / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="/([^"]+)"', index)
    assert any(name.endswith(".js") for name in named)
    sizes = [len(gzip.compress((PAGE / name).read_bytes())) for name in (*named, "index.html")]
    assert sum(sizes) < FIRST_VIEW_BYTES
    assert not [name for name in named if "charts" in name], "charts are loaded once one is looked at"


def test_nothing_is_inline_or_from_elsewhere() -> None:
    index = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r"<style|style=|\son\w+=|<script(?![^>]*\ssrc=)", index)
    assert not re.findall(r'(?:src|href)="(?!/)', index)


def test_packages_are_pinned_exactly_and_by_hash() -> None:
    wanted = json.loads((WEB / "package.json").read_text(encoding="utf-8"))
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    packages = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    del packages[""]
    assert [name for name, one in packages.items() if "integrity" not in one] == []
    assert [name for name, one in packages.items() if "resolved" in one] == [], "addresses of a registry"


@pytest.mark.timeout(600)
def test_committed_page_is_what_its_sources_build(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        if "node" in os.environ.get("MAGICAI_TEST_REQUIRE", "").split(","):
            pytest.fail("MAGICAI_TEST_REQUIRE names node, and there is no npm on the PATH")
        pytest.skip("no Node.js: there is no npm on the PATH")
    sources = tmp_path / "web"
    shutil.copytree(WEB, sources, ignore=shutil.ignore_patterns("node_modules", "dist"))
    for words in (("ci",), ("test",), ("run", "build")):
        done = subprocess.run([npm, *words], cwd=sources, capture_output=True, text=True, check=False, timeout=500)
        assert done.returncode == 0, done.stdout + done.stderr
    assert built(sources / "dist") == built(PAGE), "npm run build in magicai/web, and commit dist"
