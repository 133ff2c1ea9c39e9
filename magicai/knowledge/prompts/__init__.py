"""What language models are asked about documents: a file a prompt, whose number grows when its words change."""

from functools import cache
from importlib import resources

ANSWER, REWRITE = "answer-1", "rewrite-1"


@cache
def prompt(name: str) -> str:
    """The words of a prompt, with fields in braces to be filled in."""
    return resources.files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()
