import pytest

from requirements import check


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was run; pyright finds something, pytest does not."""
    ran: list[str] = []

    def run(words: list[str]) -> int:
        ran.append(" ".join(words))
        return int(words[0] == "pyright")

    monkeypatch.setattr(check, "run", run)
    return ran


def test_all_checks_run_then_pytest_last_and_what_was_found_fails_the_whole(
    ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert check.main("test", []) == 1
    assert ran == [
        "ruff check",
        "ruff format --check",
        f"pyright --pythonversion {check.PYTHON}",
        "lint-imports",
        "pytest",
    ]
    assert "found something: pyright" in capsys.readouterr().out


def test_with_words_only_pytest_runs(ran: list[str]) -> None:
    assert check.main("test", ["tests/unit", "-k", "a b"]) == 0
    assert ran == ["pytest tests/unit -k a b"]


def test_checks_run_by_name_without_the_tests(ran: list[str]) -> None:
    assert check.main("check", ["ruff", "format"]) == 0
    assert check.main("check", ["pyright"]) == 1
    assert [words.split()[0] for words in ran] == ["ruff", "ruff", "pyright"]


def test_an_unknown_check_is_refused_by_name(ran: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main("check", ["mypy"]) == 2
    assert ran == []
    assert "mypy" in capsys.readouterr().err


def test_pytests_own_status_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(words: list[str]) -> int:
        return 5 if words[0] == "pytest" else 0

    monkeypatch.setattr(check, "run", run)

    assert check.main("test", []) == 5
