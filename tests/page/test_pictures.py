"""The documentation's screenshots can be made again, and the documentation shows each."""

import os
import re
from pathlib import Path

import pytest

from tests.page.conftest import Open, Place, Seeded
from tests.page.pictures import IMAGES, PICTURES, REPORT, SETTLED, WANTED, Picture
from tests.page.views import VIEWS, living_run

pytestmark = pytest.mark.timeout(600)
DOCS = IMAGES.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where they go: the documentation's folder only where that is asked for."""
    return Path(os.environ.get(WANTED) or tmp_path_factory.mktemp("images"))


@pytest.fixture(scope="module")
def live(place: Place, seeded: Seeded) -> str:
    return living_run(place, seeded)


def _ids(picture: Picture) -> str:
    return picture.file


# test_views.py opens the views of all of them.
@pytest.mark.parametrize(
    "picture", [PICTURES[0], *(pytest.param(one, marks=pytest.mark.nightly) for one in PICTURES[1:])], ids=_ids
)
def test_a_picture_is_made_of_its_view(show: Open, seeded: Seeded, live: str, folder: Path, picture: Picture) -> None:
    view = next(one for one in VIEWS if one.name == picture.view)
    with show(view.who, view.path(seeded, live), **picture.look) as page:
        view.open(page)
        if page.locator("iframe.report").count():
            page.frame_locator("iframe.report").locator("h1").wait_for()
        page.wait_for_load_state("networkidle")  # else a loaded machine is pictured before its words are there
        page.evaluate(SETTLED)
        page.screenshot(path=str(folder / picture.file))
    assert (folder / picture.file).stat().st_size > 5_000


def test_every_picture_is_there_and_shown() -> None:
    text = "".join((DOCS.parent / name).read_text(encoding="utf-8") for name in ("README.md", "docs/start/page.md"))
    shown = {name.rpartition("/")[2] for name in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", text)}
    made = {*(picture.file for picture in PICTURES), REPORT}
    assert shown == made == {path.name for path in IMAGES.glob("*.png")}
