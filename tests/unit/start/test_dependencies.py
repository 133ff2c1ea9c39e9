"""What the product imports, against what it declares: neither more nor less."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
# An extra that `start.py` does not install, and what builds pyvips and what it loads.
ELSEWHERE = {"llama-cpp-python", "llama-cpp", "pkgconfig", "setuptools", "pyvips-binary"}

BY_NAME = ("import_module", "importlib.import_module", "importlib.util.find_spec")


def imported() -> set[str]:
    """Top modules of others that the product's code imports, wherever in a file."""
    found: set[str] = set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in BY_NAME:
                found |= {str(arg.value).partition(".")[0] for arg in node.args if isinstance(arg, ast.Constant)}
    return found - set(PACKAGES) - sys.stdlib_module_names


def declared() -> set[str]:
    project = PYPROJECT["project"]
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]
    return {str(canonicalize_name(Requirement(line).name)) for line in lines} - ELSEWHERE


def sources(module: str, distributions: Mapping[str, list[str]]) -> set[str]:
    """What brings a module; one whose distribution does not tell its modules is called like it."""
    return {str(canonicalize_name(name)) for name in distributions.get(module, [module])}


def test_every_dependency_is_imported_and_every_import_is_declared() -> None:
    distributions = packages_distributions()
    bought = {module: sources(module, distributions) for module in imported()}

    assert declared() - set[str]().union(*bought.values()) == set(), "declared, and never imported"
    undeclared = {module for module, names in bought.items() if not names & (declared() | ELSEWHERE)}
    assert undeclared == set(), "imported, and not declared"


def test_chromadb_works_without_what_is_not_installed_with_it(tmp_path: Path) -> None:
    program = f"""
import sys
left_out = {[name for name in (*names("excluded"), *names("unused")) if name != "build"]!r}
sys.modules.update(dict.fromkeys(left_out))  # to import one of them is an error
import chromadb
import chromadb.api.async_fastapi
from chromadb.config import Settings
client = chromadb.PersistentClient({str(tmp_path)!r}, settings=Settings(anonymized_telemetry=False))
kept = client.create_collection("kept", embedding_function=None)
kept.upsert(["a", "b"], embeddings=[[1.0, 0.0], [0.0, 1.0]])
assert kept.query([[0.1, 0.9]], n_results=1)["ids"] == [["b"]]
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def names(file: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
