"""Which store plays which role: the embedded one, or a server of the user's, once its use was accepted.

The usual names of the addresses may belong to another program of the user's shell, so a server is used only after a
yes: `magicai stores accept`, which is kept in MAGICAI_HOME, or MAGICAI_STORES_ACCEPTED.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast, get_args

from pydantic import SecretStr

from magicai.errors import Invalid
from magicai.private import private_folder
from magicai.settings import Settings
from magicai.stores.entity import STORES, Store
from magicai.values.masked import masked

Role = Literal["records", "cache", "search", "graph", "vectors", "files"]
ROLES: tuple[Role, ...] = get_args(Role)

ADDRESSES: Mapping[Role, str] = {
    "records": "DATABASE_URL",
    "cache": "REDIS_URL",
    "search": "ELASTICSEARCH_URL",
    "graph": "NEO4J_URL",
    "vectors": "CHROMADB_URL",
    "files": "MAGICAI_FILES_URL",
}


# How addresses begin, as each adapter takes them.
_SCHEMES: Mapping[Role, tuple[str, ...]] = {
    "records": ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"),
    "cache": ("redis", "rediss"),
    "search": ("http", "https"),
    "graph": ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"),
    "vectors": ("http", "https"),
    "files": ("s3",),
}


@dataclass(frozen=True, slots=True)
class RoleAddress:
    """Where a role is played.

    Attributes:
        variable: names the address in the environment.
        address: of the server, without user name and password; "" where the embedded store plays the role.
    """

    role: Role
    variable: str
    address: str
    accepted: bool


def role_addresses(settings: Settings) -> list[RoleAddress]:
    """Every role, and where it is played."""
    kept = _kept(settings)
    found: list[RoleAddress] = []
    for role, variable in ADDRESSES.items():
        address = masked(_address(settings, variable))
        asked_for = {"all", role} & set(settings.stores_accepted)
        found.append(RoleAddress(role, variable, address, bool(asked_for) or address in kept.get(role, [])))
    return found


def address_of(role: Role, settings: Settings) -> str | None:
    """The address of the server that plays a role; None where the embedded store does.

    Raises:
        Invalid: an address is set, and its use was not accepted.
    """
    place = next(role_address for role_address in role_addresses(settings) if role_address.role == role)
    if not place.address:
        return None
    if not place.accepted:
        raise not_accepted([place])
    return _address(settings, place.variable)


def server_stores(settings: Settings) -> list[Store]:
    """The stores fed from the records that a server plays: it may be slow or away, which what runs here is not."""
    played = {place.role for place in role_addresses(settings) if place.address and place.accepted}
    return [store for store in STORES if store in played]


def in_environment(settings: Settings) -> dict[str, str]:
    """The variables by which another process has the same stores, wherever these settings have them from."""
    found = {variable: _address(settings, variable) for variable in ADDRESSES.values()}
    return {**found, "MAGICAI_STORES_ACCEPTED": ",".join(settings.stores_accepted)}


def not_accepted(places: Sequence[RoleAddress]) -> Invalid:
    """What to say of addresses that are set, perhaps for another program."""
    named = ", ".join(f"{place.variable} ({place.address})" for place in places)
    return Invalid("store_address_not_accepted", setting=named, names=" ".join(place.role for place in places))


async def check(settings: Settings) -> str:
    """Every address that is set may be used."""
    places = role_addresses(settings)
    refused = [place for place in places if place.address and not place.accepted]
    if refused:
        raise not_accepted(refused)
    servers = [f"{place.role} at {place.address}" for place in places if place.address]
    return ", ".join(servers) if servers else "all stores are embedded"


def accept(settings: Settings, roles: Sequence[Role]) -> list[RoleAddress]:
    """Keep in MAGICAI_HOME that these servers may be used; answers what is new of it.

    Raises:
        Invalid: a role has no address, or one of another kind of server.
    """
    places = {place.role: place for place in role_addresses(settings)}
    for role in roles:
        place = places[role]
        if not place.address:
            raise Invalid("store_server_not_set", variable=place.variable, role=role)
        if place.address.partition("://")[0].lower() not in _SCHEMES[role] or "://" not in place.address:
            forms = " or ".join(f"{scheme}://" for scheme in _SCHEMES[role])
            raise Invalid(
                "store_server_invalid", variable=place.variable, address=place.address, role=role, forms=forms
            )
    new = [places[role] for role in roles if not places[role].accepted]
    kept = _kept(settings)
    for place in new:
        # Earlier ones stay: whoever moves to another server goes back where that fails.
        kept.setdefault(place.role, []).append(place.address)
    private_folder(settings.home)
    draft = _file(settings).with_suffix(".part")
    draft.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    draft.replace(_file(settings))
    return new


def _address(settings: Settings, variable: str) -> str:
    name = variable.removeprefix("MAGICAI_").lower()
    value = cast("SecretStr | None", getattr(settings, name))
    return "" if value is None else value.get_secret_value().strip()


def _file(settings: Settings) -> Path:
    return settings.home / "stores.json"


def _kept(settings: Settings) -> dict[str, list[str]]:
    """What was accepted: role to addresses."""
    try:
        found = dict(json.loads(_file(settings).read_text(encoding="utf-8")))
        # There was room for one address once.
        return {role: [kept] if isinstance(kept, str) else list(map(str, kept)) for role, kept in found.items()}
    except (OSError, ValueError, TypeError):
        return {}
