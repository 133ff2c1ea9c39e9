"""The model of each role, as the page and the terminal show it."""

from collections.abc import Sequence

from integrations import choosing_models
from integrations.embedder.open import price_of as embedder_price_of
from integrations.embedder.open import remote_of as embedder_remote_of
from integrations.open import Ports
from integrations.reranker.open import price_of as reranker_price_of
from integrations.text import model_registry, names
from integrations.text.open import model_name, with_model
from magicai import extras
from magicai.brain.budgets import unpriced
from magicai.errors import Invalid, MagicError, Missing
from magicai.messages import Message
from magicai.models.choices import (
    EMBEDDED,
    OFFERS,
    READS_DOCUMENTS,
    TEXT_MODEL,
    TEXT_ROLES,
    Chosen,
    chosen,
    split,
)
from magicai.ports import HostConsent, Price
from magicai.runs.views.models import ConsentShown, PriceShown, RoleShown
from magicai.settings import Settings


async def roles_shown(ports: Ports) -> list[RoleShown]:
    """The model of every role; nothing is loaded or called.

    Raises:
        Invalid: a setting names no model.
    """
    choices = ports.records.model_choices
    found = await chosen(choices, ports.settings)
    consents = {consent.host: consent for consent in await choices.consents()}
    spaces = await choices.spaces()
    searched = next((space.embedder for space in spaces if space.state == "serving"), EMBEDDED)
    making = next((space.embedder for space in spaces if space.state == "filling"), "")
    answerer = next(one.name for one in found if one.role == "answerer")
    of_vectors = (searched, making)
    return [
        await _shown(ports, one, answerer, consents, of_vectors if one.role == "embedder" else ("", ""))
        for one in found
    ]


async def _shown(
    ports: Ports, one: Chosen, answerer: str, consents: dict[str, HostConsent], of_vectors: tuple[str, str]
) -> RoleShown:
    settings, host, price, model = ports.settings, "", None, one.name
    reason: Message | None = None
    try:
        model = _model(settings, one, answerer)
        host = await choosing_models.host_of_role(ports, one.role, model or one.name)
        price = _price(settings, one, model)
        _check(settings, one, model, price)
    except MagicError as exc:
        reason = exc.said
    consent = consents.get(host)
    return RoleShown(
        role=one.role,
        name=one.name,
        model=model,
        origin=one.origin,
        setting=one.setting,
        ready=reason is None,
        why_not=str(reason or ""),
        message=reason,
        price=None if price is None else PriceShown.of(price),
        host=host,
        needs_consent=bool(host) and one.role in READS_DOCUMENTS,
        consent=None if consent is None else ConsentShown.of(consent),
        searched=of_vectors[0],
        making=of_vectors[1],
        words=OFFERS[one.role].words,
        providers=OFFERS[one.role].providers,
        at_hand=_at_hand(settings, one),
    )


def _is_text(one: Chosen) -> bool:
    return one.role in TEXT_ROLES or (one.role == "reranker" and one.name == TEXT_MODEL)


def _model(settings: Settings, one: Chosen, answerer: str) -> str:
    """The model that is used; "" where there is none."""
    if _is_text(one):
        return model_name(with_model(settings, one.name if one.role in TEXT_ROLES else answerer)) or ""
    return "" if one.name == names.NONE else one.name


def _price(settings: Settings, one: Chosen, model: str) -> Price | None:
    if not model:
        return Price(0, 0, source="there is no model")
    if _is_text(one):
        return model_registry.price_of(settings, names.read(model))
    return (embedder_price_of if one.role == "embedder" else reranker_price_of)(settings, model)


def _check(settings: Settings, one: Chosen, model: str, price: Price | None) -> None:
    """Raise what keeps a model from being used."""
    if not model:
        if one.role == "reranker" and one.name == TEXT_MODEL:
            raise Missing("language_model_not_installed", way_out="set_language_model")
        return
    if _is_text(one):
        model_registry.check_ready(settings, names.read(model))
        return
    if one.role == "embedder" and split(model)[0] not in (EMBEDDED, "local", "fastembed"):
        embedder_remote_of(settings, model)
    if one.role == "reranker" and split(model)[0] == "server" and not settings.reranker_url:
        raise Invalid("setting_not_set", name=model, setting="MAGICAI_RERANKER_URL")
    extra = choosing_models.extra_of(model)
    if extra is not None and not extras.is_installed(extra):
        raise Missing("model_packages_not_installed", model=model, extra=extra)
    if price is None:
        raise unpriced(model)


def _at_hand(settings: Settings, one: Chosen) -> tuple[str, ...]:
    """Names that can be chosen as they are: the words, and models that are here or that settings name."""
    words: Sequence[str] = OFFERS[one.role].words
    if one.role not in TEXT_ROLES:
        return tuple(dict.fromkeys([*words, one.name]))
    here = [
        name
        for name in model_registry.names_at_hand(settings)
        if split(name)[0] in OFFERS[one.role].providers and model_registry.is_here(settings, name)
    ]
    return tuple(dict.fromkeys([*words, *here, one.name]))
