"""Secrets of a request: sealed before there is a row, and opened by the step that needs one.

    token = revealed(ports.seal, request.token, owner_id=run.owner_id)

What is sealed goes wherever the request goes: the run's row, Prefect's parameters, the API's answers, backups.
"""

from pydantic import BaseModel, SecretStr

from magicai.errors import Invalid, Permanent
from magicai.ports import Seal
from magicai.runs.requests.fields import Leaf, in_clear, leaves
from magicai.runs.run import JSON
from magicai.values.sealed import SEALED


def sealed(seal: Seal, leaf: Leaf, *, owner_id: str) -> SecretStr:
    """A secret as it is kept. One that is sealed already stays so: a request may be given again as it was shown.

    Raises:
        Invalid: it was sealed for somebody else, or elsewhere; names the field.
    """
    text = leaf.value.get_secret_value()
    if not text:
        raise Invalid("input_empty", way_out="enter_or_omit", name=leaf.where)
    if not text.startswith(SEALED):
        return SecretStr(SEALED + seal.seal(text, owner_id=owner_id))
    try:
        seal.open(text.removeprefix(SEALED), owner_id=owner_id)
    except Permanent as exc:
        raise Invalid("secret_encrypted_elsewhere", where=leaf.where) from exc
    return leaf.value


def revealed(seal: Seal, secret: SecretStr, *, owner_id: str) -> str:
    """A secret of a run's request, for the call that needs it; never to be kept or told.

    Raises:
        Permanent: it can't be opened with this installation's key.
    """
    text = secret.get_secret_value()
    return seal.open(text.removeprefix(SEALED), owner_id=owner_id) if text.startswith(SEALED) else text


def as_row(request: BaseModel) -> JSON:
    """A request as a run's row keeps it.

    Raises:
        Permanent: a secret is not sealed, which is a fault of ours.
    """
    for leaf in leaves(request):
        if isinstance(leaf.value, SecretStr) and not leaf.value.get_secret_value().startswith(SEALED):
            raise Permanent("secret_not_encrypted", where=leaf.where)
    return in_clear(request)
