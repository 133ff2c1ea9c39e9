"""Where settings and blocks meet: at the beginning of a flow run, before a port is opened.

The environment goes before a block: who runs the worker decides over who works in the user interface. Of stores, only
those that are fed from the records: the records are where the run's row is, and a flow run does not choose its truth.
"""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from prefect import get_client
from prefect.exceptions import PrefectException

from integrations.store_roles import role_addresses
from magicai.errors import Invalid, Temporary
from magicai.settings import Settings, load
from magicai.stores.entity import STORES

NAME = "magicai"
_MANY = 200


async def settings_here() -> Settings:
    """This process's settings, and what blocks named `magicai` say where those say nothing.

    Raises:
        Temporary: Prefect's server does not answer.
        Invalid: a block does not say what its type wants.
    """
    return with_blocks(load(), await _documents())


def with_blocks(settings: Settings, documents: Sequence[tuple[str, Mapping[str, Any]]]) -> Settings:
    """Settings with what blocks add to them; what is set stays.

    Args:
        documents: slug of the type and values, of blocks that are named so.

    Raises:
        Invalid: a block does not say what its type wants.
    """
    types = {kind.get_block_type_slug(): kind for kind in _types("stores") if kind.role in STORES}
    providers = {kind.get_block_type_slug(): kind for kind in _types("models")}
    played = {place.role for place in role_addresses(settings) if place.address}
    for slug, data in documents:
        if slug in providers:
            settings = _read(providers[slug], data).into(settings)
        block = _read(types[slug], data) if slug in types else None
        if block is not None and block.role not in played:
            settings = block.into(settings)
    return settings


def _types(module: str) -> Sequence[Any]:
    # By name, as flows are found: blocks open ports of integrations, so that they stand above them.
    return importlib.import_module(f"blocks.{module}").TYPES


def _read(kind: Any, data: Mapping[str, Any]) -> Any:
    try:
        return kind(**data)
    except ValueError as exc:
        # Without the values: a password is among them.
        fields = ", ".join(str(error["loc"][0]) for error in getattr(exc, "errors", list[Any])())
        block = f"{kind.get_block_type_name()}/{NAME}"
        raise Invalid("block_invalid", block=block, fields=fields or type(exc).__name__) from None


async def _documents() -> list[tuple[str, Mapping[str, Any]]]:
    try:
        async with get_client() as client:
            found = await client.read_block_documents(limit=_MANY, include_secrets=True)
    except (httpx.HTTPError, PrefectException) as exc:
        raise Temporary("prefect_blocks_not_readable", reason=exc) from exc
    return [(one.block_type.slug, one.data) for one in found if one.name == NAME and one.block_type is not None]
