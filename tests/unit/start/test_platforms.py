import pytest

from requirements import platforms
from requirements.failures import InstallationError
from requirements.platforms import Platform

KNOWN = {
    "linux-x86_64": Platform("linux-x86_64", (2, 28), {"a": 1, "b": 2}, {"b": ["3.11", "3.12"]}),
    "macos-arm64": Platform("macos-arm64", (14, 0), {}, {}),
    "windows-x86_64": Platform("windows-x86_64", (0, 0), {}, {}),
}


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "linux-x86_64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "macos-arm64"),
        ("win32", "AMD64", "windows-x86_64"),
        ("linux", "riscv64", "linux-riscv64"),
    ],
)
def test_a_system_has_one_name_whatever_it_calls_itself(system: str, machine: str, name: str) -> None:
    assert platforms.key(system, machine) == name


@pytest.mark.parametrize(
    ("name", "libc", "macos"),
    [("linux-x86_64", (2, 28), ()), ("macos-arm64", None, (15, 1)), ("windows-x86_64", None, ())],
)
def test_systems_with_wheels_are_taken(name: str, libc: tuple[int, int] | None, macos: tuple[int, ...]) -> None:
    assert platforms.supported(KNOWN, name, libc, macos) is KNOWN[name]


@pytest.mark.parametrize(
    ("name", "libc", "macos", "why"),
    [
        ("linux-i686", (2, 36), (), "no wheels of all the packages for linux-i686, only for linux-x86_64"),
        ("macos-x86_64", None, (15, 1), "for macos-x86_64"),
        ("linux-x86_64", None, (), "no glibc .musl"),
        ("linux-x86_64", (2, 27), (), r"glibc 2\.27 is too old: .* need 2\.28"),
        ("macos-arm64", None, (13, 6), r"macOS 13\.6 is too old: .* need 14\.0"),
    ],
)
def test_systems_without_are_refused_by_name_with_the_way_out(
    name: str, libc: tuple[int, int] | None, macos: tuple[int, ...], why: str
) -> None:
    with pytest.raises(InstallationError, match=why + r".*docs/install\.md"):
        platforms.supported(KNOWN, name, libc, macos)


def test_only_what_a_python_takes_is_counted() -> None:
    assert KNOWN["linux-x86_64"].on([3, 12, 1]) == {"a": 1, "b": 2}
    assert KNOWN["linux-x86_64"].on([3, 13, 0]) == {"a": 1}


def test_this_machine_runs_the_tests_so_it_is_known() -> None:
    assert platforms.this().sizes["prefect"] > 0
