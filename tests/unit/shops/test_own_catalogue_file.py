import os
from pathlib import Path

import pytest

from magicai.errors import Invalid, Refused
from magicai.runs.run import Origin
from magicai.shops.own_catalogue_file import find_catalogue, load_catalogue


@pytest.mark.parametrize("name", ["/etc/passwd", "../records.sqlite3", "a/../../x.csv", "link.csv"])
@pytest.mark.parametrize("origin", [Origin.API, Origin.PREFECT, Origin.SCHEDULE])
def test_no_file_of_the_machine_can_be_asked_for_from_elsewhere(tmp_path: Path, origin: Origin, name: str) -> None:
    folder = tmp_path / "catalogues"
    folder.mkdir()
    (folder / "link.csv").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="not among the catalogues") as refused:
        find_catalogue(name, origin=origin, home=tmp_path)
    assert str(tmp_path) not in f"{refused.value.what} {refused.value.way_out}"
    assert find_catalogue("own.csv", origin=origin, home=tmp_path) == folder / "own.csv"


def test_whoever_types_a_command_names_any_file(tmp_path: Path) -> None:
    assert find_catalogue("/data/own.csv", origin=Origin.CLI, home=tmp_path) == Path("/data/own.csv")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "own.csv")
    with pytest.raises(Invalid, match="There is no catalogue"):
        load_catalogue(tmp_path / "own.csv")
