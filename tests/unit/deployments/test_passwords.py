from pathlib import Path

from deployments import passwords

ROOT = Path(__file__).parents[3]


def values(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_each_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / ".env"

    assert passwords.make(path) == list(passwords.NAMES)
    first = values(path)
    assert passwords.make(path) == []

    assert values(path) == first
    assert len(set(first.values())) == len(passwords.NAMES)
    assert all(len(value) == 32 and value.isalnum() for value in first.values())
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [".env"]


def test_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("REDIS_PASSWORD=mine\nREDIS_PORT=6380")

    passwords.make(path)

    found = values(path)
    assert found["REDIS_PASSWORD"] == "mine"
    assert found["REDIS_PORT"] == "6380"
    assert set(passwords.NAMES) < set(found)


def test_git_does_not_take_them() -> None:
    assert passwords.PATH.name in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
