"""Which language model MAGICAI_MODEL means."""

from collections.abc import Callable
from pathlib import Path

from integrations.text import llama_cpp_python, models, xllamacpp
from integrations.text.budget import Purse
from integrations.text.progress import OnProgress
from magicai.errors import Invalid, MagicError
from magicai.ports import TextModel
from magicai.settings import Settings

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
    return f"local:{models.DEFAULT.name}" if _default_is_here(settings) else None


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
    """Bring a model of the catalogue to this machine, the default one where no name is given; answers its path.

    Raises:
        Invalid: no model is called so.
        Temporary: no source could give it.
        Permanent: the disk has no room.
    """
    from integrations.text.download import download

    model = models.known(name) if name else models.DEFAULT
    return await download(model, settings.home, on_progress, settings.model_mirrors)


def what_fetching_means(settings: Settings, name: str | None = None) -> str:
    """A sentence to say before `fetch_model`: what, how much, from where.

    Raises:
        Invalid: no model is called so.
    """
    from integrations.text.download import announcement

    return announcement(models.known(name) if name else models.DEFAULT, settings.model_mirrors)


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


def _default_is_here(settings: Settings) -> bool:
    try:
        models.local(models.DEFAULT.name, settings.home)
    except MagicError:
        return False
    return xllamacpp.installed() or llama_cpp_python.installed()
