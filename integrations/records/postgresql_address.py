"""An address as users write it, and what is said to PostgreSQL's library instead: time limits, and the schema.

The library itself reads the address, so that everything it knows may stand there: sslmode and certificates, several
hosts, a service. Special characters of a password are percent-encoded, as in any address.
"""

from collections.abc import Mapping

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from magicai.errors import Invalid

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg")
_FORM = "Use postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters percent-encoded."

_CONNECT_S = 10
_STATEMENT_S = 300
# How long a row or a migration that somebody else holds is waited for.
_LOCK_S = 30
# A process that was stopped in a transaction holds its rows no longer than this.
_IDLE_S = 60
_DEFAULTS: Mapping[str, str] = {
    "connect_timeout": str(_CONNECT_S),
    # A machine that vanished is noticed after a minute.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "application_name": "magicai",
}


class Address:
    """A database, and the schema in it that is ours.

    Attributes:
        parameters: of a connection, by the names of PostgreSQL's library; the password among them.
        where: for people, without any password.

    Raises:
        Invalid: it is no address of PostgreSQL's.
    """

    def __init__(self, address: str, schema: str) -> None:
        scheme, _, rest = address.partition("://")
        if scheme not in _SCHEMES or not rest:
            raise Invalid("database_url_unsupported", scheme=scheme) if rest else Invalid("database_url_invalid")
        try:
            said = {name: str(value) for name, value in conninfo_to_dict(f"postgresql://{rest}").items() if value}
        except ProgrammingError:
            # What the library says quotes the part that it stumbled over, and that may be half of a password.
            raise Invalid("database_url_invalid") from None
        host, port = said.get("host") or said.get("hostaddr") or "its socket", said.get("port", "5432")
        database = said.get("dbname", "")
        if "@" in f"{host}{database}" or not port.replace(",", "").isdigit():
            # A password with a slash or the like in it: what follows would be read as something else, and shown.
            raise Invalid("database_url_invalid")
        limits = {
            "search_path": schema,
            "statement_timeout": f"{_STATEMENT_S}s",
            "lock_timeout": f"{_LOCK_S}s",
            "idle_in_transaction_session_timeout": f"{_IDLE_S}s",
        }
        options = " ".join(f"-c {name}={value}" for name, value in limits.items())
        self.schema = schema
        self.parameters = {**_DEFAULTS, **said, "options": f"{said.get('options', '')} {options}".strip()}
        self.where = f"PostgreSQL at {host}:{port}/{database} (schema {schema})"

    @property
    def line(self) -> str:
        """The same in one line, as other users of the library take it; with the password."""
        return make_conninfo(**self.parameters)
