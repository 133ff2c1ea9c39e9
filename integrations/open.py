"""The one place where settings choose among implementations.

    async with open_ports() as ports:
        await ports.records.runs.get(run_id)

A port is opened when it is first asked for. Whoever opens within another `open_ports` of the same process and settings
shares its ports; the last one out closes them.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integrations.choices import NAMINGS, SOURCES
from integrations.memory import limit_malloc_arenas, relax_gc
from integrations.records.by_subject import RecordsBySubject
from integrations.records.locations import RecordsLost
from integrations.records.open import open_records, psycopg_needed, records_locations
from integrations.store_roles import Role, address_of
from integrations.text.progress import OnProgress
from magicai.accounts.own_settings import OwnSettings
from magicai.brain.budgets import FindLimits, Purse, SharedPurse, limits_of
from magicai.brain.situation import Machine
from magicai.catalogue.ports import ImageProcessor, OpenShopSystem, StockSources
from magicai.errors import Invalid
from magicai.knowledge.ports import DocumentParser
from magicai.mail.set_up import is_set_up
from magicai.models.choices import NONE, chosen, model_of, role_named
from magicai.models.consents import Consents
from magicai.ports import (
    INSTALLATION,
    Cache,
    Capacity,
    Embedder,
    Fetcher,
    FileReader,
    Files,
    Graph,
    Limits,
    Mailer,
    Messenger,
    ModelInfo,
    OnUsage,
    OpenIdProvider,
    Orchestrator,
    Projection,
    Reranker,
    Seal,
    SearchIndex,
    SigningKeys,
    Spender,
    TextModel,
    VectorSpace,
    WebhookSender,
    unheard,
)
from magicai.ports.schedules import Schedules
from magicai.private import private_home
from magicai.publishing.checks.check import Looks
from magicai.publishing.ports import OpenPublisher
from magicai.runs.notifications.channels import ChannelSender
from magicai.runs.requests.choices import offer
from magicai.runs.run import JSON
from magicai.settings import Settings, load
from magicai.shops.ports import Analytics
from magicai.stores.entity import STORES, Store
from magicai.values.sealed import SEALED

if TYPE_CHECKING:
    from integrations.embedder.spaces import Spaces
    from integrations.text.getting import ModelDownload
    from integrations.vectors.chosen import ChosenVectors, RemovableVectors

offer(SOURCES, NAMINGS)
# Settings whose ports a process keeps open; beyond, the oldest are opened again by whoever needs them.
_MOST_SETTINGS = 200


class Ports(RecordsBySubject):
    """Every port of this process, opened on first use.

    Attributes:
        settings: those of this process; of ports from `of`, those of an owner.
    """

    @cached_property
    def own_settings(self) -> OwnSettings:
        """What is set beside the environment."""
        return OwnSettings(self.settings, lambda: self.records.settings, lambda: self.seal)

    async def settings_of(self, owner_id: str = INSTALLATION) -> Settings:
        """The settings that hold for an owner now, or for all.

        Raises:
            Temporary, Permanent: the records don't answer.
        """
        return await self.own_settings.of(owner_id)

    async def of(self, owner_id: str) -> "Ports":
        """These ports with the settings that hold for an owner now.

        Raises:
            Temporary, Permanent: the records don't answer.
        """
        return self.with_settings(await self.settings_of(owner_id))

    def with_settings(self, settings: Settings) -> "Ports":
        """These ports with other settings of what can be set: the stores are shared, and closed with these."""
        if settings is self.settings:
            return self
        if settings not in self._others:
            while len(self._others) >= _MOST_SETTINGS:
                self._others.pop(next(iter(self._others)))
            self._others[settings] = OwnPorts(self._base, settings)
        return self._others[settings]

    @cached_property
    def _others(self) -> "dict[Settings, OwnPorts]":
        return {}

    @property
    def _base(self) -> "Ports":
        return self

    @cached_property
    def signing_keys(self) -> SigningKeys:
        """What access tokens are signed with."""
        from integrations.signing_keys import FileSigningKeys

        return FileSigningKeys(self.settings.home / "signing-keys.json")

    @cached_property
    def seal(self) -> Seal:
        """What keeps secrets of requests unreadable in the records."""
        from integrations.seal import SivSeal

        given = self.settings.secret_key
        return SivSeal(self.settings.home / "secret-key", given.get_secret_value() if given else None)

    @cached_property
    def cache(self) -> Cache:
        """Values that may be lost."""
        if (address := address_of("cache", self.settings)) is not None:
            from integrations.cache.redis import RedisCache

            return self._closing(RedisCache(address, namespace=self.settings.namespace))
        from integrations.cache.sqlite import SqliteCache

        return self._closing(SqliteCache(self.settings.home / "cache.sqlite3"))

    @cached_property
    def search(self) -> SearchIndex:
        """Full-text search."""
        if (address := address_of("search", self.settings)) is not None:
            from integrations.search.elasticsearch import ElasticsearchSearch

            key = self.settings.elasticsearch_api_key
            return self._closing(
                ElasticsearchSearch(
                    address, namespace=self.settings.namespace, api_key=key.get_secret_value() if key else ""
                )
            )
        from integrations.search.sqlite import SqliteSearch

        return self._closing(SqliteSearch(self.settings.home / "search.sqlite3"))

    @cached_property
    def graph(self) -> Graph:
        """Nodes and edges."""
        if (address := address_of("graph", self.settings)) is not None:
            from integrations.graph.neo4j import Neo4jGraph

            return self._closing(Neo4jGraph(self.settings, address))
        from integrations.graph.sqlite import SqliteGraph

        return self._closing(SqliteGraph(self.settings.home / "graph.sqlite3"))

    @cached_property
    def embedded_embedder(self) -> Embedder:
        """The embedding model that comes with MagicAI; what was learned from its vectors reads no others."""
        from integrations.embedder.usem3 import UsemEmbedder

        return UsemEmbedder()

    @cached_property
    def embedder(self) -> Embedder:
        """Text to vectors, by the model whose vectors are searched; it follows when another is chosen."""
        from integrations.embedder.spaces import ChosenEmbedder

        return ChosenEmbedder(self._spaces)

    @cached_property
    def vectors(self) -> "ChosenVectors":
        """Semantic search."""
        from integrations.vectors.chosen import ChosenVectors

        address = address_of("vectors", self.settings)

        def opened(space: VectorSpace, embedder: Embedder) -> "RemovableVectors":
            if address is not None:
                from integrations.vectors.chroma_server import ChromaServerVectors

                return ChromaServerVectors(self.settings, address, embedder, space=space.space_id, digest=space.digest)
            from integrations.vectors.chroma import ChromaVectors

            return ChromaVectors(self.settings, embedder, space=space.space_id, digest=space.digest)

        return self._closing(ChosenVectors(self._spaces, opened))

    @cached_property
    def _spaces(self) -> "Spaces":
        from integrations.embedder.spaces import Spaces

        choices, owner = self.records.model_choices, self.settings.owner
        return self._closing(
            Spaces(lambda: self.settings_of(owner), choices, lambda: self.embedded_embedder, self._purse)
        )

    def _purse(self, spender: Spender | None = None) -> Purse:
        """What calls that no run asks for spend from, or those of a spender."""
        whose = spender or Spender(self.settings.owner)
        return SharedPurse(self.records.budgets, whose, self._limits_of(whose), calls=self.records.model_calls)

    def _limits_of(self, spender: Spender) -> FindLimits:
        """The budgets of a spender, as they are at each call."""

        async def limits() -> Limits:
            return limits_of(await self.settings_of(spender.owner_id), spender)

        return limits

    async def reranker(self, spender: Spender | None = None, on_usage: OnUsage = unheard) -> Reranker | None:
        """What puts passages in order, as it is chosen now; None where passages keep their order.

        Args:
            spender: whose calls these are.
            on_usage: hears what they took.

        Raises:
            Invalid: what is chosen can't be opened.
        """
        name = await model_of("reranker", self.records.model_choices, self.settings)
        return self.open_reranker(name, spender, on_usage=on_usage)

    def open_reranker(
        self, name: str, spender: Spender | None = None, *, trying: bool = False, on_usage: OnUsage = unheard
    ) -> Reranker | None:
        """A reranker by its name. A model that is loaded here is kept for whoever opens it next.

        Args:
            trying: whether it only gets words of ours: a file that it needs is downloaded, and nobody need have allowed
                that documents are sent to it.
        """
        from integrations.reranker.open import open_reranker

        if name in self._loaded_rerankers:
            return self._loaded_rerankers[name]
        made = open_reranker(
            self.settings,
            name,
            self._purse(spender),
            lambda: self.text_model(spender, role="answerer", trying=trying),
            download=trying,
            consents=None if trying else Consents(self.records.model_choices),
            on_usage=on_usage,
        )
        if made is None:
            return None
        if name.startswith("fastembed:"):
            self._loaded_rerankers[name] = made
        return self._closing(made)

    @cached_property
    def _loaded_rerankers(self) -> dict[str, Reranker]:
        return {}

    @cached_property
    def analytics(self) -> Analytics:
        """Numbers over the records."""
        from integrations.analytics.duckdb import DuckAnalytics

        if (address := address_of("records", self.settings)) is not None:
            with psycopg_needed():
                from integrations.analytics.postgresql import PostgresSource
            return DuckAnalytics(PostgresSource(address, self.settings.namespace))
        from integrations.analytics.sqlite import SqliteSource

        return DuckAnalytics(SqliteSource(self.settings.home / "records.sqlite3"))

    @cached_property
    def files(self) -> Files:
        """Bodies and results."""
        folder = self.settings.home / "files"
        if (address := address_of("files", self.settings)) is not None:
            from integrations.files.s3 import S3Files

            made = S3Files(address, self.settings.namespace, folder / "results")
            # Records that stay here name what was kept here before the bucket was.
            if address_of("records", self.settings) is None and (folder / "bodies.sqlite3").exists():
                from integrations.files.earlier import WithEarlier
                from integrations.files.folder import FolderFiles

                return self._closing(WithEarlier(made, FolderFiles(folder)))
            return self._closing(made)
        from integrations.files.folder import FolderFiles

        return self._closing(FolderFiles(folder))

    @cached_property
    def fetcher(self) -> Fetcher:
        """Pages as the server sends them."""
        from integrations.fetcher.open import static_fetcher

        return self._closing(static_fetcher(self.settings))

    @cached_property
    def browser(self) -> Fetcher:
        """Pages as a browser shows them."""
        from integrations.fetcher.open import browser_fetcher

        return self._closing(browser_fetcher(self.settings))

    @cached_property
    def document_parser(self) -> DocumentParser:
        """Documents as text."""
        from integrations.parsing.process import ProcessParser

        return self._closing(ProcessParser())

    @cached_property
    def file_reader(self) -> FileReader:
        """What product lists and feeds say."""
        from integrations.parsing.streamed import ProcessReader

        return self._closing(ProcessReader())

    @cached_property
    def checks(self) -> Mapping[str, Looks]:
        """The checks of a piece that ask something outside."""
        from integrations.grammar.harper import Harper
        from magicai.publishing.checks.copied import Copied
        from magicai.publishing.checks.grammar import English
        from magicai.publishing.checks.knowledge_base import KnowledgeBaseCheck
        from magicai.publishing.checks.links import Links

        return {
            "grammar": English(Harper()),
            "claims": KnowledgeBaseCheck(self.search, self.records.entities),
            "links": Links(self.fetcher),
            "copied": Copied(self.known_texts),
        }

    @cached_property
    def webhooks(self) -> WebhookSender:
        """Posts to addresses that people give."""
        from integrations.fetcher.addresses import AddressRules
        from integrations.webhooks.sender import SETTING, HttpWebhooks

        return self._closing(HttpWebhooks(AddressRules(self.settings.webhook_allow_hosts, setting=SETTING)))

    @property
    def mailer(self) -> Mailer | None:
        """Sends mails, as settings say now; None where no mail server is set up."""
        if not is_set_up(self.settings):
            return None
        from integrations.mail.smtp import SmtpMailer

        return SmtpMailer(self.settings)

    async def mailer_now(self) -> Mailer | None:
        """The installation's mailer, as it is set now.

        Raises:
            Temporary, Permanent: the records don't answer.
        """
        return (await self.of(INSTALLATION)).mailer

    async def openid_now(self) -> OpenIdProvider | None:
        """The provider with which people sign in, as it is set now.

        Raises:
            Temporary, Permanent: the records don't answer.
        """
        return (await self.of(INSTALLATION)).openid

    @property
    def page(self) -> str:
        """Address of the page in links that are sent: as settings name it, or on this machine; "" where none runs."""
        from integrations.page_address import page_address

        return self.settings.public_url or page_address(self.settings.home)

    @property
    def messenger(self) -> Messenger:
        """Sends messages to addresses that people give."""
        from integrations.messenger import CheckedMessenger

        return CheckedMessenger(self.settings, self.mailer)

    @property
    def channel_sender(self) -> ChannelSender:
        """Tells the channels of workspaces."""
        return ChannelSender(
            self.records,
            self.seal,
            messenger=lambda settings: self.with_settings(settings).messenger,
            settings=self.settings_of,
            page=lambda: self.page,
        )

    @cached_property
    def openid(self) -> OpenIdProvider | None:
        """The provider with which people sign in; None where settings name none."""
        if not (self.settings.oidc_issuer and self.settings.oidc_client_id and self.settings.public_url):
            return None
        from integrations.openid.provider import CheckedProvider

        return self._closing(CheckedProvider(self.settings))

    @cached_property
    def images(self) -> ImageProcessor:
        """Images in the widths and formats of a shop."""
        from integrations.images.process import ProcessImages

        return self._closing(ProcessImages())

    @cached_property
    def stock_sources(self) -> StockSources:
        """Shops that count stock."""
        from integrations.fetcher.addresses import AddressRules
        from integrations.inventory.sources import HttpStockSources
        from integrations.webhooks.sender import SETTING

        return HttpStockSources(AddressRules(self.settings.webhook_allow_hosts, setting=SETTING), lambda: self.seal)

    @cached_property
    def shop_systems(self) -> OpenShopSystem:
        """Opens the shops that people connect."""
        from integrations.fetcher.addresses import AddressRules
        from integrations.shop_systems.open import ShopSystems
        from integrations.webhooks.sender import SETTING

        return ShopSystems(AddressRules(self.settings.webhook_allow_hosts, setting=SETTING), lambda: self.seal)

    @cached_property
    def publishers(self) -> OpenPublisher:
        """Opens the sites and accounts that people publish to."""
        from integrations.publishing.open import Publishers

        return self._closing(Publishers(self.settings, self.seal))

    @cached_property
    def orchestrator(self) -> Orchestrator:
        """The orchestrator."""
        from integrations.prefect.orchestrator import PrefectOrchestrator

        return PrefectOrchestrator(self.settings)

    @cached_property
    def schedules(self) -> Schedules:
        """What starts by itself."""
        from integrations.prefect.planned_runs import PrefectSchedules

        return PrefectSchedules(self.settings)

    async def notify(self, *, title: str, body: str, urgent: bool = False, to: str = "", owner_id: str = "") -> JSON:
        """Tell people, where settings name whom, or where a user does; answers the message's digest.

        Args:
            to: a sealed address of the user `owner_id`.
        """
        from integrations.notices import send, send_to

        if to:
            address = self.seal.open(to.removeprefix(SEALED), owner_id=owner_id)
            return await send_to(self.settings, address, title=title, body=body)
        return await send(await self.settings_of(), title=title, body=body, urgent=urgent)

    async def fetch_language_model(self, on_progress: OnProgress) -> Path:
        """Bring the default language model here; answers its path."""
        from integrations.text.open import fetch_model

        return await fetch_model(self.settings, on_progress=on_progress)

    @cached_property
    def model_download(self) -> "ModelDownload":
        """Downloads the default language model in the background."""
        from integrations.text.getting import ModelDownload

        return self._closing(ModelDownload(self.settings))

    async def text_model(
        self,
        spender: Spender | None = None,
        *,
        models: Sequence[str] = (),
        cached: bool = False,
        role: str = "",
        trying: bool = False,
    ) -> TextModel | None:
        """A language model; what it costs is the spender's, or settings' own user's.

        Args:
            spender: whose calls these are.
            models: names, the first that answers; that of the role where there are none.
            cached: whether what was asked within the last hour may be answered as it was then.
            role: whose model, such as `answerer`; the spender's where "".
            trying: whether it only gets words of ours, which may be sent anywhere.

        Raises:
            Refused: the role reads documents, and they may not be sent to its model.
        """
        from integrations.text.open import open_within_budget, with_model

        whose = spender or Spender(self.settings.owner)
        whose = replace(whose, role=role or whose.role)
        settings = self.settings
        if whose.role:
            settings = with_model(
                settings, await model_of(role_named(whose.role), self.records.model_choices, settings)
            )
        kept = self.cache if cached else None
        limits = self._limits_of(whose)
        opened = await open_within_budget(settings, self.records, whose, models, kept, limits=limits, trying=trying)
        if opened is not None:
            self._close.push_async_callback(opened.close)
        return opened

    async def text_model_named(self, name: str) -> TextModel | None:
        """A language model to be tried: no other takes over, and nobody need have named it before.

        Raises:
            Missing, Invalid: it can't be used.
        """
        from integrations.text.model_registry import default_names
        from integrations.text.open import open_within_budget, with_model

        settings = with_model(self.settings, name)
        only = default_names(settings)[:1] or (NONE,)
        whose = Spender(self.settings.owner)
        opened = await open_within_budget(settings, self.records, whose, only, None, limits=self._limits_of(whose))
        if opened is not None:
            self._close.push_async_callback(opened.close)
        return opened

    def models(self) -> tuple[ModelInfo, ...]:
        """The language models that requests may name."""
        from integrations.text.open import models_at_hand

        return models_at_hand(self.settings)

    def projection(self, store: Store) -> Projection:
        """The projection that `store` names."""
        return getattr(self, store)

    def projections(self) -> dict[Store, Projection]:
        """All projections by name."""
        return {store: self.projection(store) for store in self.stores}

    @property
    def stores(self) -> list[Store]:
        """The stores that are fed from the records.

        Embedded vectors wait for the packages that they need: they begin with the first run that brings these, from
        all that the records tell.
        """
        from integrations.vectors.chroma import is_ready

        return [store for store in STORES if store != "vectors" or is_ready(self.settings)]

    @property
    def capacity(self) -> Capacity:
        """What processes of this installation share of the machine."""
        return self._capacity

    @cached_property
    def _capacity(self) -> Capacity:
        from integrations.capacity.files import FileCapacity

        return self._closing(FileCapacity(self.settings.home / "capacity"))

    def machine(self) -> Machine:
        """What this machine has to work with, with the models that settings name."""
        from integrations.machine import this_machine

        return this_machine(self.settings)

    async def machine_now(self) -> Machine:
        """What this machine has to work with, with the models that are chosen now."""
        from integrations.machine import this_machine

        roles = {one.role: one.name for one in await chosen(self.records.model_choices, self.settings)}
        return await asyncio.to_thread(this_machine, self.settings, roles)


def _shared(name: str) -> Any:
    """A port that is the same whatever is set."""
    return property(lambda ports: getattr(ports.base, name))


class OwnPorts(Ports):
    """Ports with the settings of an owner, over those of the process.

    What is opened here is closed with the process's ports.
    """

    def __init__(self, base: Ports, settings: Settings) -> None:
        super().__init__(settings)
        self.base, self._close = base, base._close  # noqa: SLF001 - a part of the same thing

    @property
    def _base(self) -> Ports:
        return self.base

    own_settings = _shared("own_settings")
    signing_keys = _shared("signing_keys")
    seal = _shared("seal")
    cache = _shared("cache")
    search = _shared("search")
    graph = _shared("graph")
    embedded_embedder = _shared("embedded_embedder")
    embedder = _shared("embedder")
    vectors = _shared("vectors")
    analytics = _shared("analytics")
    files = _shared("files")
    document_parser = _shared("document_parser")
    file_reader = _shared("file_reader")
    images = _shared("images")
    webhooks = _shared("webhooks")
    stock_sources = _shared("stock_sources")
    shop_systems = _shared("shop_systems")
    orchestrator = _shared("orchestrator")
    schedules = _shared("schedules")
    model_download = _shared("model_download")
    _all_records = _shared("_all_records")
    _spaces = _shared("_spaces")
    _capacity = _shared("_capacity")
    _loaded_rerankers = _shared("_loaded_rerankers")
    _others = _shared("_others")


async def begin_anew(settings: Settings) -> str:
    """Make the records' tables where they were lost; answers where, and nothing where they are not."""
    async with open_ports(settings) as ports:
        try:
            await ports.records.check()
        except RecordsLost as exc:
            records_locations(settings).allow_new(exc.place)
            return await ports.records.check()
    return ""


async def take_over(settings: Settings, stores: Sequence[Role]) -> str:
    """Use these stores on this machine, and forget the other ones that used the same records; answers where they are.

    Raises:
        Invalid: the records are embedded, so no other machine uses them.
    """
    if address_of("records", settings) is None:
        raise Invalid("records_embedded")
    records = open_records(settings, take_over=stores)
    try:
        return await records.check()
    finally:
        await records.close()


class _Shared:
    """Ports that are open, and by how many."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports
        self.users = 0


_open: dict[tuple[asyncio.AbstractEventLoop, Settings], _Shared] = {}


@asynccontextmanager
async def open_own_ports(settings: Settings | None = None) -> AsyncGenerator[Ports]:
    """The ports of this process and event loop, with the settings of its own user, as they are set now.

    Args:
        settings: read from the environment where None.

    Raises:
        MagicError: as `open_ports`; or the records don't answer.
    """
    async with open_ports(settings) as ports:
        yield await ports.of(ports.settings.owner)


@asynccontextmanager
async def open_ports(settings: Settings | None = None, *, patience_s: float | None = None) -> AsyncGenerator[Ports]:
    """The ports of this process and event loop.

    Args:
        settings: read from the environment where None.
        patience_s: how long records that are away are waited for; as long as a restart takes where None.

    Raises:
        Invalid: a setting can't be read.
        Permanent: MAGICAI_HOME can't be made.
        Refused: it is shared by all users of this machine.
    """
    wanted = settings or load()
    key = (asyncio.get_running_loop(), wanted)
    limit_malloc_arenas()
    relax_gc()
    private_home(wanted.home)  # before a port makes it
    shared = _open.setdefault(key, _Shared(Ports(wanted, patience_s=patience_s)))
    shared.users += 1
    try:
        yield shared.ports
    finally:
        shared.users -= 1
        if not shared.users:
            del _open[key]
            await shared.ports.close()
