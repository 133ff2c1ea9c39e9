"""The documentation's screenshots: `python -m tests.page.pictures` makes those of docs/images again."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.page.showing import PHONE

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WANTED = "MAGICAI_PAGE_IMAGES"


@dataclass(frozen=True)
class Picture:
    """A view (views.py) in one look, and the file that shows it."""

    file: str
    view: str
    language: str = "en"
    scheme: str = "light"
    viewport: Any = None

    @property
    def look(self) -> dict[str, Any]:
        """How it is opened."""
        return {"language": self.language, "scheme": self.scheme, "viewport": self.viewport}


REPORT = "report.png"
PICTURES = (
    Picture("page-start.png", "first-visit"),
    Picture("page-plan.png", "plan"),
    Picture("page-watch.png", "watch"),
    Picture("page-report.png", "report"),
    Picture("page-prices.png", "prices"),
    Picture("page-products.png", "products"),
    Picture("page-compare.png", "compare"),
    Picture("page-history.png", "history"),
    Picture("page-brain.png", "brain"),
    Picture("page-account.png", "account"),
    Picture("page-chinese.png", "course", language="zh", scheme="dark"),
    Picture("page-phone.png", "report", viewport=PHONE),
)

if __name__ == "__main__":
    test = Path(__file__).with_name("test_pictures.py")
    sys.exit(subprocess.call([sys.executable, "-m", "pytest", "-q", test], env={**os.environ, WANTED: str(IMAGES)}))
