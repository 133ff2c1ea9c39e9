import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from requirements import environment, stamp
from requirements.failures import InstallationError


def put_in(site_packages: Path, name: str, *, size: int | str = 5) -> Path:
    """Install a package of one file, of five bytes, whose RECORD tells a size; return its metadata's folder."""
    (site_packages / f"{name}.py").write_text("a = 1")
    metadata = site_packages / f"{name}-1.dist-info"
    metadata.mkdir()
    (metadata / "RECORD").write_text(f'{name}.py,sha256=x,{size}\n{name}-1.dist-info/RECORD,,\n"{name}.py",,\n')
    return metadata


def test_a_package_is_whole_when_its_files_are_as_its_record_tells(tmp_path: Path) -> None:
    assert environment.is_whole(put_in(tmp_path, "whole"))


@pytest.mark.parametrize("damage", ["cut", "gone", "no record", "empty record", "not a record"])
def test_a_damaged_package_is_put_in_anew(tmp_path: Path, damage: str) -> None:
    whole, damaged = put_in(tmp_path, "whole"), put_in(tmp_path, "damaged")
    leftover = tmp_path / "~amaged"
    leftover.mkdir()
    match damage:
        case "cut":
            (tmp_path / "damaged.py").write_text("a")
        case "gone":
            (tmp_path / "damaged.py").unlink()
        case "no record":
            (damaged / "RECORD").unlink()
        case "empty record":
            (damaged / "RECORD").write_text("")
        case _:
            (damaged / "RECORD").write_text("x\n")

    environment.drop_damaged(tmp_path)

    assert whole.exists()
    assert not damaged.exists()
    assert not leftover.exists()


def test_a_lock_is_read_with_all_versions_of_a_package() -> None:
    lock = (
        "# six==0\nnumpy==2.4 ; python_version < '3.12' \\\n    --hash=sha256:aa==\nnumpy==2.5 \\\nzope-x==1.post1 \\\n"
    )

    assert environment.locked(lock) == {"numpy": {"2.4", "2.5"}, "zope-x": {"1.post1"}}


def test_what_is_installed_is_listed_by_normalised_name(tmp_path: Path) -> None:
    for name in ("Jinja2-3.1.6.dist-info", "ruamel.yaml-0.19.1.dist-info", "uuid_utils-1.2.0.dist-info", "other"):
        (tmp_path / name).mkdir()

    assert sorted(environment.installed(tmp_path)) == [
        ("jinja2", "3.1.6"),
        ("ruamel-yaml", "0.19.1"),
        ("uuid-utils", "1.2.0"),
    ]


PROJECT = {
    "name": "magicai",
    "version": "0.1.0",
    "dependencies": ["six==1"],
    "scripts": {"magicai": "magicai.cli:main"},
    "entry-points": {"prefect.collections": {"magicai": "magicai.worker"}},
}


def test_the_project_is_found_wherever_it_lies_and_whatever_the_encoding(tmp_path: Path) -> None:
    root = tmp_path / 'a "b" \\ 店铺'
    root.mkdir()
    (root / "found_there.py").touch()
    site_packages = tmp_path / "site-packages"
    with zipfile.ZipFile(environment.project_wheel(PROJECT, root, tmp_path)) as wheel:
        wheel.extractall(site_packages)

    (pth,) = site_packages.glob("*.pth")
    assert pth.read_bytes().isascii()
    look = f"import site; site.addsitedir({str(site_packages)!a}); import found_there"
    subprocess.run([sys.executable, "-I", "-c", look], check=True)


def test_the_project_says_its_version_commands_and_plug_ins(tmp_path: Path) -> None:
    with zipfile.ZipFile(environment.project_wheel(PROJECT, tmp_path, tmp_path)) as wheel:
        wheel.extractall(tmp_path)
        names = wheel.namelist()

    (found,) = importlib.metadata.distributions(path=[str(tmp_path)])
    assert (found.name, found.version, found.requires) == ("magicai", "0.1.0", ["six==1"])
    assert {(entry.group, entry.value) for entry in found.entry_points} == {
        ("console_scripts", "magicai.cli:main"),
        ("prefect.collections", "magicai.worker"),
    }
    assert [str(file) for file in found.files or ()] == names


def test_the_project_is_put_in_anew_by_its_hash(tmp_path: Path) -> None:
    old = tmp_path / "site-packages" / "magicai-0.1.0.dist-info"
    old.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "magicai"\nversion = "0.1.0"\ndependencies = []\n')

    requirement = environment.project_requirement(tmp_path, tmp_path, old.parent).read_text()

    assert requirement.startswith(f"magicai @ {(tmp_path / 'magicai-0.1.0-py3-none-any.whl').as_uri()} --hash=sha256:")
    assert not old.exists()


def test_an_environment_is_made_and_kept(tmp_path: Path) -> None:
    venv = tmp_path / "环境 a"

    made = environment.make(venv)
    (venv / "kept").touch()

    assert made.version == list(sys.version_info[:3])
    assert Path(made.site_packages).is_relative_to(venv)
    assert environment.make(venv) == made
    assert (venv / "kept").exists()


def test_an_environment_whose_making_was_cut_is_made_anew(tmp_path: Path) -> None:
    stamp.begin(tmp_path)
    (tmp_path / "lib" / "half").mkdir(parents=True)

    assert environment.make(tmp_path).site_packages
    assert not (tmp_path / "lib" / "half").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()

    with pytest.raises(InstallationError, match=r"holds something else.*MAGICAI_VENV"):
        environment.make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_python_without_the_module_that_makes_environments_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "venv", None)

    with pytest.raises(InstallationError, match=r"apt install python3-venv"):
        environment.make(tmp_path)
