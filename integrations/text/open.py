"""Opens language models by their names."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from integrations.text import llama_cpp_python, model_registry, models, names, xllamacpp
from integrations.text.chat import ChatModel
from integrations.text.model_registry import default_names, is_paid, models_at_hand, paid_models
from integrations.text.names import COMPOSER, NONE, REMOTE, ModelName
from integrations.text.progress import OnProgress
from integrations.text.wrapping import CachedText, FallbackText, LoggedText
from magicai.brain.budgets import FindLimits, Purse, SharedPurse, limits_of
from magicai.errors import MagicError, Temporary
from magicai.models.choices import READS_DOCUMENTS
from magicai.models.consents import Consents
from magicai.ports import Cache, ModelCallRecords, Records, Spender, TextModel
from magicai.settings import Settings

__all__ = [
    "default_names",
    "fetch_model",
    "is_paid",
    "models_at_hand",
    "open_models",
    "paid_models",
    "with_model",
]

logger = logging.getLogger(__name__)
_NOBODY = Spender("")
# How long a call waits for others to settle, while its budget is reserved for them.
_FOR_OTHER_CALLS_S = 60.0


def with_model(settings: Settings, name: str) -> Settings:
    """Settings in which another model stands in the place of MAGICAI_MODEL's."""
    return settings if name == settings.model else settings.model_copy(update={"model": name})


def model_name(settings: Settings) -> str | None:
    """The name of the model that would be used, or None: what a plan is made on, without opening anything.

    Raises:
        Invalid: MAGICAI_MODEL can't be read.
    """
    return next(iter(default_names(settings)), None)


def open_models(
    settings: Settings,
    wanted: Sequence[str],
    purse: Purse,
    *,
    spender: Spender = _NOBODY,
    calls: ModelCallRecords | None = None,
    cache: Cache | None = None,
    on_start: Callable[[], None] = lambda: None,
) -> TextModel | None:
    """The first of these models, and those behind it where it does not answer; None where there is none.

    Nothing is loaded or called yet. One that can't be opened is left out where another one can.

    Args:
        settings: keys, addresses, prices, home.
        wanted: names, such as `default_names(settings)`; the composer is no model and left out.
        purse: what paid ones spend from.
        spender: whose calls these are.
        calls: where each call is kept; nowhere where None.
        cache: where answers are kept for an hour; nowhere where None.
        on_start: called before the model server is started, which takes some seconds.

    Raises:
        Missing: the model's file is not here yet.
        Invalid: nothing is called so, the key or the price is missing, or it is not offered to this spender: only
            this installation's own user may name a model that settings do not list.
    """
    opened: list[ChatModel] = []
    failure: MagicError | None = None
    offered = model_registry.names_at_hand(settings)
    for spelled in wanted:
        if spelled in (COMPOSER, NONE):
            continue
        name = names.read(spelled)
        if name.provider in REMOTE and spender.owner_id != settings.owner:
            model_registry.check_offered(spelled, offered)
        try:
            model = _open(settings, name, purse, spender, on_start)
        except MagicError as exc:
            failure = failure or exc
            continue
        if calls is not None:
            model = LoggedText(model, calls, spender)
        if cache is not None:
            model = CachedText(model, cache, spender.owner_id)
        opened.append(model)
    if failure is not None and not opened:
        raise failure
    return FallbackText(opened) if len(opened) > 1 else next(iter(opened), None)


async def open_within_budget(
    settings: Settings,
    records: Records,
    spender: Spender | None,
    models: Sequence[str],
    cache: Cache | None,
    *,
    limits: FindLimits | None = None,
    trying: bool = False,
) -> TextModel | None:
    """Open models whose calls are paid by a spender, or by settings' own user, and never exceed a budget.

    Models of a role that reads documents are those to whose hosts documents may be sent.

    Args:
        models: names, the first that answers; what settings name where there are none.
        cache: where identical calls of the last hour are answered from, if they may be.
        limits: finds the budgets at each call; those of the settings where None.
        trying: whether it only gets words of ours, which may be sent anywhere.

    Raises:
        Refused: documents may not be sent to any of these.
    """
    whose = spender or Spender(settings.owner)
    most = limits or limits_of(settings, whose)
    purse = SharedPurse(records.budgets, whose, most, patience_s=_FOR_OTHER_CALLS_S)
    chosen = models or default_names(settings)
    if whose.role in READS_DOCUMENTS and not trying:
        chosen = await _allowed(settings, chosen, Consents(records.model_choices))
    return open_models(settings, chosen, purse, spender=whose, calls=records.model_calls, cache=cache)


async def _allowed(settings: Settings, names: Sequence[str], consents: Consents) -> Sequence[str]:
    """The models that documents may be sent to.

    Raises:
        Refused: there is none among them.
    """
    allowed: list[str] = []
    failure: MagicError | None = None
    for name in names:
        try:
            host = model_registry.host_of(settings, name)
            await consents.check(host, name)
        except MagicError as exc:
            failure = failure or exc
        else:
            allowed.append(name)
    if failure is not None and not allowed:
        raise failure
    return allowed


async def fetch_model(settings: Settings, name: str | None = None, *, on_progress: OnProgress) -> Path:
    """Bring a model of the catalogue to this machine; answers its path.

    Args:
        name: by default the first that a source can give.

    Raises:
        Invalid: no model is called so.
        Temporary: no source could give it.
        Permanent: the disk has no room.
    """
    from integrations.text.download import download

    wanted = _wanted(name)
    while True:
        model = wanted.pop(0)
        try:
            return await download(model, settings.home, on_progress, settings.model_mirrors)
        except Temporary as exc:
            if not wanted:
                raise
            logger.warning("%s Fetching %s instead.", exc.what, wanted[0].title)


def what_fetching_means(settings: Settings, name: str | None = None) -> str:
    """A sentence to say before `fetch_model`: what, how much, from where.

    Raises:
        Invalid: no model is called so.
    """
    from integrations.text.download import announcement

    told = (announcement(model, settings.model_mirrors) for model in _wanted(name))
    return " If it can't be had: ".join(told)


def _wanted(name: str | None) -> list[models.KnownModel]:
    """What to fetch: that model, or the first of the catalogue that can be had."""
    return [models.known(name)] if name else list(models.CATALOGUE)


def _open(
    settings: Settings, name: ModelName, purse: Purse, spender: Spender, on_start: Callable[[], None]
) -> ChatModel:
    if name.provider in REMOTE:
        from integrations.text.remote_text import Patience, RemoteText

        remote = model_registry.remote_of(settings, name)
        price = model_registry.price_at(settings, name)
        patience = Patience(answer_s=settings.model_seconds)
        return RemoteText(remote, price=price, purse=purse, patience=patience, run_id=spender.run_id)
    found = models.local(name.model, settings.home)
    if name.provider == "llama-cpp-python" or not (xllamacpp.installed() or not llama_cpp_python.installed()):
        return llama_cpp_python.LlamaCppText(str(name), found)
    from integrations.text.server_on_demand import wanted

    want = wanted(found, idle_s=settings.idle_seconds)
    return xllamacpp.XllamacppText(str(name), want, owner=spender.owner_id, on_start=on_start)
