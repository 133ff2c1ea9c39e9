"""Changes the model of a role: what it means, the change itself, and making all vectors with another model.

`python -m integrations.choosing_models` makes what somebody has begun, one per installation, so that neither the page
nor a command has to stay. It ends when the vectors are complete, or at the first error that trying again can't help.
"""

import asyncio
import os
import subprocess
import sys
import time
from dataclasses import dataclass

from filelock import FileLock, Timeout

from integrations.embedder.open import host_of, price_of
from integrations.open import Ports, open_own_ports
from integrations.prefect import environment
from integrations.processes.detached import outlives
from integrations.reranker.open import host_of as reranker_host_of
from integrations.reranker.open import price_of as reranker_price_of
from integrations.store_roles import in_environment
from integrations.text.model_registry import host_of as text_host_of
from integrations.text.names import REMOTE
from magicai.errors import Conflict, Temporary
from magicai.models.choices import EMBEDDED, READS_DOCUMENTS, TEXT_MODEL, Role, checked, model_of, split
from magicai.models.consents import Consents
from magicai.ports import Message, VectorSpace
from magicai.settings import Settings, load
from magicai.stores.embed import Amount, OnProgress, amount, embed

# Of each provider, beside the core.
_EXTRAS = {
    "fastembed": "fastembed",
    "local": "model",
    "cohere": "cohere",
    **dict.fromkeys((*REMOTE, "voyage"), "providers"),
}
# What the words of a test take of a model that does not count them, and the most that a model says.
_FEW_TOKENS, _MOST_TOKENS, _LONGEST_SAID = 20, 16, 200
# How long a model that does not answer is tried again.
_PAUSES_S = (5.0, 15.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Change:
    """What another embedding model means.

    Attributes:
        amount: what it must read; None where its vectors are searched already.
        cost: US dollars, about; None where the price is unknown.
        host: that texts are sent to; "" where they stay on this machine.
    """

    name: str
    amount: Amount | None
    cost: float | None
    host: str


def extra_of(name: str) -> str | None:
    """The extra that a model needs."""
    return _EXTRAS.get(split(name)[0])


async def weigh(ports: Ports, name: str) -> Change:
    """What choosing an embedding model means, before anything is changed.

    Raises:
        Invalid: nothing is named so, or a setting that it needs is missing.
        MagicError: it is the model that is searched with, and can't be used.
    """
    name = checked("embedder", name)
    price = price_of(ports.settings, name)
    there = None if await _serves(ports, name) else await amount(ports.records)
    cost = None if price is None else price.of(there.tokens if there else 0, 0)
    return Change(name, there, cost, host_of(ports.settings, name))


async def _serves(ports: Ports, name: str) -> bool:
    """Whether the vectors that are searched are this model's as it is now: its server or file may be another."""
    serving = await ports.vectors.spaces.serving()
    if serving.embedder != name:
        return False
    return name == EMBEDDED or (await ports.vectors.spaces.tried(name)).space_id == serving.space_id


async def choose(ports: Ports, role: Role, name: str) -> VectorSpace | None:
    """Use a model for a role from now on, once it has answered; a file that it needs is downloaded.

    Answers the vectors that are to be made, if any: until then the old ones are searched.

    Raises:
        MagicError: the model can't be used; nothing is changed.
    """
    name = checked(role, name)
    choices = ports.records.model_choices
    if role in READS_DOCUMENTS:
        await Consents(choices).check(await host_of_role(ports, role, name), name)
    if role != "embedder":
        await try_model(ports, role, name)
        await choices.choose(role, name)
        return None
    space = await ports.vectors.spaces.tried(name)
    await choices.choose(role, name)
    return await _fill(ports, space)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of asking a model once.

    Attributes:
        answer: what it said, or what its numbers mean; "" where there is no model.
        cost: US dollars; None where the price is unknown.
    """

    name: str
    answer: str
    seconds: float
    cost: float | None


async def try_model(ports: Ports, role: Role, name: str) -> Tried:
    """Ask a model once, with a few words of ours.

    Raises:
        MagicError: it can't be used.
    """
    name, began = checked(role, name), time.monotonic()
    cost: float | None = 0.0
    if role == "embedder":
        answer, tokens = await _tried_embedder(ports, name)
        price = price_of(ports.settings, name)
        cost = None if price is None else price.of(tokens, 0)
    elif role == "reranker":
        answer, tokens = await _tried_reranker(ports, name)
        price = reranker_price_of(ports.settings, name)
        cost = None if price is None else price.of(tokens, 0)
    else:
        answer, cost = await _tried_text(ports, name)
    return Tried(name, answer, time.monotonic() - began, cost)


async def _tried_embedder(ports: Ports, name: str) -> tuple[str, int]:
    space = await ports.vectors.spaces.tried(name)
    return f"2 vectors of {space.dimension} numbers", _FEW_TOKENS


async def _tried_reranker(ports: Ports, name: str) -> tuple[str, int]:
    made = ports.open_reranker(name, trying=True)
    if made is None:
        return "", 0
    texts = ["A chair is made of wood.", "A kettle boils water."]
    scores = await made.scores("Which one boils water?", texts)
    return f"Best: {texts[scores.index(max(scores))]}", _FEW_TOKENS


async def _tried_text(ports: Ports, name: str) -> tuple[str, float | None]:
    model = await ports.text_model_named(name)
    if model is None:
        return "", 0.0
    asked = Message("user", "Reply with the single word: ready")
    said, usage = await model.text([asked], max_tokens=_MOST_TOKENS)
    return said[:_LONGEST_SAID], usage.cost


async def host_of_role(ports: Ports, role: Role, name: str) -> str:
    """The host that a role's texts are sent to; "" where they stay on this machine.

    Raises:
        Invalid: a setting that the model needs is missing.
    """
    if role == "embedder":
        return host_of(ports.settings, name)
    if role == "reranker" and name != TEXT_MODEL:
        return reranker_host_of(ports.settings, name)
    if role == "reranker":
        name = await model_of("answerer", ports.records.model_choices, ports.settings)
    return text_host_of(ports.settings, name)


async def may_be_sent_to(ports: Ports, role: Role, name: str) -> tuple[str, bool]:
    """The host that a role's texts would be sent to with a model, and whether that is allowed; nothing is called.

    Raises:
        Invalid: nothing is named so, or a setting that it needs is missing.
    """
    host = await host_of_role(ports, role, checked(role, name))
    asks = bool(host) and role in READS_DOCUMENTS
    return host, not asks or host in {consent.host for consent in await ports.records.model_choices.consents()}


async def unset(ports: Ports, role: Role) -> None:
    """Use again what the settings say; vectors that were being made of another model are made no more.

    Raises:
        Invalid: the setting names no model.
    """
    choices = ports.records.model_choices
    await choices.forget(role)
    if role == "embedder":
        name = await model_of("embedder", choices, ports.settings)
        if any(space.state == "filling" and space.embedder != name for space in await choices.spaces()):
            await _give_up(ports)


async def unfinished(ports: Ports) -> VectorSpace | None:
    """The vectors that somebody has begun to make, as long as they are wanted; nothing is begun.

    Raises:
        Invalid: the setting names no model.
    """
    choices = ports.records.model_choices
    filling = next((space for space in await choices.spaces() if space.state == "filling"), None)
    name = await model_of("embedder", choices, ports.settings)
    if filling is None or filling.embedder == name:
        return filling
    if (await ports.vectors.spaces.serving()).embedder == name:
        await _give_up(ports)
    return None


async def missing(ports: Ports) -> VectorSpace | None:
    """The vectors that the model which is chosen now lacks; they are begun, or continued.

    Raises:
        MagicError: the model that is chosen can't be used, or documents may not be sent to it.
    """
    choices, spaces = ports.records.model_choices, ports.vectors.spaces
    name = await model_of("embedder", choices, ports.settings)
    await Consents(choices).check(host_of(ports.settings, name), name)
    serving = await spaces.serving()
    return await _fill(ports, serving if serving.embedder == name == EMBEDDED else await spaces.tried(name))


async def make_vectors(ports: Ports, space: VectorSpace, *, on_progress: OnProgress) -> int:
    """Make all vectors of a space, and search them from then on; answers how many were made."""
    return await embed(ports.records, ports.vectors, space, on_progress=on_progress)


async def _fill(ports: Ports, space: VectorSpace) -> VectorSpace | None:
    choices, spaces = ports.records.model_choices, ports.vectors.spaces
    serving = await spaces.serving()
    if serving.space_id == space.space_id:
        await _give_up(ports)
        return None
    await choices.fill(space, instead_of=serving)
    return space


async def _give_up(ports: Ports) -> None:
    """Make no vectors beside those that are searched. Whoever is making some stops before the next batch."""
    for space in await ports.records.model_choices.spaces():
        await ports.records.model_choices.stop(space.space_id)
    await ports.vectors.remove_left()


def start(settings: Settings) -> None:
    """Let a process of its own make the vectors that are to be made."""
    with environment.open_log(settings.home / "logs" / "embedding.log") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "integrations.choosing_models"],
            env={**os.environ, **in_environment(settings), "MAGICAI_HOME": str(settings.home.absolute())},
            cwd=settings.home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    outlives(process)


async def _make() -> None:
    for pause_s in (*_PAUSES_S, None):
        try:
            async with open_own_ports() as ports:
                if (space := await unfinished(ports)) is not None:
                    await make_vectors(ports, space, on_progress=lambda _done, _all: None)
        except (Temporary, Conflict) as exc:
            sys.stderr.write(f"{exc}\n")
            sys.stderr.flush()
            if pause_s is None:
                raise
            await asyncio.sleep(pause_s)
        else:
            return


def main() -> None:
    """Make what is to be made, unless another process does it."""
    try:
        with FileLock(load().home / "embedding.lock", timeout=0):
            asyncio.run(_make())
    except Timeout:
        return


if __name__ == "__main__":
    main()
