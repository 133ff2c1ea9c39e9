"""The verifier of a text that somebody edits or rewrites, paid for from the budget of the run that wrote it."""

from collections.abc import Awaitable
from typing import Protocol

from magicai.content.content import Content
from magicai.errors import NotFound
from magicai.ports import Records, Spender, TextModel
from magicai.runs import registry


class OpenModel(Protocol):
    """How a model is opened: as `Ports.text_model`."""

    def __call__(self, spender: Spender, *, models: tuple[str, ...]) -> Awaitable[TextModel | None]:
        """The model, or None where there is none."""
        ...


async def spender_of(records: Records, content: Content, step: str, role: str) -> Spender:
    """Who pays for calls about a text: its owner, within what its run may cost."""
    return Spender(content.owner_id, content.run_id, step=step, budget=await _budget(records, content), role=role)


async def verifier_of(records: Records, content: Content, step: str, open_model: OpenModel | None) -> TextModel | None:
    """The verifier that is chosen now; None where there is none."""
    if open_model is None:
        return None
    return await open_model(await spender_of(records, content, step, "verifier"), models=())


async def _budget(records: Records, content: Content) -> float | None:
    """What the run that wrote a text may cost, in US dollars."""
    try:
        run = await records.runs.get(content.run_id)
    except NotFound:  # erased, while its texts stay
        return None
    declared = registry.declared_of(run)
    own = declared.parameters(run.request).get("budget") if declared is not None else None
    return None if own is None else float(own)
