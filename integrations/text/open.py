"""Which language model MAGICAI_MODEL means."""

import logging
from collections.abc import Callable
from pathlib import Path

from integrations.text import llama_cpp_python, models, xllamacpp
from integrations.text.budget import Purse
from integrations.text.progress import OnProgress
from magicai.errors import Invalid, Temporary
from magicai.ports import TextModel
from magicai.settings import Settings

logger = logging.getLogger(__name__)
_AUTO, _NONE = "auto", "none"
_FORMS = "auto, none, local:NAME, llama-cpp-python:NAME or openai:NAME"


def model_name(settings: Settings) -> str | None:
    """The name of the model that would be used, or None: what a plan is made on, without opening anything.

    Raises:
        Invalid: MAGICAI_MODEL can't be read.
    """
    wanted = settings.model.strip()
    if wanted == _NONE:
        return None
    if wanted != _AUTO:
        _parts(wanted)
        return wanted
    here = _here(settings)
    return None if here is None else f"local:{here}"


def is_paid(settings: Settings) -> bool:
    """Whether calls of the model that would be used may cost money.

    Raises:
        Invalid: MAGICAI_MODEL can't be read.
    """
    from integrations.text.prices import price_of

    provider, _, model = (model_name(settings) or "").partition(":")
    if provider != "openai":
        return False
    try:
        price = price_of(model, settings.model_prices, official=settings.openai_base_url is None)
    except Invalid:  # said when it is to be called
        return True
    return price.prompt > 0 or price.completion > 0


async def open_model(
    settings: Settings, purse: Purse, *, on_start: Callable[[], None] = lambda: None
) -> TextModel | None:
    """The model that MAGICAI_MODEL names, or None: `none`, or `auto` while the local model is not here.

    Nothing is loaded or called yet. A provider's key alone opens nothing.

    Args:
        settings: model, home, idle_seconds; key, address and prices where a paid one is named.
        purse: what a paid one spends from.
        on_start: called before the model server is started, which takes some seconds.

    Raises:
        Missing: the model's file is not here yet.
        Invalid: nothing is called so, the key or the price is missing.
    """
    name = model_name(settings)
    if name is None:
        return None
    provider, model = _parts(name)
    if provider == "openai":
        return _openai(settings, model, purse)
    found = models.local(model, settings.home)
    if provider == "llama-cpp-python" or not (xllamacpp.installed() or not llama_cpp_python.installed()):
        return llama_cpp_python.LlamaCppText(name, found)
    from integrations.text.server_on_demand import wanted

    return xllamacpp.XllamacppText(name, wanted(found, idle_s=settings.idle_seconds), on_start=on_start)


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


def _openai(settings: Settings, model: str, purse: Purse) -> TextModel:
    from integrations.text.openai import OpenAIText
    from integrations.text.prices import price_of

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    if not key and not settings.openai_base_url:
        raise Invalid(f"MAGICAI_MODEL is openai:{model}, but there is no key.", way_out="Set OPENAI_API_KEY.")
    price = price_of(model, settings.model_prices, official=settings.openai_base_url is None)
    return OpenAIText(model, key=key, base_url=settings.openai_base_url, price=price, purse=purse)


def _parts(wanted: str) -> tuple[str, str]:
    provider, _, model = wanted.partition(":")
    if provider not in ("local", "llama-cpp-python", "openai") or not model:
        raise Invalid(f"MAGICAI_MODEL is {wanted!r}.", way_out=f"Use {_FORMS}.")
    return provider, model


def _here(settings: Settings) -> str | None:
    """The first model of the catalogue whose file is here, and that something could run."""
    if not (xllamacpp.installed() or llama_cpp_python.installed()):
        return None
    return next((model.name for model in models.CATALOGUE if model.path(settings.home).is_file()), None)
