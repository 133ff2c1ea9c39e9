"""Which models this installation has, whether each is ready, and among which a run may choose."""

import os
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr

from integrations.text import llama_cpp_python, models, names, prices, xllamacpp
from integrations.text.llama import CONTEXT
from integrations.text.names import AUTO, COMPOSER, NONE, REMOTE, ModelName
from integrations.text.remote import ANTHROPIC_URL, GOOGLE_URL, Remote
from integrations.text.servers import SERVERS, OpenAIServer, variable_of
from magicai.brain.budgets import unpriced
from magicai.errors import Invalid, MagicError, Missing
from magicai.messages import Message
from magicai.ports import ModelInfo, Price
from magicai.settings import Settings

_PACKAGES = {**dict.fromkeys(SERVERS, "openai"), "anthropic": "anthropic", "google": "google", "vertex": "google"}
# What each needs beside the core.
EXTRAS = {"local": "model", **dict.fromkeys(REMOTE, "providers")}
_FREE = Price(0, 0, source="it runs on this machine")


def default_names(settings: Settings) -> tuple[str, ...]:
    """What MAGICAI_MODEL means: its model, then those that take over by MAGICAI_MODELS; none where there is none.

    Raises:
        Invalid: MAGICAI_MODEL can't be read.
    """
    wanted = settings.model.strip()
    if wanted == NONE:
        return ()
    if wanted == AUTO:
        here = (f"local:{model.name}" for model in models.CATALOGUE if model.path(settings.home).is_file())
        return tuple(here)[:1] if xllamacpp.installed() or llama_cpp_python.installed() else ()
    name = str(names.read(wanted))
    others = [str(names.read(one, setting="MAGICAI_MODELS")) for one in settings.models if one != COMPOSER]
    return (name, *others[others.index(name) + 1 :]) if name in others else (name,)


def names_at_hand(settings: Settings) -> tuple[str, ...]:
    """What a request may name: the composer, models of this machine, and those that settings name.

    Raises:
        Invalid: a setting names no model.
    """
    known = [model.name for model in models.CATALOGUE]
    files = {model.file for model in models.CATALOGUE}
    own = sorted(path.stem for path in models.folder(settings.home).glob("*.gguf") if path.name not in files)
    named = [str(names.read(one, setting="MAGICAI_MODELS")) for one in settings.models if one != COMPOSER]
    if settings.model.strip() not in (AUTO, NONE):
        named.insert(0, str(names.read(settings.model)))
    return tuple(dict.fromkeys([COMPOSER, *named, *(f"local:{name}" for name in (*known, *own))]))


def models_at_hand(settings: Settings) -> tuple[ModelInfo, ...]:
    """All of them, with what is known of each; nothing is loaded or called.

    Raises:
        Invalid: a setting can't be read.
    """
    return tuple(_info(settings, name) for name in names_at_hand(settings))


def check_offered(name: str, listed: Iterable[str]) -> None:
    """See that a model may be used.

    Raises:
        Invalid: it is not among those at hand.
    """
    offered = list(listed)
    if name not in offered:
        raise Invalid("model_not_offered", name=name, names=", ".join(offered))


def remote_of(settings: Settings, name: ModelName) -> Remote:
    """How a model behind a server is reached.

    Raises:
        Invalid: a key, a project or an address is missing.
    """
    server = _own_server(settings, name)
    official = server is None
    match name.provider:
        case "google":
            key = _secret(settings.google_api_key)
            _need(name, key, "GOOGLE_API_KEY")
            return Remote(name, GOOGLE_URL, key, official=official)
        case "anthropic":
            key = _secret(settings.anthropic_api_key)
            _need(name, key, "ANTHROPIC_API_KEY")
            return Remote(name, server or ANTHROPIC_URL, key, official=official)
        case "vertex":
            project = settings.vertex_ai_project or ""
            _need(name, project, "VERTEX_AI_PROJECT")
            file = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", "")
            if file and not Path(file).is_file():
                raise Invalid("google_credentials_not_found", file=file)
            location = settings.vertex_ai_location
            return Remote(name, server or "", official=official, project=project, location=location)
        case _:
            return _openai(settings, name, SERVERS[name.provider], own=server)


def _openai(settings: Settings, name: ModelName, server: OpenAIServer, *, own: str | None) -> Remote:
    if name.provider == "openrouter" and "/" not in name.model:
        raise Invalid("openrouter_model_invalid", model=name.model)
    address, key = server.address(settings), server.key(settings)
    _need(name, address, variable_of(server.url_setting))
    if server.needs_key and (own is None or not server.url):
        _need(name, key, variable_of(server.key_setting))
    if name.provider == "azure" and not address.rstrip("/").endswith("/v1"):
        address = f"{address.rstrip('/')}/openai/v1"  # a resource's address, as Azure shows it
    return Remote(name, address, key, official=own is None or name.provider == "azure")


def host_of(settings: Settings, spelled: str) -> str:
    """The host that a model's prompts are sent to; "" where they stay on this machine.

    Raises:
        Invalid: nothing is named so, or a setting that it needs is missing.
    """
    if spelled in (AUTO, NONE, COMPOSER):
        return ""
    name = names.read(spelled)
    if name.provider not in REMOTE:
        return ""
    # Without a key, too: who has none yet must know where it would go.
    official = {"anthropic": ANTHROPIC_URL, "google": GOOGLE_URL, "vertex": ""}
    address = _own_server(settings, name) or official.get(name.provider)
    if address is None:
        address = SERVERS[name.provider].url
        _need(name, address, variable_of(SERVERS[name.provider].url_setting))
    remote = Remote(name, address, location=settings.vertex_ai_location)
    return remote.host if remote.leaves_machine else ""


def price_at(settings: Settings, name: ModelName) -> Price | None:
    """What a model behind a server costs; None where nobody knows.

    Raises:
        Invalid: MAGICAI_MODEL_PRICES can't be read.
    """
    found = prices.price_of(name, settings.model_prices, base_url=_own_server(settings, name))
    if found is None and name.provider == "ollama" and not remote_of(settings, name).leaves_machine:
        return _FREE
    return found


def price_of(settings: Settings, name: ModelName) -> Price | None:
    """What a model costs, which is nothing where it runs on this machine; None where nobody knows.

    Raises:
        Invalid: MAGICAI_MODEL_PRICES can't be read.
    """
    return price_at(settings, name) if name.provider in REMOTE else _FREE


def is_here(settings: Settings, spelled: str) -> bool:
    """Whether a name means something behind a server, or a file that is on this machine."""
    name = names.read(spelled)
    if name.provider in REMOTE:
        return True
    try:
        models.local(name.model, settings.home)
    except MagicError:
        return False
    return True


def why_not(settings: Settings, name: ModelName) -> Message | None:
    """Why a model can't be used now, and the way out; None where it can."""
    try:
        check_ready(settings, name)
    except MagicError as exc:
        return exc.said
    return None


def check_ready(settings: Settings, name: ModelName) -> None:
    """See that all is there that a model needs.

    Raises:
        Invalid: its key, address or price is missing.
        Missing: its client, its runtime or its file is.
    """
    if name.provider in REMOTE:
        remote_of(settings, name)
        if not (find_spec("pydantic_ai") and find_spec(_PACKAGES[name.provider])):
            raise Missing("provider_client_not_installed", name=name)
        if price_at(settings, name) is None:
            raise unpriced(str(name))
        return
    models.local(name.model, settings.home)
    if not (xllamacpp.installed() or llama_cpp_python.installed()):
        raise Missing("model_runtime_not_installed")


def is_paid(settings: Settings, among: Sequence[str] | None = None) -> bool:
    """Whether calls may cost money: of these models, or of those that MAGICAI_MODEL means.

    Raises:
        Invalid: MAGICAI_MODEL can't be read.
    """
    for name in map(names.read, default_names(settings) if among is None else among):
        if name.provider in REMOTE:
            try:
                price = price_at(settings, name)
            except Invalid:  # said when it is to be called
                return True
            if price is None or not price.free:
                return True
    return False


def paid_models(settings: Settings) -> frozenset[str]:
    """The models that settings name whose calls may cost money, or those of a model that takes over from them.

    Raises:
        Invalid: MAGICAI_MODEL can't be read.
    """
    meant = default_names(settings)
    paid = set(meant[:1]) if is_paid(settings, meant) else set[str]()
    for name in (*meant, *settings.models):
        try:
            if name != COMPOSER and is_paid(settings, [name]):
                paid.add(str(names.read(name)))
        except Invalid:  # said when it is to be called
            continue
    return frozenset(paid)


def _info(settings: Settings, spelled: str) -> ModelInfo:
    if spelled == COMPOSER:
        return ModelInfo(COMPOSER, COMPOSER, None, (), _FREE, leaves_machine=False, ready=True)
    name = names.read(spelled)
    reason = why_not(settings, name)
    if name.provider not in REMOTE:
        can = ("schema",) if name.provider == "llama-cpp-python" else ("streaming", "schema")
        return ModelInfo(
            spelled, name.provider, CONTEXT, can, _FREE, leaves_machine=False, ready=reason is None, why_not=reason
        )
    server = _own_server(settings, name)
    return ModelInfo(
        spelled,
        name.provider,
        prices.context_of(name, base_url=server),
        ("streaming", "schema"),
        price_at(settings, name),
        leaves_machine=Remote(name, server or "").leaves_machine,
        ready=reason is None,
        why_not=reason,
    )


def _own_server(settings: Settings, name: ModelName) -> str | None:
    """The address of a server that is not the provider's, or None."""
    match name.provider:
        case "google":
            return None
        case "anthropic":
            return settings.anthropic_base_url
        case "vertex":
            return settings.vertex_ai_base_url
        case _:
            listed = SERVERS[name.provider]
            address = listed.address(settings)
            return None if address == listed.url else address


def _secret(given: SecretStr | None) -> str:
    return "" if given is None else given.get_secret_value()


def _need(name: ModelName, given: object, setting: str) -> None:
    if not given:
        raise Invalid("setting_not_set", name=name, setting=setting)
