import sys
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from integrations.open import Ports
from integrations.records.postgresql_address import Address
from magicai.errors import Invalid, Missing
from magicai.settings import Settings


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_addresses_of_every_spelling_keep_their_options(scheme: str) -> None:
    made = Address(f"{scheme}://ann:s%2Fcret@db.example:6000/shop?sslmode=verify-full&sslrootcert=ca.pem", "magicai")
    kept = {name: made.parameters[name] for name in ("user", "password", "host", "port", "dbname", "sslmode")}
    assert kept == {
        "user": "ann", "password": "s/cret", "host": "db.example", "port": "6000", "dbname": "shop",
        "sslmode": "verify-full",
    }  # fmt: skip
    assert made.parameters["sslrootcert"] == "ca.pem"
    assert made.where == "PostgreSQL at db.example:6000/shop (schema magicai)"


@pytest.mark.parametrize(
    "address",
    [
        "mysql://ann:hunter2@h/d",
        "hunter2",
        "postgres://ann:hunt/er2@h/d",
        "postgres://ann:12/hunter2@h/d",
        "postgres://ann:hunter2@h:port/d",
        "postgres://ann:hunter2@h/d?no_such_option=1",
        "postgres://ann:hunter%zz2@h/d",
    ],
)
def test_what_is_no_address_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(Invalid, match=r"postgresql://USER:PASSWORD@HOST") as caught:
        Address(address, "magicai")
    assert "hunt" not in "".join(traceback.format_exception(caught.value)).partition("magicai.errors.Invalid")[2]


def test_a_missing_part_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=SecretStr("postgres://h/d"), stores_accepted=("records",))
    for name in ("integrations.records.postgresql", "integrations.analytics.postgresql"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delattr(name, raising=False)
    for port in ("records", "analytics"):
        with pytest.raises(Missing, match=r"start\.py install postgresql"):
            getattr(Ports(settings), port)
