"""`python -m magicai.shops.sample.write_truth` writes truth.json anew, for people to read."""

import json
from pathlib import Path

from magicai.shops.sample.truth import as_json

FILE = Path(__file__).parent / "truth.json"


def text() -> str:
    """What truth.json has to hold."""
    return json.dumps(as_json(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
