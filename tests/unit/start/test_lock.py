from typing import Any

import pytest
from packaging.markers import Marker

from requirements import lock

LINUX, ARM, MAC, WINDOWS = lock.TARGETS
TEXT = """\
# a comment
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
pypydispatcher==2 ; platform_python_implementation == 'PyPy' \\
    --hash=sha256:cc
six==1.17.0 \\
    --hash=sha256:dd
"""


def package(*wheels: str, marker: str | None = None) -> dict[str, Any]:
    entries = [{"url": f"file:///x/six-1.0-{wheel}.whl", "size": 10 + index} for index, wheel in enumerate(wheels)]
    return {"name": "six", "version": "1.0", "marker": marker, "wheels": entries}


def test_a_lock_is_split_into_requirements_with_their_hashes() -> None:
    assert [(str(found), block.count("--hash")) for found, block in lock.blocks(TEXT)] == [
        ('numpy==2.5.5; python_full_version >= "3.12"', 2),
        ('pypydispatcher==2; platform_python_implementation == "PyPy"', 1),
        ("six==1.17.0", 1),
    ]


def test_what_none_of_our_systems_installs_is_left_out() -> None:
    ours = lock.for_our_systems(TEXT)

    assert "pypydispatcher" not in ours
    assert "\nnumpy==2.5.5" in ours
    assert ours.endswith("--hash=sha256:dd\n")


@pytest.mark.parametrize(
    ("marker", "targets"),
    [
        ("sys_platform == 'win32'", [WINDOWS]),
        ("sys_platform != 'win32'", [LINUX, ARM, MAC]),
        ("platform_machine == 'aarch64'", [ARM]),
        ("python_full_version < '3.11.3'", [LINUX, ARM, MAC, WINDOWS]),
        ("python_full_version >= '3.15'", []),
        ("implementation_name == 'pypy'", []),
    ],
)
def test_markers_are_judged_for_every_python_and_system(marker: str, targets: list[lock.Target]) -> None:
    assert [target for target in lock.TARGETS if lock.applies(Marker(marker), target)] == targets


@pytest.mark.parametrize(
    ("wheel", "target", "python", "oldest"),
    [
        ("py3-none-any", LINUX, (3, 11), (0, 0)),
        ("cp311-cp311-manylinux_2_28_x86_64", LINUX, (3, 11), (2, 28)),
        ("cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64", LINUX, (3, 11), (2, 17)),
        ("cp39-abi3-manylinux_2_17_aarch64", ARM, (3, 14), (2, 17)),
        ("cp312-cp312-macosx_14_0_arm64", MAC, (3, 12), (14, 0)),
        ("cp312-cp312-macosx_10_9_universal2", MAC, (3, 12), (10, 9)),
        ("cp312-cp312-win_amd64", WINDOWS, (3, 12), (0, 0)),
    ],
)
def test_a_wheel_fits_a_system_and_tells_the_oldest_that_it_runs_on(
    wheel: str, target: lock.Target, python: tuple[int, int], oldest: tuple[int, int]
) -> None:
    assert lock.fitting(package(wheel), target, python)[0][0] == oldest


@pytest.mark.parametrize(
    ("wheel", "target", "python"),
    [
        ("cp311-cp311-manylinux_2_28_x86_64", LINUX, (3, 12)),
        ("cp313-cp313t-manylinux_2_28_x86_64", LINUX, (3, 13)),
        ("cp311-cp311-musllinux_1_2_x86_64", LINUX, (3, 11)),
        ("cp311-cp311-manylinux_2_28_x86_64", ARM, (3, 11)),
        ("cp311-cp311-macosx_14_0_x86_64", MAC, (3, 11)),
        ("cp311-cp311-win32", WINDOWS, (3, 11)),
        ("pp311-pypy311_pp73-win_amd64", WINDOWS, (3, 11)),
    ],
)
def test_a_wheel_for_something_else_does_not_fit(wheel: str, target: lock.Target, python: tuple[int, int]) -> None:
    assert lock.fitting(package(wheel), target, python) == []


def test_packages_are_weighed_by_their_largest_wheel_and_need_the_newest_system_of_all() -> None:
    wheels = [f"cp3{minor}-cp3{minor}-manylinux_2_17_x86_64" for minor in (11, 12, 13)]
    others = ["py3-none-macosx_14_0_arm64", "py3-none-win_amd64", "py3-none-manylinux_2_17_aarch64"]
    weighed = lock.weigh([package(*wheels, "cp314-cp314-manylinux_2_28_x86_64", *others)])

    assert weighed["linux-x86_64"] == {"needs": (2, 28), "only": {}, "packages": {"six": 13}}
    assert weighed["macos-arm64"]["needs"] == (14, 0)


def test_a_package_for_some_pythons_is_marked_so() -> None:
    weighed = lock.weigh([package("py3-none-any", marker="python_full_version < '3.13'")])

    assert weighed["windows-x86_64"]["only"] == {"six": ["3.11", "3.12"]}


def test_a_package_without_a_wheel_for_one_of_the_systems_is_refused_by_name() -> None:
    with pytest.raises(SystemExit, match=r"six 1\.0: windows-x86_64, Python 3\.14") as caught:
        lock.weigh([package("py3-none-manylinux_2_17_x86_64", "py3-none-macosx_11_0_arm64")])
    assert "linux-x86_64" not in str(caught.value)


def test_constraints_replace_the_former_ones_and_nothing_else() -> None:
    project = "[project]\nname = 'x'\n"

    once = lock.with_constraints(project, ["six==1", 'numpy==2; python_version < "3.12"'], ["hatchling==1"])
    twice = lock.with_constraints(once, ["six==2"], ["hatchling==1"])

    import tomllib

    assert once.startswith(project)
    assert tomllib.loads(once)["tool"]["uv"]["constraint-dependencies"][1] == "numpy==2; python_version < '3.12'"
    assert tomllib.loads(twice)["tool"]["uv"]["constraint-dependencies"] == ["six==2"]
