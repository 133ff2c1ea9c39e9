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


# Where it is called the sample shop, as every other shop is by its address (seed.py).
SHOP = {"PAGE_SHOP_PORT": "8765"}
# Of the sample shop's second day, as the README tells it.
REPORT = "report.png"
SETTLED = "() => Promise.all([document.fonts.ready, new Promise((done) => setTimeout(done, 300))])"
PICTURES = (
    Picture("page-home.png", "home"),
    Picture("page-plan.png", "plan"),
    Picture("page-watch.png", "watch"),
    Picture("page-report.png", "report"),
    Picture("page-prices.png", "prices"),
    Picture("page-products.png", "products"),
    Picture("page-compare.png", "compare"),
    Picture("page-history.png", "history"),
    Picture("page-insights.png", "insights"),
    Picture("page-settings.png", "users"),
    Picture("page-chinese.png", "course", language="zh", scheme="dark"),
    Picture("page-phone.png", "report", viewport=PHONE),
)

if __name__ == "__main__":
    words = ["tests/page/test_pictures.py", "tests/e2e/test_sample_shop.py", "-k", "picture", "-m", ""]
    command = [sys.executable, "-m", "pytest", "-q", *words]
    sys.exit(subprocess.call(command, cwd=IMAGES.parents[1], env={**os.environ, WANTED: str(IMAGES), **SHOP}))
