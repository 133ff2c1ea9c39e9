"""Where settings and blocks meet: at the beginning of a flow run, before a port is opened.

The environment goes before a block: who runs the worker decides over who works in the user interface. Only stores that
are fed from the records: the records are where the run's row is, and a flow run does not choose its truth.
"""

import importlib
import os
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from prefect import get_client
from prefect.exceptions import PrefectException

from magicai.errors import Invalid, Temporary
from magicai.stores.entity import STORES

NAME = "magicai"
_ACCEPTED = "MAGICAI_STORES_ACCEPTED"
_MANY = 200


async def use_blocks() -> list[str]:
    """Let this process's settings have what blocks named `magicai` say; answers the variables that they set.

    Raises:
        Temporary: Prefect's server does not answer.
        Invalid: a block does not say what its type wants.
    """
    found = variables(await _documents(), os.environ)
    os.environ.update(found)
    return [name for name in found if name != _ACCEPTED]


def variables(documents: Sequence[tuple[str, Mapping[str, Any]]], environment: Mapping[str, str]) -> dict[str, str]:
    """What blocks add to an environment.

    Args:
        documents: slug of the type and values, of blocks that are named so.
        environment: what is set stays.

    Raises:
        Invalid: a block does not say what its type wants.
    """
    types = {kind.get_block_type_slug(): kind for kind in _types() if kind.role in STORES}
    found: dict[str, str] = {}
    roles = [role for role in environment.get(_ACCEPTED, "").split(",") if role]
    for slug, data in documents:
        block = _read(types[slug], data) if slug in types else None
        if block is None or environment.get(block.variable):
            continue
        found[block.variable] = block.address().get_secret_value()
        roles.append(block.role)  # it was saved for MagicAI: that is the yes
    return {**found, _ACCEPTED: ",".join(roles)} if found else {}


def _types() -> Sequence[Any]:
    # By name, as flows are found: blocks open ports of integrations, so that they stand above them.
    return importlib.import_module("blocks.stores").TYPES


def _read(kind: Any, data: Mapping[str, Any]) -> Any:
    try:
        return kind(**data)
    except ValueError as exc:
        # Without the values: a password is among them.
        fields = ", ".join(str(error["loc"][0]) for error in getattr(exc, "errors", list[Any])())
        raise Invalid(
            f"The block {kind.get_block_type_name()}/{NAME} is not right: {fields or type(exc).__name__}.",
            way_out="Correct it in Prefect's user interface, under Blocks.",
        ) from None


async def _documents() -> list[tuple[str, Mapping[str, Any]]]:
    try:
        async with get_client() as client:
            found = await client.read_block_documents(limit=_MANY, include_secrets=True)
    except (httpx.HTTPError, PrefectException) as exc:
        raise Temporary(f"Prefect's server could not be asked for blocks: {exc}") from exc
    return [(one.block_type.slug, one.data) for one in found if one.name == NAME and one.block_type is not None]
