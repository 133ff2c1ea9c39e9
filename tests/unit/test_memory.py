"""The C library is asked to hold less memory, where it can be asked."""

import subprocess
import sys

import pytest

from integrations import memory


class _Called:
    """A C library that notes its calls."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def mallopt(self, *arguments: int) -> int:
        self.calls.append(arguments)
        return 1

    def malloc_trim(self, *arguments: int) -> int:
        self.calls.append(arguments)
        return 1


def test_all_threads_but_one_share_a_heap_and_free_memory_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    library = _Called()
    monkeypatch.setattr(memory, "_c", lambda: library)
    memory.limit_malloc_arenas()
    memory.trim_memory()
    assert library.calls == [(-8, 2), (0,)]


@pytest.mark.parametrize("library", [None, object()], ids=["none", "without the calls"])
def test_a_library_without_such_calls_is_left_alone(monkeypatch: pytest.MonkeyPatch, library: object) -> None:
    monkeypatch.setattr(memory, "_c", lambda: library)
    memory.limit_malloc_arenas()
    memory.trim_memory()


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's calls")
def test_this_systems_library_takes_the_calls() -> None:
    memory.limit_malloc_arenas()
    memory.trim_memory()


def test_what_is_loaded_is_passed_over_once_a_process() -> None:
    script = """if True:
        import gc
        from integrations.memory import relax_gc
        relax_gc()
        frozen = gc.get_freeze_count()
        kept = [[] for _ in range(1_000)]
        relax_gc()
        print(frozen > 1_000 and gc.get_freeze_count() == frozen, gc.get_threshold()[0])
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "20000"]
