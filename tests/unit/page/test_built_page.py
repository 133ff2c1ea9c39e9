"""The page as users get it: what its sources build, small enough, and nothing that its policy forbids."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from magicai.api.place import PAGE

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


@pytest.mark.timeout(900)
def test_committed_page_is_what_its_sources_build(web: Path) -> None:
    side_by_side = [
        subprocess.Popen(["npm", *words], cwd=web, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for words in (("test",), ("exec", "vite", "build"))  # the types are checked by the first
    ]
    try:
        said = [process.communicate(timeout=850)[0] for process in side_by_side]
    finally:
        for process in side_by_side:
            process.kill()
    assert [process.returncode for process in side_by_side] == [0, 0], "".join(said)
    assert built(web / "dist") == built(PAGE), "npm run build in magicai/web, and commit dist"
