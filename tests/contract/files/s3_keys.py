"""What S3 clients read from the environment, for the tests' server."""

import pytest

from tests.servers import value

_VARIABLES = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")


def keys_of_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set them for one test."""
    for variable in _VARIABLES:
        monkeypatch.setenv(variable, value("s3", variable))
