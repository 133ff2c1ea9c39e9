import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import trustme

from tests.contract.mail.receiver import Receiver


@dataclass(frozen=True)
class Certificates:
    """Those of a mail server on this machine, and whoever believes them."""

    server: ssl.SSLContext
    trust: ssl.SSLContext


@pytest.fixture(scope="session")
def certificates() -> Certificates:
    authority = trustme.CA()
    server, trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(trust)
    return Certificates(server, trust)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    async with made.listening():
        yield made
