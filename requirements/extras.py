"""Which packages of the lock an environment needs: the core, and the extras that are wanted there."""

import re
import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import start

# Installed from the start, for they are small.
FIRST = ("backup", "excel", "knowledge", "mcp")
# The others come when they are needed, or by `start.py install`: what is downloaded, in MB, and for what.
LATER = {
    "browser": (54, "browser automation"),
    "catalogue": (9, "images and English reviews of products"),
    "cohere": (30, "Cohere's client"),
    "elasticsearch": (1, "the client of Elasticsearch"),
    "fastembed": (40, "embedding models and rerankers by ONNX"),
    "grammar": (10, "the grammar check"),
    "model": (37, "the runtime of language models"),
    "neo4j": (1, "the client of Neo4j"),
    "postgresql": (8, "the client of PostgreSQL"),
    "prefect-redis": (1, "Prefect's servers on several machines"),
    "providers": (13, "the clients of language model providers"),
    "redis": (1, "the client of Redis"),
    "s3": (6, "the client of S3-compatible stores"),
    "vectors": (64, "semantic search"),
}
EXTRAS = (*FIRST, *LATER)
# What a package asks for and never imports here. ChromaDB's are 160 MB, for embedders of its own; fastembed needs them.
UNUSED = {"chromadb": {"onnxruntime", "tokenizers"}}
# What the core and the first extras are, measured on Linux x86-64: MB to download, GB on disk with compiled modules.
DOWNLOADED, KEPT_GB = 230, 0.8
DOWNLOADED_DEV = 510  # with all extras


def direct() -> dict[str, set[str]]:
    """Read what pyproject.toml names: the packages of each extra, and of the core as `""`."""
    text = Path(start.ROOT, "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    lines: dict[str, list[str]] = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: {_name(line) for line in needed} for extra, needed in lines.items()}


def there(venv: str) -> set[str]:
    """Name the extras whose packages are all in an environment, of whatever version."""
    installed = {_name(path.stem.rpartition("-")[0]) for path in Path(start.site_packages(venv)).glob("*.dist-info")}
    packages = direct()
    return {extra for extra in EXTRAS if packages[extra] <= installed}


def part_of(lock: str, extras: Iterable[str]) -> str:
    """Cut a lock down to the core, some extras, and all that they depend on; hashes and markers stay as they are."""
    options, _, packages = lock.partition("\n\n")
    blocks = re.findall(r"^(?![#\s-]).+\n(?:\s+.+\n)*", packages, re.MULTILINE)
    needed = closure(blocks, {name for extra in ("", *extras) for name in direct()[extra]})
    return f"{options}\n\n" + "".join(block for block in blocks if _name(block) in needed)


def closure(blocks: Iterable[str], names: Collection[str]) -> set[str]:
    """Follow the lock's own notes of who needs a package (`# via`) from these packages to all that they use."""
    needs: dict[str, set[str]] = {}
    for block in blocks:
        for line in block.partition("# via")[2].splitlines():
            parent = _name(line.strip(" #"))
            if parent and _name(block) not in UNUSED.get(parent, ()):
                needs.setdefault(parent, set()).add(_name(block))
    found, todo = set[str](), list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += needs.get(name, ())
    return found


def _name(requirement: str) -> str:
    """A package's name in the form that indexes compare."""
    found = re.match(r"[\w.-]*\w", requirement)
    return re.sub(r"[-_.]+", "-", found[0] if found else "").lower()
