"""Changes the model of a role: what it means, the change itself, and making all vectors with another model.

`python -m integrations.choosing_models` makes what is left to be made, one per installation, so that neither the page
nor a command has to stay. It ends when the vectors are complete, or at the first error that trying again can't help.
"""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass

from filelock import FileLock, Timeout

from integrations.embedder.open import leaves_machine, price_of
from integrations.open import Ports, open_ports
from integrations.prefect import environment
from integrations.processes.detached import outlives
from integrations.store_roles import in_environment
from magicai.errors import Conflict, Temporary
from magicai.models.choices import Role, checked, model_of, split
from magicai.ports import VectorSpace
from magicai.settings import Settings, load
from magicai.stores.embed import Amount, OnProgress, amount, embed

# Of an embedder or a reranker, beside the core.
_EXTRAS = {
    "fastembed": "fastembed",
    "local": "model",
    "cohere": "cohere",
    **dict.fromkeys(("compatible", "openai", "voyage", "google"), "providers"),
}
# How long a model that does not answer is tried again.
_PAUSES_S = (5.0, 15.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Change:
    """What another embedding model means.

    Attributes:
        amount: what it must read; None where its vectors are searched already.
        cost: US dollars, about; None where the price is unknown.
        leaves_machine: whether texts leave this machine.
    """

    name: str
    amount: Amount | None
    cost: float | None
    leaves_machine: bool


def extra_of(name: str) -> str | None:
    """The extra that a model needs."""
    return _EXTRAS.get(split(name)[0])


async def weigh(ports: Ports, name: str) -> Change:
    """What choosing an embedding model means, before anything is called or changed.

    Raises:
        Invalid: nothing is named so, or a setting that it needs is missing.
    """
    name = checked("embedder", name)
    serving = await ports.vectors.spaces.serving()
    price = price_of(ports.settings, name)
    # Whether its vectors would be the same is known once it is tried; nothing is made again that is there.
    there = None if serving.embedder == name else await amount(ports.records)
    cost = None if price is None else price.of(there.tokens if there else 0, 0)
    return Change(name, there, cost, leaves_machine(ports.settings, name))


async def choose(ports: Ports, role: Role, name: str) -> VectorSpace | None:
    """Use a model for a role from now on, once it has answered; a file that it needs is downloaded.

    Answers the vectors that are to be made, if any: until then the old ones are searched.

    Raises:
        MagicError: the model can't be used; nothing is changed.
    """
    name = checked(role, name)
    choices = ports.records.model_choices
    if role == "reranker":
        made = ports.open_reranker(name, download=True)
        if made is not None:
            await made.scores("Which one boils water?", ["A kettle boils water."])
        await choices.choose(role, name)
        return None
    space = await ports.vectors.spaces.tried(name)
    await choices.choose(role, name)
    return await _fill(ports, space)


async def missing(ports: Ports) -> VectorSpace | None:
    """The vectors that are to be made: those that were begun, or those of the model that is chosen now.

    Raises:
        MagicError: the model that is chosen can't be used.
    """
    filling = [one for one in await ports.records.model_choices.spaces() if one.state == "filling"]
    name = await model_of("embedder", ports.records.model_choices, ports.settings)
    if filling and filling[0].embedder == name:
        return filling[0]
    serving = await ports.vectors.spaces.serving()
    if serving.embedder == name:
        if filling:
            await ports.records.model_choices.stop(filling[0].space_id)
            await ports.vectors.remove_left()
        return None
    return await _fill(ports, await ports.vectors.spaces.tried(name))


async def make_vectors(ports: Ports, space: VectorSpace, *, on_progress: OnProgress) -> int:
    """Make all vectors of a space, and search them from then on; answers how many were made."""
    return await embed(ports.records, ports.vectors, space, on_progress=on_progress)


async def _fill(ports: Ports, space: VectorSpace) -> VectorSpace | None:
    choices, spaces = ports.records.model_choices, ports.vectors.spaces
    serving = await spaces.serving()
    if serving.space_id == space.space_id:
        for other in await choices.spaces():
            await choices.stop(other.space_id)
        await ports.vectors.remove_left()
        return None
    await choices.fill(space, instead_of=serving)
    return space


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
            async with open_ports() as ports:
                if (space := await missing(ports)) is not None:
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
