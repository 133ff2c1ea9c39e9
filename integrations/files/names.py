"""What bodies and results are called, wherever they are kept."""

import re

from magicai.errors import Invalid, NotFound

_DIGEST = re.compile(r"[0-9a-f]{64}")
# No part begins with a dot: neither the folder above, nor a hidden file.
_NAME = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*")


def is_digest(words: str) -> bool:
    """Whether it is a SHA-256 as hex."""
    return _DIGEST.fullmatch(words) is not None


def digest_of(words: str) -> str:
    """The digest that it is.

    Raises:
        NotFound: it is none, so no body has it.
    """
    if not is_digest(words):
        raise NotFound("body_digest_invalid", value=words)
    return words


def is_name(words: str) -> bool:
    """Whether a result may be called so."""
    return _NAME.fullmatch(words) is not None


def checked(name: str) -> str:
    """A result's name.

    Raises:
        Invalid: it is none: it may lead elsewhere.
    """
    if not is_name(name):
        raise Invalid("file_name_invalid", way_out="use_file_name_characters", name=name)
    return name
